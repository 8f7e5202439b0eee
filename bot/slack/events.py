"""Commands, shortcuts, buttons and forms become events; nothing else is done here.

Every function is total: a payload that lacks what it needs is None, which is nobody's business. An event's id is the
same when Slack sends the same thing again: the event's own id, a command's trigger, a view's id with its hash.
Source of the payloads: docs.slack.dev, "Interaction payloads" and "Slash commands".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.slack import words
from bot.slack.inputs import file_refs
from bot.slack.markup import read
from bot.slack.message import VALUE
from bot.slack.modal import answers, context
from bot.slack.payload import (
    Payload,
    commander,
    first_action,
    inside,
    moment,
    place,
    presser,
    text_at,
)
from handlers.events import (
    ButtonPressed,
    CommandIssued,
    FileRef,
    FormChanged,
    FormSubmitted,
    MessageLogged,
)
from handlers.message import Button
from handlers.place import CaseId, EventId, Place
from handlers.plain import shorten

AGAIN_TEXT = 1_200
"""Characters of a command that its "open the form" button carries: a button's value holds 2,000 in all."""


@dataclass(frozen=True, slots=True)
class Ears:
    """What translating depends on besides the payload: our bot's user id, and names for user ids."""

    bot_user: str
    names: Mapping[str, str] = field(default_factory=dict)


def command(body: Payload, ears: Ears, now: datetime) -> CommandIssued | None:
    """A slash command. Its trigger id stands for it."""
    account, ident = commander(body), text_at(body, "trigger_id")
    if account is None or not ident:
        return None
    return CommandIssued(
        id=EventId(ident),
        account=account,
        place=place(text_at(body, "channel_id")),
        at=now,
        name=text_at(body, "command").lstrip("/").casefold(),
        text=read(text_at(body, "text"), ears.names),
    )


def shortcut(body: Payload, ears: Ears, now: datetime, link: str) -> MessageLogged | None:
    """The message shortcut; `link` leads to the message."""
    account, ident = presser(body), text_at(body, "trigger_id")
    message = inside(body, "message")
    if account is None or not ident:
        return None
    return MessageLogged(
        id=EventId(ident),
        account=account,
        place=place(text_at(body, "channel", "id"), text_at(message, "thread_ts")),
        at=now,
        text=read(text_at(message, "text"), ears.names),
        link=link,
        files=file_refs(message.get("files")),
    )


def pressed(body: Payload, now: datetime) -> ButtonPressed | None:
    """A button of ours was pressed, under a message or in a view; its case and value are a client's hints."""
    account, action = presser(body), first_action(body)
    name = text_at(action, "action_id").rpartition(":")[0] or text_at(action, "action_id")
    if account is None or not name:
        return None
    carried = _carried(action)
    return ButtonPressed(
        id=EventId(f"{text_at(action, 'action_ts')}:{account.user}:{text_at(action, 'action_id')}"),
        account=account,
        place=where(body),
        at=moment(action.get("action_ts"), now),
        action=name,
        case=CaseId(text_at(carried, "case")) if text_at(carried, "case") else None,
        value=text_at(carried, "value"),
        message=None if is_ephemeral(body) else text_at(body, "container", "message_ts") or None,
    )


def is_ephemeral(body: Payload) -> bool:
    """Whether a button stood under a message that only one person sees."""
    return inside(body, "container").get("is_ephemeral") is True


def where(body: Payload) -> Place:
    """Where something was pressed; in a view, where its form was asked for.

    A message that has replies is pressed in its channel: only its replies stand in the thread.
    """
    view = inside(body, "view")
    if view:
        about = context(view.get("private_metadata"))
        return place(about.home.removeprefix("slack:") if about else "")
    thread = text_at(body, "container", "thread_ts") or text_at(body, "message", "thread_ts")
    if thread == (text_at(body, "container", "message_ts") or text_at(body, "message", "ts")):
        thread = ""
    return place(text_at(body, "channel", "id") or text_at(body, "container", "channel_id"), thread)


def changed(body: Payload, now: datetime) -> FormChanged | None:
    """An answer in an open form that may show or hide other questions."""
    account, about = presser(body), context(text_at(body, "view", "private_metadata"))
    if account is None or about is None:
        return None
    return FormChanged(
        id=EventId(f"changed:{text_at(body, 'view', 'id')}:{text_at(first_action(body), 'action_ts')}"),
        account=account,
        place=where(body),
        at=now,
        form=about,
        answers=answers(inside(body, "view")),
    )


def submitted(body: Payload, now: datetime) -> FormSubmitted | None:
    """A form was sent. The same view with the same hash is the same submission."""
    account, about = presser(body), context(text_at(body, "view", "private_metadata"))
    if account is None or about is None:
        return None
    return FormSubmitted(
        id=EventId(f"view:{text_at(body, 'view', 'id')}:{text_at(body, 'view', 'hash')}"),
        account=account,
        place=where(body),
        at=now,
        form=about,
        answers=answers(inside(body, "view")),
    )


def again_button(event: CommandIssued, label: str) -> Button:
    """The button that issues a command once more; it carries the beginning of a text too long for it."""
    facts = {"name": event.name, "message": event.message, "files": [str(file) for file in event.files]}
    for limit in (AGAIN_TEXT, 600, 150, 0):
        value = json.dumps({**facts, "text": shorten(event.text, limit)}, ensure_ascii=False)
        # The value is JSON inside the JSON of a button's value.
        if len(json.dumps(value, ensure_ascii=False)) <= VALUE - 50:
            return Button(label, words.AGAIN, value=value, style="primary")
    return Button(label, words.AGAIN, value=json.dumps({"name": event.name}), style="primary")


def again(body: Payload, now: datetime) -> CommandIssued | None:
    """The command that such a button issues."""
    press = pressed(body, now)
    facts = _json(press.value) if press else {}
    if press is None or text_at(facts, "name") not in words.COMMANDS:
        return None
    files = facts.get("files")
    return CommandIssued(
        id=press.id,
        account=press.account,
        place=press.place,
        at=press.at,
        name=text_at(facts, "name"),
        text=text_at(facts, "text"),
        files=tuple(FileRef.parse(str(file)) for file in files) if isinstance(files, list) else (),
        message=text_at(facts, "message") or None,
    )


def _carried(action: Payload) -> Payload:
    return _json(text_at(action, "value"))


def _json(value: str) -> dict[str, Any]:
    try:
        carried = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return carried if isinstance(carried, dict) else {}
