"""What becomes of a flush: rows that are there, rows that are gone, what has to wait, and for whom.

Rows are never given up on: what would be a dead letter elsewhere waits for a person here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import clock, metrics, tell
from bot.outcomes import LOOK_AGAIN, LOOK_AT_TAB_AGAIN, SETTLE, Pause, Random, Retry, outcome
from bot.store.store import Store
from bot.store.transaction import Transaction
from config.desk import Desk
from config.texts import text
from handlers.decision import Audit
from handlers.place import SYSTEM, CaseId
from handlers.ports import Clock
from sheets.batch import Flushed, RowWrite
from sheets.errors import Trouble


@dataclass(frozen=True, slots=True)
class Taken:
    """What one flush carries: the writes, and which of them were certain before it."""

    writes: tuple[RowWrite, ...]
    certain: frozenset[int]


class FlushEnds:
    """Stores how flushes ended; one for a process.

    Args:
        store: where the pending cells are.
        now: the bot's clock, for the audit trail.
        random: full jitter for waits.
    """

    def __init__(self, store: Store, now: Clock, random: Random) -> None:
        self.store = store
        self.now = now
        self.random = random

    async def landed(self, desk: Desk, document: str, taken: Taken, flushed: Flushed) -> None:
        """Store what a flush did, in one transaction."""
        ended = [row.write_ids for row in flushed.landed] + [ids for _, ids in flushed.gone]
        written = {ident for ids in ended for ident in ids}
        by_case = {write.case_id: write.tracker.key for write in taken.writes}
        async with self.store.transaction(relaxed=True) as tx:
            await tx.do("owe_cells", ids=[ident for _, ids in flushed.gone for ident in ids])
            await tx.do("written", ids=sorted(written))
            sure = taken.certain - written - flushed.unlaid
            certain = sure if flushed.stopped is None else frozenset[int]()
            await tx.do("certain", ids=sorted(certain))
            await self._keep_rows(tx, desk, document, flushed)
            for held in flushed.held:
                await self.pause(tx, desk, f"{document}/{held.tracker_key}", held.reason)
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
            await self.troubled(desk, document, frozenset(), flushed.stopped)

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

    async def troubled(self, desk: Desk, document: str, certain: frozenset[int], error: Exception) -> None:
        """Store what follows from a flush that failed; the cells keep waiting whatever it is.

        `certain` are the writes that did not land for certain, unless the error itself is doubtful.
        """
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
            await self.pause(tx, desk, document, whole)
            ended = {"failures": 0, "after": timedelta()}
            await tx.do("mark_flush_ended", desk=desk.key, document=document, **ended)

    async def pause(self, tx: Transaction, desk: Desk, where: str, reason: str) -> None:
        """Let a workbook or a tracker wait for a person, look again in a while, and tell the leads once."""
        what = f"sheet:{desk.key}/{where}"
        until = clock.now() + (LOOK_AT_TAB_AGAIN if "/" in where else LOOK_AGAIN)
        paused = await tx.one("pause", what=what, desk=desk.key, reason=reason, retry_at=until)
        if paused is not None and paused["fresh"]:
            title = _title(desk, where)
            since: datetime = paused["since"]
            await tell.tell_pause(tx, desk, what=what, where=title, reason=reason, since=since, at=self.now())

    async def keep_undeclared(self, desk: str, document: str) -> None:
        """Let the cells of a workbook that is not declared any more wait, where `deskbell outbox` shows why."""
        what, reason = f"sheet:{desk}/{document}", text("outcome.not_declared")
        async with self.store.transaction() as tx:
            await tx.one("pause", what=what, desk=desk, reason=reason, retry_at=clock.now() + LOOK_AGAIN)

    async def leave_alone(self, desk: Desk, document: str) -> None:
        """Store that a flush was broken off and may still take effect: the next one comes when that is over."""
        async with self.store.transaction() as tx:
            await tx.do("mark_flush_ended", desk=desk.key, document=document, failures=0, after=SETTLE)


def _title(desk: Desk, where: str) -> str:
    """What people call a workbook, or a tracker of it."""
    document, _, tracker = where.partition("/")
    book = desk.documents[document].title
    tab = desk.trackers[tracker].tab if tracker in desk.trackers else tracker
    return f"{book}, {tab}" if tab else book
