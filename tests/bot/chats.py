"""A chat platform as a small program: it keeps what it was sent, and fails when it is told to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from handlers.events import FileRef
from handlers.message import Message
from handlers.place import Place, Platform
from handlers.ports import File, Posted


@dataclass
class Shown:
    """One message on the platform."""

    place: Place
    ident: str
    key: str
    message: Message
    at: datetime
    edits: int = 0


@dataclass
class FakeChat:
    """Fits `handlers.ports.Chat`. `fail` and `fail_after` raise at the next call, before or after it took effect."""

    shown: list[Shown] = field(default_factory=list)
    whispers: list[tuple[str, Message]] = field(default_factory=list)
    uploads: list[tuple[Place, tuple[str, ...], str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    fail: list[Exception] = field(default_factory=list)
    fail_after: list[Exception] = field(default_factory=list)
    refuse: dict[str, Exception] = field(default_factory=dict)
    """Channels in which nothing can be posted."""
    platform: Platform = "slack"
    looks: bool = True
    """Whether it can tell what landed."""
    waits: list[timedelta] = field(default_factory=list)
    """How long the next ones have to wait for their turn, in order."""

    def said(self, channel: str) -> list[str]:
        """What a channel shows, threads included, oldest first: headlines, or the first line."""
        return [
            shown.message.headline or next(iter(shown.message.lines), "")
            for shown in self.shown
            if shown.place.channel == channel
        ]

    def turn(self, place: Place, key: str, messages: int) -> timedelta | None:
        """Somebody's turn."""
        return self.waits.pop(0) if self.waits else None

    async def post(self, place: Place, message: Message, key: str) -> Posted:
        """Keep a message."""
        self._before("post", place)
        self.shown.append(Shown(place, f"{len(self.shown) + 1}.0", key, message, datetime.now(UTC)))
        self._after()
        return Posted(self.shown[-1].ident, f"https://chat/{place.channel}/{self.shown[-1].ident}")

    async def edit(self, place: Place, message_id: str, message: Message, key: str) -> None:
        """Change a message."""
        self._before("edit", place)
        for shown in self.shown:
            if (shown.place.channel, shown.ident) == (place.channel, message_id):
                shown.message = message
                shown.edits += 1
        self._after()

    async def find(self, place: Place, key: str, since: datetime) -> Posted | None:
        """Look a message up by its key."""
        if not self.looks:
            return None
        self._before("find", place)
        for shown in self.shown:
            if shown.place == place and shown.key == key and shown.at >= since:
                return Posted(shown.ident, f"https://chat/{place.channel}/{shown.ident}")
        return None

    def aside(self, place: Place, user: str) -> Place:
        """In the channel, or, where nobody can look, privately."""
        return place if self.looks else Place(self.platform, user, direct=True)

    async def whisper(self, place: Place, user: str, message: Message) -> None:
        """Keep what one user saw."""
        self._before("whisper", place)
        self.whispers.append((user, message))
        self._after()

    async def direct(self, user: str) -> Place:
        """A direct conversation has its user's name here."""
        self.calls.append("direct")
        return Place(self.platform, f"D{user}", direct=True)

    async def fetch(self, file: FileRef) -> File:
        """Any file holds its own name."""
        self.calls.append("fetch")
        if self.fail:
            raise self.fail.pop(0)
        return File(file.name, file.media_type, file.name.encode())

    async def upload(self, place: Place, files: Sequence[File], key: str) -> None:
        """Keep the names of the files."""
        self._before("upload", place)
        self.uploads.append((place, tuple(file.name for file in files), key))
        self._after()

    async def has_files(self, place: Place, key: str, since: datetime) -> bool:
        """Look an upload up by its key."""
        if not self.looks:
            return False
        self._before("has_files", place)
        return any(upload[0] == place and upload[2] == key for upload in self.uploads)

    def _before(self, call: str, place: Place) -> None:
        self.calls.append(call)
        if self.fail:
            raise self.fail.pop(0)
        if place.channel in self.refuse:
            raise self.refuse[place.channel]

    def _after(self) -> None:
        if self.fail_after:
            raise self.fail_after.pop(0)
