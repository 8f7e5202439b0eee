"""`/nudge CASE`: somebody asks by hand for what is owed, in place of the ladder and within its limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from config.clock import OWNER
from config.texts import text
from handlers.access import may_speak_for_desk
from handlers.case import Case
from handlers.clocks import clock_named, rungs_of, wind
from handlers.decision import Audit, Decision
from handlers.due import Looked, called, said
from handlers.effects import Direct, Effect
from handlers.events import CommandIssued
from handlers.hearing import Hearer, calendar_heard, hearers
from handlers.ladder import NOBODY_AWAY, Nudge
from handlers.message import Message
from handlers.named import no_case
from handlers.nudge_message import Told, nudge_message
from handlers.refuse import refuse
from handlers.scene import Scene
from handlers.seen import seen_case
from handlers.show import moment
from handlers.watch import Watch
from handlers.working_time import local_day, next_opening


def decide_command(scene: Scene[CommandIssued]) -> Decision:
    """`/nudge II-2647-0001`: whoever owes the next step hears now; refused at night and beyond the cap of the day."""
    case, desk = seen_case(scene), scene.desk
    if case is None:
        return no_case(scene)
    tracker = desk.trackers[case.tracker]
    refusal = may_speak_for_desk(scene.actor, desk, tracker, case)
    if refusal is not None:
        return refuse(refusal, case.id)
    if case.status in desk.flow_of(tracker).closed:
        return refuse(text("snooze.closed", case=case.id, status=case.status), case.id)
    watch = wind(desk, case, case.watch, scene.now, case)
    if _is_capped(scene, watch):
        return refuse(text("nudge.capped", case=case.id, most=desk.reminders.a_case_a_day), case.id)
    clock, heard = _owing(scene, case, watch)
    opens = _opens(scene, case, heard)
    if opens is not None:
        return refuse(text("nudge.night", case=case.id, at=moment(opens, desk)), case.id)
    return _nudged(
        scene, replace(case, watch=replace(watch, nudged=(*watch.nudged, scene.now))), clock, heard
    )


def _owing(scene: Scene[CommandIssued], case: Case, watch: Watch) -> tuple[str, tuple[Hearer, ...]]:
    """The clock that is due first and rings people, and who hears on its first rung; without one, the owner's side."""
    desk = scene.desk
    for running in sorted(watch.running, key=lambda one: one.due):
        clock = clock_named(desk, desk.trackers[case.tracker], running.key)
        rungs = rungs_of(desk, clock) if clock is not None else ()
        if rungs:
            found = [hearers(desk, case, to, scene.now, NOBODY_AWAY) for to in rungs[0].to]
            heard = tuple(hearer for each in found for hearer in each if hearer.kind != "digest")
            return running.key, heard or hearers(desk, case, OWNER, scene.now, NOBODY_AWAY)
    return "", hearers(desk, case, OWNER, scene.now, NOBODY_AWAY)


def _is_capped(scene: Scene[CommandIssued], watch: Watch) -> bool:
    """Whether the case has rung today, by the desk's date, as often as it may."""
    calendar = scene.desk.calendar_named(None)
    today = local_day(calendar, scene.now)
    rung = sum(local_day(calendar, at) == today for at in watch.nudged)
    return rung >= scene.desk.reminders.a_case_a_day


def _opens(scene: Scene[CommandIssued], case: Case, heard: tuple[Hearer, ...]) -> datetime | None:
    """When those who would hear begin to work; None where all of them do now."""
    if not scene.desk.reminders.quiet_hours:
        return None
    opens = max(next_opening(calendar_heard(scene.desk, case, each), scene.now) for each in heard)
    return opens if opens > scene.now else None


def _nudged(scene: Scene[CommandIssued], case: Case, clock: str, heard: tuple[Hearer, ...]) -> Decision:
    desk, by = scene.desk, text("nudge.by", who=scene.actor.name)
    nudges = tuple(
        Nudge(f"{scene.event.id}:nudge:{hearer.key}", hearer, (clock,) if clock else (), 0)
        for hearer in heard
    )
    effects: list[Effect] = [
        replace(say, message=replace(say.message, footer=by))
        for say in said(desk, Looked(case, nudges, is_capped=False), scene.now)
    ]
    for nudge in nudges:
        if nudge.hearer.person is not None:
            message = replace(nudge_message(desk, Told(case, case.watch, nudge), scene.now), footer=by)
            effects.append(Direct(f"{nudge.key}:direct", desk.key, nudge.hearer.person, message))
    who = ", ".join(dict.fromkeys(called(desk, hearer) for hearer in heard))
    audit = Audit("nudged", case.id, text("history.nudged", who=who))
    answer = Message(lines=(text("nudge.done", case=case.id, who=who),))
    return Decision((case,), tuple(effects), (audit,), answer)
