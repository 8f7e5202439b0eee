"""The payloads of commands and interactions, shaped as in docs.slack.dev, "Interaction payloads"."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_messages import message_json
from bot.sandbox.slack_state import Conversation, Message, User
from bot.sandbox.slack_views import OpenView
from bot.sandbox.slack_workspace import Workspace

_CHANNEL_NAMES = {"im": "directmessage", "group": "privategroup"}


def channel_name(conversation: Conversation) -> str:
    """A conversation's name as payloads spell it; private ones do not tell theirs."""
    return _CHANNEL_NAMES.get(conversation.kind, conversation.name)


def response_url(
    slack: Workspace,
    user: User,
    conversation: Conversation,
    message: str | None = None,
    thread_ts: str | None = None,
) -> str:
    """A fresh response URL."""
    token = slack.responses.issue(user.id, conversation.id, message, thread_ts)
    return f"{slack.base}/slack/response/{token}"


def command(slack: Workspace, user: User, conversation: Conversation, name: str, text: str) -> Json:
    """A slash command; all values are strings, as in a form."""
    return {
        "token": slack.credentials.verification_token,
        "team_id": user.team,
        "team_domain": slack.world.domain,
        "channel_id": conversation.id,
        "channel_name": channel_name(conversation),
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": slack.state.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url(slack, user, conversation),
        "trigger_id": slack.views.trigger(user.id),
    }


def _interaction(slack: Workspace, kind: str, user: User) -> Json:
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
        "api_app_id": slack.state.app_id,
        "token": slack.credentials.verification_token,
        "team": {"id": user.team, "domain": slack.world.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _where(slack: Workspace, conversation: Conversation, message: Message) -> Json:
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": conversation.id,
        "is_ephemeral": message.visible_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    shown = message_json(slack, message)
    return {
        "container": container,
        "channel": {"id": conversation.id, "name": channel_name(conversation)},
        **({} if message.visible_to else {"message": shown}),
    }


def message_action(
    slack: Workspace, user: User, conversation: Conversation, message: Message, action: Json
) -> Json:
    """A `block_actions` payload from a message."""
    return {
        **_interaction(slack, "block_actions", user),
        **_where(slack, conversation, message),
        "trigger_id": slack.views.trigger(user.id),
        "state": {"values": _chosen(action)},
        "response_url": response_url(slack, user, conversation, message.ts, message.thread_ts),
        "actions": [{**action, "action_ts": slack.state.ids.stamp()}],
    }


def _chosen(action: Json) -> Json:
    """What the menus of a message hold: the one just chosen from."""
    if "selected_option" not in action or action["type"] == "overflow":
        return {}
    held = {key: action[key] for key in ("type", "selected_option")}
    return {action["block_id"]: {action["action_id"]: held}}


def view_action(slack: Workspace, user: User, shown: OpenView, action: Json) -> Json:
    """A `block_actions` payload from a modal or the home tab."""
    return {
        **_interaction(slack, "block_actions", user),
        "container": {"type": "view", "view_id": shown.id},
        "trigger_id": slack.views.trigger(user.id, shown.id),
        "view": slack.views.json(shown),
        "actions": [{**action, "action_ts": slack.state.ids.stamp()}],
    }


def submission(slack: Workspace, user: User, shown: OpenView) -> Json:
    """A `view_submission` payload."""
    return {
        **_interaction(slack, "view_submission", user),
        "trigger_id": slack.views.trigger(user.id, shown.id),
        "view": slack.views.json(shown),
        "response_urls": [],
    }


def closing(slack: Workspace, user: User, shown: OpenView, *, cleared: bool) -> Json:
    """A `view_closed` payload."""
    return {
        **_interaction(slack, "view_closed", user),
        "view": slack.views.json(shown),
        "is_cleared": cleared,
    }


def suggestion(slack: Workspace, user: User, block_id: str, action_id: str, value: str, where: Json) -> Json:
    """A `block_suggestion` payload: what has been typed into an external select so far."""
    return {
        **_interaction(slack, "block_suggestion", user),
        "action_id": action_id,
        "block_id": block_id,
        "value": value,
        **where,
    }


def shortcut(slack: Workspace, user: User, callback_id: str) -> Json:
    """A global shortcut."""
    return {
        **_interaction(slack, "shortcut", user),
        "callback_id": callback_id,
        "trigger_id": slack.views.trigger(user.id),
        "action_ts": slack.state.ids.stamp(),
    }


def message_shortcut(
    slack: Workspace, user: User, conversation: Conversation, message: Message, callback_id: str
) -> Json:
    """A shortcut chosen from a message's menu."""
    more: dict[str, Any] = {
        "callback_id": callback_id,
        "trigger_id": slack.views.trigger(user.id),
        "response_url": response_url(slack, user, conversation, message.ts),
        "action_ts": slack.state.ids.stamp(),
        "message_ts": message.ts,
        "channel": {"id": conversation.id, "name": channel_name(conversation)},
        "message": message_json(slack, message),
    }
    return {**_interaction(slack, "message_action", user), **more}
