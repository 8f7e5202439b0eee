"""What a digest is made of, as it stands in the store: open cases, those of the last days, how many there were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.render.facts import facts
from bot.store import codec
from bot.store.codec import ShowPicture
from bot.store.statements import Statements
from config.clock import DigestTime
from config.desk import Desk
from handlers import digest as digests
from handlers.access import SUPPLIER
from handlers.case import Case
from handlers.clocks import wind
from handlers.digest import Digest, Watched
from handlers.digest_message import leads_message, my_day_message, supplier_message, weekly_message
from handlers.effects import Direct, Reply
from handlers.message import Message
from handlers.place import PersonKey, Place
from handlers.weekly import weekly
from handlers.working_time import end_of_day, local_day

DAYS = 14
"""How many days stand beside today."""
LATELY = timedelta(days=14)
History = tuple[tuple[date, Mapping[str, int]], ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A desk's cases at one moment."""

    desk: Desk
    now: datetime
    open: tuple[Watched, ...]
    lately: tuple[Case, ...]
    history: History
    tabs: Mapping[str, str]


async def read(tx: Statements, desk: Desk, now: datetime) -> Read:
    """Read what digests of a desk are made of."""
    found = [codec.case(row["body"]) for row in await tx.all("open_cases", desk=desk.key)]
    lately = await tx.all("cases_lately", desk=desk.key, since=now - LATELY)
    links = await tx.all("tab_links", desk=desk.key)
    return Read(
        desk,
        now,
        tuple(
            (case, wind(desk, case, case.watch, now, case)) for case in found if case.tracker in desk.trackers
        ),
        tuple(case for row in lately if (case := codec.case(row["body"])).tracker in desk.trackers),
        await _history(tx, desk, now),
        {row["tracker"]: row["link"].partition("&range=")[0] for row in links},
    )


async def _history(tx: Statements, desk: Desk, now: datetime) -> History:
    calendar = desk.calendar_named(None)
    today = local_day(calendar, now)
    days = [today - timedelta(days=number) for number in range(DAYS, 0, -1)]
    counts: dict[date, dict[str, int]] = {day: {} for day in days}
    ends = [end_of_day(calendar, day) for day in days]
    for row in await tx.all("open_before", desk=desk.key, days=days, ends=ends):
        counts[row["day"]][row["tracker"]] = row["open"]
    return tuple(counts.items())


def leads(found: Read, channel: str) -> Digest:
    """The daily digest for everybody in a channel."""
    return digests.digest(
        found.desk,
        digests.channel_trackers(found.desk, channel),
        found.open,
        found.now,
        [case for case in found.lately if case.closed_at is not None],
        found.history,
    )


def leads_told(found: Read, channel: str) -> Message:
    """The same as a message."""
    return replace(leads_message(found.desk, leads(found, channel), found.tabs), buttons=())


def effects(found: Read, digest: DigestTime, key: str) -> list[codec.Delivered]:
    """What is to be sent of one digest: a message to its channel, or to each person of its role.

    Nobody is told that there is nothing for them; leads hear that all is well.
    """
    desk = found.desk
    if digest.kind == "leads":
        place = _place(desk, digest.to)
        shown = facts(desk, leads(found, digest.to))
        return [Reply(key, place, leads_told(found, digest.to)), ShowPicture(f"{key}:picture", place, shown)]
    if digest.kind == "supplier":
        owed = digests.supplier_digest(desk, digest.to, found.open, found.now)
        return [Reply(key, _place(desk, digest.to), supplier_message(desk, owed))] if owed.open else []
    if digest.kind == "weekly":
        week = weekly(desk, digest.to, found.open, found.lately, found.now)
        return _to_each(desk, key, dict.fromkeys(_people(desk, digest.to), weekly_message(desk, week)))
    days = {
        person: digests.my_day(desk, person, found.open, found.now) for person in _people(desk, digest.to)
    }
    told = {person: my_day_message(desk, day) for person, day in days.items() if day.open}
    return _to_each(desk, key, told)


def _to_each(desk: Desk, key: str, told: Mapping[PersonKey, Message]) -> list[codec.Delivered]:
    return [Direct(f"{key}:{person}", desk.key, person, message) for person, message in told.items()]


def _people(desk: Desk, role: str) -> list[PersonKey]:
    """Who of a role can be written to."""
    return [
        PersonKey(key)
        for key, person in desk.people.items()
        if person.active
        and role in person.roles
        and SUPPLIER not in person.roles
        and (person.slack is not None or person.telegram is not None)
    ]


def _place(desk: Desk, channel: str) -> Place:
    return Place.parse(desk.channels[channel].place)
