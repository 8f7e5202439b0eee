"""A desk whose clocks tick: time goes on, the clock process looks when it is time, and what rang is delivered."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import nudges
from bot.outcomes import GaveUp
from handlers.case import Case
from tests.bot.guided import Room

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LINE = '/log item-issue 10423 FD-88 Missing ring-7 1 "box was empty" Refund'


def at(said: str) -> datetime:
    """A moment of the desk's wall clock: "2026-11-23 09:00" is a Monday."""
    return datetime.fromisoformat(said).replace(tzinfo=AMSTERDAM)


@dataclass
class Rung(Room):
    """A room with a clock process, or with several."""

    clocks: int = 1
    rang: list[tuple[str, str]] = field(default_factory=list)
    """Every reminder: when by the desk's clock, and where it was heard."""

    async def log(self, said: str = LINE) -> Case:
        """An agent logs a case; its posts and its row land."""
        await self.do(self.command("agent", said))
        return (await self.cases())[-1]

    async def tick(self) -> None:
        """Every clock process looks at once, and everything is delivered."""
        desks = {self.desk.key: self.desk}
        await asyncio.gather(*(nudges.tick(self.store, desks, lambda: self.now) for _ in range(self.clocks)))
        before = len(self.chat.shown)
        await self.deliver()
        when = f"{self.now.astimezone(AMSTERDAM):%a %d %H:%M}"
        new = [shown for shown in self.chat.shown[before:] if ":nudge:" in shown.key]
        self.rang += [(when, shown.place.channel) for shown in new]

    async def deliver(self) -> None:
        """Deliver everything that waits; what is given up stays in the outbox."""
        while waiting := await self.store.outbox(("waiting", "trying")):
            for line in waiting:
                with suppress(GaveUp):
                    await self.deliverer.deliver(line.key)

    async def until(self, end: datetime) -> None:
        """Let time pass, with a look whenever something is due."""
        for _ in range(200):
            due = await self.due()
            if due is None or due > end:
                break
            self.now = max(due, self.now) + timedelta(seconds=1)
            await self.tick()
        self.now = max(end, self.now)
        await self.tick()

    async def due(self) -> datetime | None:
        """When a case has to be looked at next."""
        async with self.store.transaction() as tx:
            found = await tx.connection.execute("SELECT min(next_check_at) AS at FROM cases WHERE is_open")
            row = await found.fetchone()
        return row["at"] if row is not None else None
