"""Moving a case from one state to another. Every way to move one comes through here, and so through its gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from config.desk import Desk
from config.flow import Flow
from config.model import Value, is_filled
from config.texts import text
from config.tracker import Column, Tracker
from handlers.access import Refusal, may_fill, may_move
from handlers.ask import form_of, step_questions
from handlers.card import person_name
from handlers.case import Case
from handlers.decision import Audit, Decision
from handlers.derive import derived
from handlers.effects import Effect, Say, ShowCard
from handlers.events import FormContext, Slot
from handlers.form import Form
from handlers.message import Message
from handlers.place import PersonKey
from handlers.refuse import refuse
from handlers.row import changed_row
from handlers.scene import Scene


@dataclass(frozen=True, slots=True)
class Move:
    """A move somebody wants: the state aimed at, and columns filled in with it."""

    state: str
    values: Mapping[str, Value]
    confirmed: bool = False
    """Whether the actor has seen what a one-way state means (sent its form, or pressed through its question)."""


def move_case(scene: Scene[Any], case: Case, move: Move) -> Decision:
    """Move a case, or say what stands in the way: an unknown move, a missing right, a gate, a rule.

    A gate's missing columns are asked in a form; the same move with them filled in is repeated from there.
    """
    desk, tracker = scene.desk, scene.desk.trackers[case.tracker]
    if case.status == move.state:
        return Decision(answer=Message(lines=(text("move.already", case=case.id, state=case.status),)))
    refusal = _stands_in_the_way(scene, case, tracker, move.state)
    if refusal is not None:
        return refuse(refusal, case.id)
    filled = with_answers(scene, case, move.values)
    missing = gate(desk.flow_of(tracker), tracker, filled.values, move.state)
    unasked = [column.header for column in missing if column.step == "system"]
    if unasked:
        return refuse(text("move.not_ready", state=move.state, columns=", ".join(unasked)), case.id)
    one_way = move.state in desk.flow_of(tracker).one_way and not move.confirmed
    if missing or one_way:
        return Decision(form=move_form(scene, filled, move.state, missing))
    broken = _broken_rule(scene, filled, tracker, move.state)
    if broken is not None:
        return refuse(broken, case.id)
    return moved(scene, case, enter(scene, filled, move.state))


def with_answers(scene: Scene[Any], case: Case, answers: Mapping[str, Value]) -> Case:
    """The case with these columns filled in, and with what the bot derives from them."""
    desk, tracker = scene.desk, scene.desk.trackers[case.tracker]
    given = case.with_values(scene.now, answers)
    return given.with_values(scene.now, derived(tracker, desk, given.values))


def gate(flow: Flow, tracker: Tracker, values: Mapping[str, Value], state: str) -> tuple[Column, ...]:
    """The columns that must be filled in to enter a state and are not; a box that must be ticked counts as empty."""
    wanted = (tracker.column(key) for key in flow.need.get(state, ()))
    return tuple(
        column
        for column in wanted
        if not is_filled(values.get(column.key)) or values.get(column.key) is False
    )


def reachable(flow: Flow, case: Case, state: str) -> bool:
    """Whether the flow lets the case go there now: directly, or because its post is just not confirmed yet."""
    if flow.may_move(case.status, state):
        return True
    on_its_way = flow.posted is not None and case.status == flow.initial and case.requested_at is not None
    return on_its_way and flow.posted is not None and flow.may_move(flow.posted, state)


def _stands_in_the_way(scene: Scene[Any], case: Case, tracker: Tracker, state: str) -> Refusal | None:
    flow = scene.desk.flow_of(tracker)
    if not reachable(flow, case, state):
        ahead = " / ".join(flow.moves.get(case.status, ())) or text("move.nowhere")
        return Refusal(text("move.no_way", case=case.id, status=case.status, state=state, ahead=ahead))
    return may_move(scene.actor, scene.desk, tracker, case, state)


def move_form(scene: Scene[Any], case: Case, state: str, missing: Sequence[Column]) -> Form:
    """The form that asks for what a state needs; people's names are offered with the actor first in mind."""
    desk, tracker = scene.desk, scene.desk.trackers[case.tracker]
    flow = desk.flow_of(tracker)
    asked = missing or [
        tracker.column(key) for key in flow.need.get(state, ()) if tracker.column(key).step != "system"
    ]
    known = dict(case.values)
    for column in asked:
        if column.type == "person" and column.key not in known and scene.actor.person:
            known[column.key] = scene.actor.person
        if column.type in {"date", "datetime"} and column.key not in known:
            known[column.key] = _today(column, scene)
    context = FormContext("move", desk.key, tracker.key, case.id, state)
    intro = (text("move.one_way", state=state),) if state in flow.one_way else ()
    questions = step_questions(asked, desk, known, required=True)
    return form_of(context, text("move.form_title", state=state), text("move.submit"), questions, intro)


