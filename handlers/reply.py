"""*Answer* and *Done* under a supplier's request: what they do is what his own words under it do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from config.texts import text
from handlers.access import SUPPLIER, is_supplier_of, refused
from handlers.answers import LONG_LIMIT
from handlers.ask import form_of
from handlers.case import Case
from handlers.conversation import decide_message
from handlers.decision import Decision
from handlers.events import ButtonPressed, FormContext, FormSubmitted, MessagePosted
from handlers.form import Fault, Question
from handlers.gate import DONE
from handlers.message import Message
from handlers.plain import plain
from handlers.refuse import not_found, refuse
from handlers.scene import Need, Scene
from handlers.seen import seen_case

PURPOSE = "reply"
"""What the buttons and the form are for; the button *Done* carries the word it says for him."""
ANSWER = "answer"
"""The one question of the form."""


def need_button(scene: Scene[ButtonPressed]) -> Need:
    """The case the button names; what went before decides what a word means."""
    return Need(case=scene.event.case, with_history=True)


def need_form(scene: Scene[FormSubmitted]) -> Need:
    """The case the form is about, as above."""
    return Need(case=scene.event.form.case, with_history=True)


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """*Done* says so for him; *Answer* asks what he wants to say."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.case)
    if refusal := _refused(scene, case):
        return refusal
    if scene.event.value == DONE:
        return _said(scene, case, DONE)
    context = FormContext(PURPOSE, scene.desk.key, case.tracker, case.id)
    question = Question(ANSWER, text("reply.question"), "longtext", required=True, hint=text("reply.hint"))
    intro = (text("update.for", case=case.id),)
    return Decision(form=form_of(context, text("button.reply"), text("reply.submit"), (question,), intro))


def decide_form(scene: Scene[FormSubmitted]) -> Decision:
    """His answer was sent."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.form.case)
    if refusal := _refused(scene, case):
        return refusal
    said = plain(str(scene.event.answers.get(ANSWER) or ""))[:LONG_LIMIT]
    if not said.strip():
        return Decision(faults=(Fault(ANSWER, text("reply.empty")),))
    return _said(scene, case, said)


def _refused(scene: Scene[Any], case: Case) -> Decision | None:
    """Only he whom the case was posted to answers for himself."""
    tracker = scene.desk.trackers[case.tracker]
    if is_supplier_of(scene.actor, scene.desk, tracker, case):
        return None
    return refuse(refused(scene.desk, text("action.reply", case=case.id), (SUPPLIER,)), case.id)


def _said(scene: Scene[Any], case: Case, words: str) -> Decision:
    """What follows from these words, as if he had said them under the request."""
    event = scene.event
    posted = MessagePosted(
        id=event.id, account=event.account, place=event.place, at=event.at, text=words, message=""
    )
    found = replace(scene.found, slot="supplier")
    decision = decide_message(Scene(posted, scene.actor, scene.desk, scene.now, found))
    if decision.answer is not None:
        return decision
    return replace(decision, answer=Message(lines=(text("reply.told", case=case.id),)))
