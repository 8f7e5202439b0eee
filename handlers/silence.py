"""How long a case may be silent: what a snooze may be, until when it lasts, what it does to what rings.

A snooze never passes a day that a column says is due, is never longer than the desk allows, and from some length on it
has a reason. It is counted on the wall clock: people mean "in three days", not three days of work.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from config.calendar import length
from config.desk import Desk
from config.texts import text
from handlers.case import Case
from handlers.clocks import clock_named, deadline, rungs_of
from handlers.show import day, moment
from handlers.watch import Running, Watch
from handlers.working_time import at_local, local_day

TOMORROW = "tomorrow"
CHOICES = ("1h", "4h", TOMORROW, "3d", "7d")
"""What is offered; anything else is a moment of one's own."""
MORNING = time(9, 0)
ROUNDING = timedelta(minutes=1)
"""A snooze "for three days" that was asked for a moment ago is still one of three days."""


def snooze_end(desk: Desk, choice: str, now: datetime) -> datetime:
    """Until when one of the choices lasts, or any other length of time; `tomorrow` is the desk's next 09:00.

    Raises:
        ValueError: it is neither.
    """
    if choice == TOMORROW:
        calendar = desk.calendar_named(None)
        return at_local(calendar, local_day(calendar, now) + timedelta(days=1), MORNING)
    return now + length(choice)


def refused_snooze(
    desk: Desk, case: Case, watch: Watch, until: datetime, reason: str, now: datetime
) -> str | None:
    """The sentence that says why a case may not be silent until then; None if it may."""
    limits = desk.reminders
    if until <= now:
        return text("snooze.past")
    most = length(limits.snooze_most)
    if until - now > most:
        return text("snooze.too_long", days=most.days, latest=day((now + most).date()))
    due = deadline(desk.trackers[case.tracker], watch, now)
    if due is not None and until > due:
        return text("snooze.past_due", case=case.id, due=moment(due, desk))
    least = length(limits.snooze_reason_from)
    if until - now >= least - ROUNDING and not reason.strip():
        return text("snooze.why", days=least.days)
    return None


def snoozed(desk: Desk, case: Case, watch: Watch, until: datetime) -> Watch:
    """What is watched while a case is silent: nothing rings before its end, and then from the first rung on.

    Warnings of a day are not taken back: what falls into the silence rings at its end, the rest as ever.
    """
    quiet = replace(watch, snoozed_until=until)
    for running in watch.running:
        clock = clock_named(desk, desk.trackers[case.tracker], running.key)
        warns = clock is not None and any(rung.before for rung in rungs_of(desk, clock))
        if running.ringing < until and not warns:
            quiet = quiet.with_clock(Running(running.key, running.since, running.due, until))
    return quiet
