"""getUpdates: one poller at a time, who waits until there is something.

Source: core.telegram.org/bots/api, "getUpdates"; who is sent away and how is taken from telegram-bot-api.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from bot.sandbox.faults import Cut
from bot.sandbox.telegram_refusal import Arguments, Json, TelegramRefusal
from bot.sandbox.telegram_updates import Updates

MOST_UPDATES = 100
LONGEST_POLL = 50
"""Seconds; longer ones are cut to this."""
RECENT_SECONDS = 3.0
"""A bot that polled so lately is there, although it is not waiting just now."""
_OTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"


class Polling:
    """Answers getUpdates out of a queue."""

    def __init__(self, updates: Updates) -> None:
        self.updates = updates
        self._poller: asyncio.Future[None] | None = None
        self._left = 0.0
        self._waits = asyncio.Event()

    async def reach(self) -> None:
        """Return as soon as somebody waits for updates."""
        await self._waits.wait()

    @property
    def is_connected(self) -> bool:
        """Whether somebody polls."""
        return self._poller is not None or time.monotonic() - self._left < RECENT_SECONDS

    async def get(self, args: Arguments) -> list[Json]:
        """The updates from `offset` on, at once or as soon as there are some; what is before is confirmed.

        Raises:
            TelegramRefusal: 409, another poller came meanwhile.
            Cut: the connection was ended meanwhile.
        """
        self.updates.allow(allowed_updates(args))
        if offset := args.integer("offset"):
            self.updates.confirm(offset)
        most = min(max(args.integer("limit", MOST_UPDATES), 1), MOST_UPDATES)
        seconds = min(max(args.integer("timeout"), 0), LONGEST_POLL)
        try:
            if seconds and not self.updates.waiting():
                await self._wait(args, seconds)
            return self.updates.hand(most)
        finally:
            self._left = time.monotonic()

    async def _wait(self, args: Arguments, seconds: float) -> None:
        self.interrupt(TelegramRefusal(_OTHER, 409))
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poller = mine
        self._waits.set()
        ends = time.monotonic() + seconds
        gone = asyncio.ensure_future(args.hung_up()) if args.hung_up is not None else None
        try:
            while not self.updates.waiting() and (left := ends - time.monotonic()) > 0:
                if gone is not None and gone.done():
                    raise Cut
                await self._stirred(mine, gone, left)
        finally:
            if gone is not None:
                gone.cancel()
            if self._poller is mine:
                self._poller = None
            if self._poller is None:
                self._waits.clear()

    async def _stirred(
        self, mine: asyncio.Future[None], gone: asyncio.Future[None] | None, seconds: float
    ) -> None:
        """Until an update was added, the caller left, or somebody ended this poll."""
        news = asyncio.ensure_future(self.updates.stirred(seconds))
        waited = {news, mine} | ({gone} if gone is not None else set())
        try:
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
            with suppress(asyncio.CancelledError):
                await news
        if mine.done():
            mine.result()

    def interrupt(self, why: Exception) -> None:
        """End the poll that is waiting, if there is one, with an answer of its own."""
        poller, self._poller = self._poller, None
        if poller is not None and not poller.done():
            poller.set_exception(why)


def allowed_updates(args: Arguments) -> list[str] | None:
    """The kinds a call names; None where it says nothing, or nothing that can be read."""
    if "allowed_updates" not in args:
        return None
    named = args.data("allowed_updates", "can't parse allowed_updates")
    return [str(kind) for kind in named] if isinstance(named, list) else None
