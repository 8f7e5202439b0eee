"""`/update`, the *Update* button, a supplier's structured answer: filling in columns of a case that exists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from config.model import Value
from config.texts import text
from config.tracker import Column, Tracker
from handlers.access import may_fill, sees_as_supplier
from handlers.answers import Reading
from handlers.ask import Answers, form_of, read_answers, required_faults, step_questions
from handlers.card import shown
from handlers.case import Case
from handlers.command import column_named, words
from handlers.decision import Audit, Decision
from handlers.effects import Effect, Say
from handlers.events import ButtonPressed, CommandIssued, FormChanged, FormContext, FormSubmitted
from handlers.form import Fault, Form, Question
from handlers.message import Message
from handlers.move import cards, fillable, with_answers
from handlers.refuse import not_found, refuse, seen_case
from handlers.row import changed_row
from handlers.scene import Need, Scene
from handlers.state import case_named


def decide_command(scene: Scene[CommandIssued]) -> Decision:
    """`/update II-2647-0001 [tracking=… …]`: at once with what was named, else the form."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.text)
    tracker = scene.desk.trackers[case.tracker]
    said = words(scene.event.text)
    said = said[1:] if case_named(scene.event.text) else said
    raw: dict[str, Any] = {}
    unknown: list[str] = []
    for word in said:
        column, near = column_named(tracker.columns, word.key) if word.key else (None, ())
        if column is None:
            meant = f"{word.key or word.value} ({' / '.join(near)})" if near else word.key or word.value
            unknown.append(text("log.unknown_key", key=meant[:80]))
        else:
            raw[column.key] = word.value
    if not raw or unknown:
        return Decision(form=update_form(scene, case, dict(case.values), tuple(unknown)))
    columns = [tracker.column(key) for key in raw]
    refusal = fillable(scene, case, columns)
    if refusal is not None:
        return refuse(refusal, case.id)
    answers = read_answers(columns, raw, Reading(scene.desk, scene.now))
    if answers.faults:
        form = update_form(scene, case, {**case.values, **answers.values}, faults=answers.faults)
        return Decision(form=form)
    return apply_answers(scene, case, columns, answers)


def need_button(scene: Scene[ButtonPressed]) -> Need:
    """The case the button names."""
    return Need(case=scene.event.case)


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """*Update* was pressed."""
    case = seen_case(scene)
    return (
        not_found(str(scene.event.case))
        if case is None
        else Decision(form=update_form(scene, case, dict(case.values)))
    )


def decide_answer_button(scene: Scene[ButtonPressed]) -> Decision:
    """The supplier pressed the button of one column: a form with that question."""
    case = seen_case(scene)
    if case is None:
        return not_found(str(scene.event.case))
    tracker = scene.desk.trackers[case.tracker]
    column = next((column for column in tracker.columns if column.key == scene.event.value), None)
    if column is None:
        return refuse(text("log.gone"), case.id)
    refusal = may_fill(scene.actor, scene.desk, tracker, case, column)
    if refusal is not None:
        return refuse(refusal, case.id)
    context = FormContext("answer", scene.desk.key, tracker.key, case.id, column.key)
    questions = step_questions([column], scene.desk, case.values, required=True)
    return Decision(
        form=form_of(
            context, column.header, text("update.submit"), questions, (text("update.for", case=case.id),)
        )
    )


def update_form(
    scene: Scene[Any],
    case: Case,
    values: dict[str, Value],
    intro: tuple[str, ...] = (),
    faults: tuple[Fault, ...] = (),
) -> Form:
    """Every column the actor may fill in, with what it holds."""
    tracker = scene.desk.trackers[case.tracker]
    context = FormContext("update", scene.desk.key, tracker.key, case.id)
    questions = step_questions(_mine(scene, case, tracker), scene.desk, values)
    questions = tuple(_optional_later(question, tracker) for question in questions)
    return form_of(
        context, text("update.form_title", case=case.id), text("update.submit"), questions, intro, faults
    )


def _optional_later(question: Question, tracker: Tracker) -> Question:
    """Only what was required when the case was logged is required in an update; gates ask for the rest."""
    return question if tracker.column(question.key).step == "log" else replace(question, required=False)


def _mine(scene: Scene[Any], case: Case, tracker: Tracker) -> tuple[Column, ...]:
    steps = ("supplier",) if sees_as_supplier(scene.actor, scene.desk, tracker) else None
    return tuple(
        column
        for column in tracker.columns
        if column.type != "files"
        and (steps is None or column.step in steps)
        and may_fill(scene.actor, scene.desk, tracker, case, column) is None
    )


def decide_changed(scene: Scene[FormChanged]) -> Decision:
    """An answer in the update form showed or hid others."""
    case = seen_case(scene)
    if case is None:
        return Decision()
    tracker = scene.desk.trackers[case.tracker]
    answers = read_answers(_mine(scene, case, tracker), scene.event.answers, Reading(scene.desk, scene.now))
    kept = {key: value for key, value in case.values.items() if key not in answers.emptied}
    return Decision(form=update_form(scene, case, {**kept, **answers.values}))


def need_form(scene: Scene[FormSubmitted] | Scene[FormChanged]) -> Need:
    """The case the form is about."""
    return Need(case=scene.event.form.case)


def decide_form(scene: Scene[FormSubmitted]) -> Decision:
    """An update or an answer was sent."""
    case = seen_case(scene)
    if case is None:
        return not_found(str(scene.event.form.case))
    tracker = scene.desk.trackers[case.tracker]
    columns = [column for column in _mine(scene, case, tracker) if column.key in scene.event.answers]
    answers = read_answers(columns, scene.event.answers, Reading(scene.desk, scene.now))
    logged = [column for column in columns if column.step == "log"]
    wrong = (*answers.faults, *required_faults(logged, answers.values, answers.faults))
    if wrong:
        return Decision(faults=wrong)
    return apply_answers(scene, case, columns, answers)


def apply_answers(scene: Scene[Any], case: Case, columns: Iterable[Column], answers: Answers) -> Decision:
    """Store what changed, write it to the row, show it on both posts and say it in the home thread."""
    changes = {key: value for key, value in answers.values.items() if case.values.get(key) != value}
    cleared = {key for key in answers.emptied if key in case.values}
    if not changes and not cleared:
        return Decision(answer=Message(lines=(text("update.nothing", case=case.id),)))
    tracker = scene.desk.trackers[case.tracker]
    kept = case.changed(
        scene.now, values={key: value for key, value in case.values.items() if key not in cleared}
    )
    after = with_answers(scene, kept, changes)
    facts = [
        (column.header, shown(column, changes[column.key], scene.desk))
        for column in columns
        if column.key in changes
    ]
    facts += [(tracker.column(key).header, text("update.cleared")) for key in sorted(cleared)]
    told = Message(lines=(text("update.told", who=scene.actor.name),), facts=tuple(facts))
    effects: list[Effect] = [*changed_row(case, after, scene.desk), *cards(scene, after)]
    effects.append(Say(f"{scene.event.id}:told", case.id, "home", told))
    what = text("history.updated", columns=", ".join(header for header, _ in facts))
    lines = [text("update.done", case=case.id)] + ([text("answer.masked")] if answers.masked else [])
    answer = Message(lines=tuple(lines))
    return Decision((after,), tuple(effects), (Audit("updated", case.id, what, dict(facts)),), answer)
