"""`/done`, a *Move* button, a move's form: different ways to ask for the same move."""

from __future__ import annotations

from typing import Any

from config.model import Value
from config.tracker import Column, Tracker
from handlers.access import may_see
from handlers.answers import Reading
from handlers.ask import read_answers
from handlers.case import Case
from handlers.command import Word, column_named, words
from handlers.decision import Decision
from handlers.events import ButtonPressed, CommandIssued, FormSubmitted
from handlers.move import Move, fillable, gate, move_case
from handlers.place import CaseId
from handlers.refuse import not_found, refuse, seen_case
from handlers.scene import Need, Scene


def need_named_case(scene: Scene[CommandIssued]) -> Need:
    """The case a command names first; in a case's own thread, that case."""
    named = case_named(scene.event.text)
    return Need(case=named) if named else Need(at=scene.event.place if scene.event.place.thread else None)


def case_named(said: str) -> CaseId | None:
    """The case id a command starts with, in any case; None when it starts with something else."""
    found = words(said)
    return (
        CaseId(found[0].value.upper()) if found and found[0].key is None and _is_id(found[0].value) else None
    )


def _is_id(word: str) -> bool:
    parts = word.split("-")
    return (
        len(parts) == 3 and parts[0].isalpha() and parts[1].isdecimal() and parts[2].isdecimal()
    )  # II-2647-0001


def decide_done(scene: Scene[CommandIssued]) -> Decision:
    """`/done II-2647-0001 [what the gate asks]`: close the case, with its last word filled in if it is said."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.text)
    tracker = scene.desk.trackers[case.tracker]
    flow = scene.desk.flow_of(tracker)
    said = words(scene.event.text)
    said = said[1:] if case_named(scene.event.text) else said
    asked = gate(flow, tracker, case.values, flow.finished)
    raw = _given(asked or tracker.columns, said)
    answers = read_answers(
        [column for column in tracker.columns if column.key in raw], raw, Reading(scene.desk, scene.now)
    )
    if answers.faults:
        return refuse(" ".join(fault.sentence for fault in answers.faults), case.id)
    refusal = fillable(scene, case, [tracker.column(key) for key in answers.values])
    return (
        refuse(refusal, case.id) if refusal else move_case(scene, case, Move(flow.finished, answers.values))
    )


def _given(asked: tuple[Column, ...], said: tuple[Word, ...]) -> dict[str, str]:
    """Named answers, and everything else as the one text that is asked for."""
    raw: dict[str, str] = {}
    loose: list[str] = []
    for word in said:
        column = column_named(asked, word.key)[0] if word.key else None
        if column is not None:
            raw[column.key] = word.value
        else:
            loose.append(f"{word.key}={word.value}" if word.key else word.value)
    text_column = next((column.key for column in asked if column.type in {"text", "longtext"}), None)
    if loose and text_column and text_column not in raw:
        raw[text_column] = " ".join(loose)
    return raw


def need_button(scene: Scene[ButtonPressed]) -> Need:
    """The case the button names."""
    return Need(case=scene.event.case)


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """A button that names a state."""
    case = seen_case(scene)
    return (
        not_found(str(scene.event.case))
        if case is None
        else move_case(scene, case, Move(scene.event.value, {}))
    )


def need_form(scene: Scene[FormSubmitted]) -> Need:
    """The case the form is about."""
    return Need(case=scene.event.form.case)


def decide_form(scene: Scene[FormSubmitted]) -> Decision:
    """The form of a gate was sent: the same move again, with its columns filled in."""
    case = seen_case(scene)
    if case is None:
        return not_found(str(scene.event.form.case))
    tracker = scene.desk.trackers[case.tracker]
    state = scene.event.form.value
    columns = _gate_columns(scene, tracker, state)
    answers = read_answers(columns, scene.event.answers, Reading(scene.desk, scene.now))
    if answers.faults:
        return Decision(faults=answers.faults)
    refusal = fillable(
        scene,
        case,
        [tracker.column(key) for key in answers.values if case.values.get(key) != answers.values[key]],
    )
    if refusal is not None:
        return refuse(refusal, case.id)
    values: dict[str, Value] = dict(answers.values)
    decision = move_case(scene, case, Move(state, values, confirmed=True))
    return Decision(
        decision.cases,
        decision.effects,
        decision.audit,
        decision.answer if not decision.cases else None,
        decision.form,
    )


def _gate_columns(scene: Scene[Any], tracker: Tracker, state: str) -> list[Column]:
    need = scene.desk.flow_of(tracker).need.get(state, ())
    return [tracker.column(key) for key in need if tracker.column(key).step != "system"]


def visible(scene: Scene[Any], cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """The cases among these that the actor may know of."""
    trackers = scene.desk.trackers
    return tuple(
        case
        for case in cases
        if case.tracker in trackers and may_see(scene.actor, scene.desk, trackers[case.tracker], case)
    )
