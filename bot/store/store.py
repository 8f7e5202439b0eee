"""What is remembered, behind two pools of connections: transactions for decisions, readings for people.

The transactions of one pool wait for the disk, those of the other do not (`Store.transaction`).
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import psycopg
from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from bot.boundaries import boundary
from bot.store.connector import Connector
from bot.store.pokes import Pokes
from bot.store.pool import Pool
from bot.store.pool import pool as pool_of
from bot.store.queries import sql
from bot.store.statements import Connection, Row
from bot.store.transaction import DELIVER, Transaction
from bot.store.waited_for import WaitedFor
from handlers.case import HistoryLine
from handlers.place import CaseId

logger = logging.getLogger(__name__)

FLUSH = "flush"
"""The engine's name of the task that writes a workbook."""
TELL_ROWS = "tell-rows"
"""The engine's name of the task that lets cases know of their rows."""
SHEET_QUEUE = "sheet"
FLUSH_PRIORITY = 10
"""Above a chat's: a thousand waiting messages must not keep the rows from the sheet."""
MOST_CONNECTIONS = 20
State = Literal["waiting", "trying", "landed", "gave_up"]
UNFINISHED: tuple[State, ...] = ("waiting", "trying", "gave_up")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One line of the outbox: an effect, how it stands, and why."""

    key: str
    desk: str
    case: CaseId | None
    kind: str
    state: State
    failures: int
    queued_at: datetime
    tried_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class PendingWrite:
    """Cells of one case that are not on the sheet yet."""

    desk: str
    document: str
    tracker: str
    case: CaseId
    new: bool
    queued_at: datetime
    reason: str
    """Why it waits, where a person has to put something right."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Something that waits for a person: `slack`, `slack:C0123`, `sheet:mhj/book`, `sheet:mhj/book/broken`."""

    what: str
    desk: str
    reason: str
    since: datetime
    retry_at: datetime


