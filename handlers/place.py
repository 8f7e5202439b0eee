"""Who and where, as one platform knows them: identity is an id, never a name."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, NewType

Platform = Literal["slack", "telegram", "sheet", "deskbell"]
CaseId = NewType("CaseId", str)
EventId = NewType("EventId", str)
PersonKey = NewType("PersonKey", str)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody's identity on one platform; `team` is Slack's workspace, empty elsewhere."""

    platform: Platform
    team: str
    user: str


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere things are said: a channel or direct message, and the thread in it if any."""

    platform: Platform
    channel: str
    thread: str | None = None
    direct: bool = field(default=False, compare=False)
    """Whether it is a direct conversation. With the bot, where a message came from there; where a command, a
    press or a form did, it may as well be one between two people, of which the bot is no part."""

    @property
    def key(self) -> str:
        """The place as a declaration writes it, without its thread: `slack:C0123`."""
        return f"{self.platform}:{self.channel}"

    def in_thread(self, thread: str | None) -> Place:
        """The same channel, in another thread or in none."""
        return replace(self, thread=thread)

    @classmethod
    def parse(cls, declared: str) -> Place:
        """A declared place (`slack:C0123`)."""
        platform, _, channel = declared.partition(":")
        return cls(platform, channel)  # type: ignore[arg-type]  # the declaration's pattern allows no other platform


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever did something: the account, and the person and roles of the desk it stands for.

    `person` is None for somebody the desk does not know; such an actor holds no role.
    """

    account: Account
    person: PersonKey | None
    name: str
    roles: frozenset[str]

    def is_any(self, roles: object) -> bool:
        """Whether the actor holds one of these roles (any collection of role keys)."""
        return not self.roles.isdisjoint(roles)  # type: ignore[arg-type]  # any iterable of text


SYSTEM = Actor(Account("deskbell", "", "deskbell"), PersonKey("deskbell"), "Deskbell", frozenset())
"""The bot itself, for what it does without being asked."""
