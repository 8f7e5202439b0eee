"""A Telegram with an adapter before it, for the tests of what comes in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.store.store import Store
from bot.telegram.client import Telegram
from bot.telegram.listen import Listener
from handlers.decision import NOTHING, Decision
from handlers.events import Event
from tests.bot.sandbox.telegram_room import BOWEN, KIM, SUPPLIER, Room, room

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NAMES = {str(KIM): "Kim", str(BOWEN): "Bowen"}
GROUP = str(SUPPLIER)


class Away(OSError):
    """The database is away, as far as a test's intake is concerned."""


@dataclass
class Ledger:
    """An intake that remembers events by their id, answers as it is told, and can be away for a while."""

    answer: Decision = NOTHING
    failing: int = 0
    error: type[Exception] = Away
    events: dict[str, Event] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def receive(self, event: Event) -> Decision:
        """Remember an event, unless it is to fail."""
        self.asked.append(event.id)
        if self.failing:
            self.failing -= 1
            raise self.error
        self.events[event.id] = event
        return self.answer

    @property
    def only(self) -> Event:
        """The one event there is."""
        (event,) = self.events.values()
        return event


@dataclass
class Heard:
    """An emulated Telegram, and a listener with an intake behind it."""

    room: Room
    store: Store
    telegram: Telegram
    ledger: Ledger
    listener: Listener

    async def take(self) -> None:
        """Give everything that waits to the listener."""
        for update in await self.room.updates():
            await self.listener.take(update)
        await self.listener.voice.finish()


@asynccontextmanager
async def heard(store: Store) -> AsyncIterator[Heard]:
    """An emulated Telegram and a listener."""
    async with room() as there:
        telegram = await Telegram.open(there.token, f"{there.base}/telegram")
        ledger = Ledger()
        listener = Listener(telegram, store, ledger.receive, lambda: NOW, names=NAMES)
        await there.updates()  # From here on Telegram knows that we want reactions.
        try:
            yield Heard(there, store, telegram, ledger, listener)
        finally:
            await listener.voice.finish()
            await telegram.close()
