"""The engine's side of the work: its tasks by name, and when it runs one again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from bot import clock
from bot.outcomes import SETTLE, GaveUp, Later, Random, backoff
from bot.store.store import FLUSH, TELL_ROWS
from bot.store.transaction import DELIVER


class AsDecided(BaseRetryStrategy):
    """Runs a job again when the effect's outcome said so, and when the job was only interrupted.

    Whatever else a job ends with is trouble of our own, most likely the database: it comes back with full jitter
    for as long as it takes, because nothing was decided about the effect.
    """

    def __init__(self, random: Random) -> None:
        self.random = random

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to run the job again; None when its effect is a dead letter."""
        if isinstance(exception, GaveUp):
            return None
        if isinstance(exception, Later):
            return RetryDecision(retry_at=clock.now() + exception.after)
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_at=clock.now() + SETTLE)
        return RetryDecision(retry_at=clock.now() + backoff(job.attempts, self.random) + timedelta(seconds=1))


def register(
    app: App,
    deliver: Callable[[str], Awaitable[None]],
    flush: Callable[[str, str], Awaitable[None]],
    tell_rows: Callable[[], Awaitable[None]],
    random: Random,
) -> None:
    """Give the engine its tasks. A flush is never run again by the engine: the tick asks for the next one."""

    @app.task(name=DELIVER, retry=AsDecided(random))
    async def _(key: str) -> None:
        await deliver(key)

    @app.task(name=FLUSH)
    async def _(desk: str, document: str) -> None:
        await flush(desk, document)

    @app.task(name=TELL_ROWS)
    async def _() -> None:
        await tell_rows()
