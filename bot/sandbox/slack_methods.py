"""What every Web API method is made of: its scope, whose token it takes, how it finds a conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_refusal import Arguments, SlackRefusal
from bot.sandbox.slack_state import Conversation, Message, User
from bot.sandbox.slack_workspace import Workspace


@dataclass(frozen=True)
class Method:
    """One method: what it does, the scope it always needs, and whose token it takes."""

    run: Callable[[Workspace, Arguments], Json]
    scope: str = ""
    by: Literal["bot", "app"] = "bot"


def require_scope(slack: Workspace, scope: str) -> None:
    """Refuse when the token lacks a scope.

    Raises:
        SlackRefusal: `missing_scope`, with `needed` and `provided`.
    """
    if scope and scope not in slack.scopes:
        raise SlackRefusal("missing_scope", needed=scope, provided=",".join(slack.scopes))


def visible(slack: Workspace, ident: str) -> Conversation:
    """The conversation with this id, if the bot can see that it exists.

    Raises:
        SlackRefusal: `channel_not_found`; a private channel the bot is not in reads the same.
    """
    conversation = slack.state.conversations.get(ident)
    hidden = conversation is not None and conversation.kind != "channel"
    if conversation is None or (hidden and slack.state.bot_user not in conversation.members):
        raise SlackRefusal("channel_not_found")
    return conversation


def joined(slack: Workspace, ident: str) -> Conversation:
    """The conversation with this id, if the bot is in it.

    Raises:
        SlackRefusal: `channel_not_found` or `not_in_channel`.
    """
    conversation = visible(slack, ident)
    if slack.state.bot_user not in conversation.members:
        raise SlackRefusal("not_in_channel")
    return conversation


def postable(slack: Workspace, channel: str) -> Conversation:
    """Where a message goes: a conversation id, a channel's name, or a user's id for their direct message.

    Raises:
        SlackRefusal: `channel_not_found`, `not_in_channel` or `is_archived`.
    """
    if channel in slack.state.users:
        return _direct(slack, slack.state.users[channel])
    named = slack.state.named(channel)
    conversation = visible(slack, named.id if named else channel)
    if conversation.archived:
        raise SlackRefusal("is_archived")
    public = conversation.kind == "channel" and "chat:write.public" in slack.scopes
    if slack.state.bot_user not in conversation.members and not public:
        raise SlackRefusal("not_in_channel")
    return conversation


def _direct(slack: Workspace, user: User) -> Conversation:
    if user.is_bot or user.kind == "slackbot":
        raise SlackRefusal("channel_not_found")
    if user.kind == "deactivated":
        raise SlackRefusal("user_disabled")
    return slack.state.direct(user.id)


def said(conversation: Conversation, ts: str, error: str = "message_not_found") -> Message:
    """A message everybody in the conversation can see.

    Raises:
        SlackRefusal: with `error`, when there is none.
    """
    message = conversation.find(ts)
    if message is None or message.visible_to is not None:
        raise SlackRefusal(error)
    return message


def known_user(slack: Workspace, ident: str) -> User:
    """The user with this id.

    Raises:
        SlackRefusal: `user_not_found`.
    """
    user = slack.state.users.get(ident)
    if user is None:
        raise SlackRefusal("user_not_found")
    return user
