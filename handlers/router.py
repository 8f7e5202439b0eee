"""Which rule decides about which event, and how its outcome reaches somebody who has no form to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from config.texts import text
from handlers import (
    acknowledge,
    adopt,
    assign,
    conversation,
    digest_now,
    find,
    help,
    landed,
    link,
    log,
    named,
    nudge,
    on_it,
    reconcile,
    reply,
    resend,
    send,
    snooze,
    state,
    update,
)
from handlers.access import SUPPLIER, may_work_here
from handlers.carried import carried
from handlers.choices import nearest
from handlers.decision import NOTHING, Decision
from handlers.echo import echo
from handlers.effects import Effect, Reply, Whisper
from handlers.events import (
    ButtonPressed,
    CommandIssued,
    FormChanged,
    FormSubmitted,
    Happened,
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
from handlers.place import Place
from handlers.refuse import refuse
from handlers.scene import Need, Rule, Scene, ignore

COMMANDS: Mapping[str, Rule[CommandIssued]] = {
    "log": Rule(log.decide_command, log.need_command),
    "find": Rule(find.decide_find, find.need_find),
    "mine": Rule(find.decide_mine, find.need_mine),
    "case": Rule(find.decide_case, find.need_case),
    "done": Rule(state.decide_done, named.need_named_case),
    "update": Rule(update.decide_command, named.need_named_case),
    "assign": Rule(assign.decide_command, named.need_named_case),
    "snooze": Rule(snooze.decide_command, named.need_named_case),
    "nudge": Rule(nudge.decide_command, named.need_named_case),
    "digest": Rule(digest_now.decide_command, digest_now.need_command),
    "help": Rule(help.decide_help),
    "link": Rule(link.decide_known),
}
BUTTONS: Mapping[str, Rule[ButtonPressed]] = {
    "log": Rule(log.decide_button),
    "show": Rule(find.decide_button, find.need_button),
    "acknowledge": Rule(acknowledge.decide_button, acknowledge.need_button),
    "move": Rule(state.decide_button, state.need_button),
    "update": Rule(update.decide_button, update.need_button),
    "answer": Rule(update.decide_answer_button, update.need_button),
    "reply": Rule(reply.decide_button, reply.need_button),
    "assign": Rule(assign.decide_button, state.need_button),
    "send": Rule(send.decide_button, send.need_button),
    "resend": Rule(resend.decide_button, resend.need_button),
    "snooze": Rule(snooze.decide_button, state.need_button),
    "on_it": Rule(on_it.decide_button, state.need_button),
    "check": Rule(on_it.decide_check, state.need_button),
    "still_waiting": Rule(on_it.decide_still_waiting, state.need_button),
}
FORMS: Mapping[str, Rule[FormSubmitted]] = {
    "choose": Rule(log.decide_chosen),
    "log": Rule(log.decide_form, log.need_form),
    "update": Rule(update.decide_form, update.need_form),
    "answer": Rule(update.decide_form, update.need_form),
    "reply": Rule(reply.decide_form, reply.need_form),
    "move": Rule(state.decide_form, state.need_form),
    "assign": Rule(assign.decide_form, state.need_form),
    "send": Rule(send.decide_form, state.need_form),
    "snooze": Rule(snooze.decide_form, state.need_form),
    "still_waiting": Rule(on_it.decide_form, state.need_form),
}
CHANGES: Mapping[str, Rule[FormChanged]] = {
    "log": Rule(log.decide_changed),
    "update": Rule(update.decide_changed, update.need_form),
    "snooze": Rule(snooze.decide_changed, update.need_form),
}
HAPPENED: Mapping[type, Rule[Any]] = {
    MessageLogged: Rule(log.decide_message),
    MessagePosted: Rule(conversation.decide_message, conversation.need_thread),
    ReactionAdded: Rule(conversation.decide_reaction, conversation.need_thread),
    PostLanded: Rule(landed.decide_post, landed.need_case),
    RowRecorded: Rule(landed.decide_row, landed.need_case),
    RowGone: Rule(landed.decide_gone, landed.need_case),
    SheetEdited: Rule(reconcile.decide_edited, reconcile.need_case),
    RowTyped: Rule(adopt.decide_typed, adopt.need_typed),
}
BY_PEOPLE = (CommandIssued, MessageLogged, ButtonPressed, FormSubmitted, FormChanged)
"""Events that somebody caused on purpose: strangers and wrong places are told no; others are passed over."""


def rule_for(scene: Scene[Any]) -> Rule[Any]:
    """The rule of an event. Its `need` is loaded first, then it decides."""
    event = scene.event
    if isinstance(event, CommandIssued):
        return COMMANDS.get(event.name.casefold(), Rule(_unknown_command))
    if isinstance(event, ButtonPressed):
        return BUTTONS.get(event.action, Rule(ignore))
    if isinstance(event, FormSubmitted):
        return FORMS.get(event.form.purpose, Rule(ignore))
    if isinstance(event, FormChanged):
        return CHANGES.get(event.form.purpose, Rule(ignore))
    return HAPPENED.get(type(event), Rule(ignore))


def _unknown_command(scene: Scene[CommandIssued]) -> Decision:
    name = echo(scene.event.name)
    near = nearest(name, COMMANDS) or ["help"]
    return refuse(text("refusal.unknown_command", given=name, near=" / ".join(near)))


def _plainly(scene: Scene[Any]) -> Scene[Any]:
    """The same scene with `/deskbell find 10423` said as `/find 10423`; `/deskbell` alone asks for help."""
    event = scene.event
    if not isinstance(event, CommandIssued) or event.name.casefold() != "deskbell":
        return scene
    first, *rest = event.text.split(maxsplit=1) or ["help"]
    return replace(scene, event=replace(event, name=first.casefold(), text="".join(rest)))


def need(scene: Scene[Any]) -> Need:
    """What has to be loaded to decide about this event; nothing for somebody who may do nothing here."""
    scene = _plainly(scene)
    if isinstance(scene.event, BY_PEOPLE) and _not_here(scene) is not None:
        return Need()
    return rule_for(scene).need(scene)


def dispatch(scene: Scene[Any]) -> Decision:
    """Decide about one event. Authority over the place and the person comes first, then the event's own rule."""
    scene = _plainly(scene)
    refused = _not_here(scene) if isinstance(scene.event, BY_PEOPLE) else None
    return said(scene, refused or rule_for(scene).decide(scene))


