"""A chat as a script or the page reads it: messages oldest first, with what a person sees of each."""

from __future__ import annotations

from bot.sandbox.telegram_keyboard import shown
from bot.sandbox.telegram_refusal import Json
from bot.sandbox.telegram_state import Chat, Message, StoredFile, TelegramState
from bot.sandbox.telegram_texts import mentioned


def transcript(state: TelegramState, chat: Chat, topic: int | None = None) -> list[Json]:
    """Every message of a chat, or of one topic; of a group that became a supergroup, what was said before, too."""
    earlier = transcript(state, state.chats[chat.was]) if chat.was is not None else []
    messages = [each for each in chat.messages.values() if topic is None or each.thread == topic]
    return [*earlier, *(entry(state, message) for message in messages)]


def entry(state: TelegramState, message: Message) -> Json:
    """One message: `author` is a person's key or `bot`; `thread` the id of the message it replies to.

    `visible_to` is None: everybody in a chat sees everything there. A deleted message keeps its place, and nothing
    of what it said is shown any more.
    """
    chat = state.chats[message.chat]
    gone = message.deleted
    return {
        "id": message.ident,
        "author": author(state, message.sender),
        "name": state.users[message.sender].name,
        "text": "" if gone else service_text(state, message) or message.text,
        "entities": [] if gone else message.entities,
        "buttons": [] if gone else shown(message.markup),
        "keyboard": "none" if gone else _keyboard(message),
        "mentions": [] if gone else mentioned(state, message),
        "thread": _replied(message, chat),
        "topic": chat.topics[message.thread].name
        if message.is_topic and message.thread in chat.topics
        else None,
        "files": [] if gone or message.file is None else [_file(state.files[message.file])],
        "album": message.album,
        "reactions": _reactions(state, message),
        "visible_to": None,
        "edited": message.edited is not None,
        "deleted": gone,
        "service": bool(message.service),
        "silent": message.silent,
        "ts": message.date,
    }


def _replied(message: Message, chat: Chat) -> str | None:
    """What a message replies to, unless it only stands in a topic."""
    if message.reply_to is None or (chat.is_forum and message.reply_to == message.thread):
        return None
    return f"telegram:{chat.id}:{message.reply_to}"


def _keyboard(message: Message) -> str:
    """Which kind of keyboard a message has: `inline`, `reply`, `force_reply`, `remove` or `none`."""
    names = {"inline_keyboard": "inline", "keyboard": "reply", "force_reply": "force_reply"}
    names["remove_keyboard"] = "remove"
    return next((name for key, name in names.items() if key in (message.markup or {})), "none")


def author(state: TelegramState, user: int) -> str:
    """How a script calls a user."""
    known = state.users[user]
    return known.person or known.kind


def _file(kept: StoredFile) -> Json:
    return {
        "id": kept.id,
        "name": kept.name,
        "mimetype": kept.mimetype,
        "kind": kept.kind,
        "size": len(kept.content),
    }


def _reactions(state: TelegramState, message: Message) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for user, emojis in message.reactions.items():
        for emoji in emojis:
            given.setdefault(emoji, []).append(author(state, user))
    return given


def service_text(state: TelegramState, message: Message) -> str:
    """What a client shows for a service message."""
    who = state.users[message.sender].name
    match message.service:
        case {"forum_topic_created": {"name": name}}:
            return f"{who} opened the topic {name}"
        case {"new_chat_members": members}:
            return f"{who} added {', '.join(member['first_name'] for member in members)}"
        case {"left_chat_member": member}:
            return f"{who} removed {member['first_name']}"
        case {"migrate_to_chat_id": _} | {"migrate_from_chat_id": _}:
            return "The group became a supergroup"
        case {"forum_topic_closed": _}:
            return f"{who} closed the topic"
        case {"forum_topic_reopened": _}:
            return f"{who} opened the topic again"
        case _:
            return ""