class Store:
    """What Deskbell remembers, and the engine that works on it. Made by `Store.open`."""

    def __init__(self, pool: Pool, relaxed: Pool, app: App) -> None:
        self.pool = pool
        self.relaxed = relaxed
        self.app = app
        self._waited_for = WaitedFor()
        self._pokes = Pokes(self.poke)

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, connections: int = MOST_CONNECTIONS) -> AsyncIterator[Store]:
        """A store on a migrated database, with at most so many connections, closed with the block."""
        half = max(1, connections // 2)
        async with pool_of(url, half) as pool, pool_of(url, half, synchronous_commit="off") as relaxed:
            app = App(connector=Connector())
            async with app.open_async(relaxed):
                store = cls(pool, relaxed, app)
                try:
                    yield store
                finally:
                    await store.settle()

    @asynccontextmanager
    async def transaction(self, *, relaxed: bool = False) -> AsyncIterator[Transaction]:
        """One transaction, committed when the block ends well; then the workbooks it wrote to are poked.

        A `relaxed` one does not wait for the disk. It is for what would be done again, without harm, if the last
        half second were lost in a power cut: never for what somebody was told, nor for the mark before an act.
        """
        pool = self.relaxed if relaxed else self.pool
        async with pool.connection() as connection, _together(connection):
            tx = Transaction(connection, self.app.job_manager, self._number)
            yield tx
            if tx.abandoned:
                await connection.rollback()
                return
            boundary("before-commit")
            await connection.commit()
            boundary("after-commit")
        for workbook in tx.workbooks:
            self._pokes.soon(workbook)

    def waited_for(self) -> AbstractAsyncContextManager[None]:
        """A block that a person waits for: in this process it goes before work that nobody watches."""
        return self._waited_for.one()

    def behind(self) -> AbstractAsyncContextManager[None]:
        """A block of work that nobody watches: in this process it lets those pass, for a while, who are waited for."""
        return self._waited_for.behind()

    async def poke(self, desk: str, document: str) -> None:
        """Ask for a flush of a workbook, unless one waits already.

        Only ever after the commit: a flush that is under way then either sees the new cells or leaves them to
        this one. A poke that fails is made good by the next tick, so it never fails what was committed.
        """
        await self._ask(FLUSH, f"workbook:{desk}/{document}", desk=desk, document=document)

    async def settle(self) -> None:
        """Wait until every flush that a commit called for was asked for."""
        await self._pokes.settle()

    async def poke_rows(self) -> None:
        """Ask that cases be told of their rows, unless that waits already; as harmless as `poke`."""
        await self._ask(TELL_ROWS, TELL_ROWS)

    async def _ask(self, task: str, lock: str, **arguments: str) -> None:
        job = self.app.configure_task(
            task, lock=lock, queueing_lock=lock, queue=SHEET_QUEUE, priority=FLUSH_PRIORITY
        )
        try:
            # Asked first, because under load nearly every poke is one too many, and a refused insert costs more.
            if not await self._all("is_asked", lock=lock):
                await job.defer_async(**arguments)
        except AlreadyEnqueued:
            pass
        except (ConnectorException, psycopg.Error):
            logger.warning("%s could not be asked for; the next tick will", lock)

    async def outbox(self, states: Sequence[State] = UNFINISHED, limit: int = 200) -> list[Delivery]:
        """Deliveries in these states, oldest first."""
        rows = await self._all("outbox", states=list(states), limit=limit)
        return [
            Delivery(
                row["key"], row["desk"], row["case_id"], row["kind"], row["state"], row["failures"],
                row["queued_at"], row["tried_at"], row["reason"] or "",
            )
            for row in rows
        ]  # fmt: skip

    async def retry(self, key: str) -> bool:
        """Give a dead letter another chance; False when there is no such dead letter. Safe to repeat."""
        async with self.transaction() as tx:
            row = await tx.one("revive", key=key)
            if row is None:
                return False
            await tx.defer([(row["key"], row["lane"])])
        return True

    async def rescue(self, age: timedelta = timedelta(minutes=1)) -> int:
        """Give a job again to deliveries older than `age` whose job is gone; how many there were."""
        async with self.transaction() as tx:
            rows = await tx.all("orphans", age=age, task=DELIVER)
            await tx.defer([(row["key"], row["lane"]) for row in rows])
        return len(rows)

    async def queue_age(self) -> timedelta:
        """How long the oldest thing has waited that nobody holds back; zero when nothing waits."""
        rows = await self._all("queue_age")
        return timedelta(seconds=rows[0]["seconds"])

    async def pending_writes(self, limit: int = 200) -> list[PendingWrite]:
        """Cells that are not on their sheet yet, oldest first, and why if a person has to help."""
        rows = await self._all("pending_writes", limit=limit)
        return [
            PendingWrite(
                row["desk"], row["document"], row["tracker"], row["case_id"], row["new"], row["queued_at"],
                row["reason"] or "",
            )
            for row in rows
        ]  # fmt: skip

    async def paused(self) -> list[Paused]:
        """Everything that waits for a person, the longest first."""
        return [Paused(**row) for row in await self._all("paused")]

    async def history(self, case: CaseId) -> tuple[HistoryLine, ...]:
        """What happened to a case, as people read it, oldest first."""
        rows = await self._all("history", case_id=case)
        return tuple(HistoryLine(row["at"], row["who"], row["what"]) for row in rows)

    async def _number(self, prefix: str, week: str) -> int:
        """The next number of a prefix in a week, for good, whatever becomes of who asked.

        It does not wait for the disk, and yet no number is given twice after a power cut: the case that bears it is
        written to the same log later, and that is waited for.
        """
        async with self.relaxed.connection() as connection:
            arguments = {"prefix": prefix, "week": week}
            row = await (await connection.execute(sql("next_number"), arguments)).fetchone()
        return int(row["last"]) if row else 1

    async def one(self, query: str, **arguments: object) -> Row | None:
        """The first row of a named query that is a transaction of its own; None when there is none."""
        rows = await self._all(query, **arguments)
        return rows[0] if rows else None

    async def _all(self, query: str, **arguments: object) -> list[Row]:
        async with self.pool.connection() as connection:
            return await (await connection.execute(sql(query), arguments)).fetchall()


@asynccontextmanager
async def _together(connection: Connection) -> AsyncIterator[None]:
    """Let the statements of the block be one transaction, begun with the first of them and ended by who asks."""
    await connection.set_autocommit(False)
    try:
        yield
    finally:
        if not connection.closed:
            await connection.rollback()
            await connection.set_autocommit(True)
