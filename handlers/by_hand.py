"""A nudge that somebody asks for: whoever owes the next step hears now, within the cap and the quiet hours as ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from config.desk import Desk
from handlers.case import Case
from handlers.clocks import clock_named, rungs_of
from handlers.watch import Running, Watch


def nudge_now(desk: Desk, case: Case, watch: Watch, now: datetime) -> Watch:
    """What is watched once a nudge was asked for: what is due first rings again from its first rung, from now on.

    A snooze ends, as somebody wants it to ring. Where no clock has a ladder that can begin again (there are only
    warnings of a day, or nothing runs), the watch stays as it is.
    """
    running = min(
        (one for one in watch.running if _can_begin(desk, case, one)),
        key=lambda one: (one.due, one.key),
        default=None,
    )
    if running is None:
        return watch
    anew = Running(running.key, running.since, running.due, now)
    return replace(watch.with_clock(anew), snoozed_until=None)


def _can_begin(desk: Desk, case: Case, running: Running) -> bool:
    clock = clock_named(desk, desk.trackers[case.tracker], running.key)
    rungs = rungs_of(desk, clock) if clock is not None else ()
    return any(rung.at is not None for rung in rungs)
