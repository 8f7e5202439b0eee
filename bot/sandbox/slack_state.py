"""What the workspace holds: users, conversations, messages, files. No protocol here, only state."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.people import Channel, Person, World, vendor_id
from bot.sandbox.slack_ids import Ids, Json

SLACKBOT = "USLACKBOT"
ConversationKind = Literal["channel", "group", "im"]


@dataclass
class User:
    """A user as Slack keeps it; `person` is the key in the world, empty for bots."""

    id: str
    name: str
    real_name: str
    team: str
    person: str = ""
    kind: str = "member"
    locale: str = "en-US"
    tz: str = "Europe/Amsterdam"
    email: str = ""

    @property
    def is_bot(self) -> bool:
        """Whether it is the app's bot user (Slackbot is not one, in Slack's eyes)."""
        return self.kind == "bot"


@dataclass
class Message:
    """One message. `visible_to` is a user id where it is ephemeral, `bot` the bot id where the app posted."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    bot: str | None = None
    subtype: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: Json | None = None
    visible_to: str | None = None
    link_names: bool = False

    @property
    def id(self) -> str:
        """The sandbox's id for it, unique over all places."""
        return f"slack:{self.channel}:{self.ts}"

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class Conversation:
    """A channel or a direct message with the bot (`user` is then the other side's id)."""

    id: str
    name: str
    kind: ConversationKind
    members: set[str]
    created: int
    key: str = ""
    user: str = ""
    archived: bool = False
    messages: list[Message] = field(default_factory=list)

    _by_ts: dict[str, Message] = field(default_factory=dict, repr=False)
    _threads: dict[str, list[Message]] = field(default_factory=dict, repr=False)

    def add(self, message: Message) -> None:
        """Put a message at the end."""
        self.messages.append(message)
        self._by_ts[message.ts] = message
        if message.is_reply and message.visible_to is None:
            self._threads.setdefault(message.thread_ts or "", []).append(message)

    def take_out(self, message: Message) -> None:
        """Remove a message."""
        self.messages.remove(message)
        del self._by_ts[message.ts]
        thread = self._threads.get(message.thread_ts or "", [])
        if message in thread:
            thread.remove(message)

    def find(self, ts: str | None) -> Message | None:
        """The message with this timestamp, ephemeral ones included."""
        return self._by_ts.get(ts or "")

    def replies(self, ts: str) -> list[Message]:
        """The replies under a message that everybody sees, oldest first, without the message itself."""
        return list(self._threads.get(ts, ()))


@dataclass
class Upload:
    """A file: `content` is None between the asking for an upload URL and the upload."""

    id: str
    name: str
    title: str
    user: str
    created: int
    length: int
    content: bytes | None = None
    complete: bool = False
    mimetype: str = "application/octet-stream"
    shares: list[tuple[str, str]] = field(default_factory=list)


class SlackState:
    """The workspace's memory, seeded from a world. Look-ups return None where nothing is found."""

    def __init__(self, world: World, now: Callable[[], float] = time.time, seed: int = 0) -> None:
        self.world = world
        self.now = now
        self.ids = Ids(now, seed)
        self.app_id = vendor_id("A", world.domain)
        self.bot_id = vendor_id("B", world.domain)
        self.bot_user = vendor_id("U", world.domain, "bot:" + world.bot_name)
        self.users: dict[str, User] = {person.id: _user(person) for person in world.people if person.id}
        self.users[self.bot_user] = User(
            self.bot_user, world.bot_name, world.bot_name, world.team, kind="bot"
        )
        self.users[SLACKBOT] = User(SLACKBOT, "slackbot", "Slackbot", world.team, kind="slackbot")
        self.conversations = {channel.id: self._conversation(channel) for channel in world.channels}
        self.files: dict[str, Upload] = {}

    def _conversation(self, channel: Channel) -> Conversation:
        members = {self.world.person(key).id for key in channel.members}
        if channel.bot:
            members.add(self.bot_user)
        return Conversation(
            id=channel.id,
            name=channel.name,
            kind="group" if channel.private else "channel",
            members=members,
            created=int(self.now()),
            key=channel.key,
            archived=channel.archived,
        )

    def named(self, name: str) -> Conversation | None:
        """The channel with this name, with or without `#`."""
        wanted = name.removeprefix("#")
        return next((c for c in self.conversations.values() if c.kind != "im" and c.name == wanted), None)

    def direct(self, user: str) -> Conversation:
        """The direct message between a user and the bot, opened when there is none yet."""
        for conversation in self.conversations.values():
            if conversation.kind == "im" and conversation.user == user:
                return conversation
        opened = Conversation(
            id=vendor_id("D", self.world.domain, user),
            name=self.users[user].name,
            kind="im",
            members={user, self.bot_user},
            created=int(self.now()),
            user=user,
        )
        self.conversations[opened.id] = opened
        return opened

    def message(self, ident: str) -> Message | None:
        """The message with this sandbox id (`slack:C…:ts`)."""
        _, _, rest = ident.partition(":")
        channel, _, ts = rest.partition(":")
        conversation = self.conversations.get(channel)
        return conversation.find(ts) if conversation else None

    def by_handle(self, name: str) -> User | None:
        """The user with this display name."""
        return next((user for user in self.users.values() if user.name == name), None)

    def by_email(self, email: str) -> User | None:
        """The user with this address."""
        return next((user for user in self.users.values() if user.email and user.email == email), None)


def _user(person: Person) -> User:
    return User(
        id=person.id,
        name=person.name,
        real_name=person.real_name,
        team=person.team,
        person=person.key,
        kind=person.kind,
        locale=person.locale,
        tz=person.tz,
        email=person.email,
    )
