"""`/log`: which trackers there are, the form of one, and the filing of a case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from config.texts import text
from handlers.access import loggable, may_log
from handlers.carried import unpacked
from handlers.command import words
from handlers.decision import Audit, Decision
from handlers.draft import DUPLICATE, Draft, draft_faults, draft_form, draft_of_form
from handlers.echo import echo
from handlers.events import ButtonPressed, CommandIssued, FormChanged, FormSubmitted
from handlers.filing import file_case, need_filing
from handlers.log_message import decide_chosen, decide_message
from handlers.log_words import draft_of_words, tracker_named
from handlers.message import Button, Message
from handlers.refuse import refuse
from handlers.scene import Need, Scene

# --- the command ---


def need_command(scene: Scene[CommandIssued]) -> Need:
    """A complete one-line form is filed at once, and needs a case id and the cases like it."""
    draft = _draft_of_command(scene)
    return need_filing(draft) if isinstance(draft, Draft) else Need()


def decide_command(scene: Scene[CommandIssued]) -> Decision:
    """`/log`, `/log item-issue`, `/log item-issue 10423 FD-88 …`, `/log broken …`."""
    draft = _draft_of_command(scene)
    if not isinstance(draft, Draft):
        return draft
    if draft.is_empty or draft_faults(draft):
        return Decision(form=draft_form(scene, draft))
    return file_case(scene, draft)


def _draft_of_command(scene: Scene[CommandIssued]) -> Draft | Decision:
    said = words(scene.event.text)
    if not said:
        return _trackers(scene)
    tracker, near = (None, ()) if said[0].key else tracker_named(scene, said[0].value)
    if tracker is None:
        given = echo(str(said[0]))
        sentence = (
            text("fault.unknown_tracker", given=given, near=" / ".join(near))
            if near
            else text("fault.no_tracker", given=given)
        )
        return replace(_trackers(scene, sentence), audit=(Audit("refused", None, sentence),))
    refusal = may_log(scene.actor, scene.desk, tracker)
    if refusal is not None:
        return refuse(refusal)
    return draft_of_words(scene, tracker, said)


def _trackers(scene: Scene[Any], first: str = "") -> Decision:
    mine = loggable(scene.actor, scene.desk)
    if not mine:
        return refuse(text("log.nothing_to_log"))
    buttons = tuple(Button(tracker.title, "log", None, tracker.key) for tracker in mine)
    lines = (first,) if first else ()
    footer = text("log.choose_footer", tracker=mine[0].key)
    return Decision(answer=Message(text("log.choose"), lines, buttons=buttons, footer=footer))


# --- a button, an open form ---


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """The button of one tracker; its value may hold the rest of a one-line form, and files."""
    event = scene.event
    said, files = unpacked(event.value)
    command = CommandIssued(
        id=event.id,
        account=event.account,
        place=event.place,
        at=event.at,
        name="log",
        text=said,
        files=files,
    )
    draft = _draft_of_command(Scene(command, scene.actor, scene.desk, scene.now))
    if not isinstance(draft, Draft):
        return draft
    return Decision(form=draft_form(scene, draft))


def decide_changed(scene: Scene[FormChanged]) -> Decision:
    """An answer showed or hid others: the form again, as it now is."""
    draft = draft_of_form(scene)
    if draft is None or may_log(scene.actor, scene.desk, draft.tracker) is not None:
        return Decision()
    return Decision(form=replace(draft_form(scene, draft), faults=()))


def need_form(scene: Scene[FormSubmitted]) -> Need:
    """A form without faults is filed at once."""
    draft = draft_of_form(scene)
    return need_filing(draft) if draft is not None else Need()


def decide_form(scene: Scene[FormSubmitted]) -> Decision:
    """A form was sent: its faults on their fields, a question about a duplicate, or the case filed."""
    draft = draft_of_form(scene)
    if draft is None:
        return refuse(text("log.gone"))
    refusal = may_log(scene.actor, scene.desk, draft.tracker)
    if refusal is not None:
        return refuse(refusal)
    faults = draft_faults(draft)
    if faults and all(fault.key in scene.event.answers for fault in faults):
        return Decision(faults=faults)
    if faults:
        return Decision(form=draft_form(scene, draft))
    return file_case(scene, draft, choice=str(scene.event.answers.get(DUPLICATE) or ""))


__all__ = [
    "decide_button",
    "decide_changed",
    "decide_chosen",
    "decide_command",
    "decide_form",
    "decide_message",
    "need_command",
    "need_form",
]
