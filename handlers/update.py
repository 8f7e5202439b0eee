"""`/update`, the *Update* button, a supplier's structured answer: filling in columns of a case that exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from config.texts import text
from config.tracker import Tracker
from handlers.access import may_fill, sees_as_supplier
from handlers.ask import NOTES, form_of, read_answers, step_questions, twice_faults
from handlers.carried import unpacked
from handlers.case import Case
from handlers.change import apply_answers
from handlers.command import Word, words
from handlers.decision import Decision
from handlers.events import ButtonPressed, CommandIssued, FormChanged, FormContext, FormSubmitted
from handlers.keyed import LONG, Keyed, left_over, read_keyed
from handlers.move import fillable
from handlers.named import after_case, no_case
from handlers.reading import Reading
from handlers.refuse import not_found, refuse
from handlers.scene import Need, Scene
from handlers.seen import seen_case
from handlers.update_form import left_open, mine, shown_values, update_form


def decide_command(scene: Scene[CommandIssued]) -> Decision:
    """`/update II-2647-0001 [tracking=… …]`: at once with what was named, else the form."""
    case = seen_case(scene)
    if case is None:
        return no_case(scene)
    tracker = scene.desk.trackers[case.tracker]
    keyed = _keyed(scene, case, tracker, after_case(scene.event.text))
    if refusal := _unfillable(scene, case, tracker, keyed.given):
        return refuse(refusal, case.id)
    if not keyed.given or keyed.notes or keyed.twice:
        return _form_decision(scene, case, keyed)
    return _decide(scene, case, keyed.given, is_form=False)


def _keyed(scene: Scene[Any], case: Case, tracker: Tracker, said: Sequence[Word]) -> Keyed:
    """The answers of a command by column, and what was said that names none; words without a key as one."""
    as_supplier = sees_as_supplier(scene.actor, scene.desk, tracker)
    columns = mine(scene, case, tracker) if as_supplier else tracker.columns
    keyed, bare = read_keyed(columns, said, {}, LONG | {"text"})
    if bare:
        keyed.notes.append(left_over(" ".join(word.value for word in bare)))
    return keyed


def _unfillable(scene: Scene[Any], case: Case, tracker: Tracker, raw: Mapping[str, Any]) -> str:
    refusals = (may_fill(scene.actor, scene.desk, tracker, case, tracker.column(key)) for key in raw)
    return next((refusal.sentence for refusal in refusals if refusal is not None), "")


def need_button(scene: Scene[ButtonPressed]) -> Need:
    """The case the button names."""
    return Need(case=scene.event.case)


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """*Update* was pressed; behind a typed command it carries the words that were typed."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.case)
    said, _ = unpacked(scene.event.value)
    return _form_decision(scene, case, _keyed(scene, case, scene.desk.trackers[case.tracker], words(said)))


def decide_answer_button(scene: Scene[ButtonPressed]) -> Decision:
    """The supplier pressed the button of one column: a form with that question."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.case)
    tracker = scene.desk.trackers[case.tracker]
    column = next((column for column in tracker.columns if column.key == scene.event.value), None)
    if column is None:
        return refuse(text("log.gone"), case.id)
    refusal = may_fill(scene.actor, scene.desk, tracker, case, column)
    if refusal is not None:
        return refuse(refusal, case.id)
    context = FormContext("answer", scene.desk.key, tracker.key, case.id, column.key)
    shown = shown_values(scene, case, tracker)
    questions = step_questions([column], scene.desk, tracker, shown, case=case, required=True)
    intro = (text("update.for", case=case.id),)
    return Decision(form=form_of(context, column.header, text("update.submit"), questions, intro))


def _form_decision(scene: Scene[Any], case: Case, keyed: Keyed) -> Decision:
    """The form with these answers put in, if there is anything the actor may fill in."""
    tracker = scene.desk.trackers[case.tracker]
    columns = mine(scene, case, tracker)
    if not columns:
        return refuse(text("update.nothing_yours", case=case.id), case.id)
    answers = read_answers(columns, keyed.given, Reading(scene.desk, scene.now))
    faults = (*answers.faults, *twice_faults(keyed.twice))
    return Decision(form=update_form(scene, case, keyed.given, answers, faults, tuple(keyed.notes[:NOTES])))


def need_form(scene: Scene[FormSubmitted] | Scene[FormChanged]) -> Need:
    """The case the form is about."""
    return Need(case=scene.event.form.case)


def decide_changed(scene: Scene[FormChanged]) -> Decision:
    """An answer in the update form showed or hid others."""
    case = seen_case(scene)
    if case is None:
        return Decision()
    raw = scene.event.answers
    columns = mine(scene, case, scene.desk.trackers[case.tracker])
    answers = read_answers(columns, raw, Reading(scene.desk, scene.now))
    return Decision(form=update_form(scene, case, raw, answers))


def decide_form(scene: Scene[FormSubmitted]) -> Decision:
    """An update or an answer was sent."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.form.case)
    return _decide(scene, case, scene.event.answers, is_form=True)


def _decide(scene: Scene[Any], case: Case, raw: Mapping[str, Any], *, is_form: bool) -> Decision:
    """Store usable answers; faults stand on their fields, of the form that is open or of a new one."""
    tracker = scene.desk.trackers[case.tracker]
    columns = [column for column in mine(scene, case, tracker) if column.key in raw]
    answers = read_answers(columns, raw, Reading(scene.desk, scene.now))
    faults = (*answers.faults, *left_open(scene, case, tracker, answers))
    if faults:
        if is_form and all(fault.key in raw for fault in faults):
            return Decision(faults=faults)
        return Decision(form=update_form(scene, case, raw, answers, faults))
    refusal = fillable(scene, case, answers.values)
    return refuse(refusal, case.id) if refusal else apply_answers(scene, case, answers)
