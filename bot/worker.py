"""The worker: takes jobs from the engine, sees to upkeep, and comes back by itself when the database was away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom
from typing import Any

import psycopg
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.worker import Worker as Engine
from psycopg_pool import PoolTimeout

from bot import guides, upkeep
from bot.acts import Cards, Performer
from bot.deliver import Decides, Deliverer
from bot.engine import register
from bot.flush import Flusher, Sheets
from bot.outcomes import Random
from bot.pace import Pace
from bot.rows_told import tell_rows
from bot.store.store import Store
from config.desk import Desk
from handlers.ports import Chat, Clock

logger = logging.getLogger(__name__)

CONCURRENCY = 12
"""Jobs at once. They wait for vendors most of the time; a workbook's flush holds one place."""
GRACE = timedelta(seconds=8)
"""How long running jobs may finish after a stop; a platform kills a process ten seconds after SIGTERM."""
POLLING = timedelta(seconds=0.25)
"""How often the engine looks for jobs of its own accord: it is not told when a lane or a retry becomes free."""
TICK = timedelta(seconds=1)
SWEEP = timedelta(seconds=5)
PRUNE = timedelta(hours=1)
_JITTER = SystemRandom().random
DATABASE_AWAY = (psycopg.Error, ConnectorException, PoolTimeout, OSError)


@dataclass(frozen=True, slots=True)
class Outside:
    """What the worker reaches of the world: each chat platform by name, each workbook, and what a case looks like."""

    chats: Mapping[str, Chat]
    sheets: Sheets
    cards: Cards


class Worker:
    """Everything a worker process does. Any number of these may run on one database.

    Args:
        store: what is remembered.
        desks: the declared desks by key.
        outside: the gateways of every vendor.
        intake: who decides what follows from what landed.
        now: the bot's clock, for moments inside events and the audit trail.
        random: full jitter for waits.
        pace: how flushes are spaced.
    """

    def __init__(
        self,
        store: Store,
        desks: Mapping[str, Desk],
        outside: Outside,
        intake: Decides,
        now: Clock,
        *,
        random: Random = _JITTER,
        pace: Pace | None = None,
    ) -> None:
        self.store = store
        performer = Performer(desks, outside.chats, outside.cards)
        self.deliverer = Deliverer(store, desks, performer, intake, now, random)
        self.flusher = Flusher(store, desks, outside.sheets, now, random, pace)
        self.engine: Engine | None = None
        self._running: set[int] = set()
        self._suspects: set[int] = set()

        async def rows() -> None:
            await tell_rows(store, intake, now)

        register(store.app, self.deliverer.deliver, self.flusher.flush, rows, random)

    async def run(self, concurrency: int = CONCURRENCY) -> None:
        """Work until cancelled; running jobs then get `GRACE` to finish and return to the queue after that."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._work(concurrency))
            group.create_task(every(TICK, self._tick))
            group.create_task(every(SWEEP, self._sweep))
            group.create_task(every(PRUNE, lambda: upkeep.prune(self.store)))

    async def run_until_idle(self, most: timedelta = timedelta(seconds=30)) -> None:
        """Work until nothing waits that could be done now; for tests and for scripts.

        Raises:
            TimeoutError: something still waited after `most`.
        """
        async with asyncio.timeout(most.total_seconds()):
            while await self._is_busy():
                await self._tick()
                await self._engine(CONCURRENCY, wait=False)
                await asyncio.sleep(0.01)

    async def _is_busy(self) -> bool:
        async with self.store.transaction() as tx:
            return bool(await tx.one("unfinished"))

    async def _work(self, concurrency: int) -> None:
        while not _is_stopped():
            try:
                await self._engine(concurrency, wait=True)
            except DATABASE_AWAY:
                logger.warning("the database is away; the worker tries again", exc_info=True)
            # The engine also ends by itself, in good order, when it loses the database.
            await asyncio.sleep(TICK.total_seconds())

    async def _engine(self, concurrency: int, *, wait: bool) -> None:
        await self.store.app.run_worker_async(
            name="deskbell",
            concurrency=concurrency,
            wait=wait,
            install_signal_handlers=False,
            listen_notify=wait,
            delete_jobs="always",
            fetch_job_polling_interval=POLLING.total_seconds(),
            shutdown_graceful_timeout=GRACE.total_seconds(),
            update_heartbeat_interval=upkeep.HEARTBEAT.total_seconds(),
            stalled_worker_timeout=upkeep.STALLED.total_seconds(),
            worker_middleware=[self._watch],
        )

    async def _watch(
        self, call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Engine
    ) -> Any:
        """Know which jobs run here, to find one whose end never reached the database."""
        self.engine = worker
        job = context.job.id or 0
        self._running.add(job)
        try:
            return await call_next()
        finally:
            self._running.discard(job)

    async def _tick(self) -> None:
        await upkeep.poke_workbooks(self.store, self.flusher)
        await upkeep.measure(self.store)

    async def _sweep(self) -> None:
        await upkeep.return_stalled(self.store)
        await guides.expire(self.store, self.deliverer.desks, self.deliverer.now)
        await self._return_left()
        await self.store.rescue()

    async def _return_left(self) -> None:
        """Return jobs that count as running here and do not: the database was away when they began or ended.

        One sweep finds them, the next one returns them, so that none is taken on its way.
        """
        if self.engine is None or self.engine.worker_id is None:
            return
        jobs = await self.store.app.job_manager.list_jobs_async(
            status="doing", worker_id=self.engine.worker_id
        )
        left = {job.id: job for job in jobs if job.id is not None and job.id not in self._running}
        for ident in left.keys() & self._suspects:
            await upkeep.return_job(self.store, left[ident])
        self._suspects = left.keys() - self._suspects


def _is_stopped() -> bool:
    """Whether this task was told to stop: what it waits for in a pipeline may answer that with a database's error."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def every(interval: timedelta, step: Callable[[], Awaitable[None]]) -> None:
    """Do a step again and again until cancelled; a database that is away is waited for."""
    while True:
        try:
            await step()
        except DATABASE_AWAY:
            logger.warning("the database is away; upkeep tries again", exc_info=True)
        if _is_stopped():
            return
        await asyncio.sleep(interval.total_seconds())
