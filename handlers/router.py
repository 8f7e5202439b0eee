"""Which rule decides about which event, and how its outcome reaches somebody who has no form to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from config.texts import text
from handlers import acknowledge, assign, conversation, find, help, landed, log, reconcile, state, update
from handlers.access import may_work_here
from handlers.answers import nearest
from handlers.decision import NOTHING, Decision
from handlers.effects import Effect, Reply, Whisper
from handlers.events import (
    ButtonPressed,
    CommandIssued,
    FormChanged,
    FormSubmitted,
    MessageLogged,
    MessagePosted,
    PostLanded,
    ReactionAdded,
    RowGone,
    RowRecorded,
    RowTyped,
    SheetEdited,
)
from handlers.form import Form
from handlers.message import Button, Message
from handlers.refuse import refuse
from handlers.scene import Need, Rule, Scene, ignore
from handlers.scrub import scrub_for_logs

COMMANDS: Mapping[str, Rule[CommandIssued]] = {
    "log": Rule(log.decide_command, log.need_command),
    "find": Rule(find.decide_find, find.need_find),
    "mine": Rule(find.decide_mine, find.need_mine),
    "case": Rule(find.decide_case, find.need_case),
    "done": Rule(state.decide_done, state.need_named_case),
    "update": Rule(update.decide_command, state.need_named_case),
    "assign": Rule(assign.decide_command, state.need_named_case),
    "help": Rule(help.decide_help),
}
BUTTONS: Mapping[str, Rule[ButtonPressed]] = {
    "log": Rule(log.decide_button),
    "show": Rule(find.decide_button, find.need_button),
    "acknowledge": Rule(acknowledge.decide_button, acknowledge.need_button),
    "move": Rule(state.decide_button, state.need_button),
    "update": Rule(update.decide_button, update.need_button),
    "answer": Rule(update.decide_answer_button, update.need_button),
    "assign": Rule(assign.decide_button, state.need_button),
    "send": Rule(conversation.decide_send_button, conversation.need_send_button),
}
FORMS: Mapping[str, Rule[FormSubmitted]] = {
    "choose": Rule(log.decide_chosen),
    "log": Rule(log.decide_form, log.need_form),
    "update": Rule(update.decide_form, update.need_form),
    "answer": Rule(update.decide_form, update.need_form),
    "move": Rule(state.decide_form, state.need_form),
    "assign": Rule(assign.decide_form, state.need_form),
    "send": Rule(conversation.decide_send_form, state.need_form),
}
CHANGES: Mapping[str, Rule[FormChanged]] = {
    "log": Rule(log.decide_changed),
    "update": Rule(update.decide_changed, update.need_form),
}
HAPPENED: Mapping[type, Rule[Any]] = {
    MessageLogged: Rule(log.decide_message),
    MessagePosted: Rule(conversation.decide_message, conversation.need_thread),
    ReactionAdded: Rule(conversation.decide_reaction, conversation.need_thread),
    PostLanded: Rule(landed.decide_post, landed.need_case),
    RowRecorded: Rule(landed.decide_row, landed.need_case),
    RowGone: Rule(landed.decide_gone, landed.need_case),
    SheetEdited: Rule(reconcile.decide_edited, reconcile.need_case),
    RowTyped: Rule(reconcile.decide_typed, reconcile.need_typed),
}
BY_PEOPLE = (CommandIssued, MessageLogged, ButtonPressed, FormSubmitted, FormChanged)
"""Events that somebody caused on purpose: strangers and wrong places are told no; others are passed over."""


def rule_for(scene: Scene[Any]) -> Rule[Any]:
    """The rule of an event. Its `need` is loaded first, then it decides."""
    event = scene.event
    if isinstance(event, CommandIssued):
        return _command(event)
    table: Mapping[str, Rule[Any]] = {}
    name = ""
    if isinstance(event, ButtonPressed):
        table, name = BUTTONS, event.action
    elif isinstance(event, FormSubmitted):
        table, name = FORMS, event.form.purpose
    elif isinstance(event, FormChanged):
        table, name = CHANGES, event.form.purpose
    else:
        return HAPPENED.get(type(event), Rule(ignore))
    return table.get(name, Rule(ignore))


def _command(event: CommandIssued) -> Rule[CommandIssued]:
    name, rest = event.name.casefold(), event.text
    if name == "deskbell":
        first, _, rest = event.text.strip().partition(" ")
        name = first.casefold() or "help"
    if name not in COMMANDS:
        return Rule(lambda scene: _unknown_command(scene, name))
    rule = COMMANDS[name]
    if rest == event.text:
        return rule
    inner = rest.strip()
    return Rule(
        lambda scene: rule.decide(replace(scene, event=replace(scene.event, text=inner))),
        lambda scene: rule.need(replace(scene, event=replace(scene.event, text=inner))),
    )


def _unknown_command(_: Scene[CommandIssued], name: str) -> Decision:
    near = nearest(name, COMMANDS) or ["help"]
    return refuse(text("refusal.unknown_command", given=name[:40], near=" / ".join(near)))


def need(scene: Scene[Any]) -> Need:
    """What has to be loaded to decide about this event; nothing for somebody who may do nothing here."""
    if (
        isinstance(scene.event, BY_PEOPLE)
        and may_work_here(scene.actor, scene.desk, scene.event.place) is not None
    ):
        return Need()
    return rule_for(scene).need(scene)


def dispatch(scene: Scene[Any]) -> Decision:
    """Decide about one event. Authority over the place and the person comes first, then the event's own rule."""
    event = scene.event
    if isinstance(event, BY_PEOPLE):
        refusal = may_work_here(scene.actor, scene.desk, event.place)
        if refusal is not None:
            return said(scene, refuse(refusal))
    return said(scene, rule_for(scene).decide(scene))


def said(scene: Scene[Any], decision: Decision) -> Decision:
    """Turn what the platform cannot show at once into effects: an answer into words, a form into a door to it.

    Words go to the actor alone: others in the channel may not be allowed to read what the actor may.
    """
    event = scene.event
    typed = isinstance(event, CommandIssued) and event.message is not None
    spoken = isinstance(event, MessagePosted | ReactionAdded)
    message = decision.answer
    if decision.form is not None and (typed or spoken):
        message = _door(scene, decision.form)
        decision = replace(decision, form=None)
    if message is None or not (typed or spoken or isinstance(event, ButtonPressed)):
        return decision
    effect: Effect
    if event.place.direct:
        effect = Reply(f"{event.id}:answer", event.place, message)
    else:
        effect = Whisper(f"{event.id}:answer", event.place, event.account.user, message)
    return replace(decision, answer=None, effects=(*decision.effects, effect))


def _door(scene: Scene[Any], form: Form) -> Message:
    """A button that opens the form: forms open on a press, and a message is not one."""
    context = form.context
    action, value = context.purpose, context.value
    if context.purpose == "log":
        value = (
            scrub_for_logs(scene.event.text)[:DOOR_KEPT]
            if isinstance(scene.event, CommandIssued)
            else context.tracker
        )
    faults = tuple(fault.sentence for fault in form.faults[:5])
    button = Button(text("button.open_form"), action, context.case, value, "primary")
    return Message(
        lines=(text("answer.needs_form", title=form.title), *form.intro[:3], *faults), buttons=(button,)
    )


DOOR_KEPT = 1_500
"""Characters of a typed command that its button carries, so that the form opens prefilled."""


__all__ = ["BUTTONS", "COMMANDS", "FORMS", "NOTHING", "dispatch", "need", "rule_for"]