def _today(column: Column, scene: Scene[Any]) -> str:
    """Today, or now, as a column of that type holds it."""
    local = scene.now.astimezone(ZoneInfo(scene.desk.timezone))
    return local.date().isoformat() if column.type == "date" else local.isoformat(timespec="minutes")


def _broken_rule(scene: Scene[Any], case: Case, tracker: Tracker, state: str) -> str | None:
    """The sentence of a rule the move would break: approving one's own, or deciding a large matter alone."""
    desk, rules = scene.desk, tracker.rules
    approver = case.values.get("approved_by")
    if approver and state in tracker.move_by:
        if not set(tracker.move_by[state]).intersection(_roles(desk, str(approver))):
            return text("move.may_not_approve", who=person_name(desk, str(approver)))
        if approver == case.reporter and _at_least(case, rules.self_approval_from):
            return text("move.self_approval", amount=rules.self_approval_from)
    if state in desk.flow_of(tracker).one_way and _at_least(case, rules.two_person_from):
        decided = case.values.get("submitted_by") or scene.actor.person
        if decided == case.values.get("decided_by", case.reporter):
            return text("move.two_people", amount=rules.two_person_from)
    return None


def _roles(desk: Desk, key: str) -> tuple[str, ...]:
    return desk.people[key].roles if key in desk.people else ()


def _at_least(case: Case, limit: str | None) -> bool:
    """Whether the case's amount reaches a limit; a case without an amount is treated as reaching it."""
    if limit is None:
        return False
    amount = case.values.get("amount", case.values.get("cost"))
    return amount is None or Decimal(str(amount)) >= Decimal(limit)


def enter(scene: Scene[Any], case: Case, state: str) -> Case:
    """The case in its new state, with what entering it means: closed or open, whose it is, asked or not."""
    desk, tracker = scene.desk, scene.desk.trackers[case.tracker]
    flow = desk.flow_of(tracker)
    owner = tracker.owner_by_state.get(state)
    post = tracker.supplier_post
    asks = (
        post is not None and state == post.from_state and (post.when is None or post.when.holds(case.values))
    )
    return case.changed(
        scene.now,
        status=state,
        closed_at=scene.now if state in flow.closed else None,
        owner=PersonKey(owner) if owner in desk.people else case.owner,
        requested_at=case.requested_at or (scene.now if asks else None),
    )


def moved(scene: Scene[Any], before: Case, after: Case, *, said: str = "") -> Decision:
    """The decision that stores a moved case, with the row, both posts and a line in the thread."""
    sentence = said or text("history.moved", before=before.status, state=after.status)
    told = text("move.told", who=scene.actor.name, before=before.status, state=after.status)
    effects: list[Effect] = [*changed_row(before, after, scene.desk), *cards(scene, after)]
    effects.append(Say(f"{scene.event.id}:told", after.id, "home", Message(lines=(told,))))
    answer = Message(lines=(text("move.done", case=after.id, state=after.status),))
    return Decision((after,), tuple(effects), (Audit("moved", after.id, sentence),), answer)


def cards(scene: Scene[Any], case: Case) -> tuple[ShowCard, ...]:
    """Both posts of a case shown anew; the supplier's only where he was asked."""
    slots: tuple[Slot, ...] = ("home", "supplier") if case.requested_at is not None else ("home",)
    return tuple(ShowCard(f"{scene.event.id}:card:{slot}", case.id, slot) for slot in slots)


def fillable(scene: Scene[Any], case: Case, columns: Sequence[Column]) -> Refusal | None:
    """The first refusal among columns the actor wants to fill in, if any."""
    tracker = scene.desk.trackers[case.tracker]
    refusals = (may_fill(scene.actor, scene.desk, tracker, case, column) for column in columns)
    return next((refusal for refusal in refusals if refusal is not None), None)
