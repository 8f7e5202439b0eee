"""The supplier says "we have it": by button, by word, by reaction. It counts once, however often it is said."""

from __future__ import annotations

from typing import Any

from config.texts import text
from handlers.access import may_acknowledge
from handlers.case import Case
from handlers.decision import Audit, Decision
from handlers.effects import Effect, Say
from handlers.enter import enter
from handlers.events import ButtonPressed
from handlers.gate import reachable
from handlers.message import Message
from handlers.move import cards
from handlers.owner_told import owner_told
from handlers.refuse import not_found, refuse
from handlers.row import changed_row
from handlers.scene import Need, Scene
from handlers.seen import seen_case
from handlers.show import moment, person_name

ACKNOWLEDGED = "Acknowledged"
"""What the words for it are declared under, whatever the state of a flow is called."""


def need_button(scene: Scene[ButtonPressed]) -> Need:
    """The case the button names: a hint, checked again when it is loaded."""
    return Need(case=scene.event.case)


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """*Acknowledge* was pressed."""
    case = seen_case(scene)
    return not_found(scene.event.case) if case is None else acknowledge(scene, case)


def acknowledge(scene: Scene[Any], case: Case) -> Decision:
    """Acknowledge a case. The first time counts and moves it where its flow says; later ones change nothing."""
    tracker = scene.desk.trackers[case.tracker]
    flow = scene.desk.flow_of(tracker)
    refusal = may_acknowledge(scene.actor, scene.desk, tracker, case)
    if refusal is not None:
        return refuse(refusal, case.id)
    if case.acknowledged_at is not None or case.status in flow.closed:
        return Decision(answer=Message(lines=(_already(scene, case),)))
    after = case
    if flow.acknowledged is not None and reachable(flow, case, flow.acknowledged):
        after = enter(scene, case, flow.acknowledged)
    after = after.changed(scene.now, acknowledged_by=scene.actor.person, acknowledged_at=scene.now)
    told = Message(lines=(text("acknowledge.told", who=scene.actor.name, case=case.id),))
    effects: list[Effect] = [*changed_row(case, after, scene.desk), *cards(scene, after)]
    effects += [Say(f"{scene.event.id}:told", case.id, "home", told), *owner_told(scene, case, after)]
    audit = Audit("acknowledged", case.id, text("history.acknowledged"))
    thanks = Message(lines=(text("acknowledge.thanks", case=case.id),))
    return Decision((after,), tuple(effects), (audit,), thanks)


def _already(scene: Scene[Any], case: Case) -> str:
    if case.acknowledged_at is None:
        return text("acknowledge.closed", case=case.id, status=case.status)
    who = person_name(scene.desk, case.acknowledged_by)
    return text("acknowledge.already", case=case.id, who=who, at=moment(case.acknowledged_at, scene.desk))
