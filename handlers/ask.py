"""Forms out of columns, and answers back into values. The same for every form the bot shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.desk import Desk
from config.model import Value
from config.texts import text
from config.tracker import Column, Tracker
from handlers.answers import read_answer
from handlers.case import Case
from handlers.choices import Unfit
from handlers.events import FormContext
from handlers.form import Fault, Form, Question
from handlers.nameable import nameable
from handlers.plain import plain
from handlers.reading import Reading
from handlers.scrub import scrub

NOTES = 5
"""Sentences on words that fit no question: a few, for the form below them matters more."""
TITLE_LIMIT = 24
"""Characters in the title of a form: Slack's modals hold no more."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a form or a one-line command said: usable values, and what is wrong with the others."""

    values: dict[str, Value] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    emptied: frozenset[str] = frozenset()
    """Columns that were shown and left empty."""
    masked: bool = False


def form_of(
    context: FormContext,
    title: str,
    submit: str,
    questions: Sequence[Question],
    intro: tuple[str, ...] = (),
    faults: tuple[Fault, ...] = (),
) -> Form:
    """A form with its title cut to what every platform shows."""
    cut = title if len(title) <= TITLE_LIMIT else f"{title[: TITLE_LIMIT - 1]}…"
    return Form(context, cut, submit, tuple(questions), intro, faults)


def step_questions(
    columns: Iterable[Column],
    desk: Desk,
    tracker: Tracker,
    values: Mapping[str, Value],
    *,
    case: Case | None = None,
    required: bool | None = None,
) -> tuple[Question, ...]:
    """The questions for columns of a tracker, given the answers so far.

    A column whose condition does not hold is left out. `case` is the one they are asked about, where there is one;
    `required` overrules what the columns say (a gate's columns are all required).
    """
    columns = tuple(columns)
    watched = frozenset(
        key for column in columns if column.required_when is not None for key in column.required_when.columns
    )
    return tuple(
        Question(
            column.key,
            column.header,
            column.type,
            column.is_required(values) if required is None else required,
            choices_of(column, desk, tracker, case),
            column.hint,
            values.get(column.key),
            column.key in watched,
        )
        for column in columns
        if required or column.is_asked(values)
    )


def choices_of(
    column: Column, desk: Desk, tracker: Tracker, case: Case | None = None
) -> tuple[tuple[str, str], ...]:
    """What can be chosen: the desk's list, or the people who may be named; empty where anything may be typed."""
    if column.type == "person":
        return nameable(desk, tracker, column, case)
    return tuple((choice, choice) for choice in desk.choices.get(column.choices or "", ()))


def read_answers(columns: Iterable[Column], raw: Mapping[str, Any], reading: Reading) -> Answers:
    """Read what was answered to these columns; columns not in `raw` were not shown and stay as they are."""
    values: dict[str, Value] = {}
    faults: list[Fault] = []
    emptied: set[str] = set()
    masked = False
    for column in columns:
        if column.key not in raw:
            continue
        try:
            answer = read_answer(column, raw[column.key], reading)
        except Unfit as unfit:
            faults.append(Fault(column.key, str(unfit)))
            continue
        if answer is None:
            emptied.add(column.key)
        else:
            values[column.key] = answer.value
            masked = masked or answer.masked
    return Answers(values, tuple(faults), frozenset(emptied), masked)


def required_faults(
    columns: Iterable[Column], values: Mapping[str, Value], wrong: Iterable[Fault]
) -> tuple[Fault, ...]:
    """A fault for every column that must be filled in and is not, unless something is wrong with it already."""
    known = {fault.key for fault in wrong}
    return tuple(
        Fault(column.key, text("fault.required"))
        for column in columns
        if column.key not in known and column.key not in values and column.is_required(values)
    )


def twice_faults(twice: Mapping[str, str]) -> tuple[Fault, ...]:
    """A fault on every column that a command answered twice and differently."""
    return tuple(Fault(key, sentence) for key, sentence in twice.items())


def typed(raw: Mapping[str, Any], faults: Iterable[Fault]) -> dict[str, Value]:
    """What was typed where it could not be used, to be shown again: nobody types a thing twice for one letter."""
    kept = {fault.key: raw.get(fault.key) for fault in faults}
    return {key: scrub(plain(words)).text for key, words in kept.items() if isinstance(words, str)}
