"""Saying no: one sentence to the actor, one line in the audit trail, and nothing else happens."""

from __future__ import annotations

from typing import Any

from config.texts import text
from handlers.access import Refusal, may_see
from handlers.case import Case
from handlers.decision import Audit, Decision
from handlers.message import Message
from handlers.place import CaseId
from handlers.scene import Scene
from handlers.scrub import scrub_for_logs


def refuse(refusal: Refusal | str, case: CaseId | None = None) -> Decision:
    """The decision that changes nothing and says why. A refusal may repeat what was typed, so it is scrubbed."""
    sentence = scrub_for_logs(refusal if isinstance(refusal, str) else refusal.sentence)
    return Decision(audit=(Audit("refused", case, sentence),), answer=Message(lines=(sentence,)))


def seen_case(scene: Scene[Any]) -> Case | None:
    """The case that was found, when the actor may know of it; else None, so that both read the same."""
    case = scene.found.case
    if case is None or case.tracker not in scene.desk.trackers:
        return None
    return case if may_see(scene.actor, scene.desk, scene.desk.trackers[case.tracker], case) else None


def not_found(said: str) -> Decision:
    """There is no such case, or none this actor may know of."""
    return refuse(text("refusal.not_found", case=said[:40] or "?"))
