"""Who goes first in one process: a person who waits for an answer, before work that nobody watches."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic

LONGEST_SECONDS = 1.0
"""So long at most work lets others pass: it goes on, slowly, however many people keep coming."""
RUSH = 10
"""So many answers within `LONGEST_SECONDS` are a rush: work then passes a narrow door."""
AT_ONCE_IN_A_RUSH = 2
"""Each of these costs whoever waits a millisecond or so, at every step of theirs."""


class WaitedFor:
    """Counts what somebody waits for now. For one event loop."""

    def __init__(self) -> None:
        self._count = 0
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._began: deque[float] = deque(maxlen=RUSH)
        self._door = asyncio.Semaphore(AT_ONCE_IN_A_RUSH)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Something that somebody waits for, while the block lasts."""
        self._began.append(monotonic())
        self._count += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._nobody.set()

    @asynccontextmanager
    async def behind(self) -> AsyncIterator[None]:
        """Work that lets those pass who are waited for now; in a rush, few such blocks go on at once."""
        if not self._is_rush():
            await self._let_pass()
            yield
            return
        async with self._door:
            await self._let_pass()
            yield

    def _is_rush(self) -> bool:
        return len(self._began) == RUSH and monotonic() - self._began[0] < LONGEST_SECONDS

    async def _let_pass(self) -> None:
        if self._count:
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_SECONDS):
                    await self._nobody.wait()
