"""Who goes first in one process: a person who waits for an answer, before work that nobody watches."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic

LONGEST_SECONDS = 2.0
"""So long at most work lets others pass: it goes on, slowly, however many people keep coming."""
RUSH = 20
"""So many answers within `LONGEST_SECONDS` are a rush: work then passes a narrow door."""
AT_ONCE_IN_A_RUSH = 1
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
        """Work on the database that lets those pass who are waited for; in a rush, few such blocks go on at once.

        It begins after `LONGEST_SECONDS` at the latest. Never around a call to a vendor, which may take long.
        """
        has_door = False
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_SECONDS):
                    if self._is_rush():
                        has_door = await self._door.acquire()
                    await self._nobody.wait()
            yield
        finally:
            if has_door:
                self._door.release()

    def _is_rush(self) -> bool:
        return len(self._began) == RUSH and monotonic() - self._began[0] < LONGEST_SECONDS
