"""A look at a case whose time has come: what rings now, and when it has to be looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.desk import Desk
from config.texts import text
from handlers.case import Case
from handlers.clocks import wind
from handlers.decision import Audit
from handlers.effects import Say
from handlers.events import Slot
from handlers.hearing import Hearer
from handlers.ladder import Nudge, next_check_at, ring
from handlers.nudge_message import Told, nudge_message
from handlers.show import person_name
from handlers.watch import Watch
from handlers.working_time import local_day

AT_LEAST = timedelta(minutes=1)
"""Between two looks at one case."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look came to: the case as it is to be stored, and the nudges that rang."""

    case: Case
    nudges: tuple[Nudge, ...]
    is_capped: bool
    """Whether something more would ring today, were it not for the cap of the day."""


def look(desk: Desk, case: Case, now: datetime) -> Looked:
    """Look at a case. Its clocks are wound first: a case that was filed before it had any gets them now."""
    if case.tracker not in desk.trackers:
        return Looked(replace(case, next_check_at=now + A_DAY), (), is_capped=False)
    watch, nudges = ring(desk, case, wind(desk, case, case.watch, now, case), now)
    at = next_check_at(desk, case, watch, now)
    if at is not None:
        at = max(at, now + AT_LEAST)
    return Looked(
        replace(case, watch=watch, next_check_at=at),
        nudges,
        bool(nudges) and _is_capped(desk, case, watch, now),
    )


def said(desk: Desk, looked: Looked, now: datetime) -> tuple[Say, ...]:
    """What is said in the case's threads: to the supplier, and at home once, where people also hear directly."""
    found: dict[str, Say] = {}
    for nudge in looked.nudges:
        slot: Slot = "supplier" if nudge.hearer.kind == "supplier" else "home"
        if slot in found and nudge.hearer.kind == "person":
            continue
        message = nudge_message(desk, Told(looked.case, looked.case.watch, nudge), now)
        if nudge.hearer.kind == "person":
            who = ", ".join(called(desk, each.hearer) for each in for_people(looked.nudges))
            message = replace(message, headline=text("nudge.told", who=who))
        found[slot] = Say(f"{nudge.key}:{slot}", looked.case.id, slot, message)
    return tuple(found.values())


def written(desk: Desk, looked: Looked) -> tuple[Audit, ...]:
    """The line of the case's history: who was reminded."""
    who = dict.fromkeys(called(desk, nudge.hearer) for nudge in looked.nudges)
    if not who:
        return ()
    return (Audit("nudged", looked.case.id, text("history.nudged", who=", ".join(who))),)


def called(desk: Desk, hearer: Hearer) -> str:
    """What a history calls somebody who hears."""
    if hearer.kind == "person":
        return person_name(desk, hearer.person)
    return text("nudge.supplier") if hearer.kind == "supplier" else text("nudge.home")


def _is_capped(desk: Desk, case: Case, watch: Watch, now: datetime) -> bool:
    """Whether without the cap something would ring on this day of the desk that now rings later."""
    calendar = desk.calendar_named(None)
    free = next_check_at(desk, case, replace(watch, nudged=()), now)
    held = next_check_at(desk, case, watch, now)
    return free is not None and free != held and local_day(calendar, free) == local_day(calendar, now)


def still_owed(case: Case, nudge: Nudge) -> bool:
    """Whether a nudge that waited is still worth sending: one of its clocks runs, and has not been answered since."""
    return any(
        running.key in nudge.clocks and any(mark.startswith(f"{nudge.rung}:") for mark in running.rung)
        for running in case.watch.running
    )


def for_people(nudges: Sequence[Nudge]) -> tuple[Nudge, ...]:
    """Those that a person hears directly."""
    return tuple(nudge for nudge in nudges if nudge.hearer.kind == "person")
