"""Our chat adapter in the small world of Telegram, for the tests of what goes out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.store.store import Store
from bot.telegram.chat import TelegramChat
from bot.telegram.client import Telegram
from bot.telegram.message import Rung
from bot.telegram.pace import Paces
from handlers.place import PersonKey, Place
from tests.bot.sandbox.telegram_room import BOWEN, KIM, OLD, STAFF, SUPPLIER, Room, room

PEOPLE = {PersonKey("kim"): Rung(KIM, "Kim"), PersonKey("bowen"): Rung(BOWEN, "Bowen")}
GROUP = Place("telegram", str(SUPPLIER))
TOPIC = Place("telegram", f"{STAFF}:4")
BASIC = Place("telegram", str(OLD))


@dataclass
class Moment:
    """A clock that a test moves."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        """The moment it is."""
        return self.at

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


@dataclass
class Chatting:
    """The adapter and what it writes to."""

    chat: TelegramChat
    telegram: Telegram
    room: Room
    store: Store
    now: Moment


@asynccontextmanager
async def chatting(store: Store) -> AsyncIterator[Chatting]:
    """A chat adapter on a store of this test's own."""
    async with room() as there:
        telegram = await Telegram.open(there.token, f"{there.base}/telegram")
        now = Moment()
        try:
            yield Chatting(
                TelegramChat(telegram, store, PEOPLE, now, Paces(now)), telegram, there, store, now
            )
        finally:
            await telegram.close()
