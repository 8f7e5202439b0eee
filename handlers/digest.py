"""What a digest says, as data: which cases are overdue, due today or stale, and how it goes on the whole.

A digest is made for its readers. Cases of a restricted tracker are in it only where every one of them may read those;
elsewhere they are not in any list, count, age or trend.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from config.clock import STALE
from config.desk import Desk
from config.tracker import Tracker
from handlers.access import readers
from handlers.case import Case
from handlers.clocks import clock_named, side_of
from handlers.hearing import calendar_of_channel
from handlers.owner_told import sees
from handlers.place import PersonKey
from handlers.watch import Running, Watch
from handlers.working_time import end_of_day, local_day

Standing = Literal["overdue", "today", "stale", "waiting"]
"""`waiting` is what is owed later: only a supplier's list has it."""
STANDINGS: tuple[Standing, ...] = get_args(Standing)
AGES = (1, 3, 7)
"""Where the ages of open cases are parted, in days: under one, under three, under seven, and older."""
Watched = tuple[Case, Watch]


@dataclass(frozen=True, slots=True)
class Entry:
    """A case in a digest: how it stands, and the moment that makes it so."""

    case: Case
    standing: Standing
    due: datetime
    clock: str


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one tracker and one owner that stand alike, the earliest due first."""

    standing: Standing
    tracker: str
    owner: PersonKey | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Aged:
    """How many open cases of a tracker are how old: a number for each part of `AGES`, and one for the oldest."""

    tracker: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest, for whoever may read all of it."""

    desk: str
    day: date
    groups: tuple[Group, ...]
    open: int
    unowned: int
    snoozed: int
    """Silenced beyond today, and in no list."""
    closed_yesterday: tuple[Case, ...]
    ages: tuple[Aged, ...]
    trend: tuple[tuple[date, int], ...]
    """How many were open at the end of each of the last days, the oldest first."""

    def standing(self, standing: Standing) -> tuple[Group, ...]:
        """The groups that stand so."""
        return tuple(group for group in self.groups if group.standing == standing)

    def count(self, standing: Standing) -> int:
        """How many cases stand so."""
        return sum(len(group.entries) for group in self.standing(standing))


def entry(case: Case, watch: Watch, now: datetime, tomorrow: datetime) -> Entry | None:
    """How an open case stands; None while nothing is due before tomorrow, and while it is snoozed beyond today."""
    if watch.snoozed_until is not None and watch.snoozed_until >= tomorrow:
        return None
    running = sorted(watch.running, key=lambda one: one.due)
    owed = next((one for one in running if one.key != STALE and one.due < tomorrow), None)
    if owed is not None:
        return Entry(case, "overdue" if owed.due <= now else "today", owed.due, owed.key)
    stale = next((one for one in running if one.key == STALE and one.due <= now), None)
    return Entry(case, "stale", stale.due, STALE) if stale is not None else None


def channel_trackers(desk: Desk, channel: str) -> frozenset[str]:
    """The trackers whose cases everybody in a channel may read; a closed room's are those that live in it."""
    room = desk.channels[channel]
    if room.kind == "supplier":
        return frozenset()
    if room.kind == "restricted":
        return frozenset(key for key, one in desk.trackers.items() if one.home == channel)
    return frozenset(
        key
        for key, tracker in desk.trackers.items()
        if tracker.read_by is None or (room.roles and set(room.roles) <= readers(desk, tracker))
    )


def role_trackers(desk: Desk, role: str) -> frozenset[str]:
    """The trackers whose cases everybody of a role may read."""
    return frozenset(key for key, tracker in desk.trackers.items() if role in readers(desk, tracker))


