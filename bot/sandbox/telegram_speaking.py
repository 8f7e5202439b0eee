"""What a person writes on Telegram: messages, commands, files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.sandbox.control_errors import Refused
from bot.sandbox.telegram_entities import length16, tidy, with_found
from bot.sandbox.telegram_files import is_image, store
from bot.sandbox.telegram_json import chat_json, member_json, user_json
from bot.sandbox.telegram_messages import announce, keep
from bot.sandbox.telegram_refusal import Json
from bot.sandbox.telegram_room import TelegramRoom
from bot.sandbox.telegram_state import Chat, FileKind, Message, StoredFile, User
from bot.sandbox.telegram_texts import LONGEST_CAPTION, LONGEST_TEXT
from bot.sandbox.telegram_updates import Update

MOST_IN_ALBUM = 10


def seen_by(room: TelegramRoom, user: User, ident: str) -> tuple[Chat, Message]:
    """A message this person can see, with its chat; deleted ones included, for a client that is slow to notice.

    Raises:
        Refused: there is none, or they cannot see it; both read the same.
    """
    message = room.state.message(ident)
    chat = room.state.chats[message.chat] if message else None
    if message is None or chat is None or user.id not in chat.members:
        raise Refused(f"{user.person} sees no message {ident}", 404)
    return chat, message


def place(room: TelegramRoom, user: User, name: str) -> tuple[Chat, int | None]:
    """The chat and topic a person means by `NL-Bowen`, `NL-Bowen/Returns` or `@bowen` (their chat with the bot).

    Raises:
        Refused: there is none, or this person is not in it.
    """
    if name.startswith("@"):
        if name[1:] not in {user.username, user.person, str(user.id), room.state.bot.username}:
            raise Refused(f"the private chat {name} is between {name[1:]} and the bot", 403)
        return room.state.direct(user.id), None
    chat, topic = found(room, name)
    if user.id not in chat.members:
        raise Refused(f"{user.person} is not in {name}", 403)
    return chat, topic


def found(room: TelegramRoom, name: str) -> tuple[Chat, int | None]:
    """The group with this title, and the topic behind a slash where it is a forum.

    Raises:
        Refused: there is none.
    """
    chat = room.state.named(name)
    if chat is not None:
        return chat, None
    title, _, topic_name = name.rpartition("/")
    chat = room.state.named(title)
    topics = chat.topics.values() if chat is not None else ()
    topic = next((each for each in topics if topic_name in {each.name, str(each.id)}), None)
    if chat is None or topic is None:
        raise Refused(f"there is no group {name} on Telegram", 404)
    return chat, topic.id


async def say(room: TelegramRoom, user: User, name: str, text: str, thread: str | None = None) -> Json:
    """Write a message or a command; with `thread` it replies to that message. What is too long becomes several.

    Raises:
        Refused: the place or the message is not theirs, or they never started the bot.
    """
    where = _where(room, user, name, thread)
    typed = typed_by(text)
    if not typed.strip():
        raise Refused("a message has a text")
    _open(room, user, where[0], typed)
    messages, under_way = [], []
    for part in _parts(typed, LONGEST_TEXT):
        kept, updates = _kept(room, user, where, part)
        messages.append(kept.ident)
        under_way += updates
    return {"message": messages[0], "messages": messages, "acked": await room.patience(under_way)}


Where = tuple[Chat, int | None, int | None]
"""Chat, topic, and the message that is replied to."""


def _where(room: TelegramRoom, user: User, name: str, thread: str | None) -> Where:
    chat, topic = place(room, user, name)
    replied = None
    if thread is not None:
        other, message = seen_by(room, user, thread)
        if other is not chat and chat.was != other.id:
            raise Refused(f"{thread} is not in {name}", 409)
        # Whoever replies to what was just deleted has replied to nothing.
        replied = message.id if other is chat and not message.deleted else None
    if topic is not None and chat.topics[topic].closed:
        raise Refused(f"the topic {name} is closed", 409)
    room.last_in[user.id] = (chat.id, topic)
    return chat, topic, replied


def _open(room: TelegramRoom, user: User, chat: Chat, text: str) -> None:
    """Let somebody begin a private chat, or begin again, with /start; nothing else does.

    Raises:
        Refused: they have not.
    """
    if chat.kind != "private" or chat.bot_is_in:
        return
    if text.split(maxsplit=1)[0].partition("@")[0] != "/start":
        state = "has blocked the bot" if chat.blocked else "has not started the bot"
        raise Refused(f"{user.person} {state}: only /start can be said now", 409)
    block(room, chat, blocked=False)
    chat.started = True


def block(room: TelegramRoom, chat: Chat, *, blocked: bool) -> list[Update]:
    """Block the bot in a private chat or let it in again; the bot is told."""
    if chat.blocked == blocked:
        return []
    user = room.state.users[chat.user]
    before = member_json(room.state, chat, room.state.bot)
    chat.blocked = blocked
    room.changed(chat)
    body = {
        "chat": chat_json(room.state, chat),
        "from": user_json(user),
        "date": room.state.date(),
        "old_chat_member": before,
        "new_chat_member": member_json(room.state, chat, room.state.bot),
    }
    return room.emit("my_chat_member", body, chat)


def typed_by(text: str) -> str:
    """What a client can send of a text: half a surrogate pair becomes a replacement character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _parts(text: str, most: int) -> Iterator[str]:
    """The text in pieces a client sends one by one."""
    piece: list[str] = []
    length = 0
    for character in text:
        if length + length16(character) > most:
            yield "".join(piece)
            piece, length = [], 0
        piece.append(character)
        length += length16(character)
    yield "".join(piece)


