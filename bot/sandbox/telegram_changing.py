"""What a person does to what is written already: reactions, edits, deletions."""

from __future__ import annotations

from bot.sandbox.control_errors import Refused
from bot.sandbox.telegram_entities import tidy, with_found
from bot.sandbox.telegram_messages import announce, change, remove
from bot.sandbox.telegram_reactions import EMOJI, known
from bot.sandbox.telegram_reactions import react as set_reaction
from bot.sandbox.telegram_refusal import Json
from bot.sandbox.telegram_room import TelegramRoom
from bot.sandbox.telegram_speaking import seen_by, typed_by
from bot.sandbox.telegram_state import Chat, Message, User

EDIT_SECONDS = 48 * 3600
"""How long a person can change a message."""


async def react(room: TelegramRoom, user: User, ident: str, emoji: str) -> Json:
    """React with one of Telegram's emoji; an empty one takes the reaction away.

    Raises:
        Refused: they do not see the message, or there is no such reaction.
    """
    chat, message = seen_by(room, user, ident)
    if message.deleted or message.service:
        raise Refused(f"nobody can react to {ident}", 409)
    wanted = known(emoji) if emoji else None
    if emoji and wanted is None:
        raise Refused(f"'{emoji}' is no reaction on Telegram; there are {' '.join(EMOJI)}")
    return {"acked": await room.patience(set_reaction(room, chat, message, user, wanted))}


async def edit(room: TelegramRoom, user: User, ident: str, text: str) -> Json:
    """Change what they wrote, text or caption; the bot hears of it as an edit.

    Raises:
        Refused: the message is not theirs, or too old.
    """
    chat, message = _own(room, user, ident)
    if room.state.now() - message.date > EDIT_SECONDS:
        raise Refused("Telegram lets nobody change what is older than 48 hours", 409)
    plain, _ = tidy(typed_by(text), [])
    if not plain and message.file is None:
        raise Refused("a message has a text")
    change(room, message, text=plain, entities=with_found(plain, []))
    return {"acked": await room.patience(announce(room, chat, message, "edited_message"))}


async def delete(room: TelegramRoom, user: User, ident: str) -> Json:
    """Take back what they wrote. Telegram tells bots nothing about it.

    Raises:
        Refused: the message is not theirs.
    """
    _, message = _own(room, user, ident)
    remove(room, message)
    return {"acked": True}


def _own(room: TelegramRoom, user: User, ident: str) -> tuple[Chat, Message]:
    chat, message = seen_by(room, user, ident)
    if message.deleted:
        raise Refused(f"{ident} is deleted", 409)
    if message.sender != user.id or message.service:
        raise Refused(f"{user.person} did not write {ident}", 403)
    return chat, message
