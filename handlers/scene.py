"""What a handler is given, and how it says what it needs to read first. A handler itself reads nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from config.desk import Desk
from config.tracker import Tracker
from handlers.case import Case, HistoryLine
from handlers.decision import NOTHING, Decision
from handlers.events import Event, Slot
from handlers.place import Actor, CaseId, PersonKey, Place

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Need:
    """What to load before the handler runs; every part is optional. Cases are locked until the commit."""

    case: CaseId | None = None
    at: Place | None = None
    """The case whose post is this thread or message (`Place.thread` is the message's id)."""
    with_history: bool = False
    search: str | None = None
    """Cases that have this text as id, order, ticket or tracking number, newest first."""
    mine: PersonKey | None = None
    """Open cases owned by this person, oldest change first."""
    asked: tuple[str, ...] = ()
    """With `mine`, instead of those owned: of these trackers, what a supplier was asked or this person logged."""
    all_open: bool = False
    """Every open case of the desk, the oldest first."""
    next_id_for: Tracker | None = None
    """Take the next case id of this tracker, unless the case is counted on one that is open."""
    same_as: tuple[str, ...] | None = None
    """With `next_id_for`: open cases of the tracker that have this duplicates key."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was loaded. `case` is None also where the thread belongs to no case."""

    case: Case | None = None
    slot: Slot | None = None
    history: tuple[HistoryLine, ...] = ()
    cases: tuple[Case, ...] = ()
    next_id: CaseId | None = None
    duplicates: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene(Generic[E]):
    """One event with everything a decision may depend on."""

    event: E
    actor: Actor
    desk: Desk
    now: datetime
    found: Found = Found()


@dataclass(frozen=True, slots=True)
class Rule(Generic[E]):
    """How one kind of event is decided: what it needs to read, and the decision."""

    decide: Callable[[Scene[E]], Decision]
    need: Callable[[Scene[E]], Need] = lambda _: Need()


def ignore(_: Scene[E]) -> Decision:
    """The decision about what is none of our business."""
    return NOTHING
