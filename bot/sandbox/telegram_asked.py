"""The question of a guided form that is open for a person: where it stands, and what its buttons say.

A guided form is nothing but messages with keyboards, so a question is known by where it stands: it is the newest
thing the bot said to that person, and it has buttons.
"""

from __future__ import annotations

from bot.sandbox.telegram_keyboard import buttons_of
from bot.sandbox.telegram_room import TelegramRoom
from bot.sandbox.telegram_state import Chat, Message, User
from bot.sandbox.telegram_texts import mentioned

CANCELLING = ("cancel",)
"""Words in the label of the button that leaves a form."""


def question(room: TelegramRoom, user: User) -> Message | None:
    """The question that is open for a person where they were active last."""
    said = newest(room, user)
    return said if said is not None and _asks(said) else None


def fresh(room: TelegramRoom, user: User) -> Message | None:
    """The question that is open, once the bot has said something since the person did: it may be on its way."""
    asked = question(room, user)
    return asked if asked is not None and asked.touched > _own(room, user) else None


def _own(room: TelegramRoom, user: User) -> int:
    """When a person said something last in the chat where they were active last, as `Message.touched` counts."""
    where = room.last_in.get(user.id)
    messages = room.state.chats[where[0]].messages.values() if where is not None else ()
    return max((each.touched for each in messages if each.sender == user.id), default=0)


def open_question(room: TelegramRoom, user: User) -> Message | None:
    """The question of a guided form that is open for a person: one that can be left."""
    asked = question(room, user)
    return asked if asked is not None and _is_left(asked) else None


def _is_left(asked: Message) -> bool:
    return any(label.casefold() in CANCELLING for label in labels(asked))


def _asks(message: Message) -> bool:
    markup = message.markup or {}
    return any("url" not in button for button in buttons_of(markup)) or "force_reply" in markup


def newest(room: TelegramRoom, user: User) -> Message | None:
    """The newest thing the bot said to a person where they were active last, or the form it moved to their chat.

    What is asked in a group but is not for everybody there goes on in private, as soon as the bot says so.
    """
    where = room.last_in.get(user.id)
    if where is None:
        return None
    here = _newest_in(room, user, room.state.chats[where[0]], where[1])
    private = room.state.chats.get(user.id)
    there = _newest_in(room, user, private, None) if private is not None else None
    if there is None or not _is_left(there) or there.touched <= _own(room, user):
        return here
    is_here = here is not None and _is_left(here) and here.touched > _own(room, user)
    return here if is_here else there


def _newest_in(room: TelegramRoom, user: User, chat: Chat, topic: int | None) -> Message | None:
    """The newest thing said to a person in a chat: in private, as a reply to them, naming them; else to everybody."""
    said = [
        message
        for message in chat.messages.values()
        if room.state.mine(message)
        and not message.deleted
        and not message.service
        and (topic is None or message.thread == topic)
    ]
    to_them = [message for message in said if _addressed(room, chat, message, user)]
    latest = max(to_them or said, key=lambda message: message.touched, default=None)
    if latest is None or latest.edited is None or _asks(latest):
        return latest
    # A question that went below left a word where it stood, perhaps after it was asked there.
    below = [message for message in to_them or said if message.id > latest.id and _asks(message)]
    return max(below, key=lambda message: message.id, default=latest)


def _addressed(room: TelegramRoom, chat: Chat, message: Message, user: User) -> bool:
    """Whether a message is for somebody: in private, by naming them, or as a reply to what goes back to them."""
    if chat.kind == "private" or f"@{user.person}" in mentioned(room.state, message):
        return True
    replied = chat.messages.get(message.reply_to or 0)
    while replied is not None and not replied.service:
        if replied.sender == user.id:
            return True
        replied = chat.messages.get(replied.reply_to or 0)
    return False


def labels(message: Message) -> list[str]:
    """What the buttons of a message say, links aside."""
    return [str(button["text"]) for button in buttons_of(message.markup) if "url" not in button]


def labelled(message: Message, words: tuple[str, ...]) -> list[str]:
    """The labels that have one of these words."""
    return [label for label in labels(message) if speaks(label, words)]


def speaks(label: str, words: tuple[str, ...]) -> bool:
    """Whether a label has one of these words."""
    return any(word in label.casefold() for word in words)
