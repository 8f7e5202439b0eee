"""Reactions: the emoji there are, and who gave which.

Source: core.telegram.org/bots/api, "ReactionTypeEmoji"; one reaction a person, as without a subscription.
"""

from __future__ import annotations

from bot.sandbox.telegram_json import chat_json, user_json
from bot.sandbox.telegram_refusal import Json
from bot.sandbox.telegram_room import TelegramRoom
from bot.sandbox.telegram_state import Chat, Message, User
from bot.sandbox.telegram_updates import Update

EMOJI = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤️‍🔥 "
    "🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 "
    "🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂️ 🤷 🤷‍♀️ 😡"
).split()
_VARIANT = "\ufe0f"


def known(emoji: str) -> str | None:
    """The reaction an emoji is, with or without its variation selector; None where there is no such reaction."""
    wanted = emoji.replace(_VARIANT, "")
    return next((each for each in EMOJI if each.replace(_VARIANT, "") == wanted), None)


def react(room: TelegramRoom, chat: Chat, message: Message, user: User, emoji: str | None) -> list[Update]:
    """Set what somebody reacts with, None takes it away; the bot is told where it is an administrator."""
    before = message.reactions.get(user.id, [])
    after = [emoji] if emoji is not None else []
    message.reactions.pop(user.id, None)
    if after:
        message.reactions[user.id] = after
    room.changed(chat)
    may_hear = chat.bot_is_in and (chat.kind == "private" or chat.seat == "administrator")
    if user.is_bot or before == after or not may_hear:
        return []
    body = {
        "chat": chat_json(room.state, chat),
        "message_id": message.id,
        "user": user_json(user),
        "date": room.state.date(),
        "old_reaction": [_type(each) for each in before],
        "new_reaction": [_type(each) for each in after],
    }
    return room.emit("message_reaction", body, chat)


def _type(emoji: str) -> Json:
    return {"type": "emoji", "emoji": emoji}
