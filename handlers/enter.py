"""What entering a state means for a case: closed or open, whose it is, whether the supplier is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.desk import Desk
from config.model import Value
from config.tracker import ON_TICKET, Tracker
from handlers.access import is_supplier_of
from handlers.case import Case
from handlers.gate import APPROVER, passed
from handlers.place import PersonKey
from handlers.scene import Scene


def enter(scene: Scene[Any], case: Case, state: str) -> Case:
    """The case in its new state. Gates and rights were asked before.

    A case that starts anew after it was closed needs a new approval and a new acknowledgement; where the supplier is
    asked and his request was posted before, it is posted still.
    """
    desk, tracker = scene.desk, scene.desk.trackers[case.tracker]
    flow = desk.flow_of(tracker)
    if state == flow.initial and case.status in flow.closed:
        case = _anew(scene, case)
    if flow.posted is not None and case.post_link and asks_at(tracker, state, case.values):
        state = flow.posted
    entered = case.changed(
        scene.now,
        status=state,
        values={**case.values, **_counted(tracker, case, state)},
        closed_at=scene.now if state in flow.closed else None,
        owner=_owner(desk, tracker, case, state),
        requested_at=case.requested_at or (scene.now if asks_at(tracker, state, case.values) else None),
    )
    return _acknowledged(scene, entered, state)


def _counted(tracker: Tracker, case: Case, state: str) -> dict[str, Value]:
    """The columns in which the bot counts how often a case entered this state, one more than they held."""
    counters = (column for column in tracker.columns if column.counts_moves == state)
    return {column.key: 1 + times(case, column.key) for column in counters}


def times(case: Case, key: str) -> int:
    """What a counting column holds: nothing is none."""
    held = case.values.get(key)
    return held if isinstance(held, int) else 0


def _anew(scene: Scene[Any], case: Case) -> Case:
    values = {key: value for key, value in case.values.items() if key != APPROVER}
    return case.changed(scene.now, values=values, acknowledged_by=None, acknowledged_at=None)


def _acknowledged(scene: Scene[Any], case: Case, state: str) -> Case:
    """A supplier who takes a case further has it; and nobody enters the acknowledged state without a name to it."""
    tracker = scene.desk.trackers[case.tracker]
    by_supplier = is_supplier_of(scene.actor, scene.desk, tracker, case)
    if case.acknowledged_at is not None or not (
        by_supplier or state == scene.desk.flow_of(tracker).acknowledged
    ):
        return case
    return case.changed(scene.now, acknowledged_by=scene.actor.person, acknowledged_at=scene.now)


def _owner(desk: Desk, tracker: Tracker, case: Case, state: str) -> PersonKey | None:
    """Whose the case is in a state: as declared; else still the same one, unless only the last state made it theirs."""
    by_state = tracker.owner_by_state
    if state in by_state:
        return owner_named(desk, by_state[state], case.reporter) or case.owner
    declared = by_state.get(case.status)
    was_declared = declared is not None and case.owner == owner_named(desk, declared, case.reporter)
    if was_declared and state not in desk.flow_of(tracker).closed:
        return owner_named(desk, tracker.owner, case.reporter) or case.owner
    return case.owner


def owner_named(desk: Desk, declared: str, reporter: PersonKey) -> PersonKey | None:
    """The person an owner's declaration means: that person, whoever has the ticket, or who logged the case.

    None if nobody is there.
    """
    if declared == ON_TICKET and desk.csr_on_ticket is not None:
        declared = desk.csr_on_ticket
    key = declared if declared in desk.people else reporter
    return PersonKey(key) if key in desk.people else None


def asked_since(scene: Scene[Any], before: Case, after: Case) -> Case:
    """The case, with the supplier asked where only now it holds what he is asked for, in a state past asking."""
    tracker = scene.desk.trackers[after.tracker]
    post, flow = tracker.supplier_post, scene.desk.flow_of(tracker)
    if post is None or post.when is None or after.requested_at is not None or after.status in flow.closed:
        return after
    is_new = post.when.holds(after.values) and not post.when.holds(before.values)
    if not is_new or post.from_state not in passed(flow, after.status):
        return after
    return after.changed(scene.now, requested_at=scene.now)


def asks_at(tracker: Tracker, state: str, values: Mapping[str, Value]) -> bool:
    """Whether the supplier is asked when a case with these values enters a state."""
    post = tracker.supplier_post
    return post is not None and state == post.from_state and (post.when is None or post.when.holds(values))
