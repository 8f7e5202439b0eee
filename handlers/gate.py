"""What stands between a case and a state: the flow's moves, its gates, and the rules across columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from config.desk import Desk
from config.flow import Flow
from config.model import Value, is_filled
from config.texts import text
from config.tracker import Column, Tracker
from handlers.access import readers, who_can
from handlers.case import Case
from handlers.place import Actor
from handlers.show import BY_SHEET, person_name

DONE = "Done"
APPROVER, DECIDER, SENDER = "approved_by", "decided_by", "submitted_by"
"""Columns that name a person whom a rule is about."""


def reachable(flow: Flow, case: Case, state: str) -> bool:
    """Whether the flow lets the case go there now: directly, or because its post is just not confirmed yet."""
    if flow.may_move(case.status, state):
        return True
    is_on_its_way = case.status == flow.initial and case.requested_at is not None
    return flow.posted is not None and is_on_its_way and flow.may_move(flow.posted, state)


def posted_state(desk: Desk, tracker: Tracker, case: Case) -> str | None:
    """The state a case enters when its request is posted, if it still waits for that."""
    flow, post = desk.flow_of(tracker), tracker.supplier_post
    waits = post is not None and case.status == post.from_state
    return flow.posted if waits and flow.posted and flow.may_move(case.status, flow.posted) else None


def finish(flow: Flow) -> str | None:
    """The state that "done" means; None in a flow that can end in several ways, none of them called so."""
    if flow.done is not None:
        return flow.done
    if DONE in flow.closed:
        return DONE
    return flow.closed[0] if len(flow.closed) == 1 else None


def gate(flow: Flow, tracker: Tracker, values: Mapping[str, Value], state: str) -> tuple[Column, ...]:
    """The columns that must be filled in to enter a state and are not; a box that must be ticked counts as empty.

    What cannot be taken back must also be ready now: the gate of the state before it has to hold still.
    """
    states = [state]
    if state in flow.one_way:
        states += [start for start, ends in flow.moves.items() if state in ends and start not in flow.closed]
    wanted = dict.fromkeys(column.key for each in states for column in _needed(flow, tracker, each, values))
    return tuple(column for key in wanted if is_missing(values, column := tracker.column(key)))


def _needed(flow: Flow, tracker: Tracker, state: str, values: Mapping[str, Value]) -> tuple[Column, ...]:
    """The columns of a state's gate: the flow's, and of the tracker's own those that are asked with these values."""
    own = (tracker.column(key) for key in tracker.need.get(state, ()))
    return (
        *(tracker.column(key) for key in flow.need.get(state, ())),
        *(column for column in own if column.is_asked(values)),
    )


def is_missing(values: Mapping[str, Value], column: Column) -> bool:
    """Whether a column of a gate is not filled in, or is a box that is not ticked."""
    value = values.get(column.key)
    return not is_filled(value) or value is False


def asked_at(flow: Flow, tracker: Tracker, state: str, values: Mapping[str, Value]) -> tuple[Column, ...]:
    """The columns of a state's gate that people fill in, for a case with these values."""
    return tuple(column for column in _needed(flow, tracker, state, values) if column.step != "system")


def passed(flow: Flow, status: str) -> tuple[str, ...]:
    """The states a case in this one has passed, itself included: closed states are ends, not stations."""
    states = flow.states[: flow.states.index(status) + 1] if status in flow.states else ()
    return tuple(state for state in states if state == status or state not in flow.closed)


def is_held(flow: Flow, tracker: Tracker, case: Case, key: str) -> bool:
    """Whether a gate that the case has passed stands on this column, so that it must not be emptied now."""
    return any(
        key in (*flow.need.get(state, ()), *tracker.need.get(state, ()))
        for state in passed(flow, case.status)
    )


def broken_rule(desk: Desk, tracker: Tracker, case: Case, state: str, actor: Actor | None) -> str | None:
    """The sentence of the rule that entering a state would break, for a case whose gate is passed.

    Without an actor only the names that the case itself holds are looked at.
    """
    return (
        _unnamed(desk, tracker, case, state, actor)
        or _unapproved(desk, tracker, case, state, actor)
        or _alone(desk, tracker, case, state, actor)
    )


def _unnamed(desk: Desk, tracker: Tracker, case: Case, state: str, actor: Actor | None) -> str | None:
    """Nobody knows who types in a sheet: what takes a certain person is not done there, nor passed by."""
    if actor is None or actor.person != BY_SHEET:
        return None
    flow = desk.flow_of(tracker)
    if _goes_without(flow, case.status, state, frozenset(tracker.move_by) | frozenset(flow.one_way)):
        return None
    roles = {role for each in tracker.move_by.values() for role in each} or readers(desk, tracker)
    return text("move.needs_person", can=who_can(desk, roles))


