"""What an update says before anybody reads what it tells: its number, whether it is whole, its chat, who sent it.

Source of the payloads: core.telegram.org/bots/api, "Getting updates".
"""

from __future__ import annotations

from typing import Any

from bot.telegram.payload import Payload, author, ident_at, inside, number_at, text_at

ALLOWED = ("message", "edited_message", "callback_query", "message_reaction", "my_chat_member")
"""What Telegram is to send: a kind that is not named in `allowed_updates` may never come, reactions among them."""


def update_id(update: Any) -> int | None:
    """The number of an update; None for what is none."""
    return number_at(update, "update_id") if isinstance(update, dict) else None


def is_sound(update: Payload) -> bool:
    """Whether everything is there that updates of its kind have; those of other kinds are sound as they are."""
    if any(kind in update and not isinstance(update[kind], dict) for kind in ALLOWED):
        return False
    messages = [inside(update, kind) for kind in ("message", "edited_message", "message_reaction")]
    told = [message for message in messages if message]
    press = inside(update, "callback_query")
    return all(ident_at(each, "chat", "id") and ident_at(each, "message_id") for each in told) and (
        not press or bool(text_at(press, "id") and ident_at(press, "from", "id"))
    )


def sender(update: Payload) -> str:
    """The user id of whoever caused an update on purpose; empty where nobody did."""
    account = author(inside(update, "message")) or author(inside(update, "callback_query"))
    return account.user if account is not None else ""


def chat(update: Payload) -> str:
    """The chat an update is about, as Telegram calls it now; empty where it is about none."""
    told = inside(update, "callback_query") or update
    kinds = ("message", "edited_message", "message_reaction", "my_chat_member")
    return next((found for kind in kinds if (found := ident_at(told, kind, "chat", "id"))), "")


def moved(update: Payload) -> tuple[str, str] | None:
    """The old and the new id of a group that became a supergroup; None where an update tells of nothing such."""
    message = inside(update, "message")
    chat = ident_at(message, "chat", "id")
    new, old = ident_at(message, "migrate_to_chat_id"), ident_at(message, "migrate_from_chat_id")
    if chat and new:
        return chat, new
    return (old, chat) if chat and old else None
