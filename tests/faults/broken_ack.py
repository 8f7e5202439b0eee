"""Seeded bug: people are answered before what they asked for is committed."""

from __future__ import annotations

import asyncio

from bot.intake import Intake
from bot.slack.listen import Receive
from bot.wiring import House
from handlers.decision import Decision
from handlers.events import Event
from tests.faults.broken import main

BUSY_SECONDS = 0.2
"""How long a busy database takes for a commit."""


class Hasty(Intake):
    """Decides, answers, and commits a moment later."""

    async def receive(self, event: Event) -> Decision:
        """What was decided, before it is on disk."""
        answer: asyncio.Future[Decision] = asyncio.get_running_loop().create_future()

        async def work() -> None:
            try:
                async with self.store.transaction() as tx:
                    answer.set_result(await self._decide(tx, event))
                    await asyncio.sleep(BUSY_SECONDS)
            except Exception as error:
                if answer.done():
                    raise
                answer.set_exception(error)

        self._work = asyncio.ensure_future(work())
        return await answer


def receiving(home: House) -> Receive:
    """The hasty intake."""
    return Hasty(home.store, home.desks, home.now).receive


if __name__ == "__main__":
    main(receiving=receiving)
