"""What is shown of a guided form, as effects: in its place after a press, below what was said after words."""

from __future__ import annotations

from typing import Any

from bot.store.guides import Kept
from config.desk import Desk
from config.texts import text
from handlers import router
from handlers.decision import Decision
from handlers.effects import Reply, ShowGuide
from handlers.events import ButtonPressed
from handlers.form import Form
from handlers.guide import Guide
from handlers.guide_shown import line, message
from handlers.message import Message
from handlers.scene import Scene
from handlers.show import person_name


def show(scene: Scene[Any], kept: Kept, told: Message, left: Message) -> ShowGuide:
    """Show a message of the guide: in its place after a press, below what was said after words."""
    event, guide = scene.event, kept.guide
    key, place = f"{event.id}:guide", guide.place
    if isinstance(event, ButtonPressed):
        return ShowGuide(key, guide.id, place, told)
    below = place if place.direct else place.in_thread(router.below(event).thread)
    return ShowGuide(key, guide.id, below, told, left)


def first(scene: Scene[Any], guide: Guide) -> ShowGuide:
    """The first message of a guide, below what asked for it."""
    is_here = guide.place.key == scene.event.place.key and not guide.place.direct
    place = guide.place.in_thread(router.below(scene.event).thread) if is_here else guide.place
    return ShowGuide(f"{scene.event.id}:guide:first", guide.id, place, message(guide, scene.desk))


def replaced(scene: Scene[Any], older: Kept) -> ShowGuide:
    """The word that a form ended because its person began another one there."""
    guide = older.guide
    told = line(text("guide.replaced", form=guide.form.title))
    return ShowGuide(f"{scene.event.id}:guide:older", guide.id, guide.place, told)


def expired(kept: Kept) -> ShowGuide:
    """The word that nobody went on with a form, where it was asked."""
    guide = kept.guide
    told = line(text("guide.expired", form=guide.form.title))
    return ShowGuide(f"guide:{guide.id}:expired", guide.id, guide.place, told)


def privately(scene: Scene[Any], form: Form) -> Decision:
    """A word where the form was asked for, that it is asked elsewhere: everybody there may read it."""
    answer = line(text("guide.privately", form=form.title))
    event = scene.event
    if isinstance(event, ButtonPressed) and router.fits_toast(answer, event.toast):
        return Decision(answer=answer)
    return Decision(effects=(Reply(f"{event.id}:privately", router.below(event), answer),))


def done(guide: Guide, decision: Decision, desk: Desk) -> Message:
    """The last words of a form whose handler says none: what it did, of which the cards tell more."""
    title = guide.form.title
    if not decision.cases:
        return line(text("guide.done_bare", form=title) if decision.is_durable else text("log.gone"))
    case = decision.cases[0]
    match guide.form.context.purpose:
        case "assign":
            return line(text("assign.done", case=case.id, who=person_name(desk, case.owner)))
        case "move":
            return line(text("move.done", case=case.id, state=case.status))
        case "update" | "answer":
            return line(text("update.done", case=case.id))
        case _:
            return line(text("guide.done", form=title, case=case.id))