def digest(
    desk: Desk,
    trackers: frozenset[str],
    watched: Iterable[Watched],
    now: datetime,
    closed: Iterable[Case] = (),
    history: Sequence[tuple[date, Mapping[str, int]]] = (),
) -> Digest:
    """The digest of these trackers' cases.

    Args:
        desk: the desk.
        trackers: what all its readers may read; everything else is left out.
        watched: open cases of the desk.
        now: the moment it is made.
        closed: cases that were closed lately; those of yesterday, by the desk's date, are named.
        history: days, the oldest first, with the number of cases of each tracker that were open then.
    """
    shown = [(case, watch) for case, watch in watched if case.tracker in trackers]
    today = local_day(desk.calendar_named(None), now)
    tomorrow = end_of_day(desk.calendar_named(None), today)
    entries = [found for case, watch in shown if (found := entry(case, watch, now, tomorrow)) is not None]
    return Digest(
        desk=desk.key,
        day=today,
        groups=_grouped(desk, entries),
        open=len(shown),
        unowned=sum(case.owner is None for case, _ in shown),
        snoozed=sum(
            watch.snoozed_until is not None and watch.snoozed_until >= tomorrow for _, watch in shown
        ),
        closed_yesterday=tuple(
            case for case in closed if case.tracker in trackers and _on(desk, case, today)
        ),
        ages=_ages(desk, [case for case, _ in shown], now),
        trend=tuple((day, sum(counts.get(key, 0) for key in trackers)) for day, counts in history),
    )


def my_day(desk: Desk, person: PersonKey, watched: Iterable[Watched], now: datetime) -> Digest:
    """What is with one person, of all they may see."""
    own = [(case, watch) for case, watch in watched if case.owner == person and _seen(desk, person, case)]
    return digest(desk, frozenset(desk.trackers), own, now)


def supplier_digest(desk: Desk, channel: str, watched: Iterable[Watched], now: datetime) -> Digest:
    """What waits for the supplier of a channel, due or not: cases posted to him for which a clock of his runs.

    What the desk owes is not in it, nor who has a case there.
    """
    calendar = calendar_of_channel(desk, channel)
    today = local_day(calendar, now)
    entries = []
    for case, watch in watched:
        if case.requested_at is None or not _posts_to(desk.trackers[case.tracker], channel):
            continue
        owed = min(_owed_by_supplier(desk, case, watch), key=lambda one: one.due, default=None)
        if owed is not None:
            is_today = owed.due < end_of_day(calendar, today)
            standing: Standing = "overdue" if owed.due <= now else "today" if is_today else "waiting"
            entries.append(Entry(replace(case, owner=None), standing, owed.due, owed.key))
    cases = [one.case for one in entries]
    ages = _ages(desk, cases, now)
    return Digest(desk.key, today, _grouped(desk, entries), len(cases), 0, 0, (), ages, ())


def _posts_to(tracker: Tracker, channel: str) -> bool:
    return tracker.supplier_post is not None and tracker.supplier_post.to == channel


def _owed_by_supplier(desk: Desk, case: Case, watch: Watch) -> Iterator[Running]:
    for running in watch.running:
        clock = clock_named(desk, desk.trackers[case.tracker], running.key)
        if clock is not None and side_of(desk, clock) == "supplier":
            yield running


def _seen(desk: Desk, person: PersonKey, case: Case) -> bool:
    return person in desk.people and sees(desk, person, desk.trackers[case.tracker], case)


def _on(desk: Desk, case: Case, today: date) -> bool:
    """Whether a case was closed on the day before this one."""
    calendar = desk.calendar_named(None)
    return case.closed_at is not None and local_day(calendar, case.closed_at) == today - timedelta(days=1)


def _grouped(desk: Desk, entries: Sequence[Entry]) -> tuple[Group, ...]:
    """Overdue first, then due today, then stale; in each by tracker, then owner, those of nobody first."""
    grouped: dict[tuple[Standing, str, PersonKey | None], list[Entry]] = {}
    for one in entries:
        grouped.setdefault((one.standing, one.case.tracker, one.case.owner), []).append(one)
    order = sorted(
        grouped, key=lambda key: (STANDINGS.index(key[0]), desk.trackers[key[1]].title, key[2] or "")
    )
    return tuple(
        Group(*key, tuple(sorted(grouped[key], key=lambda one: (one.due, one.case.id)))) for key in order
    )


def _ages(desk: Desk, cases: Sequence[Case], now: datetime) -> tuple[Aged, ...]:
    """How old the open cases of each tracker are that has any, by their titles."""
    counts: dict[str, list[int]] = {}
    for case in cases:
        part = sum((now - case.opened_at) >= timedelta(days=days) for days in AGES)
        counts.setdefault(case.tracker, [0] * (len(AGES) + 1))[part] += 1
    return tuple(
        Aged(key, tuple(counts[key])) for key in sorted(counts, key=lambda key: desk.trackers[key].title)
    )
