"""*Send it again*: a person's word about what may have been sent to the supplier, and cannot be looked for."""

from __future__ import annotations

from config.texts import text
from handlers.access import may_speak_for_desk
from handlers.decision import Audit, Decision
from handlers.effects import SendAgain
from handlers.events import ButtonPressed
from handlers.message import Message
from handlers.refuse import not_found, refuse
from handlers.scene import Need, Scene
from handlers.seen import seen_case


def need_button(scene: Scene[ButtonPressed]) -> Need:
    """The case the button names: a hint, checked again when it is loaded."""
    return Need(case=scene.event.case)


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """Send it once more, if it is still not known to be there; what the button names is checked where it is stored."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.case)
    refusal = may_speak_for_desk(scene.actor, scene.desk, scene.desk.trackers[case.tracker], case)
    if refusal is not None:
        return refuse(refusal, case.id)
    again = SendAgain(f"{scene.event.id}:again", case.id, scene.event.value)
    audit = Audit("sent_again", case.id, text("history.sent_again"))
    told = Message(lines=(text("resend.told", case=case.id),))
    return Decision((), (again,), (audit,), told)
