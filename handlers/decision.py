"""What a handler decided: the case as it is to be stored, effects, audit lines, and what the actor is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.case import Case
from handlers.effects import Effect
from handlers.form import Fault, Form
from handlers.message import Message
from handlers.place import CaseId


@dataclass(frozen=True, slots=True)
class Audit:
    """One line of the audit trail: what was done, in the glossary's words, and the facts of it (scrubbed)."""

    action: str
    """`logged`, `moved`, `acknowledged`, `updated`, `assigned`, `replied`, `refused`, …"""
    case: CaseId | None = None
    what: str = ""
    """The sentence people read in the history."""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of one event.

    Exactly what is in `cases`, `effects` and `audit` is stored, in one transaction with the event's id.
    `form`, `faults` and `answer` are for the actor alone and are shown at once.
    """

    cases: tuple[Case, ...] = ()
    effects: tuple[Effect, ...] = ()
    audit: tuple[Audit, ...] = ()
    answer: Message | None = None
    form: Form | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def is_durable(self) -> bool:
        """Whether there is anything to store."""
        return bool(self.cases or self.effects or self.audit)


NOTHING = Decision()
"""The event is none of our business."""
