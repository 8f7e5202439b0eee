"""Reading updates: total look-ups in JSON that somebody else wrote, and who, where and when it speaks of.

Source of the shapes: core.telegram.org/bots/api, "Available types".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from handlers.place import Account, Place

Payload = Mapping[str, Any]
"""A JSON object that Telegram sent. Its shape is Telegram's, but nothing in it is taken for granted."""
TELEGRAM_ITSELF = 777_000
"""The account that Telegram's own notices come from; it is no bot to the Bot API."""

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


def number_at(payload: Payload, *path: str) -> int | None:
    """The whole number at the end of a path of keys; None where there is none."""
    value = inside(payload, *path[:-1]).get(path[-1])
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def ident_at(payload: Payload, *path: str) -> str:
    """A numeric id as text, as the house keeps it; empty where there is none."""
    number = number_at(payload, *path)
    return "" if number is None else str(number)


def objects_at(payload: Payload, key: str) -> list[Payload]:
    """The objects in the list under a key; what is none is passed over."""
    listed = payload.get(key)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def author(said: Payload, key: str = "from") -> Account | None:
    """Who wrote, pressed or reacted; None for bots, channels, anonymous administrators and Telegram itself."""
    user = inside(said, key)
    ident = number_at(user, "id")
    if ident is None or user.get("is_bot") is not False or ident == TELEGRAM_ITSELF or "sender_chat" in said:
        return None
    return Account("telegram", "", str(ident))


def is_private(message: Payload) -> bool:
    """Whether a message stands in the private chat of somebody with the bot."""
    return text_at(message, "chat", "type") == "private"


def topic(message: Payload) -> str:
    """The topic of a forum that a message stands in; empty elsewhere, as in the forum's general one.

    In a group that is no forum the same field names a chain of replies.
    """
    is_topic = message.get("is_topic_message") is True and not is_private(message)
    return ident_at(message, "message_thread_id") if is_topic else ""


def replied(message: Payload) -> Payload:
    """The message that one answers, in the same chat; an empty one where it answers none.

    In a topic everything that answers nothing else answers the notice that made the topic.
    """
    answered = inside(message, "reply_to_message")
    of_topic = topic(message)
    return _NOTHING if of_topic and ident_at(answered, "message_id") == of_topic else answered


def place(message: Payload, thread: str = "") -> Place:
    """Where a message stands: the chat as Telegram calls it now, with its topic (`-100123:42`)."""
    chat, of_topic = ident_at(message, "chat", "id"), topic(message)
    channel = f"{chat}:{of_topic}" if of_topic else chat
    return Place("telegram", channel, thread or None, direct=is_private(message))


def link(message: Payload) -> str:
    """The address of a message in a supergroup, for its members; empty where Telegram has none."""
    chat, ident, of_topic = ident_at(message, "chat", "id"), ident_at(message, "message_id"), topic(message)
    if not chat.startswith("-100") or not ident:
        return ""
    return "/".join(part for part in ("https://t.me/c", chat[4:], of_topic, ident) if part)


def moment(seconds: Any, otherwise: datetime) -> datetime:
    """The moment of a Unix time, in UTC."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return otherwise
