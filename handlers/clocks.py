"""Which clocks of a case run, since when, and when each is due.

`wind` is called with every change of a case, in the same transaction; what it returns is stored with the case. It may
be called twice for one change: the second call finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from config.calendar import Calendar, length
from config.clock import STALE, SUPPLIER_MENTION, SUPPLIER_THREAD, Clock, Rung
from config.desk import Desk
from config.flow import Flow
from config.model import Value, is_filled
from config.tracker import Tracker
from handlers.case import Case
from handlers.watch import Running, Watch
from handlers.working_time import after, end_of_day, local_day, next_opening

END_OF_DAY = time(23, 59)
"""A case that is due on a day is due at its end."""
Side = Literal["desk", "supplier"]


def wind(desk: Desk, case: Case, watch: Watch, now: datetime, before: Case | None = None) -> Watch:
    """What is watched after a change: clocks that run on, clocks that start now, none of a closed case.

    `before` is the case as it was; None for one that was just logged. A move ends a snooze and starts ladders that ring
    anew; a new value in a column that proves a check is that check's proof.
    """
    tracker = desk.trackers[case.tracker]
    if case.status in desk.flow_of(tracker).closed:
        return Watch(nudged=watch.nudged)
    has_moved = before is not None and before.status != case.status
    running = []
    for clock in _that_run(desk, tracker, case):
        was = watch.clock(clock.key)
        new = _started(desk, case, clock, now) if was is None else _goes_on(desk, case, clock, was, now)
        if was is not None and before is not None and _is_proof(clock, before, case):
            # Where the proof is a moment, like "customer told at", the check counts from that one.
            new = _started(desk, case, clock, now, anew=clock.from_column not in clock.writes)
        running.append(_stopped(desk, clock, new, now) if has_moved and new == was else new)
    snoozed = None if has_moved else watch.snoozed_until
    return replace(watch, running=tuple(running), snoozed_until=snoozed)


def answered(desk: Desk, case: Case, watch: Watch, now: datetime, side: Side) -> Watch:
    """What is watched once somebody of a side said something about the case: what waited for that side stops ringing.

    It rings again, from its first rung, when the clock's own time has passed once more. A recurring check goes on: it
    asks for its proof. What is not due yet stays as it is.
    """
    tracker = desk.trackers[case.tracker]
    for clock in declared(desk, tracker):
        running = watch.clock(clock.key)
        if running is not None and side_of(desk, clock) == side:
            watch = watch.with_clock(_stopped(desk, clock, running, now))
    return watch


def proved(desk: Desk, case: Case, watch: Watch, key: str, now: datetime) -> Watch:
    """What is watched once a recurring check was made, or answered with "still waiting": it counts from now on anew."""
    clock = clock_named(desk, desk.trackers[case.tracker], key)
    if clock is None or clock.every is None or watch.clock(key) is None:
        return watch
    return watch.with_clock(_started(desk, case, clock, now, anew=True))


def declared(desk: Desk, tracker: Tracker) -> tuple[Clock, ...]:
    """The clocks of a tracker, the one for stale cases behind its own."""
    said = tracker.stale_after or desk.stale_after
    if said is None:
        return tracker.clocks
    return (*tracker.clocks, Clock(key=STALE, after=said, ladder=desk.stale_ladder))


def clock_named(desk: Desk, tracker: Tracker, key: str) -> Clock | None:
    """The clock of that key; None where the declaration has none any more."""
    return next((clock for clock in declared(desk, tracker) if clock.key == key), None)


def rungs_of(desk: Desk, clock: Clock) -> tuple[Rung, ...]:
    """The ladder a clock rings on; none where only digests show it."""
    return desk.ladders.get(clock.ladder, ()) if clock.ladder is not None else ()


def side_of(desk: Desk, clock: Clock) -> Side:
    """Who owes what a clock waits for: the one its ladder begins with."""
    first = next(iter(rungs_of(desk, clock)), None)
    asks_supplier = first is not None and {SUPPLIER_THREAD, SUPPLIER_MENTION}.intersection(first.to)
    return "supplier" if asks_supplier else "desk"


def deadline(tracker: Tracker, watch: Watch, now: datetime) -> datetime | None:
    """The next day or moment that a column of the case says something is due, if it lies ahead."""
    by_column = {clock.key for clock in tracker.clocks if clock.due is not None}
    return min((one.due for one in watch.running if one.key in by_column and one.due > now), default=None)


def _that_run(desk: Desk, tracker: Tracker, case: Case) -> Iterator[Clock]:
    """The clocks that run for an open case as it is; the desk's own for stale cases only where no other does."""
    own = [clock for clock in tracker.clocks if _runs(desk, tracker, case, clock)]
    yield from own
    if tracker.stale_after is not None or not own:
        yield from (clock for clock in declared(desk, tracker) if clock.key == STALE)


