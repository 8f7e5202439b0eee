"""Every decision winds the clocks of the cases it is about: what started, what ended, what an answer stopped.

This happens to each decision alike, after it was made and before it is stored: no rule can forget it, and none has to
know of clocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from handlers.access import sees_as_supplier
from handlers.case import Case
from handlers.clocks import Side, answered, wind
from handlers.decision import Audit, Decision
from handlers.ladder import next_check_at
from handlers.scene import Scene

NO_ANSWERS = frozenset({"refused", "snoozed", "nudged"})
"""What is written down about a case without being an answer: the ladder goes on."""


def wound(scene: Scene[Any], decision: Decision) -> Decision:
    """The same decision, its cases with their clocks as they run from now on. Safe to repeat.

    A case that was answered without being changed is stored for its clocks' sake; when it was changed last stays.
    """
    if not decision.is_durable:
        return decision
    cases = [_wound(scene, case, decision.audit) for case in decision.cases]
    heard = scene.found.case
    if heard is not None and heard.desk == scene.desk.key and heard.id not in {case.id for case in cases}:
        after = _wound(scene, heard, decision.audit)
        if after.watch != heard.watch:
            cases.append(after)
    return replace(decision, cases=tuple(cases))


def _wound(scene: Scene[Any], case: Case, audit: Iterable[Audit]) -> Case:
    desk = scene.desk
    tracker = desk.trackers.get(case.tracker)
    if tracker is None:
        return case
    before = _before(scene, case)
    watch = wind(desk, case, case.watch, scene.now, before)
    if case.version and _is_answer(scene, case, audit):
        side: Side = "supplier" if sees_as_supplier(scene.actor, desk, tracker) else "desk"
        watch = answered(desk, case, watch, scene.now, side)
    return replace(case, watch=watch, next_check_at=next_check_at(desk, case, watch, scene.now))


def _before(scene: Scene[Any], case: Case) -> Case | None:
    """The case as it was read."""
    found = scene.found
    read = (found.case, *found.duplicates, *found.cases)
    return next((one for one in read if one is not None and one.id == case.id), None)


def _is_answer(scene: Scene[Any], case: Case, audit: Iterable[Audit]) -> bool:
    """Whether a person of the desk or a supplier said or did something about the case."""
    if scene.actor.person is None or scene.actor.account.platform == "deskbell":
        return False
    return any(line.case == case.id and line.action not in NO_ANSWERS for line in audit)