def _goes_without(flow: Flow, start: str, end: str, avoided: frozenset[str]) -> bool:
    """Whether the flow leads from one state to another without entering these; back to where it was is free."""
    reached, ahead = {start}, [start]
    while ahead:
        new = {state for state in flow.moves.get(ahead.pop(), ()) if state not in avoided} - reached
        reached |= new
        ahead += new
    return end in reached


def _unapproved(desk: Desk, tracker: Tracker, case: Case, state: str, actor: Actor | None) -> str | None:
    """Who approves may do so, and from some amount on is neither who asked nor somebody they name."""
    if not _names_approver(desk, tracker, state):
        return None
    if actor is None and APPROVER not in case.values:
        return None
    approver, roles = str(case.values.get(APPROVER, "")), frozenset(tracker.move_by[state])
    if roles.isdisjoint(desk.people[approver].roles if approver in desk.people else ()):
        return text("move.may_not_approve", who=person_name(desk, approver or None), can=who_can(desk, roles))
    if case.reporter in (approver, actor and actor.person) and may_not_approve_own(tracker, case):
        return _self_approval(desk, tracker, case, state)
    return None


def _self_approval(desk: Desk, tracker: Tracker, case: Case, state: str) -> str:
    can = who_can(desk, tracker.move_by[state], but=case.reporter)
    return text("move.self_approval", amount=_limit(desk, case, tracker.rules.self_approval_from), can=can)


def _alone(desk: Desk, tracker: Tracker, case: Case, state: str, actor: Actor | None) -> str | None:
    """From some amount on, what cannot be taken back is sent by another than who decided on it."""
    if state not in desk.flow_of(tracker).one_way or not takes_two(tracker, case):
        return None
    first = first_person(desk, case)
    if first is None or first in (actor and actor.person, case.values.get(SENDER)):
        can = who_can(desk, readers(desk, tracker), but=first)
        return text("move.two_people", amount=_limit(desk, case, tracker.rules.two_person_from), can=can)
    return None


def kept_from(desk: Desk, tracker: Tracker, case: Case, state: str, actor: Actor) -> str | None:
    """The sentence of the rule that keeps this actor from making the move, whatever they would fill in for it."""
    if _names_approver(desk, tracker, state) and case.reporter == actor.person:
        return _self_approval(desk, tracker, case, state) if may_not_approve_own(tracker, case) else None
    held = replace(case, values={key: value for key, value in case.values.items() if key != SENDER})
    return _alone(desk, tracker, held, state, actor)


def _names_approver(desk: Desk, tracker: Tracker, state: str) -> bool:
    """Whether a state is entered by somebody's approval."""
    return state in tracker.move_by and APPROVER in desk.flow_of(tracker).need.get(state, ())


def may_not_approve_own(tracker: Tracker, case: Case) -> bool:
    """Whether the case is too large to be approved by who asked for it."""
    return _reaches(case, tracker.rules.self_approval_from)


def takes_two(tracker: Tracker, case: Case) -> bool:
    """Whether the case is so large that what cannot be taken back takes a second person."""
    return _reaches(case, tracker.rules.two_person_from)


def first_person(desk: Desk, case: Case) -> str | None:
    """Who decided on a case, else who logged it; None where nobody knows who that was."""
    decided = case.values.get(DECIDER) or (case.reporter if case.reporter in desk.people else None)
    return None if decided is None else str(decided)


def wrong_names(desk: Desk, tracker: Tracker, case: Case) -> dict[str, str]:
    """The columns whose person breaks a rule by name alone, whoever makes the move, each with the rule's sentence."""
    flow = desk.flow_of(tracker)
    wrong = {}
    for state in flow.states:
        if sentence := _unapproved(desk, tracker, case, state, None):
            wrong[APPROVER] = sentence
        if SENDER in case.values and (sentence := _alone(desk, tracker, case, state, None)):
            wrong[SENDER] = sentence
    return wrong


def _limit(desk: Desk, case: Case, amount: str | None) -> str:
    """The amount of a rule with its currency, which is the case's."""
    return f"{amount} {case.values.get('currency', desk.currency)}"


def _reaches(case: Case, limit: str | None) -> bool:
    """Whether the case's amount reaches a limit; a case without an amount is treated as reaching it."""
    if limit is None:
        return False
    amount = case.values.get("amount", case.values.get("cost"))
    return amount is None or Decimal(str(amount)) >= Decimal(limit)
