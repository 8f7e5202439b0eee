"""Web API: reactions.*, and the one place that adds and takes them, whoever does it."""

from __future__ import annotations

import re

from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_messages import Deliveries, facts, message_json
from bot.sandbox.slack_methods import Method, joined, said
from bot.sandbox.slack_refusal import Arguments, SlackRefusal
from bot.sandbox.slack_state import Conversation, Message
from bot.sandbox.slack_workspace import Workspace

_NAME = re.compile(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?")


def react(slack: Workspace, conversation: Conversation, message: Message, user: str, name: str) -> Deliveries:
    """Add a user's reaction and tell the bot.

    Raises:
        SlackRefusal: `invalid_name`, or `already_reacted`.
    """
    if not _NAME.fullmatch(name):
        raise SlackRefusal("invalid_name")
    users = message.reactions.setdefault(name, [])
    if user in users:
        raise SlackRefusal("already_reacted")
    users.append(user)
    return _tell(slack, conversation, message, user, name, "reaction_added")


def unreact(
    slack: Workspace, conversation: Conversation, message: Message, user: str, name: str
) -> Deliveries:
    """Take a user's reaction away and tell the bot.

    Raises:
        SlackRefusal: `no_reaction`.
    """
    users = message.reactions.get(name, [])
    if user not in users:
        raise SlackRefusal("no_reaction")
    users.remove(user)
    if not users:
        del message.reactions[name]
    return _tell(slack, conversation, message, user, name, "reaction_removed")


def _tell(
    slack: Workspace, conversation: Conversation, message: Message, user: str, name: str, kind: str
) -> Deliveries:
    event = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": conversation.id, "ts": message.ts},
        "item_user": message.user,
        "event_ts": slack.state.ids.stamp(),
    }
    slack.changed(conversation.id)
    return slack.emit(event, conversation, "reactions:read")


def _target(slack: Workspace, args: Arguments) -> tuple[Conversation, Message]:
    conversation = joined(slack, args.needed("channel", "no_item_specified"))
    return conversation, said(conversation, args.needed("timestamp", "no_item_specified"))


def add(slack: Workspace, args: Arguments) -> Json:
    """reactions.add."""
    conversation, message = _target(slack, args)
    name = args.needed("name", "invalid_name").strip(":")
    react(slack, conversation, message, slack.state.bot_user, name)
    slack.record("reactions.add", **facts(slack, message), emoji=name)
    return {}


def take(slack: Workspace, args: Arguments) -> Json:
    """reactions.remove."""
    conversation, message = _target(slack, args)
    name = args.needed("name", "invalid_name").strip(":")
    unreact(slack, conversation, message, slack.state.bot_user, name)
    slack.record("reactions.remove", **facts(slack, message), emoji=name)
    return {}


def get(slack: Workspace, args: Arguments) -> Json:
    """reactions.get."""
    conversation, message = _target(slack, args)
    return {"type": "message", "channel": conversation.id, "message": message_json(slack, message)}


METHODS = {
    "reactions.add": Method(add, "reactions:write"),
    "reactions.remove": Method(take, "reactions:write"),
    "reactions.get": Method(get, "reactions:read"),
}
