"""The form in front of a state: what its gate asks, with what is likely the answer put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from config.model import Value
from config.texts import text
from config.tracker import Column
from handlers.ask import form_of, step_questions
from handlers.case import Case
from handlers.enter import times
from handlers.events import FormContext
from handlers.form import Fault, Form
from handlers.gate import asked_at
from handlers.nameable import nameable
from handlers.reading import Reading
from handlers.scene import Scene

WHEN = ("date", "datetime")
"""The types of columns that say when something happened."""


@dataclass(frozen=True, slots=True)
class Move:
    """A move somebody wants: the state aimed at, and columns filled in with it."""

    state: str
    values: Mapping[str, Value]
    confirmed: bool = False
    """Whether the actor has seen what a one-way state means, by sending its form."""
    masked: bool = False
    """Whether something in the values was masked, which the actor is told."""


def still_asked(
    scene: Scene[Any], before: Case, filled: Case, move: Move, missing: Sequence[Column]
) -> tuple[Column, ...]:
    """The columns to ask before a move: what its gate misses, and with it what was answered on the way there.

    Where the bot counts how often a case enters a state, it goes round: entering that state again asks when it was,
    and on the second round the states after it ask their gates again, with what they hold.
    """
    tracker = scene.desk.trackers[before.tracker]
    flow = scene.desk.flow_of(tracker)
    if missing:
        given = (tracker.column(key) for key in move.values)
        return (*missing, *(column for column in given if column not in missing and column.step != "system"))
    if move.confirmed or move.values or move.state in flow.closed:
        return ()
    counters = {
        column.counts_moves: times(before, column.key) for column in tracker.columns if column.counts_moves
    }
    asked = asked_at(flow, tracker, move.state, filled.values)
    if counters.get(move.state, 0):
        return tuple(column for column in asked if column.type in WHEN)
    return asked if move.state not in counters and max(counters.values(), default=0) > 1 else ()


def without_when(case: Case, columns: Sequence[Column]) -> Case:
    """The case as if those of these columns that say when something happened held nothing."""
    dropped = {column.key for column in columns if column.type in WHEN}
    return replace(case, values={key: value for key, value in case.values.items() if key not in dropped})


def move_form(
    scene: Scene[Any],
    case: Case,
    state: str,
    missing: Sequence[Column] = (),
    faults: tuple[Fault, ...] = (),
) -> Form:
    """The form that asks for what a state needs: the actor is offered as who did it, now as when."""
    desk, tracker = scene.desk, scene.desk.trackers[case.tracker]
    flow = desk.flow_of(tracker)
    columns = missing or asked_at(flow, tracker, state, case.values)
    known = {**_offered(scene, case, columns), **case.values}
    context = FormContext("move", desk.key, tracker.key, case.id, state)
    warning = (text("move.one_way", state=state),) if state in flow.one_way else ()
    intro = (text("move.for", case=case.id, status=case.status, state=state), *warning)
    questions = step_questions(columns, desk, tracker, known, case=case, required=True)
    return form_of(
        context, text("move.form_title", state=state), text("move.submit"), questions, intro, faults
    )


def _offered(scene: Scene[Any], case: Case, columns: Sequence[Column]) -> dict[str, Value]:
    """What is likely the answer to questions about who and when; nobody is offered who may not be named."""
    here = Reading(scene.desk, scene.now).here
    offers: dict[str, Value] = {
        "date": here.date().isoformat(),
        "datetime": here.isoformat(timespec="minutes"),
    }
    if scene.actor.person is not None:
        offers["person"] = scene.actor.person
    tracker = scene.desk.trackers[case.tracker]
    return {
        column.key: offers[column.type]
        for column in columns
        if column.type in offers
        and (
            column.type != "person" or scene.actor.person in dict(nameable(scene.desk, tracker, column, case))
        )
    }