def _kept(
    room: TelegramRoom, user: User, where: Where, text: str, file: StoredFile | None = None, album: str = ""
) -> tuple[Message, list[Update]]:
    chat, topic, replied = where
    plain, _ = tidy(text, [])
    message = keep(
        room,
        chat,
        user.id,
        text=plain,
        entities=with_found(plain, []),
        reply_to=replied,
        thread=topic,
        file=file.id if file is not None else None,
        album=album or None,
    )
    return message, announce(room, chat, message)


async def upload(
    room: TelegramRoom,
    user: User,
    name: str,
    thread: str | None,
    files: list[tuple[str, bytes]],
    text: str = "",
) -> Json:
    """Send pictures as photos and the rest as documents, several of a kind as an album; the text is its caption."""
    where = _where(room, user, name, thread)
    typed = typed_by(text)
    _open(room, user, where[0], typed or "a file")
    if length16(typed) > LONGEST_CAPTION:
        raise Refused(f"a caption has up to {LONGEST_CAPTION} characters", 413)
    idents, messages, under_way = [], [], []
    for kind, group in _albums(files):
        album = str(room.state.random.randrange(10**16, 10**17)) if len(group) > 1 else ""
        for title, data in group:
            kept = store(room.state, kind, title, data)
            message, updates = _kept(room, user, where, typed, kept, album)
            typed = ""
            idents.append(kept.id)
            messages.append(message.ident)
            under_way += updates
    acked = await room.patience(under_way)
    return {"message": messages[0], "messages": messages, "files": idents, "acked": acked}


def _albums(files: list[tuple[str, bytes]]) -> Iterator[tuple[FileKind, list[tuple[str, bytes]]]]:
    """The files as a client sends them: by kind, ten at a time."""
    kinds: tuple[tuple[FileKind, Callable[[bytes], bool]], ...] = (
        ("photo", is_image),
        ("document", lambda data: not is_image(data)),
    )
    for kind, fits in kinds:
        fitting = [each for each in files if fits(each[1])]
        for begin in range(0, len(fitting), MOST_IN_ALBUM):
            yield kind, fitting[begin : begin + MOST_IN_ALBUM]