def _runs(desk: Desk, tracker: Tracker, case: Case, clock: Clock) -> bool:
    values = case.values
    if clock.when is not None and not clock.when.holds(values):
        return False
    if clock.due is not None and _moment(desk, values.get(clock.due)) is None:
        return False
    if clock.from_column is not None and not is_filled(values.get(clock.from_column)):
        return False
    if clock.until_column is not None and is_filled(values.get(clock.until_column)):
        return False
    return _is_between(desk.flow_of(tracker), case.status, clock.from_state, clock.until_state)


def _is_between(flow: Flow, status: str, start: str | None, end: str | None) -> bool:
    """Whether a state lies from one state of the flow's list on and before another."""
    if start is None and end is None:
        return True
    if status not in flow.states:
        return False
    here = flow.states.index(status)
    is_past_start = start is None or here >= flow.states.index(start)
    return is_past_start and (end is None or here < flow.states.index(end))


def _started(desk: Desk, case: Case, clock: Clock, now: datetime, *, anew: bool = False) -> Running:
    """The clock from its start: where a column holds a moment, from that; where it starts anew, from now."""
    since = now
    if clock.key == STALE:
        since = case.changed_at
    elif clock.from_column is not None and not anew:
        since = _moment(desk, case.values.get(clock.from_column)) or now
    due = _due(desk, case, clock, since)
    return Running(clock.key, since, due, due)


def _goes_on(desk: Desk, case: Case, clock: Clock, was: Running, now: datetime) -> Running:
    """The clock as it was, unless what it is counted from changed: then from there, with nothing rung."""
    if clock.key == STALE:
        return was if case.changed_at <= was.since else _started(desk, case, clock, now)
    if clock.due is not None and _due(desk, case, clock, was.since) != was.due:
        return replace(_started(desk, case, clock, now), since=was.since)
    if clock.from_column is not None and clock.every is None:
        begun = _moment(desk, case.values.get(clock.from_column))
        return was if begun is None or begun == was.since else _started(desk, case, clock, now)
    return was


def _due(desk: Desk, case: Case, clock: Clock, since: datetime) -> datetime:
    if clock.due is not None:
        return _moment(desk, case.values.get(clock.due)) or since
    return after(calendar_of(desk, clock), since, period(clock))


def period(clock: Clock) -> timedelta:
    """How much working time a clock gives; none where a column says when it is due."""
    said = clock.after or clock.every
    return length(said) if said is not None else timedelta(0)


def calendar_of(desk: Desk, clock: Clock) -> Calendar:
    """Whose working time a clock counts."""
    return desk.calendar_named(clock.calendar)


def _stopped(desk: Desk, clock: Clock, running: Running, now: datetime) -> Running:
    """The clock once its ladder was stopped by an answer: silent until its time has passed again.

    A column's day does not come again: overdue, it rings on the next morning. Rungs before a day, and checks, go on.
    """
    is_before = any(rung.before for rung in rungs_of(desk, clock))
    if now < running.due or clock.every is not None or is_before:
        return running
    calendar = calendar_of(desk, clock)
    again = after(calendar, now, period(clock))
    if clock.due is not None:
        working = desk.calendar_named(None)
        again = next_opening(working, end_of_day(working, local_day(working, now)))
    return Running(running.key, running.since, running.due, max(again, running.ringing))


def _is_proof(clock: Clock, before: Case, after_: Case) -> bool:
    return any(
        is_filled(after_.values.get(key)) and after_.values.get(key) != before.values.get(key)
        for key in clock.writes
    )


def _moment(desk: Desk, value: Value | None) -> datetime | None:
    """The moment a column holds, aware; the end of its day for a date, None for what is neither."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) == len("2026-11-22"):
            return datetime.combine(date.fromisoformat(value), END_OF_DAY, ZoneInfo(desk.timezone))
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(desk.timezone))
