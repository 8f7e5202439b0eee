"""Which scope opens what. Source: docs.slack.dev, "Scopes", and the page of each method and event."""

from __future__ import annotations

from bot.sandbox.slack_state import ConversationKind

DEFAULT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "users:read",
    "users:read.email",
)
"""What a bot like ours asks for; a sandbox may be given fewer."""

_FAMILY: dict[ConversationKind, str] = {"channel": "channels", "group": "groups", "im": "im"}


def reading(kind: ConversationKind) -> str:
    """The scope to see that a conversation exists and who is in it."""
    return f"{_FAMILY[kind]}:read"


def history(kind: ConversationKind) -> str:
    """The scope to read what is said in a conversation, in calls and in events."""
    return f"{_FAMILY[kind]}:history"
