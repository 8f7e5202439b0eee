"""What Telegram holds: users, chats, messages, files. No protocol here, only state."""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.people import Person, World
from bot.sandbox.telegram_refusal import Json
from bot.sandbox.telegram_world import SUPERGROUPS, Group, Seat, TelegramWorld, number

TOPIC_COLOR = 7322096
"""One of the six colours a topic's icon may have."""
ChatKind = Literal["private", "group", "supergroup"]
FileKind = Literal["photo", "document"]


@dataclass
class User:
    """A user; `person` is the key in the world, empty for the bot."""

    id: int
    name: str
    username: str = ""
    person: str = ""
    kind: str = "member"
    language: str = "en"

    @property
    def is_bot(self) -> bool:
        """Whether it is the bot."""
        return self.kind == "bot"


@dataclass
class StoredFile:
    """A file; `path` is given out by getFile and serves the download."""

    id: str
    unique: str
    name: str
    mimetype: str
    content: bytes
    kind: FileKind
    width: int = 0
    height: int = 0
    path: str = ""


@dataclass
class Message:
    """One message. `text` is the caption where there is a file; `service` is what a service message carries."""

    chat: int
    id: int
    sender: int
    date: int
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    file: str | None = None
    album: str | None = None
    reply_to: int | None = None
    thread: int | None = None
    is_topic: bool = False
    markup: Json | None = None
    preview: Json | None = None
    edited: int | None = None
    reactions: dict[int, list[str]] = field(default_factory=dict)
    service: Json = field(default_factory=dict)
    silent: bool = False
    deleted: bool = False
    touched: int = 0
    """Grows with every message that is written or changed, over all chats."""

    @property
    def ident(self) -> str:
        """The sandbox's id for it, unique over all places."""
        return f"telegram:{self.chat}:{self.id}"


@dataclass
class ForumTopic:
    """A topic of a forum."""

    id: int
    name: str
    key: str = ""
    closed: bool = False


@dataclass
class Chat:
    """A group, or the private chat of a user with the bot (`user`).

    `started` and `blocked` are what a user did about a private chat; `seat` is what the bot is in a group.
    """

    id: int
    kind: ChatKind
    title: str
    key: str = ""
    members: list[int] = field(default_factory=list)
    seat: Seat = "administrator"
    is_forum: bool = False
    topics: dict[int, ForumTopic] = field(default_factory=dict)
    user: int = 0
    started: bool = False
    blocked: bool = False
    became: int | None = None
    was: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    last_id: int = 0

    @property
    def bot_is_in(self) -> bool:
        """Whether the bot is a member, or may write to the user."""
        if self.kind == "private":
            return self.started and not self.blocked
        return self.seat in {"administrator", "member"} and self.became is None

    def next_id(self) -> int:
        """The next message's id: counted in each chat, so equal numbers meet in different chats."""
        self.last_id += 1
        return self.last_id

    def find(self, ident: int) -> Message | None:
        """The message with this id, unless it was deleted."""
        found = self.messages.get(ident)
        return None if found is None or found.deleted else found


class TelegramState:
    """The memory, seeded from a world. Look-ups return None where nothing is found."""

    def __init__(self, world: World, now: Callable[[], float] = time.time, seed: int = 0) -> None:
        self.world = world
        self.now = now
        self.random = random.Random(f"telegram-{seed}")
        seeded = world.telegram or TelegramWorld()
        self.privacy = seeded.privacy
        self.bot = User(number("bot", seeded.username), world.bot_name, seeded.username, kind="bot")
        self.users = {person.telegram: _user(person) for person in world.people if person.telegram}
        self.users[self.bot.id] = self.bot
        self.chats = {group.id: self._chat(group) for group in seeded.groups}
        self.files: dict[str, StoredFile] = {}
        self._touches = 0
        for key in seeded.started:
            self.direct(world.person(key).telegram or 0).started = True

    def _chat(self, group: Group) -> Chat:
        topics = {topic.id: ForumTopic(topic.id, topic.name, topic.key) for topic in group.topics}
        chat = Chat(
            id=group.id,
            kind="supergroup" if group.id < SUPERGROUPS else "group",
            title=group.title,
            key=group.key,
            members=[self.world.person(key).telegram or 0 for key in group.members],
            seat=group.seat,
            is_forum=group.forum,
            topics=topics,
            last_id=max([0, *topics]),
        )
        for topic in topics.values():
            # A topic's id is that of the message that opened it.
            opened = {"forum_topic_created": {"name": topic.name, "icon_color": TOPIC_COLOR}}
            chat.messages[topic.id] = Message(
                chat.id,
                topic.id,
                self.maker(chat),
                self.date(),
                thread=topic.id,
                is_topic=True,
                service=opened,
            )
        return chat

    def maker(self, chat: Chat) -> int:
        """Who made a group: its first member, and the bot where there is none."""
        return chat.members[0] if chat.members else self.bot.id

    def token(self, length: int) -> str:
        """Letters and digits, for ids that mean nothing."""
        return "".join(self.random.choices(string.ascii_letters + string.digits, k=length))

    def touch(self, message: Message) -> None:
        """Note that a message is the newest thing there is to see."""
        self._touches += 1
        message.touched = self._touches

    def date(self) -> int:
        """Now, in whole seconds since 1970."""
        return int(self.now())

    def direct(self, user: int) -> Chat:
        """The private chat of a user with the bot, made when there is none yet; its id is the user's."""
        if user not in self.chats:
            self.chats[user] = Chat(user, "private", self.users[user].person, members=[user], user=user)
        return self.chats[user]

    def named(self, title: str) -> Chat | None:
        """The group with this title, or this id; of a group that became a supergroup, the supergroup."""
        groups = [chat for chat in self.chats.values() if chat.kind != "private" and chat.became is None]
        return next((chat for chat in groups if title in {chat.title, str(chat.id)}), None)

    def message(self, ident: str) -> Message | None:
        """The message with this sandbox id (`telegram:-100…:7`), deleted ones included."""
        _, _, rest = ident.partition(":")
        chat, _, number_of = rest.partition(":")
        if not (chat.lstrip("-").isdecimal() and number_of.isdecimal()):
            return None
        found = self.chats.get(int(chat))
        return found.messages.get(int(number_of)) if found else None

    def by_username(self, name: str) -> User | None:
        """The user with this username, in any case, without its `@`."""
        wanted = name.casefold()
        return next((u for u in self.users.values() if u.username and u.username.casefold() == wanted), None)

    def mine(self, message: Message | None) -> bool:
        """Whether the bot wrote a message."""
        return message is not None and message.sender == self.bot.id


def _user(person: Person) -> User:
    return User(
        id=person.telegram or 0,
        name=person.real_name,
        username=person.username,
        person=person.key,
        kind=person.kind,
        language=person.locale.partition("-")[0],
    )
