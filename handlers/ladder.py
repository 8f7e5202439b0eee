"""Which rung of a ladder rings when, and who hears: every call once, a few a day, in nobody's night.

A call is one "to" of one rung. Its moment follows from the clock, the quiet hours of those who hear, a snooze and the
cap; what is due rings together, each hearer in one nudge. Whoever rings stores the watch that comes back together with
the nudges, in one transaction: then a tick that comes twice, late or from elsewhere finds nothing left to ring.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.calendar import Calendar, length
from config.clock import Clock, Rung
from config.desk import Desk
from handlers.case import Case
from handlers.clocks import calendar_of, clock_named, rungs_of
from handlers.hearing import Away, Hearer, calendar_heard, hearers
from handlers.watch import Running, Watch
from handlers.working_time import (
    after,
    end_of_day,
    is_open,
    local_day,
    next_opening,
    opening_before,
)

REMEMBERED = timedelta(days=2)
"""So long it is known when a case rang: longer than the longest day."""
NOBODY_AWAY: Away = {}
MEETINGS = 20
"""Openings that are looked at for one at which all who hear work: where their hours overlap at all, it is sooner."""


@dataclass(frozen=True, slots=True)
class Call:
    """Those who are to hear of a clock: on which rung, and when."""

    clock: str
    rung: int
    to: str
    hearers: tuple[Hearer, ...]
    at: datetime

    @property
    def mark(self) -> str:
        """What is remembered once it has rung."""
        return f"{self.rung}:{self.to}"


@dataclass(frozen=True, slots=True)
class Nudge:
    """A reminder of a case to one hearer: the clocks it is about, the highest rung among them, a key of its own."""

    key: str
    hearer: Hearer
    clocks: tuple[str, ...]
    rung: int


def calls(desk: Desk, case: Case, watch: Watch, now: datetime, away: Away = NOBODY_AWAY) -> tuple[Call, ...]:
    """The calls that are due and have not rung, and of each clock those of its next rung, the earliest first."""
    found = [
        call
        for running in watch.running
        if (clock := clock_named(desk, desk.trackers[case.tracker], running.key)) is not None
        for call in _calls(desk, case, watch, clock, running, now, away)
    ]
    return tuple(sorted(found, key=lambda call: (call.at, call.clock, call.rung, call.to)))


def next_check_at(
    desk: Desk, case: Case, watch: Watch, now: datetime, away: Away = NOBODY_AWAY
) -> datetime | None:
    """When the case has to be looked at next; None when nothing will ring any more unless something happens."""
    return next((call.at for call in calls(desk, case, watch, now, away)), None)


def ring(
    desk: Desk, case: Case, watch: Watch, now: datetime, away: Away = NOBODY_AWAY
) -> tuple[Watch, tuple[Nudge, ...]]:
    """What rings at a moment, and what is watched afterwards. Called again at that moment, nothing rings.

    However many calls are due, each hearer gets one nudge; together they count once for the cap of the day.
    """
    due = [call for call in calls(desk, case, watch, now, away) if call.at <= now]
    if not due:
        return watch, ()
    for call in due:
        running = watch.clock(call.clock)
        if running is not None:
            watch = watch.with_clock(replace(running, rung=running.rung | {call.mark}))
    heard = _heard(due)
    if not heard:
        return watch, ()
    nudges = tuple(_nudge(case, watch, group) for group in heard.values())
    lately = tuple(at for at in watch.nudged if now - at < REMEMBERED)
    return replace(watch, nudged=(*lately, now)), nudges


def unheard(watch: Watch, nudge: Nudge, now: datetime) -> Watch:
    """What is watched when a nudge could not be delivered: the rung after it does not wait for its time."""
    for key in nudge.clocks:
        running = watch.clock(key)
        if running is not None and running.hurried <= nudge.rung:
            watch = watch.with_clock(replace(running, hurried=nudge.rung + 1, hurried_at=now))
    return watch


def _calls(
    desk: Desk, case: Case, watch: Watch, clock: Clock, running: Running, now: datetime, away: Away
) -> Iterator[Call]:
    """The calls of one clock that have not rung, in the order of their rungs, as far as the first that is not due."""
    rungs = rungs_of(desk, clock)
    first = _first_rung(rungs, running)
    earliest = running.since
    for number, rung in enumerate(rungs):
        if number < first:
            continue
        base = max(_base(rung, calendar_of(desk, clock), running), earliest)
        if number <= running.hurried and running.hurried_at is not None:
            base = running.hurried_at
        moments = []
        for to in rung.to:
            if f"{number}:{to}" not in running.rung:
                heard = hearers(desk, case, to, now, away)
                moments.append(_disturbs(desk, case, watch, heard, base, now, is_warning=rung.at is None))
                yield Call(clock.key, number, to, heard, moments[-1])
        if moments and min(moments) > now:
            # No rung above this one rings before it, so until then they need not be known.
            return
        if rung.at is not None:
            # Nobody hears before those on the rung below were told.
            earliest = max(earliest, min(moments, default=earliest))


def _first_rung(rungs: tuple[Rung, ...], running: Running) -> int:
    """The rung a ladder begins with: of those before a day that were past when the clock began, the last one."""
    past = [
        number
        for number, rung in enumerate(rungs)
        if rung.before is not None and running.due - length(rung.before) <= running.since
    ]
    return max(past, default=0)


def _base(rung: Rung, calendar: Calendar, running: Running) -> datetime:
    """The moment of a rung, whoever hears."""
    if rung.before is not None:
        return running.due - length(rung.before)
    return after(calendar, running.ringing, length(rung.at or "0m"))


def _disturbs(
    desk: Desk,
    case: Case,
    watch: Watch,
    heard: tuple[Hearer, ...],
    base: datetime,
    now: datetime,
    *,
    is_warning: bool,
) -> datetime:
    """When a call rings: in the working time of those who hear, not during a snooze, not beyond the cap of a day.

    What warns of a day comes sooner for the quiet hours, everything else later. What is late comes in the morning.
    """
    quiet = desk.reminders.quiet_hours
    calendars = [calendar_heard(desk, case, hearer) for hearer in heard]
    if quiet and is_warning:
        base = min(opening_before(calendar, base) for calendar in calendars)
    at = max(base, watch.snoozed_until or base)
    if all(hearer.kind == "digest" for hearer in heard):
        return at
    at = max(at, _free_from(desk, watch, now) or at)
    if not quiet:
        return at
    at = _when_all_work(calendars, at)
    # What should have rung by now and did not: in somebody's night even a warning waits for the morning.
    return at if at >= now else _when_all_work(calendars, now)


def _when_all_work(calendars: list[Calendar], at: datetime) -> datetime:
    """The first moment from one on at which all of them work; when the first of them does, if they never meet."""
    meeting = at
    for _ in range(MEETINGS):
        meeting = max(next_opening(calendar, meeting) for calendar in calendars)
        if all(is_open(calendar, meeting) for calendar in calendars):
            return meeting
    return next_opening(calendars[0], at)


def _free_from(desk: Desk, watch: Watch, now: datetime) -> datetime | None:
    """When a case may ring again that has rung as often as it may today: when the desk's next day begins."""
    working = desk.calendar_named(None)
    today = local_day(working, now)
    rung = sum(local_day(working, at) == today for at in watch.nudged)
    return end_of_day(working, today) if rung >= desk.reminders.a_case_a_day else None


def _heard(due: Sequence[Call]) -> dict[str, list[tuple[Hearer, Call]]]:
    """What each hearer hears; what only a digest shows is heard by nobody."""
    heard: dict[str, list[tuple[Hearer, Call]]] = {}
    for call in due:
        for hearer in call.hearers:
            if hearer.kind != "digest":
                heard.setdefault(hearer.key, []).append((hearer, call))
    return heard


def _nudge(case: Case, watch: Watch, group: Sequence[tuple[Hearer, Call]]) -> Nudge:
    """The one nudge of a hearer: its key says which call of which ringing it was, so that it is stored once."""
    hearer, first = group[0]
    running = watch.clock(first.clock)
    ringing = running.ringing if running is not None else first.at
    key = f"{case.id}:nudge:{first.clock}:{ringing.timestamp():.0f}:{first.mark}:{hearer.key}"
    mention = tuple(dict.fromkeys(person for one, _ in group for person in one.mention))
    clocks = tuple(dict.fromkeys(call.clock for _, call in group))
    return Nudge(key, replace(hearer, mention=mention), clocks, max(call.rung for _, call in group))
