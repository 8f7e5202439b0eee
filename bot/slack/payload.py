"""Reading payloads: total look-ups in JSON that somebody else wrote, and who and where it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from handlers.place import Account, Place

Payload = Mapping[str, Any]
"""A JSON object that Slack sent. Its shape is Slack's, but nothing in it is taken for granted."""

_NOTHING: Payload = {}


def inside(payload: Payload, *path: str) -> Payload:
    """The object at the end of a path of keys; an empty one where there is none."""
    for key in path:
        below = payload.get(key)
        payload = below if isinstance(below, dict) else _NOTHING
    return payload


def text_at(payload: Payload, *path: str) -> str:
    """The text at the end of a path of keys; empty where there is none."""
    value = inside(payload, *path[:-1]).get(path[-1])
    return value if isinstance(value, str) else ""


def first_action(body: Payload) -> Payload:
    """The action of a `block_actions` payload: Slack sends one at a time, in a list."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    return action if isinstance(action, dict) else _NOTHING


def place(channel: str, thread: str | None = None) -> Place:
    """A place of Slack; ids of direct conversations begin with D, of the bot's own as of two people's."""
    return Place("slack", channel, thread or None, direct=channel.startswith("D"))


def presser(body: Payload) -> Account | None:
    """Who pressed, sent or chose, with their own workspace, which in a shared channel may be another one."""
    user = text_at(body, "user", "id")
    team = text_at(body, "user", "team_id") or text_at(body, "team", "id")
    return Account("slack", team, user) if user else None


def commander(body: Payload) -> Account | None:
    """Who issued a slash command."""
    user = text_at(body, "user_id")
    return Account("slack", text_at(body, "team_id"), user) if user else None


def author(body: Payload, said: Payload) -> Account | None:
    """Who wrote a message or put a reaction; None for bots, ours included, and for Slack itself."""
    user = text_at(said, "user")
    if not user or user == "USLACKBOT" or text_at(said, "bot_id") or said.get("subtype") == "bot_message":
        return None
    own = text_at(said, "user_team") or text_at(said, "source_team") or text_at(said, "team")
    return Account("slack", own or text_at(body, "team_id"), user)


def moment(stamp: Any, otherwise: datetime) -> datetime:
    """The moment of a Slack timestamp ("1712345678.000100", or whole seconds), in UTC."""
    try:
        return datetime.fromtimestamp(float(stamp), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return otherwise