def _not_here(scene: Scene[Any]) -> Decision | None:
    refusal = may_work_here(scene.actor, scene.desk, scene.event.place)
    return refuse(refusal) if refusal is not None else None


def said(scene: Scene[Any], decision: Decision) -> Decision:
    """Turn what the platform cannot show at once into effects: an answer into words, a form into a door to it.

    Words go to the actor alone: others in the channel may not be allowed to read what the actor may.
    """
    event = scene.event
    typed = isinstance(event, CommandIssued) and event.message is not None
    typed = typed or (isinstance(event, MessageLogged) and event.guided)
    spoken = isinstance(event, MessagePosted | ReactionAdded)
    message, form = decision.answer, decision.form
    if form is not None and (typed or spoken) and not event.guided:
        message, form = _door(scene, form), None
    elif form is not None and not form.context.home:
        form = replace(form, context=replace(form.context, home=event.place.key))
    decision = replace(decision, form=form)
    # A press in a direct conversation may be one between two people, where no effect of ours could land.
    pressed = isinstance(event, ButtonPressed) and (event.guided or not event.place.direct)
    if message is None or not (typed or spoken or pressed):
        return decision
    if isinstance(event, ButtonPressed) and fits_toast(message, event.toast):
        return decision
    effect: Effect
    if event.place.direct:
        effect = Reply(f"{event.id}:answer", event.place, message)
    elif event.guided and _among_suppliers(scene):
        effect = Reply(f"{event.id}:answer", below(event), message)
    else:
        effect = Whisper(f"{event.id}:answer", event.place, event.account.user, message)
    return replace(decision, answer=None, effects=(*decision.effects, effect))


def fits_toast(message: Message, limit: int) -> bool:
    """Whether an answer can be shown for a moment to whoever pressed a button: a few plain words."""
    plain = replace(message, headline="", lines=(), below=(), footer="") == Message()
    words = "\n".join(
        part for part in (message.headline, *message.lines, *message.below, message.footer) if part
    )
    return plain and len(words.encode("utf-16-le")) // 2 <= limit


def below(event: Happened) -> Place:
    """The place right below what somebody said or pressed, where platforms show what answers what."""
    message = getattr(event, "message", None)
    return event.place.in_thread(message or event.place.thread)


def _among_suppliers(scene: Scene[Any]) -> bool:
    """Whether somebody who is a supplier and nothing else says something where only his like read along."""
    channels = scene.desk.channels.values()
    here = any(each.place == scene.event.place.key and each.kind == "supplier" for each in channels)
    return here and scene.actor.roles == {SUPPLIER}


def _door(scene: Scene[Any], form: Form) -> Message:
    """A button that opens the form: forms open on a press, and a message is not one."""
    context, value = form.context, form.context.value
    if context.purpose == "log":
        value = carried(scene.event.text, scene.event.files)
    elif context.purpose == "update" and isinstance(scene.event, CommandIssued):
        value = carried(named.text_after_case(scene.event.text))
    elif context.purpose == "move" and isinstance(scene.event, CommandIssued):
        value = f"{value}{state.BESIDE}{carried(named.text_after_case(scene.event.text))}"
    faults = tuple(fault.sentence for fault in form.faults[:SENTENCES])
    button = Button(text("button.open_form"), context.purpose, context.case, value, "primary")
    title = form.context.value if context.purpose == "move" else form.title
    lines = (text("answer.needs_form", title=title), *form.intro[:SENTENCES], *faults)
    return Message(lines=lines, buttons=(button,))


SENTENCES = 4
"""Sentences shown at the door of a form; the form itself has them all."""


__all__ = [
    "BUTTONS",
    "COMMANDS",
    "FORMS",
    "NOTHING",
    "below",
    "dispatch",
    "fits_toast",
    "need",
    "rule_for",
    "said",
]
