"""`/assign` and the *Assign* button: who a case is with."""

from __future__ import annotations

from typing import Any

from config.texts import text
from handlers.access import may_speak_for_desk
from handlers.ask import form_of
from handlers.card import line
from handlers.case import Case
from handlers.choices import Unfit, choose
from handlers.decision import Audit, Decision
from handlers.effects import Effect, Say
from handlers.events import ButtonPressed, CommandIssued, FormContext, FormSubmitted
from handlers.form import Fault, Form, Question
from handlers.message import Message
from handlers.move import cards
from handlers.named import after_case, no_case
from handlers.owner_told import owner_told, sees
from handlers.place import PersonKey
from handlers.refuse import not_found, refuse
from handlers.row import changed_row
from handlers.scene import Scene
from handlers.seen import seen_case
from handlers.show import person_name

OWNER = "owner"
ME = frozenset({"me", "mine", "myself"})


def decide_command(scene: Scene[CommandIssued]) -> Decision:
    """`/assign II-2647-0001 kim`, or `/assign II-2647-0001` for the form; `me` is whoever says it."""
    case = seen_case(scene)
    if case is None:
        return no_case(scene)
    refusal = _may_not_assign(scene, case)
    if refusal is not None:
        return refusal
    name = " ".join(str(word) for word in after_case(scene.event.text)).lstrip("@")
    if not name:
        return Decision(form=_form(scene, case))
    if name.casefold() in ME and scene.actor.person:
        return assign(scene, case, scene.actor.person)
    candidates = _candidates(scene, case)
    by_word: dict[str, str] = {key: key for key in candidates}
    by_word |= {name: key for key, name in candidates.items()}
    try:
        return assign(scene, case, PersonKey(choose(name, by_word)))
    except Unfit as unfit:
        return Decision(form=_form(scene, case, (Fault(OWNER, str(unfit)),)))


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """*Assign* was pressed."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.case)
    return _may_not_assign(scene, case) or Decision(form=_form(scene, case))


def decide_form(scene: Scene[FormSubmitted]) -> Decision:
    """The form was sent."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.form.case)
    refusal = _may_not_assign(scene, case)
    if refusal is not None:
        return refusal
    chosen = str(scene.event.answers.get(OWNER) or "")
    if chosen not in _candidates(scene, case):
        return Decision(faults=(Fault(OWNER, text("fault.required")),))
    return assign(scene, case, PersonKey(chosen))


def _may_not_assign(scene: Scene[Any], case: Case) -> Decision | None:
    refusal = may_speak_for_desk(scene.actor, scene.desk, scene.desk.trackers[case.tracker], case)
    return refuse(refusal, case.id) if refusal is not None else None


def assign(scene: Scene[Any], case: Case, owner: PersonKey) -> Decision:
    """Give a case to somebody, and tell them; giving it to its owner again changes nothing."""
    name = person_name(scene.desk, owner)
    if owner == case.owner:
        return Decision(answer=Message(lines=(text("assign.already", case=case.id, who=name),)))
    after = case.changed(scene.now, owner=owner)
    is_own = owner == scene.actor.person
    sentence = (
        text("assign.took", who=name) if is_own else text("assign.told", who=scene.actor.name, owner=name)
    )
    told = Message(lines=(sentence,))
    effects: list[Effect] = [*changed_row(case, after, scene.desk), *cards(scene, after)]
    effects.append(Say(f"{scene.event.id}:told", case.id, "home", told))
    effects += owner_told(scene, case, after)
    audit = Audit("assigned", case.id, text("history.assigned", owner=name))
    is_command = isinstance(scene.event, CommandIssued)
    answer = Message(lines=(text("assign.done", case=case.id, who=name),)) if is_command else None
    return Decision((after,), tuple(effects), (audit,), answer)


def _candidates(scene: Scene[Any], case: Case) -> dict[PersonKey, str]:
    """People the case can be with and their names: those who may see it."""
    tracker, people = scene.desk.trackers[case.tracker], scene.desk.people
    return {
        PersonKey(key): person.name
        for key, person in people.items()
        if sees(scene.desk, PersonKey(key), tracker, case)
    }


def _form(scene: Scene[Any], case: Case, faults: tuple[Fault, ...] = ()) -> Form:
    choices = tuple(_candidates(scene, case).items())
    question = Question(OWNER, text("card.owner"), "person", True, choices, value=case.owner)
    context = FormContext("assign", scene.desk.key, case.tracker, case.id)
    title, intro = text("assign.form_title", case=case.id), (line(case, scene.desk),)
    return form_of(context, title, text("assign.submit"), (question,), intro, faults)
