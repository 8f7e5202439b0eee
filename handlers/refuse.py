"""Saying no: one sentence to the actor, one line in the audit trail, and nothing else happens."""

from __future__ import annotations

from config.texts import text
from handlers.access import Refusal
from handlers.decision import Audit, Decision
from handlers.echo import echo
from handlers.message import Message
from handlers.place import CaseId


def refuse(refusal: Refusal | str, case: CaseId | None = None) -> Decision:
    """The decision that changes nothing and says why."""
    sentence = refusal if isinstance(refusal, str) else refusal.sentence
    line = Audit("refused", case, text("history.refused", why=sentence))
    return Decision(audit=(line,), answer=Message(lines=(sentence,)))


def not_found(said: str | None) -> Decision:
    """There is no such case, or none this actor may know of: both read the same."""
    return refuse(text("refusal.not_found", case=echo(said or "")))
