"""The messages a page shows, with what stands around them: names, times, days, how many replies."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.page_room import Room
from bot.sandbox.slack_state import Conversation, Message
from bot.sandbox.slack_transcript import entry

Json = dict[str, Any]
CLOSE_SECONDS = 300
"""Within so many seconds, what the same author writes stands under one name."""


@dataclass(frozen=True)
class Line:
    """A message as one person sees it; `entry` is what `/sandbox/transcript` says of it."""

    entry: Json
    name: str
    time: str
    day: str
    moment: float
    close: bool = False
    replies: int = 0
    new: int = 0
    last: str = ""
    in_thread: bool = False
    target: bool = False

    @property
    def id(self) -> str:
        """The message's id."""
        return str(self.entry["id"])

    @property
    def face(self) -> str:
        """Everything that is drawn, as one text: while it stays the same, nothing is drawn again."""
        around = (
            self.name,
            self.time,
            self.close,
            self.replies,
            self.new,
            self.last,
            self.in_thread,
            self.target,
        )
        return json.dumps([self.entry, around], default=str)


def conversation_of(room: Room, place: str) -> Conversation | None:
    """The conversation of a place such as `slack:#mhj-support`."""
    name = place.partition(":")[2]
    state = room.workspace.state
    if name.startswith("@"):
        user = state.by_handle(name[1:])
        return state.direct(user.id) if user else None
    return state.named(name)


def channel_lines(room: Room, who: str, place: str, most: int) -> tuple[list[Line], bool]:
    """The newest messages of a place outside of threads, oldest first, and whether there are older ones."""
    conversation = conversation_of(room, place)
    if conversation is None:
        return [], False
    reader = room.world.person(who).id
    found: list[Message] = []
    for message in reversed(conversation.messages):
        if message.visible_to in {None, reader} and (not message.is_reply or message.broadcast):
            found.append(message)
            if len(found) > most:
                break
    counts = _replies(conversation)
    lines = [_summed(room, who, place, message, counts) for message in reversed(found[:most])]
    return _together(lines), len(found) > most


def thread_lines(room: Room, who: str, ident: str) -> list[Line]:
    """A thread: the message it is under, and its replies, what only this person sees among them."""
    state = room.workspace.state
    root = state.message(ident)
    if root is None:
        return []
    reader = room.world.person(who).id
    conversation = state.conversations[root.channel]
    replies = [
        message
        for message in conversation.messages
        if message.thread_ts == root.ts and message.ts != root.ts and message.visible_to in {None, reader}
    ]
    lines = [replace(_line(room, who, message), in_thread=True) for message in [root, *replies]]
    return _together(lines)


def _replies(conversation: Conversation) -> dict[str, tuple[int, str]]:
    """By the first message's timestamp: how many replies everybody sees, and the last one's timestamp."""
    counts: dict[str, tuple[int, str]] = {}
    for message in conversation.messages:
        if message.is_reply and message.visible_to is None:
            root = message.thread_ts or ""
            counts[root] = (counts.get(root, (0, ""))[0] + 1, message.ts)
    return counts


def _summed(room: Room, who: str, place: str, message: Message, counts: dict[str, tuple[int, str]]) -> Line:
    line = _line(room, who, message)
    count, last = counts.get(message.ts, (0, ""))
    if not count:
        return line
    new = room.unread.replies(who, place, message.id)
    return replace(line, replies=count, new=new, last=_at(room, who, last).strftime("%H:%M"))


def _line(room: Room, who: str, message: Message) -> Line:
    said = entry(room.workspace.state, message)
    moment = _at(room, who, message.ts)
    return Line(
        entry=said,
        name=room.name(said["author"]),
        time=moment.strftime("%H:%M"),
        day=moment.strftime("%A, %-d %B"),
        moment=moment.timestamp(),
    )


def _at(room: Room, who: str, stamp: str) -> datetime:
    return datetime.fromtimestamp(float(stamp), ZoneInfo(room.world.person(who).tz))


def _together(lines: list[Line]) -> list[Line]:
    """The same with those marked that stand close under one of the same author."""
    made: list[Line] = []
    for line in lines:
        before = made[-1] if made else None
        close = (
            before is not None
            and before.entry["author"] == line.entry["author"]
            and before.day == line.day
            and line.moment - before.moment < CLOSE_SECONDS
            and before.entry["visible_to"] == line.entry["visible_to"] is None
            and not before.replies
            and line.entry["author"] != "bot"
        )
        made.append(replace(line, close=close))
    return made
