"""Writes a workbook: everything that waits for it in one call, one flush at a time in the whole cluster.

The engine's lock on the workbook keeps a second flush out. A process may die between any two steps: cells that
were under way are doubtful, and the gateway looks for their rows before it appends anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

import psycopg

from bot.boundaries import boundary
from bot.flush_ends import FlushEnds, Taken
from bot.outcomes import Random
from bot.pace import Pace, Turn, next_turn
from bot.reconcile_cells import told
from bot.store import codec
from bot.store.statements import Row
from bot.store.store import Store
from bot.thread import in_thread
from config.desk import Desk
from config.texts import text
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

    def retire(self) -> None:
        """Nobody waits for its thread any more: begin no other call."""
        ...


Sheets = Callable[[Desk, str], Sheet]
"""The gateway of a desk's workbook, by its key: the same one, because it knows the tabs, until it is retired."""


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
        self.ends = FlushEnds(store, now, random)
        self.pace = pace or Pace()

    async def flush(self, desk_key: str, document: str) -> None:
        """Write what waits for a workbook, when its turn comes; nothing when that is too far away. Repeatable."""
        desk = self.desks.get(desk_key)
        if desk is None or document not in desk.documents:
            await self.ends.keep_undeclared(desk_key, document)
            return
        taken = await self._take(desk, document)
        if taken is None:
            return
        boundary("flush-marked")
        try:
            # Opening it may fail as a call may.
            sheet = self.sheets(desk, document)
            flushed = await in_thread(lambda: sheet.flush(taken.writes), sheet.retire)
        except asyncio.CancelledError:
            with suppress(psycopg.Error):
                await asyncio.shield(self.ends.leave_alone(desk, document))
            raise
        except Trouble as trouble:
            await self.ends.troubled(desk, document, taken.certain, trouble)
            return
        except Exception as error:
            await self.ends.troubled(desk, document, frozenset(), error)
            raise
        boundary("flush-acted")
        await self.ends.landed(desk, document, taken, flushed)
        boundary("flush-stored")
        await self.store.poke_rows()
        await self.poke_waiting(desk_key, document)

    async def poke_waiting(self, desk: str, document: str) -> None:
        """Ask for the next flush where a workbook has a turn within reach."""
        turn = await self._turn(desk, document)
        if turn is not None and _is_near(turn):
            await self.store.poke(desk, document)

    async def _turn(self, desk: str, document: str) -> Turn | None:
        state = await self.store.one("workbook_pace", desk=desk, document=document, budget=self.pace.budget)
        return next_turn(state, self.pace) if state is not None else None

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
                await self.ends.pause(tx, desk, f"{document}/{tracker}", text("outcome.not_declared"))
            rows = [row for row in rows if row["tracker"] in desk.trackers]
            if not rows:
                return None
            await tx.do("mark_flush", **name, size=len({row["case_id"] for row in rows}))
            await tx.do("count_flush")
        writes = tuple(_write(row, desk) for row in sorted(rows, key=lambda row: int(row["id"])))
        return Taken(writes, frozenset(row["id"] for row in rows if not row["was_doubtful"]))


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
        was=codec.cells(row["was"]),
        told=told(row["seen"]),
    )
