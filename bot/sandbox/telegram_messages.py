"""Messages on Telegram: kept, changed, taken back, and told to the bot as far as it may hear them."""

from __future__ import annotations

from typing import Any

from bot.sandbox.telegram_entities import commands, covered
from bot.sandbox.telegram_json import message_json
from bot.sandbox.telegram_keyboard import shown
from bot.sandbox.telegram_refusal import Json
from bot.sandbox.telegram_room import TelegramRoom, place_of
from bot.sandbox.telegram_state import Chat, Message
from bot.sandbox.telegram_texts import mentioned
from bot.sandbox.telegram_updates import Update


def keep(room: TelegramRoom, chat: Chat, sender: int, **facts: Any) -> Message:
    """Put a new message at the end of a chat."""
    message = Message(chat.id, chat.next_id(), sender, room.state.date(), **facts)
    _thread(chat, message)
    chat.messages[message.id] = message
    room.state.touch(message)
    room.changed(chat)
    return message


def _thread(chat: Chat, message: Message) -> None:
    """Say which thread a message belongs to.

    In a forum that is its topic, or that of what it replies to, and without a reply it replies to the message that
    opened the topic. In another supergroup a reply belongs to the thread of the first message of its chain,
    and is no topic message for that.
    """
    replied = chat.find(message.reply_to) if message.reply_to is not None else None
    if chat.is_forum:
        if message.thread is None and replied is not None:
            message.thread = replied.thread
        message.is_topic = message.thread is not None
        if message.reply_to is None and message.thread in chat.messages:
            message.reply_to = message.thread
    elif chat.kind == "supergroup" and replied is not None:
        message.thread = replied.thread or replied.id


def hears(room: TelegramRoom, chat: Chat, message: Message) -> bool:
    """Whether the bot gets this message of somebody else.

    In groups: everything where it is an administrator or privacy mode is off, else service messages, commands
    that are not another bot's, replies to the bot, and mentions of it (core.telegram.org/bots/features,
    "Privacy mode").
    """
    state = room.state
    if not chat.bot_is_in or message.sender == state.bot.id:
        return False
    if chat.kind == "private" or chat.seat == "administrator" or not state.privacy or message.service:
        return True
    mine = f"@{state.bot.username}".casefold()
    for command in commands(message.text, message.entities):
        if "@" not in command or command.casefold().endswith(mine):
            return True
    replied = chat.find(message.reply_to) if message.reply_to is not None else None
    if state.mine(replied) and not (replied and replied.service):
        return True
    mentions = [covered(message.text, each) for each in message.entities if each["type"] == "mention"]
    return any(mention.casefold() == mine for mention in mentions)


def announce(room: TelegramRoom, chat: Chat, message: Message, kind: str = "message") -> list[Update]:
    """Tell the bot about a message, or with `edited_message` about its change."""
    if not hears(room, chat, message):
        return []
    return room.emit(kind, message_json(room.state, message), chat)


def service(room: TelegramRoom, chat: Chat, sender: int, facts: Json, **more: Any) -> list[Update]:
    """Keep a service message and tell the bot."""
    return announce(room, chat, keep(room, chat, sender, service=facts, **more))


def change(room: TelegramRoom, message: Message, **new: Any) -> None:
    """Change a kept message."""
    for name, value in new.items():
        setattr(message, name, value)
    message.edited = room.state.date()
    room.state.touch(message)
    room.changed(room.state.chats[message.chat])


def remove(room: TelegramRoom, message: Message) -> None:
    """Delete a message: everybody's client forgets it, and the bot is not told."""
    message.deleted = True
    room.changed(room.state.chats[message.chat])


def facts(room: TelegramRoom, message: Message) -> Json:
    """What the truth log says about a message."""
    state = room.state
    chat = state.chats[message.chat]
    replied = chat.messages.get(message.reply_to or 0)
    return {
        "chat": place_of(chat),
        "chat_id": chat.id,
        "message": message.ident,
        "message_id": message.id,
        "text": message.text,
        "entities": message.entities,
        "buttons": shown(message.markup),
        "reply_to": replied.ident if replied is not None else None,
        "topic": message.thread if message.is_topic else None,
        "files": [state.files[message.file].name] if message.file else [],
        "album": message.album,
        "mentions": mentioned(state, message),
        "silent": message.silent,
    }
