"""What happened, translated out of the vendor's words: what an adapter gives to the intake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from config.model import Value
from handlers.place import Account, CaseId, EventId, Place

Slot = Literal["home", "supplier"]
"""The two posts a case has: its card in the home channel, and the supplier's request."""


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file somebody sent, still with its platform: fetched and passed on by the worker."""

    platform: str
    id: str
    name: str
    media_type: str = "application/octet-stream"
    size: int = 0

    def __str__(self) -> str:
        """The reference as a case stores it."""
        return f"{self.platform}:{self.id}/{self.name}"

    @classmethod
    def parse(cls, stored: str) -> FileRef:
        """A stored reference; type and size are not kept."""
        platform, _, rest = stored.partition(":")
        ident, _, name = rest.partition("/")
        return cls(platform, ident, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What every event has: an id that repeats when the platform repeats itself, who, where, when."""

    id: EventId
    account: Account
    place: Place
    at: datetime
    guided: bool = False
    """Where this happened no form can be opened: its questions are asked one at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandIssued(Happened):
    """A command: `/log item-issue …`, `@deskbell log …`, `!log …`. `name` has no slash; `text` is what follows."""

    name: str
    text: str
    files: tuple[FileRef, ...] = ()
    message: str | None = None
    """The message it was written in, where it was not a slash command."""
    about: str = ""
    """The words of the message it was given on, where it answers one of a person's."""
    link: str = ""
    """The way back to that message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLogged(Happened):
    """Somebody chose "Log this message…" on a message."""

    text: str
    link: str
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChanged(Happened):
    """An answer was given that may show or hide other questions; the form is still open."""

    form: FormContext
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmitted(Happened):
    """A form was sent. `answers` are the platform's raw ones: text, list of text, bool, or list of FileRef."""

    form: FormContext
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed(Happened):
    """A button under a message. `action` is one of ours (`acknowledge`), `case` and `value` are hints of a client."""

    action: str
    case: CaseId | None = None
    value: str = ""
    message: str | None = None
    toast: int = 0
    """Characters of an answer that the platform shows to whoever pressed, at once and leaving no trace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePosted(Happened):
    """Something was said that is not a command. `message` is the platform's id of it.

    `on_ours`: what it hangs under may be a message of the bot's; False where the platform says that it is not.
    `reply_to`: the one message it answers, where the platform says so; the thread is known by its first one.
    `shows`: the case that the answered message of ours is about, where its buttons say so: a hint.
    """

    text: str
    message: str
    files: tuple[FileRef, ...] = ()
    edited: bool = False
    deleted: bool = False
    on_ours: bool = True
    reply_to: str | None = None
    shows: CaseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionAdded(Happened):
    """An emoji was put on a message; `emoji` has no colons (`white_check_mark`) or is the character itself.

    `on_ours` as of `MessagePosted`.
    """

    emoji: str
    message: str
    on_ours: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLanded(Happened):
    """One of a case's two posts now exists on its platform."""

    case: CaseId
    slot: Slot
    message: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRecorded(Happened):
    """The case's row is on its tab."""

    case: CaseId
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetEdited(Happened):
    """A person changed cells of a case's row by hand: column key to what the cell now shows."""

    case: CaseId
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTyped(Happened):
    """A person typed a row by hand that has no case id yet: column key to what the cells show."""

    desk: str
    tracker: str
    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowGone(Happened):
    """A case's row is no longer on its tab."""

    case: CaseId


@dataclass(frozen=True, slots=True)
class FormContext:
    """What a form is about. It travels through the client, so everything in it is a hint to be checked again."""

    purpose: str
    """`log`, `update`, `move`, `answer`, `assign`, `send`, `snooze`, `still_waiting`."""
    desk: str
    tracker: str
    case: CaseId | None = None
    value: str = ""
    """For `move`: the state aimed at. For `answer`: the column asked."""
    home: str = ""
    """Where the command was given (`slack:C0123`), so that the confirmation finds its way back."""
    extra: Mapping[str, Value] = field(default_factory=dict)


Event = (
    CommandIssued | MessageLogged | FormChanged | FormSubmitted | ButtonPressed | MessagePosted | ReactionAdded
    | PostLanded | RowRecorded | SheetEdited | RowTyped | RowGone
)  # fmt: skip
