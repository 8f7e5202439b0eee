"""Who hears when a rung of a ladder rings, and when they work.

Whoever is to hear must be able to see the case, to be reached, and to be there: a deputy stands in for who is away.
Where nobody of a rung is, the next in line hears instead, in the end the tracker's home channel: a nudge never goes to
nobody, and never to somebody who may not know of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config.calendar import Calendar
from config.clock import DIGEST, DM, HOME_CHANNEL, OWNER, SUPPLIER_MENTION, SUPPLIER_THREAD
from config.desk import Channel, Desk, Person
from config.tracker import Tracker
from handlers.access import SUPPLIER
from handlers.case import Case
from handlers.owner_told import sees
from handlers.place import PersonKey

LEADS = "team_lead"
"""The role that hears where a case is with nobody who can be reached."""
Away = Mapping[PersonKey, datetime]
"""Who is away, until when."""


@dataclass(frozen=True, slots=True)
class Hearer:
    """Where a nudge is heard: by a person directly, under the supplier's request, in the home thread, in a digest."""

    kind: Literal["person", "supplier", "home", "digest"]
    person: PersonKey | None = None
    role: str = ""
    mention: tuple[PersonKey, ...] = ()
    """Who is rung by name."""

    @property
    def key(self) -> str:
        """Who it is, for the key of an effect; with or without a mention it is the same one."""
        return ":".join(part for part in (self.kind, self.person or "", self.role) if part)


HOME = Hearer("home")


def hearers(desk: Desk, case: Case, to: str, now: datetime, away: Away) -> tuple[Hearer, ...]:
    """Who hears where a rung says so (`owner_dm`, `supplier_thread`, `<role>_dm` …); never nobody."""
    tracker = desk.trackers[case.tracker]
    if to in (SUPPLIER_THREAD, SUPPLIER_MENTION):
        if tracker.supplier_post is not None and case.requested_at is not None:
            return (_supplier(desk, tracker, mentioned=to == SUPPLIER_MENTION),)
        return _owner(desk, case, tracker, now, away)
    if to == OWNER:
        return _owner(desk, case, tracker, now, away)
    if to.endswith(DIGEST):
        return (Hearer("digest", role=to.removesuffix(DIGEST)),)
    if to == HOME_CHANNEL:
        return (HOME,)
    return _role(desk, case, tracker, to.removesuffix(DM), now, away) or (HOME,)


def _supplier(desk: Desk, tracker: Tracker, *, mentioned: bool) -> Hearer:
    """The supplier's thread; mentioned are the active people with a seat in his channel."""
    channel = desk.channels.get(tracker.supplier_post.to) if tracker.supplier_post else None
    there = (
        PersonKey(key) for key, person in desk.people.items() if person.active and _sits(person, channel)
    )
    return Hearer("supplier", mention=tuple(there) if mentioned else ())


def _sits(person: Person, channel: Channel | None) -> bool:
    if SUPPLIER not in person.roles or channel is None:
        return False
    return not channel.roles or not set(channel.roles).isdisjoint(person.roles)


def _owner(desk: Desk, case: Case, tracker: Tracker, now: datetime, away: Away) -> tuple[Hearer, ...]:
    """Whose the case is on the desk's side: its owner, else who logged it, else the team leads."""
    for key in (case.owner, case.reporter):
        found = _standing_in(desk, case, tracker, key, now, away)
        if found is not None:
            return (Hearer("person", found),)
    return _role(desk, case, tracker, LEADS, now, away) or (HOME,)


def _role(
    desk: Desk, case: Case, tracker: Tracker, role: str, now: datetime, away: Away
) -> tuple[Hearer, ...]:
    """All of a role who can hear of the case, or those who stand in for them, each once."""
    holding = (PersonKey(key) for key, person in desk.people.items() if role in person.roles)
    found = (_standing_in(desk, case, tracker, key, now, away) for key in holding)
    return tuple(Hearer("person", key) for key in dict.fromkeys(found) if key is not None)


def _standing_in(
    desk: Desk, case: Case, tracker: Tracker, key: PersonKey | None, now: datetime, away: Away
) -> PersonKey | None:
    """The person, or their deputy while they are away, where that one can hear of the case."""
    for one in _line(desk, key, now, away):
        person = desk.people[one]
        can_be_reached = person.slack is not None or person.telegram is not None
        if can_be_reached and SUPPLIER not in person.roles and sees(desk, one, tracker, case):
            return one
    return None


def _line(desk: Desk, key: PersonKey | None, now: datetime, away: Away) -> Iterator[PersonKey]:
    """The person, their deputy, the deputy's: those who are there, each once."""
    seen: set[PersonKey] = set()
    while key is not None and key in desk.people and key not in seen:
        seen.add(key)
        if key not in away or away[key] <= now:
            yield key
            return
        deputy = desk.people[key].deputy
        key = PersonKey(deputy) if deputy is not None else None


def calendar_heard(desk: Desk, case: Case, hearer: Hearer) -> Calendar:
    """When a hearer works: outside of that nobody is disturbed."""
    if hearer.kind == "person" and hearer.person is not None:
        return calendar_of_person(desk, hearer.person)
    if hearer.kind == "supplier":
        post = desk.trackers[case.tracker].supplier_post
        return calendar_of_channel(desk, post.to if post else "")
    return calendar_of_channel(desk, desk.trackers[case.tracker].home)


def calendar_of_channel(desk: Desk, key: str) -> Calendar:
    """When people in a channel work."""
    channel = desk.channels.get(key)
    return desk.calendar_named(channel.calendar if channel is not None else None)


def calendar_of_person(desk: Desk, key: PersonKey) -> Calendar:
    """When a person works: as declared, else a supplier as his channel does, else as the desk."""
    person = desk.people[key]
    if person.calendar is None and SUPPLIER in person.roles:
        return next(_of_channels(desk, person, desk.channels.values()), desk.calendar_named(None))
    return desk.calendar_named(person.calendar)


def _of_channels(desk: Desk, person: Person, channels: Iterable[Channel]) -> Iterator[Calendar]:
    return (
        desk.calendar_named(channel.calendar)
        for channel in channels
        if channel.kind == "supplier" and channel.calendar is not None and _sits(person, channel)
    )
