"""Writes a workbook: everything that waits for it in one call, one flush at a time in the whole cluster.

The engine's lock on the workbook keeps a second flush out. A process may die between any two steps: cells that
were under way are doubtful, and the gateway looks for their rows before it appends anything.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot import clock, metrics, tell
from bot.boundaries import boundary
from bot.outcomes import LOOK_AGAIN, SETTLE, Pause, Random, Retry, outcome
from bot.pace import Pace, Turn, next_turn
from bot.store import codec
from bot.store.statements import Row
from bot.store.store import Store
from bot.store.transaction import Transaction
from bot.thread import in_thread
from config.desk import Desk
from config.texts import text
from handlers.decision import Audit
from handlers.place import SYSTEM, CaseId
from handlers.ports import Clock
from sheets.batch import Flushed, RowWrite
from sheets.errors import Trouble
from sheets.gateway import MOST

PATIENCE = timedelta(seconds=5)
"""The longest a flush waits for its turn while it holds a worker's place; the tick brings a later one. One that has
nothing urgent to write waits not at all, lest it keep something urgent waiting that comes meanwhile."""


class Sheet(Protocol):
    """One workbook's gateway, used by one thread at a time."""

    def flush(self, writes: Sequence[RowWrite], /) -> Flushed:
        """Write what is pending; raises `sheets.errors.Trouble` when nothing landed for certain."""
        ...


Sheets = Callable[[Desk, str], Sheet]
"""The gateway of a desk's workbook, by the workbook's key; made anew whenever it is asked for."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one flush carries: the writes, and which of them were certain before it."""

    writes: tuple[RowWrite, ...]
    certain: frozenset[int]


