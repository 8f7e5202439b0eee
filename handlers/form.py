"""A form as data: the questions of one step, with what is known and what is wrong. Each platform draws it."""

from __future__ import annotations

from dataclasses import dataclass

from config.model import Value
from config.tracker import ColumnType
from handlers.events import FormContext


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `choices` are (value, label); `redraws` says that its answer may show or hide others."""

    key: str
    label: str
    type: ColumnType
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    value: Value | None = None
    redraws: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an answer: the question's key and a sentence."""

    key: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked of a person at once."""

    context: FormContext
    title: str
    submit: str
    questions: tuple[Question, ...]
    intro: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
