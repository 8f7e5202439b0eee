"""Who goes first in one process: a person who waits for an answer, before work that nobody watches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

LONGEST_SECONDS = 1.0
"""So long at most work lets others pass: it goes on, slowly, however many people keep coming."""


class WaitedFor:
    """Counts what somebody waits for now. For one event loop."""

    def __init__(self) -> None:
        self._count = 0
        self._nobody = asyncio.Event()
        self._nobody.set()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Something that somebody waits for, while the block lasts."""
        self._count += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._nobody.set()

    @asynccontextmanager
    async def gap(self) -> AsyncIterator[None]:
        """Begin the block when nobody waits, or after `LONGEST_SECONDS`."""
        if self._count:
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_SECONDS):
                    await self._nobody.wait()
        yield
