"""What answers a nudge without changing the case: *I'm on it*, the proof of a recurring check, *Still waiting*."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from config.clock import Clock
from config.texts import text
from handlers.access import may_speak_for_desk, sees_as_supplier
from handlers.answers import LONG_LIMIT
from handlers.ask import form_of
from handlers.case import Case
from handlers.clocks import Side, answered, clock_named, proved, wind
from handlers.decision import Audit, Decision
from handlers.effects import Say
from handlers.events import ButtonPressed, FormContext, FormSubmitted
from handlers.form import Fault, Question
from handlers.message import Message
from handlers.plain import plain
from handlers.refuse import not_found, refuse
from handlers.scene import Scene
from handlers.scrub import scrub
from handlers.seen import seen_case
from handlers.update import decide_answer_button

NOTE = "note"


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """*I'm on it* was pressed: what waited for that side is silent until its time has passed again.

    Where nothing rings for that side, it is noted by nobody: pressing twice says nothing twice.
    """
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.case)
    desk, tracker = scene.desk, scene.desk.trackers[case.tracker]
    side: Side = "supplier" if sees_as_supplier(scene.actor, desk, tracker) else "desk"
    watch = wind(desk, case, case.watch, scene.now, case)
    thanks = Message(lines=(text("nudge.thanks", case=case.id),))
    after = replace(case, watch=answered(desk, case, watch, scene.now, side))
    if after.watch == watch:
        return Decision(answer=thanks)
    told = Message(lines=(text("nudge.taken", who=scene.actor.name),))
    return Decision(
        (after,),
        (Say(f"{scene.event.id}:told", case.id, "home", told),),
        (Audit("on_it", case.id, text("history.on_it")),),
        thanks,
    )


def decide_check(scene: Scene[ButtonPressed]) -> Decision:
    """*Answer* under a recurring check: the question of the column that proves it, else a note."""
    case, clock = _checked(scene, scene.event.case, scene.event.value)
    if case is None:
        return not_found(scene.event.case)
    if clock is None or not clock.writes:
        return decide_still_waiting(scene)
    return decide_answer_button(replace(scene, event=replace(scene.event, value=clock.writes[0])))


def decide_still_waiting(scene: Scene[ButtonPressed]) -> Decision:
    """*Still waiting* was pressed: what was heard has to be said, as a reminder is not a check."""
    case, clock = _checked(scene, scene.event.case, scene.event.value)
    if case is None:
        return not_found(scene.event.case)
    if refusal := _may_not(scene, case, clock):
        return refusal
    context = FormContext("still_waiting", scene.desk.key, case.tracker, case.id, scene.event.value)
    question = Question(NOTE, text("nudge.note"), "longtext", True, hint=text("nudge.note_hint"))
    intro = (clock.ask,) if clock is not None and clock.ask else ()
    return Decision(
        form=form_of(context, text("nudge.still_waiting"), text("update.submit"), (question,), intro)
    )


def decide_form(scene: Scene[FormSubmitted]) -> Decision:
    """The note was sent: the check counts anew from now."""
    context = scene.event.form
    case, clock = _checked(scene, context.case, context.value)
    if case is None:
        return not_found(context.case)
    if refusal := _may_not(scene, case, clock):
        return refusal
    note = plain(str(scene.event.answers.get(NOTE) or "")).strip()
    if fault := _fault(note):
        return Decision(faults=(Fault(NOTE, fault),))
    said = scrub(note).text
    watch = wind(scene.desk, case, case.watch, scene.now, case)
    after = replace(case, watch=proved(scene.desk, case, watch, context.value, scene.now))
    told = Message(lines=(text("nudge.waits_on", who=scene.actor.name),), quote=said)
    effects = (Say(f"{scene.event.id}:told", case.id, "home", told),)
    return Decision((after,), effects, (Audit("checked", case.id, text("history.checked", said=said)),))


def _fault(note: str) -> str:
    if not note:
        return text("fault.required")
    if len(note) > LONG_LIMIT:
        return text("fault.too_long", limit=LONG_LIMIT)
    return text("fault.secret") if scrub(note).must_ask else ""


def _checked(scene: Scene[Any], ident: str | None, key: str) -> tuple[Case | None, Clock | None]:
    """The case, and the recurring check of it that a client named: a hint."""
    case = seen_case(scene)
    if case is None or case.id != ident:
        return None, None
    clock = clock_named(scene.desk, scene.desk.trackers[case.tracker], key)
    return case, clock if clock is not None and clock.every is not None else None


def _may_not(scene: Scene[Any], case: Case, clock: Clock | None) -> Decision | None:
    tracker = scene.desk.trackers[case.tracker]
    refusal = may_speak_for_desk(scene.actor, scene.desk, tracker, case)
    if refusal is not None:
        return refuse(refusal, case.id)
    if clock is None or wind(scene.desk, case, case.watch, scene.now, case).clock(clock.key) is None:
        return refuse(text("nudge.no_check", case=case.id), case.id)
    return None
