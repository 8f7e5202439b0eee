"""Updates become events; nothing else is done here.

Every function is total: an update that lacks what it needs is nobody's business. An event's id is the same when
Telegram sends the same thing again. What Telegram does not say is left as it says it, for `bot.telegram.listen` to
look up: a place's channel is what the chat is called now, its thread the one message that is answered, a press has its
button's opaque id for a value, and an answer to a message with buttons the first one's for the case it shows.
Source of the payloads: core.telegram.org/bots/api, "Getting updates" and "Available types".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.telegram.attached import files
from bot.telegram.payload import (
    Payload,
    author,
    ident_at,
    inside,
    is_private,
    link,
    moment,
    number_at,
    objects_at,
    place,
    replied,
    text_at,
)
from bot.telegram.spoken import words
from bot.telegram.words import asked, written
from handlers.events import ButtonPressed, CommandIssued, MessageLogged, MessagePosted, ReactionAdded
from handlers.place import CaseId, EventId, Place

PRESS = "press"
"""The action of a press whose meaning is still to be looked up."""
TOAST = 200
"""Characters of an answer to a press (Bot API, "answerCallbackQuery")."""
Heard = CommandIssued | MessageLogged | MessagePosted | ButtonPressed | ReactionAdded
"""What can happen on Telegram."""


@dataclass(frozen=True, slots=True)
class Ears:
    """What translating depends on besides the update: who we are there, and names for user ids."""

    bot: int
    username: str
    names: Mapping[str, str] = field(default_factory=dict)


def events(update: Payload, ears: Ears, now: datetime) -> tuple[Heard, ...]:
    """What an update tells: nearly always one thing or none; of a reaction, every emoji that was added."""
    if "message_reaction" in update:
        return tuple(reactions(inside(update, "message_reaction"), now))
    one: Heard | None = None
    if "message" in update:
        one = said(inside(update, "message"), ears, now)
    elif "edited_message" in update:
        one = edited(inside(update, "edited_message"), ears, now)
    elif "callback_query" in update:
        one = pressed(inside(update, "callback_query"), now)
    return () if one is None else (one,)


def said(message: Payload, ears: Ears, now: datetime, album: str = "") -> Heard | None:
    """A message: a command where it is written as one, else what was said.

    Args:
        message: the message; of an album, one message that has the files of all of them.
        ears: who we are there.
        now: the moment it is, for a message without one.
        album: the id of the event where it is not the message's own.
    """
    text = words(message, ears.names)
    command = written(text, ears.username, direct=is_private(message)) if _is_own(message) else None
    if command is None:
        return posted(message, ears, now, text, album)
    if command == ("log", "") and (logged := _logged(message, ears, now, album)) is not None:
        return logged
    facts = _facts(message, now, album)
    if facts is None:
        return None
    name, rest = command
    logged = _logged(message, ears, now, album) if name == "log" else None
    own = {"files": _files(message), "message": ident_at(message, "message_id")}
    if logged is not None:
        own |= {"files": logged.files, "about": logged.text, "link": logged.link}
    return CommandIssued(**facts, name=name, text=rest, **own)


def posted(message: Payload, ears: Ears, now: datetime, text: str, album: str = "") -> MessagePosted | None:
    """What was said that is no command; None for the notices of a chat (a new member, a pinned message, …)."""
    facts, attached = _facts(message, now, album), _files(message)
    if facts is None or not (text or attached):
        return None
    answered = replied(message)
    return MessagePosted(
        **facts,
        text=text,
        message=ident_at(message, "message_id"),
        files=attached,
        on_ours=number_at(answered, "from", "id") in (None, ears.bot),
        reply_to=ident_at(answered, "message_id") or None,
        shows=_shown(answered),
    )


def edited(message: Payload, ears: Ears, now: datetime) -> MessagePosted | None:
    """A message whose words were changed, which is never a command: the one it was has been carried out."""
    stamp = number_at(message, "edit_date")
    text = words(message, ears.names)
    # A second is long enough to change one's words twice.
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    ident = f"{_ident(message)}:edit:{stamp if stamp is not None else 0}:{digest}"
    found = posted(message, ears, now, text, ident)
    if found is None:
        return None
    return MessagePosted(
        id=found.id,
        account=found.account,
        place=found.place,
        at=moment(stamp, now),
        guided=True,
        text=found.text,
        message=found.message,
        files=found.files,
        edited=True,
        on_ours=found.on_ours,
        reply_to=found.reply_to,
    )


def asking(event: MessagePosted) -> CommandIssued:
    """What somebody asks for who said something to the bot in private that answers no question: mostly for help."""
    name, rest = asked(event.text)
    return CommandIssued(
        id=event.id,
        account=event.account,
        place=event.place,
        at=event.at,
        guided=True,
        name=name,
        text=rest,
        files=event.files,
        message=event.message,
    )


def pressed(query: Payload, now: datetime) -> ButtonPressed | None:
    """A button under a message; what it means stands in our own store, under its opaque id."""
    account, ident, message = author(query), text_at(query, "id"), inside(query, "message")
    if account is None or not ident or not ident_at(message, "chat", "id"):
        return None
    return ButtonPressed(
        id=EventId(f"tg:press:{ident}"),
        account=account,
        place=place(message),
        at=now,
        guided=True,
        action=PRESS,
        value=text_at(query, "data"),
        message=ident_at(message, "message_id") or None,
        toast=TOAST,
    )


def reactions(reaction: Payload, now: datetime) -> list[ReactionAdded]:
    """The emoji that somebody added to a message; what they took away is nothing, nor is an anonymous one."""
    account = author(reaction, "user") if "actor_chat" not in reaction else None
    before = [text_at(each, "emoji") for each in objects_at(reaction, "old_reaction")]
    added = [text_at(each, "emoji") for each in objects_at(reaction, "new_reaction")]
    chat, message = ident_at(reaction, "chat", "id"), ident_at(reaction, "message_id")
    if account is None or not chat or not message:
        return []
    stamp = f"{account.user}:{number_at(reaction, 'date') or 0}"
    return [
        ReactionAdded(
            id=EventId(f"tg:{chat}:{message}:{stamp}:{emoji}"),
            account=account,
            place=Place("telegram", chat, direct=is_private(reaction)),
            at=moment(reaction.get("date"), now),
            guided=True,
            emoji=emoji,
            message=message,
        )
        for emoji in dict.fromkeys(added)
        if emoji and emoji not in before
    ]


def _logged(message: Payload, ears: Ears, now: datetime, album: str) -> MessageLogged | None:
    """A `/log` that answers somebody's message: that message is to be logged."""
    answered, facts = replied(message), _facts(message, now, album)
    if facts is None or author(answered) is None:
        return None
    # A message inside another one may not say its topic.
    here = {key: message.get(key) for key in ("chat", "message_thread_id", "is_topic_message")}
    return MessageLogged(
        **facts,
        text=words(answered, ears.names),
        link=link({**answered, **here}),
        files=(*_files(answered), *_files(message)),
    )


