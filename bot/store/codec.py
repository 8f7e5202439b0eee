"""What the store keeps as JSON: cases, answers, effects. Reading gives back an equal value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from pydantic import TypeAdapter

from bot.render.facts import Facts
from config.model import Value
from handlers.case import Case
from handlers.decision import Decision
from handlers.effects import Direct, Reply, Say, ShowCard, ShowGuide, Whisper
from handlers.events import FileRef, Slot
from handlers.form import Fault, Form
from handlers.message import Message
from handlers.place import CaseId, Place


@dataclass(frozen=True, slots=True)
class Upload:
    """Put files into the thread under a case's post. It follows when a Say or a card landed."""

    key: str
    case: CaseId
    slot: Slot
    files: tuple[FileRef, ...]


@dataclass(frozen=True, slots=True)
class ShowPicture:
    """Draw the picture of a digest and put it below the words that say the same."""

    key: str
    place: Place
    facts: Facts


Delivered = ShowCard | Say | Reply | Whisper | Direct | ShowGuide | Upload | ShowPicture
"""What a delivery can be: every effect but a row, which the workbook's flush carries."""


@dataclass(frozen=True, slots=True)
class _Answer:
    answer: Message | None
    form: Form | None
    faults: tuple[Fault, ...]


_KINDS: dict[str, TypeAdapter[Delivered]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(Delivered)}
_CASE = TypeAdapter(Case)
_CELLS = TypeAdapter(dict[str, Value])
_ANSWER = TypeAdapter(_Answer)


def effect_json(effect: Delivered) -> str:
    """An effect as JSON, its kind beside its fields: `{"kind": "Say", "is": {…}}`."""
    kind = type(effect).__name__
    return json.dumps({"kind": kind, "is": _KINDS[kind].dump_python(effect, mode="json")})


def effect(stored: str) -> Delivered:
    """The effect that was stored.

    Raises:
        KeyError: a kind that this version does not know.
        pydantic.ValidationError: fields that this version does not understand.
    """
    fields = json.loads(stored)
    return _KINDS[fields["kind"]].validate_json(json.dumps(fields["is"]))


def case_json(case: Case) -> str:
    """A case as JSON."""
    return _CASE.dump_json(case).decode()


def case(stored: str) -> Case:
    """The case that was stored; fields that came later have their defaults."""
    return _CASE.validate_json(stored)


def cells_json(cells: Mapping[str, Value]) -> str:
    """Cells of a row as JSON: column key to value."""
    return _CELLS.dump_json(dict(cells)).decode()


def cells(stored: str) -> dict[str, Value]:
    """The cells that were stored."""
    return _CELLS.validate_json(stored)


def answer_json(decision: Decision) -> str:
    """The part of a decision that its actor is shown, as JSON."""
    return _ANSWER.dump_json(_Answer(decision.answer, decision.form, decision.faults)).decode()


def answer(stored: str) -> Decision:
    """The decision as its actor saw it: answer, form and faults; nothing to store."""
    seen = _ANSWER.validate_json(stored)
    return Decision(answer=seen.answer, form=seen.form, faults=seen.faults)
