"""What the deciding side expects of the world, as shapes. Adapters fit by shape; mypy checks it in the wiring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.events import FileRef
from handlers.message import Message
from handlers.place import Place


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that exists: the platform's id of it, and a link people can follow."""

    message: str
    link: str


@dataclass(frozen=True, slots=True)
class File:
    """The content of a file on its way from one place to another."""

    name: str
    media_type: str
    content: bytes


class Chat(Protocol):
    """One chat platform, for the worker. Every method raises the vendor's own error; nothing is retried inside."""

    @property
    def looks(self) -> bool:
        """Whether `find` and `has_files` can tell what landed; else what may have landed is not known to have."""
        ...

    def turn(self, place: Place, key: str, messages: int) -> timedelta | None:
        """How long so many messages for a place have to wait; None when the effect of that key may send them now."""
        ...

    async def post(self, place: Place, message: Message, key: str) -> Posted:
        """Post a message (in `place.thread`, if set), carrying the key so that `find` can see it landed."""
        ...

    async def edit(self, place: Place, message_id: str, message: Message, key: str) -> None:
        """Make a posted message show this instead. Safe to repeat."""
        ...

    async def find(self, place: Place, key: str, since: datetime) -> Posted | None:
        """The message with this key in the place (in its thread, if set), posted since; None if it never landed.

        None as well where the platform does not `look`.
        """
        ...

    def aside(self, place: Place, user: str) -> Place:
        """Where a whisper to a user of a place goes: that has limits of its own, and the place none of them."""
        ...

    async def whisper(self, place: Place, user: str, message: Message) -> None:
        """Show a message to one user only. It cannot be looked up: not safe to repeat."""
        ...

    async def direct(self, user: str) -> Place:
        """The place of a direct conversation with a user. Safe to repeat."""
        ...

    async def fetch(self, file: FileRef) -> File:
        """The content of a file somebody sent."""
        ...

    async def upload(self, place: Place, files: Sequence[File], key: str) -> None:
        """Put files in the place's thread, with the key in their title so that `has_files` can see them."""
        ...

    async def has_files(self, place: Place, key: str, since: datetime) -> bool:
        """Whether the upload with this key landed."""
        ...


class Clock(Protocol):
    """The moment it is."""

    def __call__(self) -> datetime:
        """Now, aware, in UTC."""
        ...
