"""What a decision becomes for the one who asked: words, a form that knows where it was asked for, errors on fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.slack import words
from bot.slack.events import again_button
from bot.slack.modal import View
from handlers.decision import Decision
from handlers.events import CommandIssued
from handlers.form import Fault, Form
from handlers.message import Message
from handlers.place import Place


def spoken(decision: Decision) -> Message | None:
    """What to tell the actor in words; faults without a form to show them on are words, too."""
    if decision.answer is None and decision.faults and decision.form is None:
        return Message(lines=tuple(fault.sentence for fault in decision.faults))
    return decision.answer


def late(event: CommandIssued) -> Message:
    """The form of a command could not be opened in time: a button that opens it."""
    return Message(lines=(words.TOO_LATE,), buttons=(again_button(event, words.OPEN_FORM),))


def ready(event: CommandIssued, answer: Message | None) -> Message:
    """A written command has a form, which needs a press to open: the same button, under what there is to say."""
    button = again_button(event, words.OPEN_FORM)
    if answer is None:
        return Message(lines=(words.FORM_READY,), buttons=(button,))
    return replace(answer, buttons=(*answer.buttons, button))


def at(form: Form, place: Place) -> Form:
    """The form, knowing where it was asked for, so that what comes of it finds its way back."""
    return replace(form, context=replace(form.context, home=form.context.home or place.key))


def replacing(view: View) -> dict[str, Any]:
    """The answer to a sent form that puts another view in its place."""
    return {"response_action": "update", "view": view}


def errors_of(faults: Sequence[Fault], asked: Sequence[str]) -> dict[str, str]:
    """Faults by the field that can show them; a fault of no field stands on the first one."""
    errors: dict[str, str] = {}
    for fault in faults:
        key = fault.key if fault.key in asked else next(iter(asked), "")
        if key:
            errors[key] = f"{errors[key]} {fault.sentence}" if key in errors else fault.sentence
    return errors


def homeless(faults: Sequence[Fault], asked: Sequence[str]) -> bool:
    """Whether a fault is about a question that is not on the screen."""
    return any(fault.key not in asked for fault in faults)
