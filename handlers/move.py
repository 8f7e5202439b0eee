"""Moving a case from one state to another. Every way to move one comes through here, and so through its gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from config.model import Value
from config.texts import text
from config.tracker import Column
from handlers.access import Refusal, may_fill, may_move
from handlers.ask import required_faults
from handlers.attach import shown_to_supplier
from handlers.case import Case
from handlers.decision import Audit, Decision
from handlers.derive import derived, waits_for
from handlers.echo import echo
from handlers.effects import Effect, Say, ShowCard
from handlers.enter import enter
from handlers.events import CommandIssued, FormSubmitted, Slot
from handlers.form import Fault, Form
from handlers.gate import asked_at, broken_rule, gate, kept_from, reachable, wrong_names
from handlers.message import Message
from handlers.move_form import Move, move_form, still_asked, without_when
from handlers.owner_told import owner_told
from handlers.refuse import refuse
from handlers.request_changed import told_of_change, told_of_end
from handlers.row import changed_row
from handlers.scene import Scene
from handlers.show import shown


def move_case(scene: Scene[Any], case: Case, move: Move) -> Decision:
    """Move a case, or say what stands in the way: an unknown move, a missing right, a gate, a rule.

    A gate's missing columns are asked in a form; the same move with them filled in is repeated from there.
    """
    desk, tracker = scene.desk, scene.desk.trackers[case.tracker]
    flow = desk.flow_of(tracker)
    if case.status == move.state:
        return Decision(answer=Message(lines=(_already(case),)))
    refusal = barred(scene, case, move.state) or fillable(scene, case, move.values)
    if refusal is not None:
        return refuse(refusal, case.id)
    filled = with_answers(scene, case, move.values)
    missing = gate(flow, tracker, filled.values, move.state)
    if sentence := _not_ready(scene, filled, move.state, missing):
        return refuse(sentence, case.id)
    if asked := still_asked(scene, case, filled, move, missing):
        return Decision(
            form=move_form(scene, filled if missing else without_when(filled, asked), move.state, asked)
        )
    if move.state in flow.one_way and not move.confirmed:
        return Decision(form=move_form(scene, filled, move.state))
    broken = broken_rule(desk, tracker, filled, move.state, scene.actor)
    if broken is not None:
        return _broken(scene, case, move, broken)
    if move.state == flow.posted and tracker.supplier_post is not None:
        return _asked(scene, case)
    return moved(scene, case, enter(scene, filled, move.state), masked=move.masked)


def _not_ready(scene: Scene[Any], case: Case, state: str, missing: Sequence[Column]) -> str:
    """The sentence on a gate that no form can open: what the bot fills in itself waits for other columns."""
    desk, tracker = scene.desk, scene.desk.trackers[case.tracker]
    unasked = [column for column in missing if column.step == "system"]
    if not unasked:
        return ""
    columns = ", ".join(column.header for column in unasked)
    wanted = (waits_for(tracker, desk, case.values, column.key) for column in unasked)
    listed = "; ".join(dict.fromkeys(each for each in wanted if each))
    if not listed:
        return text("move.not_ready", state=state, columns=columns)
    return text("move.not_ready_yet", state=state, columns=columns, wanted=listed)


def _already(case: Case) -> str:
    return text("move.already", case=case.id, state=case.status)


def _broken(scene: Scene[Any], case: Case, move: Move, broken: str) -> Decision:
    """What a rule says: where a name is what breaks it, on the question for another one; else as a refusal."""
    filled = with_answers(scene, case, move.values)
    wrong = wrong_names(scene.desk, scene.desk.trackers[case.tracker], filled)
    named = [key for key in wrong if key in move.values]
    if isinstance(scene.event, FormSubmitted) and named:
        return Decision(faults=tuple(Fault(key, broken) for key in named))
    form = _another_name(scene, case, move, broken)
    return Decision(form=form) if form else refuse(broken, case.id)


def _another_name(scene: Scene[Any], case: Case, move: Move, broken: str) -> Form | None:
    """Where only a name that the case holds already stands in the way of the actor: the form asks for it anew."""
    desk, tracker = scene.desk, scene.desk.trackers[case.tracker]
    stored = [key for key in wrong_names(desk, tracker, case) if key not in move.values]
    anew = with_answers(scene, case, {**move.values, **dict.fromkeys(stored, scene.actor.person or "")})
    if not stored or broken_rule(desk, tracker, anew, move.state, scene.actor) is not None:
        return None
    columns = tuple(tracker.column(key) for key in stored)
    return move_form(scene, anew, move.state, columns, tuple(Fault(key, broken) for key in stored))


def with_answers(scene: Scene[Any], case: Case, answers: Mapping[str, Value]) -> Case:
    """The case with these columns filled in, and with what the bot derives from them."""
    desk, tracker = scene.desk, scene.desk.trackers[case.tracker]
    given = case.with_values(scene.now, answers)
    return given.with_values(scene.now, derived(tracker, desk, given.values))


def fillable(scene: Scene[Any], case: Case, answers: Mapping[str, Value]) -> Refusal | None:
    """The first refusal among the columns that these answers would change, if any."""
    tracker = scene.desk.trackers[case.tracker]
    changed = [tracker.column(key) for key, value in answers.items() if case.values.get(key) != value]
    refusals = (may_fill(scene.actor, scene.desk, tracker, case, column) for column in changed)
    return next((refusal for refusal in refusals if refusal is not None), None)


def barred(scene: Scene[Any], case: Case, state: str) -> Refusal | str | None:
    """What keeps this actor from the move whatever they would fill in for it: the flow, a missing right, a rule.

    To be asked before anything of the case is shown in a form.
    """
    desk, tracker = scene.desk, scene.desk.trackers[case.tracker]
    return (
        overtaken(scene, case, state)
        or may_move(scene.actor, desk, tracker, case, state)
        or kept_from(desk, tracker, case, state, scene.actor)
    )


def overtaken(scene: Scene[Any], case: Case, state: str) -> str | None:
    """The sentence on a move that the case cannot make as it stands now; None where its flow lets it go there."""
    tracker = scene.desk.trackers[case.tracker]
    flow = scene.desk.flow_of(tracker)
    if case.status == state:
        return _already(case)
    if state == flow.posted and tracker.supplier_post is not None and case.requested_at is not None:
        return text("move.asked_already", case=case.id)
    if state in flow.states and reachable(flow, case, state):
        return None
    ahead = [
        other
        for other in flow.moves.get(case.status, ())
        if may_move(scene.actor, scene.desk, tracker, case, other) is None
    ]
    listed = " / ".join(ahead) or text("move.nowhere")
    return text("move.no_way", case=case.id, status=case.status, state=echo(state), ahead=listed)


def moved(scene: Scene[Any], before: Case, after: Case, *, masked: bool = False) -> Decision:
    """The decision that stores a moved case, with the row, both posts and a line in the thread.

    Words for the actor follow a command only: whoever pressed, reacted or sent a form sees card and thread change.
    """
    desk, tracker = scene.desk, scene.desk.trackers[after.tracker]
    told = text("move.told", who=scene.actor.name, before=before.status, state=after.status)
    facts = tuple(
        (column.header, shown(column, after.values[column.key], desk))
        for column in asked_at(desk.flow_of(tracker), tracker, after.status, after.values)
        if column.key in after.values and after.values[column.key] != before.values.get(column.key)
    )
    effects: list[Effect] = [*changed_row(before, after, desk), *cards(scene, after)]
    effects.append(Say(f"{scene.event.id}:told", after.id, "home", Message(lines=(told,), facts=facts)))
    effects += [*told_of_change(scene, before, after), *told_of_end(scene, before, after)]
    effects += shown_to_supplier(scene, after) if before.requested_at is None else ()
    effects += owner_told(scene, before, after)
    audit = Audit(
        "moved", after.id, text("history.moved", before=before.status, state=after.status), dict(facts)
    )
    lines = [text("answer.masked")] if masked else []
    if isinstance(scene.event, CommandIssued):
        lines.insert(0, text("move.done", case=after.id, state=after.status))
    return Decision((after,), tuple(effects), (audit,), Message(lines=tuple(lines)) if lines else None)


def _asked(scene: Scene[Any], case: Case) -> Decision:
    """Ask the supplier about a case that nothing asked him about; its state follows when the post has landed."""
    tracker = scene.desk.trackers[case.tracker]
    wanted = required_faults(tracker.of_step("log"), case.values, ())
    if wanted:
        columns = ", ".join(tracker.column(fault.key).header for fault in wanted)
        return refuse(text("move.incomplete", columns=columns), case.id)
    after = case.changed(scene.now, requested_at=scene.now)
    told = Message(lines=(text("move.asked", who=scene.actor.name),))
    effects: list[Effect] = [*cards(scene, after), Say(f"{scene.event.id}:told", after.id, "home", told)]
    effects += shown_to_supplier(scene, after)
    return Decision((after,), tuple(effects), (Audit("asked", after.id, text("history.asked")),))


def cards(scene: Scene[Any], case: Case) -> tuple[ShowCard, ...]:
    """Both posts of a case shown anew; the supplier's only where he was asked."""
    slots: tuple[Slot, ...] = ("home", "supplier") if case.requested_at is not None else ("home",)
    return tuple(ShowCard(f"{scene.event.id}:card:{slot}", case.id, slot) for slot in slots)
