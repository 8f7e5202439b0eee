"""What the methods of the Bot API share: how they find a chat, a message, a thread, and who may be written to.

The sentences are those of telegram-bot-api and tdlib.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from bot.sandbox.telegram_refusal import Arguments, Json, TelegramRefusal
from bot.sandbox.telegram_room import TelegramRoom
from bot.sandbox.telegram_state import Chat, Message, User

Method: TypeAlias = Callable[[TelegramRoom, Arguments], Any | Awaitable[Any]]
"""What carries a method out: answers its `result`, or raises a refusal."""


def known_chat(room: TelegramRoom, args: Arguments) -> Chat:
    """The chat a call names, if the bot may see it.

    Raises:
        TelegramRefusal: there is none, or it became a supergroup, or the bot is out of it.
    """
    wanted = args.text("chat_id").strip()
    if not wanted:
        raise TelegramRefusal("chat_id is empty")
    chat = _chat(room, args.integer("chat_id"))
    if chat is None:
        raise TelegramRefusal("chat not found")
    if chat.became is not None:
        words = "group chat was upgraded to a supergroup chat"
        raise TelegramRefusal(words, migrate_to_chat_id=chat.became)
    words = "supergroup chat" if chat.kind == "supergroup" else "group chat"
    if chat.seat == "kicked":
        raise TelegramRefusal(f"bot was kicked from the {words}", 403)
    if chat.seat == "left":
        raise TelegramRefusal(f"bot is not a member of the {words}", 403)
    return chat


def _chat(room: TelegramRoom, ident: int) -> Chat | None:
    user = room.state.users.get(ident)
    return room.state.direct(ident) if user is not None and not user.is_bot else room.state.chats.get(ident)


def writable_chat(room: TelegramRoom, args: Arguments) -> Chat:
    """The chat a call names, if the bot may write there.

    Raises:
        TelegramRefusal: as `known_chat`, or the user never started the bot, blocked it, or is gone.
    """
    chat = known_chat(room, args)
    if chat.kind == "private":
        if room.state.users[chat.user].kind == "deactivated":
            raise TelegramRefusal("user is deactivated", 403)
        if chat.blocked:
            raise TelegramRefusal("bot was blocked by the user", 403)
        if not chat.started:
            raise TelegramRefusal("bot can't initiate conversation with a user", 403)
    return chat


def known_message(room: TelegramRoom, args: Arguments, what: str) -> tuple[Chat, Message]:
    """The message a call names, in a chat the bot may write to.

    Raises:
        TelegramRefusal: as `writable_chat`, or there is no such message: "message to edit not found".
    """
    if "inline_message_id" in args:
        raise TelegramRefusal("MESSAGE_ID_INVALID")
    chat = writable_chat(room, args)
    message = chat.find(args.integer("message_id"))
    if message is None:
        raise TelegramRefusal(f"{what} not found")
    return chat, message


def known_user(room: TelegramRoom, args: Arguments) -> User:
    """The user a call names.

    Raises:
        TelegramRefusal: nobody has this id.
    """
    if "user_id" not in args:
        raise TelegramRefusal("invalid user_id specified")
    user = room.state.users.get(args.integer("user_id"))
    if user is None:
        raise TelegramRefusal("user not found")
    return user


def replied_to(chat: Chat, args: Arguments) -> int | None:
    """The id of the message a call replies to; None where there is none, or where it may do without.

    Raises:
        TelegramRefusal: it is not there.
    """
    given = args.data("reply_parameters", "can't parse reply parameters JSON object")
    parameters: Json = {"message_id": args.integer("reply_to_message_id")} if given is None else given
    if not isinstance(parameters, dict):
        raise TelegramRefusal("object expected as reply parameters")
    merged = Arguments(
        {"allow_sending_without_reply": args.flag("allow_sending_without_reply"), **parameters}
    )
    wanted = merged.integer("message_id")
    elsewhere = "chat_id" in merged and merged.integer("chat_id") != chat.id
    if wanted <= 0:
        return None
    if not elsewhere and chat.find(wanted) is not None:
        return wanted
    if merged.flag("allow_sending_without_reply"):
        return None
    raise TelegramRefusal("message to be replied not found")


def thread_of(chat: Chat, args: Arguments) -> int | None:
    """The topic a call sends into.

    Raises:
        TelegramRefusal: the chat has no such topic, or it is closed.
    """
    wanted = args.integer("message_thread_id")
    if wanted <= 0:
        return None
    topic = chat.topics.get(wanted)
    if topic is None:
        raise TelegramRefusal("message thread not found")
    if topic.closed and chat.seat != "administrator":
        raise TelegramRefusal("TOPIC_CLOSED")
    return wanted