def _facts(message: Payload, now: datetime, ident: str) -> dict[str, Any] | None:
    """What every event of a message has; None where nobody wrote it."""
    account = author(message)
    if account is None or not ident_at(message, "chat", "id") or not ident_at(message, "message_id"):
        return None
    # A private chat has no threads: nothing there hangs under a case's post.
    thread = "" if is_private(message) else ident_at(replied(message), "message_id")
    return {
        "id": EventId(ident or _ident(message)),
        "account": account,
        "place": place(message, thread),
        "at": moment(message.get("date"), now),
        "guided": True,
    }


def _ident(message: Payload) -> str:
    return f"tg:{ident_at(message, 'chat', 'id')}:{ident_at(message, 'message_id')}"


def _is_own(message: Payload) -> bool:
    """Whether its author wrote it: what was forwarded gives nobody a command."""
    return "forward_origin" not in message


def _shown(answered: Payload) -> CaseId | None:
    """The opaque id of the first button under the message that is answered: it knows the case."""
    rows = inside(answered, "reply_markup").get("inline_keyboard")
    first = rows[0] if isinstance(rows, list) and rows else None
    button = first[0] if isinstance(first, list) and first else None
    return CaseId(text_at(button, "callback_data")) or None if isinstance(button, dict) else None


def _files(message: Payload) -> Any:
    """The files of a message, those of an album's other parts with them."""
    parts = objects_at(message, "album") or [message]
    return tuple(file for part in parts for file in files(part))
