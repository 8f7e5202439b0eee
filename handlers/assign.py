"""`/assign` and the *Assign* button: who a case is with."""

from __future__ import annotations

from typing import Any

from config.texts import text
from handlers.access import may_see, may_speak_for_desk
from handlers.answers import Unfit, choose
from handlers.ask import form_of
from handlers.card import line, person_name
from handlers.case import Case
from handlers.command import words
from handlers.decision import Audit, Decision
from handlers.effects import Direct, Effect, Say
from handlers.events import ButtonPressed, CommandIssued, FormContext, FormSubmitted
from handlers.form import Fault, Form, Question
from handlers.message import Button, Link, Message
from handlers.move import cards
from handlers.place import Actor, PersonKey
from handlers.refuse import not_found, refuse, seen_case
from handlers.row import changed_row
from handlers.scene import Scene
from handlers.state import case_named

OWNER = "owner"


def decide_command(scene: Scene[CommandIssued]) -> Decision:
    """`/assign II-2647-0001 kim`, or `/assign II-2647-0001` for the form; `me` is whoever says it."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.text)
    said = words(scene.event.text)
    said = said[1:] if case_named(scene.event.text) else said
    if not said:
        return decide_for(scene, case)
    name = " ".join(word.value for word in said).lstrip("@")
    if name.casefold() in {"me", "mine"} and scene.actor.person:
        return assign(scene, case, scene.actor.person)
    try:
        return assign(scene, case, PersonKey(choose(name, _candidates(scene, case))))
    except Unfit as unfit:
        return refuse(str(unfit), case.id)


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """*Assign* was pressed."""
    case = seen_case(scene)
    return not_found(str(scene.event.case)) if case is None else decide_for(scene, case)


def decide_for(scene: Scene[Any], case: Case) -> Decision:
    """The form that asks whose the case is to be."""
    refusal = may_speak_for_desk(scene.actor, scene.desk, scene.desk.trackers[case.tracker], case)
    return refuse(refusal, case.id) if refusal else Decision(form=_form(scene, case))


def decide_form(scene: Scene[FormSubmitted]) -> Decision:
    """The form was sent."""
    case = seen_case(scene)
    if case is None:
        return not_found(str(scene.event.form.case))
    chosen = scene.event.answers.get(OWNER)
    if chosen not in _candidates(scene, case).values():
        return Decision(faults=(Fault(OWNER, text("fault.required")),))
    return assign(scene, case, PersonKey(str(chosen)))


def assign(scene: Scene[Any], case: Case, owner: PersonKey) -> Decision:
    """Give a case to somebody, and tell them; giving it to its owner again changes nothing."""
    tracker = scene.desk.trackers[case.tracker]
    refusal = may_speak_for_desk(scene.actor, scene.desk, tracker, case)
    if refusal is not None:
        return refuse(refusal, case.id)
    name = person_name(scene.desk, owner)
    if owner == case.owner:
        return Decision(answer=Message(lines=(text("assign.already", case=case.id, who=name),)))
    after = case.changed(scene.now, owner=owner)
    told = Message(lines=(text("assign.told", who=scene.actor.name, owner=name),))
    effects: list[Effect] = [*changed_row(case, after, scene.desk), *cards(scene, after)]
    effects.append(Say(f"{scene.event.id}:told", case.id, "home", told))
    if owner != scene.actor.person and "supplier" not in scene.desk.people[owner].roles:
        effects.append(Direct(f"{scene.event.id}:owner", scene.desk.key, owner, _yours(scene, after)))
    audit = Audit("assigned", case.id, text("history.assigned", owner=name))
    return Decision(
        (after,), tuple(effects), (audit,), Message(lines=(text("assign.done", case=case.id, who=name),))
    )


def _yours(scene: Scene[Any], case: Case) -> Message:
    links = (Link(text("card.thread"), case.home_link),) if case.home_link else ()
    buttons = (Button(text("button.open"), "show", case.id),)
    return Message(
        text("assign.yours", who=scene.actor.name), (line(case, scene.desk),), links=links, buttons=buttons
    )


def _candidates(scene: Scene[Any], case: Case) -> dict[str, str]:
    """People the case can be with, by name: those who may see it."""
    tracker = scene.desk.trackers[case.tracker]
    found: dict[str, str] = {}
    for key, person in scene.desk.people.items():
        stand_in = Actor(scene.actor.account, PersonKey(key), person.name, frozenset(person.roles))
        if person.active and may_see(stand_in, scene.desk, tracker, case):
            found[person.name] = key
    return found


def _form(scene: Scene[Any], case: Case) -> Form:
    choices = tuple((key, name) for name, key in _candidates(scene, case).items())
    question = Question(OWNER, text("card.owner"), "person", True, choices, value=case.owner)
    context = FormContext("assign", scene.desk.key, case.tracker, case.id)
    title = text("assign.form_title", case=case.id)
    return form_of(context, title, text("assign.submit"), (question,), (line(case, scene.desk),))
