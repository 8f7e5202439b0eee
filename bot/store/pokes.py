"""Flushes that commits call for: asked for once for all commits of a moment, and nobody waits for the asking."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.boundaries import boundary

MOMENT_SECONDS = 0.05
"""Commits of one workbook so close together ask once. A flush takes longer, and so does its turn to come."""
Workbook = tuple[str, str]
"""Desk and document."""


class Pokes:
    """The workbooks that are about to be poked. For one event loop; what dies with it, the tick makes good.

    Args:
        poke: asks for the flush of a workbook, by desk and document; never fails.
    """

    def __init__(self, poke: Callable[[str, str], Awaitable[None]]) -> None:
        self._poke = poke
        self._called_for: set[Workbook] = set()
        self._under_way: set[asyncio.Task[None]] = set()

    def soon(self, workbook: Workbook) -> None:
        """Poke a workbook within the moment. Only ever after the commit that wrote to it."""
        if workbook in self._called_for:
            return
        self._called_for.add(workbook)
        task = asyncio.ensure_future(self._later(workbook))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settle(self) -> None:
        """Wait until all of them are poked."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _later(self, workbook: Workbook) -> None:
        await asyncio.sleep(MOMENT_SECONDS)
        # A commit from here on needs a poke of its own: the flush this one asks for may not see it.
        self._called_for.discard(workbook)
        await self._poke(*workbook)
        boundary("after-poke")