class Flusher:
    """Writes workbooks; one for a process.

    Args:
        store: where the pending cells are.
        desks: the declared desks by key.
        sheets: the gateway of a workbook.
        now: the bot's clock, for the audit trail.
        random: full jitter for waits.
        pace: how flushes are spaced.
    """

    def __init__(
        self,
        store: Store,
        desks: Mapping[str, Desk],
        sheets: Sheets,
        now: Clock,
        random: Random,
        pace: Pace | None = None,
    ) -> None:
        self.store = store
        self.desks = desks
        self.sheets = sheets
        self.now = now
        self.random = random
        self.pace = pace or Pace()
        self._gateways: dict[tuple[str, str], Sheet] = {}

    async def flush(self, desk_key: str, document: str) -> None:
        """Write what waits for a workbook, when its turn comes; nothing when that is too far away. Repeatable."""
        desk = self.desks.get(desk_key)
        if desk is None or document not in desk.documents:
            await self._keep_undeclared(desk_key, document)
            return
        taken = await self._take(desk, document)
        if taken is None:
            return
        boundary("flush-marked")
        try:
            flushed = await in_thread(lambda: self._gateway(desk, document).flush(taken.writes))
        except asyncio.CancelledError:
            await asyncio.shield(self._leave_alone(desk, document))
            raise
        except Trouble as trouble:
            await self._troubled(desk, document, taken.certain, trouble)
            return
        except Exception as error:
            await self._troubled(desk, document, frozenset(), error)
            raise
        boundary("flush-acted")
        await self._landed(desk, document, taken, flushed)
        boundary("flush-stored")
        await self.store.poke_rows()
        await self.poke_waiting(desk_key, document)

    async def poke_waiting(self, desk: str, document: str) -> None:
        """Ask for the next flush where a workbook has a turn within reach."""
        turn = await self._turn(desk, document)
        if turn is not None and _is_near(turn):
            await self.store.poke(desk, document)

    async def _turn(self, desk: str, document: str) -> Turn | None:
        async with self.store.transaction() as tx:
            state = await tx.one("workbook_pace", desk=desk, document=document, budget=self.pace.budget)
        return next_turn(state, self.pace) if state is not None else None

    def _gateway(self, desk: Desk, document: str) -> Sheet:
        """The workbook's gateway, kept because it knows the tabs. Opening it may fail as a call may."""
        key = (desk.key, document)
        if key not in self._gateways:
            self._gateways[key] = self.sheets(desk, document)
        return self._gateways[key]

    async def _take(self, desk: Desk, document: str) -> Taken | None:
        """Wait for the workbook's turn, then take what there is and mark it."""
        name = {"desk": desk.key, "document": document}
        turn = await self._turn(desk.key, document)
        if turn is None or not _is_near(turn):
            return None
        if turn.after:
            await asyncio.sleep(turn.after.total_seconds())
        async with self.store.transaction() as tx:
            rows = await tx.all("take_writes", **name, patient=turn.patient, limit=MOST)
            for tracker in sorted({row["tracker"] for row in rows} - desk.trackers.keys()):
                await self._pause(tx, desk, f"{document}/{tracker}", text("outcome.not_declared"))
            rows = [row for row in rows if row["tracker"] in desk.trackers]
            if not rows:
                return None
            await tx.do("mark_flush", **name, size=len({row["case_id"] for row in rows}))
            await tx.do("count_flush")
        writes = tuple(_write(row, desk) for row in sorted(rows, key=lambda row: int(row["id"])))
        return Taken(writes, frozenset(row["id"] for row in rows if not row["was_doubtful"]))

    async def _landed(self, desk: Desk, document: str, taken: Taken, flushed: Flushed) -> None:
        """Store what a flush did, in one transaction: rows that are there, rows that are gone, what has to wait."""
        ended = [row.write_ids for row in flushed.landed] + [ids for _, ids in flushed.gone]
        written = {ident for ids in ended for ident in ids}
        by_case = {write.case_id: write.tracker.key for write in taken.writes}
        async with self.store.transaction(relaxed=True) as tx:
            await tx.do("owe_cells", ids=[ident for _, ids in flushed.gone for ident in ids])
            await tx.do("written", ids=sorted(written))
            certain = taken.certain - written if flushed.stopped is None else frozenset[int]()
            await tx.do("certain", ids=sorted(certain))
            await self._keep_rows(tx, desk, document, flushed)
            for held in flushed.held:
                await self._pause(tx, desk, f"{document}/{held.tracker_key}", held.reason)
            alive = {by_case[row.case_id] for row in flushed.landed} - {
                held.tracker_key for held in flushed.held
            }
            resumed = [document, *(f"{document}/{key}" for key in sorted(alive))]
            await tx.do("resume", whats=[f"sheet:{desk.key}/{what}" for what in resumed])
            await tx.do("mark_flush_ended", desk=desk.key, document=document, failures=0, after=timedelta())
            if flushed.spoiled:
                await tell.tell_spoiled(tx, desk, document=document, spoiled=flushed.spoiled, at=self.now())
        metrics.FLUSH_SIZE.observe(len(flushed.landed))
        metrics.REQUESTS.labels("sheets").inc(flushed.requests)
        metrics.APPLIED.labels("RecordRow").inc(len(flushed.landed))
        if flushed.stopped is not None:
            await self._troubled(desk, document, frozenset(), flushed.stopped)

    async def _keep_rows(self, tx: Transaction, desk: Desk, document: str, flushed: Flushed) -> None:
        rows = [
            {"case_id": row.case_id, "gid": row.gid, "row": row.row, "link": row.link}
            for row in flushed.landed
        ]
        if rows:
            await tx.do("rows_seen", rows=json.dumps(rows))
            lines = [
                Audit("recorded", CaseId(row.case_id), "", {"row": str(row.row), "document": document})
                for row in flushed.landed
            ]
            await tx.audit(self.now(), f"flush:{desk.key}/{document}", SYSTEM, lines, desk.key)
        if flushed.gone:
            await tx.do("rows_gone", case_ids=sorted(case for case, _ in flushed.gone))

    async def _troubled(self, desk: Desk, document: str, certain: frozenset[int], error: Exception) -> None:
        """Store what follows from a flush that failed; the cells keep waiting whatever it is."""
        async with self.store.transaction() as tx:
            state = await tx.one("workbook", desk=desk.key, document=document)
            failures = int(state["failures"]) if state is not None else 0
            verdict = outcome(error, failures, self.random)
            if isinstance(error, Trouble) and not error.doubtful:
                await tx.do("certain", ids=sorted(certain))
            if isinstance(verdict, Retry):
                ended = {"failures": failures + int(verdict.counts), "after": verdict.after}
                await tx.do("mark_flush_ended", desk=desk.key, document=document, **ended)
                metrics.RETRIED.labels("RecordRow").inc()
                return
            # Rows are never given up on: what the engine would call a dead letter waits for a person here.
            whole = verdict.reason if isinstance(verdict, Pause) else str(error) or verdict.reason
            await self._pause(tx, desk, document, whole)
            ended = {"failures": 0, "after": timedelta()}
            await tx.do("mark_flush_ended", desk=desk.key, document=document, **ended)

    async def _pause(self, tx: Transaction, desk: Desk, where: str, reason: str) -> None:
        """Let a workbook or a tracker wait for a person, look again in a while, and tell the leads once."""
        what = f"sheet:{desk.key}/{where}"
        until = clock.now() + LOOK_AGAIN
        paused = await tx.one("pause", what=what, desk=desk.key, reason=reason, retry_at=until)
        if paused is not None and paused["fresh"]:
            title = _title(desk, where)
            since: datetime = paused["since"]
            await tell.tell_pause(tx, desk, what=what, where=title, reason=reason, since=since, at=self.now())

    async def _keep_undeclared(self, desk: str, document: str) -> None:
        """Let the cells of a workbook that is not declared any more wait, where `deskbell outbox` shows why."""
        what, reason = f"sheet:{desk}/{document}", text("outcome.not_declared")
        async with self.store.transaction() as tx:
            await tx.one("pause", what=what, desk=desk, reason=reason, retry_at=clock.now() + LOOK_AGAIN)

    async def _leave_alone(self, desk: Desk, document: str) -> None:
        async with self.store.transaction() as tx:
            await tx.do("mark_flush_ended", desk=desk.key, document=document, failures=0, after=SETTLE)


def _is_near(turn: Turn) -> bool:
    return turn.after <= (PATIENCE if turn.urgent else timedelta())


def _write(row: Row, desk: Desk) -> RowWrite:
    return RowWrite(
        id=row["id"],
        tracker=desk.trackers[row["tracker"]],
        case_id=row["case_id"],
        cells=codec.cells(row["cells"]),
        new=row["new"],
        doubtful=row["was_doubtful"],
        row_hint=row["row_hint"],
    )


def _title(desk: Desk, where: str) -> str:
    """What people call a workbook, or a tracker of it."""
    document, _, tracker = where.partition("/")
    book = desk.documents[document].title
    tab = desk.trackers[tracker].tab if tracker in desk.trackers else tracker
    return f"{book}, {tab}" if tab else book
