"""Something to do to the world, as a value. Every effect has a stable key: the same key is never done twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.model import Value
from handlers.events import FileRef, Slot
from handlers.message import Message
from handlers.place import CaseId, PersonKey, Place


@dataclass(frozen=True, slots=True)
class RecordRow:
    """Write cells of the case's row: column key to value. `new` appends the row. `soon` may wait for company.

    `was` is what the case held before, in the columns that are people's to change as well: a cell that shows something
    else by then was typed in meanwhile, and is theirs.
    """

    case: CaseId
    tracker: str
    cells: Mapping[str, Value]
    new: bool = False
    soon: bool = False
    was: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Make one of the case's two posts show the case as it is: post it where it is missing, else edit it in place."""

    key: str
    case: CaseId
    slot: Slot


@dataclass(frozen=True, slots=True)
class Say:
    """Say something in the thread under one of the case's two posts."""

    key: str
    case: CaseId
    slot: Slot
    message: Message
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer in a place (its thread, if it has one) for everybody there to read."""

    key: str
    place: Place
    message: Message


@dataclass(frozen=True, slots=True)
class Whisper:
    """Tell one account something in a place that nobody else there sees."""

    key: str
    place: Place
    user: str
    message: Message


@dataclass(frozen=True, slots=True)
class Direct:
    """Write to a person of the desk directly."""

    key: str
    desk: str
    person: PersonKey
    message: Message


@dataclass(frozen=True, slots=True)
class ShowGuide:
    """Show the question a guided form is at: in place of the message it stands in, or below what was said.

    `ended` is what the message it stood in says from now on, where the question goes below. Which message that is, is
    known once it is there.
    """

    key: str
    guide: str
    place: Place
    message: Message
    ended: Message | None = None


@dataclass(frozen=True, slots=True)
class SendAgain:
    """Try an effect anew that was given up on because it may have been sent; nothing where it came to an end since.

    `effect` is that effect's key: a hint of a client, good only if the effect belongs to the case.
    """

    key: str
    case: CaseId
    effect: str


Effect = RecordRow | SendAgain | ShowCard | Say | Reply | Whisper | Direct | ShowGuide
