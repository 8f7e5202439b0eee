"""Whom an answer may name: a question about a person offers those whose name would be accepted, and nobody else."""

from __future__ import annotations

from config.desk import Desk
from config.tracker import Column, Tracker
from handlers.access import approvers, readers
from handlers.case import Case
from handlers.gate import APPROVER, SENDER, first_person, may_not_approve_own, takes_two


def nameable(
    desk: Desk, tracker: Tracker, column: Column, case: Case | None = None
) -> tuple[tuple[str, str], ...]:
    """The people a column of a tracker may name, as (key, name): who approves may do so, the others see the case.

    For a case, whoever its rules keep from it is left out; whom it names already, and may, stays.
    """
    barred = _barred(desk, tracker, column, case)
    roles = approvers(desk, tracker, column) or readers(desk, tracker)
    held = case.values.get(column.key) if case is not None else None
    return tuple(
        (key, person.name)
        for key, person in desk.people.items()
        if key not in barred and (key == held or (person.active and not roles.isdisjoint(person.roles)))
    )


def _barred(desk: Desk, tracker: Tracker, column: Column, case: Case | None) -> frozenset[str]:
    """Who must not be named: who asked for a large sum does not approve it, who decided does not send alone."""
    if case is None:
        return frozenset()
    if column.key == APPROVER and may_not_approve_own(tracker, case):
        return frozenset({case.reporter})
    first = first_person(desk, case) if column.key == SENDER and takes_two(tracker, case) else None
    return frozenset({first}) if first is not None else frozenset()
