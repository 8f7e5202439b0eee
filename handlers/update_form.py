"""The form in which a case is changed: whose columns it shows, and what an update must not leave open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from config.model import Value, is_filled
from config.texts import text
from config.tracker import Column, Tracker
from handlers.access import may_fill, sees_as_supplier
from handlers.ask import Answers, form_of, required_faults, step_questions, typed
from handlers.case import Case
from handlers.events import FormContext
from handlers.form import Fault, Form, Question
from handlers.gate import is_held
from handlers.scene import Scene
from handlers.seen import supplier_values


def update_form(
    scene: Scene[Any],
    case: Case,
    raw: Mapping[str, Any],
    answers: Answers,
    faults: tuple[Fault, ...] = (),
    intro: tuple[str, ...] = (),
) -> Form:
    """Every column the actor may fill in, with what it holds or what was just answered."""
    tracker = scene.desk.trackers[case.tracker]
    kept = {
        key: value for key, value in shown_values(scene, case, tracker).items() if key not in answers.emptied
    }
    values = {**kept, **answers.values, **typed(raw, answers.faults)}
    context = FormContext("update", scene.desk.key, tracker.key, case.id)
    questions = (
        _optional_later(question, tracker)
        for question in step_questions(mine(scene, case, tracker), scene.desk, tracker, values, case=case)
    )
    title, submit = text("update.form_title", case=case.id), text("update.submit")
    return form_of(context, title, submit, tuple(questions), intro, faults)


def shown_values(scene: Scene[Any], case: Case, tracker: Tracker) -> dict[str, Value]:
    """What the actor sees of the case: a supplier his side of it."""
    as_supplier = sees_as_supplier(scene.actor, scene.desk, tracker)
    return supplier_values(tracker, case) if as_supplier else dict(case.values)


def _optional_later(question: Question, tracker: Tracker) -> Question:
    """Only what was required when the case was logged is required in an update; gates ask for the rest."""
    return question if tracker.column(question.key).step == "log" else replace(question, required=False)


def mine(scene: Scene[Any], case: Case, tracker: Tracker) -> tuple[Column, ...]:
    """The columns the actor may fill in."""
    return tuple(
        column
        for column in tracker.columns
        if may_fill(scene.actor, scene.desk, tracker, case, column) is None
    )


def left_open(scene: Scene[Any], case: Case, tracker: Tracker, answers: Answers) -> tuple[Fault, ...]:
    """What the update would leave open: a question of the log form that it raises, or a column a gate stands on."""
    before = case.values
    kept = {key: value for key, value in before.items() if key not in answers.emptied}
    after = {**kept, **answers.values}
    logged = [column for column in tracker.of_step("log") if column.type != "files"]
    raised = [
        column
        for column in logged
        if column.key in answers.emptied
        or not column.is_required(before)
        or is_filled(before.get(column.key))
    ]
    emptied = [
        Fault(column.key, text("fault.held", state=case.status))
        for column in tracker.columns
        if column.key in answers.emptied
        and is_filled(before.get(column.key))
        and is_held(scene.desk.flow_of(tracker), tracker, case, column.key)
    ]
    return (*required_faults(raised, after, answers.faults), *emptied)
