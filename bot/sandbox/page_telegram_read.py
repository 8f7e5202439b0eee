"""Telegram as one person sees it: their chats, and the bubbles of one of them with what stands around each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.page_room import Room
from bot.sandbox.page_telegram_unread import Spot
from bot.sandbox.telegram_room import place_of
from bot.sandbox.telegram_state import Chat, Message, TelegramState
from bot.sandbox.telegram_transcript import author, entry, service_text

Json = dict[str, Any]
CLOSE_SECONDS = 600
"""Within so many seconds, what the same author writes stands under one name."""


@dataclass(frozen=True)
class TelegramPlace:
    """A group, a topic of one, or the private chat with the bot; `place` is what scripts call it."""

    place: str
    title: str
    chat: Chat
    topic: int | None = None

    @property
    def spot(self) -> Spot:
        """The chat's id and the topic's."""
        return self.chat.id, self.topic

    @property
    def is_private(self) -> bool:
        """Whether it is the chat with the bot."""
        return self.chat.kind == "private"


@dataclass(frozen=True)
class Quote:
    """What a message replies to, in a line; `id` is empty where it is gone."""

    id: str
    author: str
    name: str
    text: str
    picture: str = ""


@dataclass(frozen=True)
class Bubble:
    """A message, or an album, as one person sees it; `entry` is what `/sandbox/transcript` says of it.

    `rows` are the inline keyboard's, `parts` the ids of an album's messages; `close` stands under one of the same
    author, `tail` is the last of such.
    """

    entry: Json
    name: str
    mine: bool
    time: str
    day: str
    moment: int
    rows: list[list[Json]] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    parts: tuple[str, ...] = ()
    quote: Quote | None = None
    close: bool = False
    tail: bool = True

    @property
    def id(self) -> str:
        """The message's id."""
        return str(self.entry["id"])

    @property
    def face(self) -> str:
        """Everything that is drawn, as one text: while it stays the same, nothing is drawn again."""
        around = (self.name, self.mine, self.time, self.rows, self.files, self.close, self.tail)
        quote = vars(self.quote) if self.quote is not None else None
        return json.dumps([self.entry, around, quote], default=str)


def state_of(room: Room) -> TelegramState | None:
    """What Telegram holds; None where there is none."""
    return room.sandbox.telegram.room.state if room.sandbox.telegram is not None else None


def places(room: Room, who: str) -> list[TelegramPlace]:
    """A person's chats, the newest said first, topics under their group; none for who is not on Telegram."""
    state, user = state_of(room), room.world.person(who).telegram
    if state is None or user is None:
        return []
    state.direct(user)
    chats = [chat for chat in state.chats.values() if chat.became is None and user in chat.members]
    chats.sort(key=lambda chat: -_last(chat))
    return [place for chat in chats for place in _of(room, chat)]


def _of(room: Room, chat: Chat) -> Iterator[TelegramPlace]:
    place = place_of(chat)
    yield TelegramPlace(place, room.name("bot") if chat.kind == "private" else chat.title, chat)
    for topic in chat.topics.values():
        yield TelegramPlace(f"{place}/{topic.name}", topic.name, chat, topic.id)


def _last(chat: Chat) -> int:
    """When something was said there last; the private chat stands last until something is."""
    newest = next((each for each in reversed(chat.messages.values()) if not each.service), None)
    return newest.date if newest is not None else -1 if chat.kind == "private" else 0


def newest_of(state: TelegramState, place: TelegramPlace) -> Iterator[Message]:
    """The messages of a place that are still there, the newest first."""
    chat: Chat | None = place.chat
    while chat is not None:
        for message in reversed(chat.messages.values()):
            topic = message.thread if message.is_topic else None
            if not message.deleted and topic == place.topic:
                yield message
        chat = state.chats[chat.was] if chat.was is not None else None


def preview(room: Room, who: str, place: TelegramPlace) -> tuple[str, str]:
    """What was said last in a place, in a line, and when."""
    state = state_of(room)
    newest = next(newest_of(state, place), None) if state is not None else None
    if state is None or newest is None:
        return "", ""
    said = line_of(state, newest)
    writer = author(state, newest.sender)
    if not newest.service and writer == who:
        said = f"You: {said}"
    elif not newest.service and not place.is_private:
        said = f"{room.name(writer)}: {said}"
    return said, _at(room, who, newest.date).strftime("%H:%M")


def line_of(state: TelegramState, message: Message) -> str:
    """A message in a line."""
    said = " ".join((service_text(state, message) or message.text).split())
    if said or message.file is None:
        return said[:90]
    kept = state.files[message.file]
    return "Photo" if kept.kind == "photo" else kept.name


def bubbles(room: Room, who: str, place: TelegramPlace, most: int) -> tuple[list[Bubble], bool]:
    """The newest messages of a place, oldest first, an album as one, and whether there are older ones."""
    state = state_of(room)
    if state is None:
        return [], False
    found: list[list[Message]] = []
    for message in newest_of(state, place):
        if found and message.album is not None and found[-1][0].album == message.album:
            found[-1].append(message)
        elif len(found) == most:
            return _together([_bubble(room, state, who, parts[::-1]) for parts in reversed(found)]), True
        else:
            found.append([message])
    return _together([_bubble(room, state, who, parts[::-1]) for parts in reversed(found)]), False


def _bubble(room: Room, state: TelegramState, who: str, parts: list[Message]) -> Bubble:
    """A message or the parts of an album; the album's words are those of whichever part has some."""
    said = next((each for each in parts if each.text), parts[0])
    shown = {**entry(state, said), "id": parts[0].ident}
    moment = _at(room, who, parts[0].date)
    return Bubble(
        entry=shown,
        name=room.name(shown["author"]),
        mine=shown["author"] == who,
        time=moment.strftime("%H:%M"),
        day=moment.strftime("%A, %-d %B"),
        moment=parts[0].date,
        rows=(parts[0].markup or {}).get("inline_keyboard") or [],
        files=[file for part in parts for file in entry(state, part)["files"]],
        parts=tuple(part.ident for part in parts),
        quote=_quote(room, state, parts[0], shown["thread"]),
    )


def _quote(room: Room, state: TelegramState, message: Message, replied: str | None) -> Quote | None:
    if replied is None:
        return None
    quoted = state.chats[message.chat].find(message.reply_to or 0)
    if quoted is None:
        return Quote("", "", "", "Deleted message")
    writer = author(state, quoted.sender)
    kept = state.files[quoted.file] if quoted.file is not None else None
    picture = kept.id if kept is not None and kept.kind == "photo" else ""
    return Quote(quoted.ident, writer, room.name(writer), line_of(state, quoted), picture)


def _at(room: Room, who: str, stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, ZoneInfo(room.world.person(who).tz))


def _together(found: list[Bubble]) -> list[Bubble]:
    """The same with those marked that stand close under one of the same author."""
    made: list[Bubble] = []
    for bubble in found:
        before = made[-1] if made else None
        close = (
            before is not None
            and not (before.entry["service"] or bubble.entry["service"])
            and before.entry["author"] == bubble.entry["author"]
            and before.day == bubble.day
            and bubble.moment - before.moment < CLOSE_SECONDS
        )
        if close and before is not None:
            made[-1] = replace(before, tail=False)
        made.append(replace(bubble, close=close))
    return made
