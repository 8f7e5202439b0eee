"""The ticker: calls steps at their times and holds no state. What is due is in our tables, never in here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]  # APScheduler 3 has no types
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]  # APScheduler 3 has no types

from bot.worker import DATABASE_AWAY

log = structlog.get_logger(__name__)


class Ticker:
    """APScheduler as a metronome. A tick that comes late is played once, never skipped and never in parallel."""

    def __init__(self) -> None:
        # The default grace of one second skips late ticks in silence; None plays them, coalesced into one.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=defaults)

    def every(self, interval: timedelta, name: str, step: Callable[[], Awaitable[object]]) -> None:
        """Call a step again and again; a database that is away is waited for, other errors are the step's own."""

        async def tick() -> None:
            try:
                await step()
            except DATABASE_AWAY:
                log.warning("tick_without_database", tick=name)

        self._scheduler.add_job(tick, IntervalTrigger(seconds=interval.total_seconds()), id=name)

    async def run(self) -> None:
        """Tick until cancelled."""
        self._scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            self._scheduler.shutdown(wait=False)
