"""The one transaction of an event: was it seen, what it needs to read, and everything its decision stores."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from psycopg import AsyncCursor

from bot import metrics
from bot.store import codec
from bot.store.finding import Number, history, load, same_as
from bot.store.lanes import case_of, lane
from bot.store.statements import Connection, Row, Statements
from config.desk import Desk
from handlers.case import Case, HistoryLine
from handlers.decision import Audit, Decision
from handlers.duplicates import duplicates_key, search_term, search_terms
from handlers.effects import RecordRow, SendAgain
from handlers.events import Event
from handlers.place import Actor, CaseId, EventId
from handlers.scene import Found, Need

DELIVER = "deliver"
"""The engine's name of the task that delivers one effect."""
CHAT_QUEUE = "chat"


class StaleCase(Exception):
    """The case was changed by somebody else since it was read; decide again on what it is now."""


class UnclaimedEvent(Exception):
    """A decision was to be stored for an event that `seen` was not asked about in this transaction."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An event that was decided before: `answer` has what its actor was shown then, and nothing to store."""

    answer: Decision


class Transaction(Statements):
    """Everything between the first look at an event and its commit, on one connection.

    Made by `Store.transaction`. Nothing is stored until that block ends without an exception.
    """

    def __init__(self, connection: Connection, jobs: JobManager, number: Number) -> None:
        super().__init__(connection)
        self.jobs = jobs
        self.number = number
        self.abandoned = False
        self.workbooks: set[tuple[str, str]] = set()
        """Desk and document of every workbook that was given something to write."""
        self._claimed: set[EventId] = set()

    def abandon(self) -> None:
        """Store nothing, not even that the event was seen: it may come again and be decided anew."""
        self.abandoned = True

    async def seen(self, event: Event) -> Seen | None:
        """Whether the event was decided before; if not, it is ours until this transaction ends.

        Where another transaction is deciding the same event, this waits for its end, so that two replicas
        never both decide it.
        """
        claim = {"id": event.id, "kind": type(event).__name__, "at": event.at}
        async with self.connection.pipeline():
            claimed = await self.run("claim_event", **claim)
        if await claimed.fetchone():
            self._claimed.add(event.id)
            return None
        metrics.REPEATED.labels(type(event).__name__).inc()
        row = await self.one("answer_of_event", id=event.id)
        stored = row["answer"] if row else None
        return Seen(codec.answer(stored) if stored else Decision())

    async def load(self, need: Need, desks: Mapping[str, Desk], now: datetime) -> Found:
        """What a handler needs. The case itself is locked until the end of the transaction; lists are not."""
        return await load(self, need, desks, now, self.number)

    async def case(self, case_id: CaseId) -> Case | None:
        """A case as it is, not locked."""
        row = await self.one("case", id=case_id)
        return codec.case(row["body"]) if row else None

    async def history(self, case_id: CaseId) -> tuple[HistoryLine, ...]:
        """What happened to a case, as people read it, oldest first."""
        return await history(self, case_id)

    async def commit(self, event: Event, actor: Actor, decision: Decision, desk: Desk) -> None:
        """Store a decision and the answer to its event: cases, audit, cells to write, effects and jobs.

        Raises:
            StaleCase: a case was changed since it was read; nothing of the transaction may be kept.
            UnclaimedEvent: `seen` was not asked first.
        """
        if event.id not in self._claimed:
            raise UnclaimedEvent(event.id)
        async with self.connection.pipeline():
            if decision.answer or decision.form or decision.faults:
                await self.run("store_answer", id=event.id, answer=codec.answer_json(decision))
            stored = [(case.id, await self._store_case(case, desk)) for case in decision.cases]
            if decision.audit:
                await self.audit(event.at, event.id, actor, decision.audit, desk.key)
            await self._queue_writes(decision, desk)
            deliveries = [
                effect for effect in decision.effects if not isinstance(effect, RecordRow | SendAgain)
            ]
            await self.queue(deliveries, desk.key, event.at)
        for effect in decision.effects:
            if isinstance(effect, SendAgain):
                await self._send_again(effect)
        for case_id, cursor in stored:
            if cursor.rowcount != 1:
                raise StaleCase(case_id)
        if decision.is_durable:
            metrics.ACCEPTED.labels(type(event).__name__).inc()

    async def audit(self, at: datetime, source: str, actor: Actor, lines: Sequence[Audit], desk: str) -> None:
        """Add lines to the audit trail; `source` is the event they come from, or the effect that landed."""
        account = actor.account
        written = [
            {"case_id": line.case, "action": line.action, "what": line.what, "facts": dict(line.facts)}
            for line in lines
        ]
        await self.run(
            "write_audit",
            at=at,
            event_id=source,
            desk=desk,
            platform=account.platform,
            team=account.team,
            account=account.user,
            person=actor.person,
            who=actor.name,
            lines=json.dumps(written),
        )

    async def queue(self, effects: Sequence[codec.Delivered], desk: str, at: datetime) -> None:
        """Queue effects, in order, each with its job on this connection; a known key is left alone.

        A card is not queued where one of the same post waits: that one shows the case as it is when it is sent.
        """
        if not effects:
            return
        rows = [
            {
                "key": effect.key,
                "case_id": case_of(effect),
                "kind": type(effect).__name__,
                "lane": lane(effect),
                "effect": json.loads(codec.effect_json(effect)),
            }
            for effect in {effect.key: effect for effect in reversed(effects)}.values()
        ]
        answer = await self.all("queue_deliveries", deliveries=json.dumps(rows), desk=desk, at=at)
        new = {row["key"] for row in answer}
        await self.defer([(row["key"], row["lane"]) for row in reversed(rows) if row["key"] in new])

    async def defer(self, deliveries: list[tuple[str, str]]) -> None:
        """Give the engine a job for each of these deliveries (key, lane), on this connection, in order."""
        if not deliveries:
            return
        jobs = [
            Job(queue=CHAT_QUEUE, lock=lane, queueing_lock=None, task_name=DELIVER, task_kwargs={"key": key})
            for key, lane in deliveries
        ]
        await self.jobs.batch_defer_jobs_async(jobs, connection=self.connection)

    async def _send_again(self, again: SendAgain) -> None:
        rows = await self.all("send_again", key=again.effect, case_id=again.case)
        await self.defer([(row["key"], row["lane"]) for row in rows])

    async def _store_case(self, case: Case, desk: Desk) -> AsyncCursor[Row]:
        tracker = desk.trackers[case.tracker]
        stored = replace(case, version=case.version + 1)
        key = duplicates_key(tracker, case.values)
        columns = {
            "id": case.id,
            "desk": case.desk,
            "tracker": case.tracker,
            "status": case.status,
            "owner": case.owner,
            "is_open": case.status not in desk.flow_of(tracker).closed,
            "opened_at": case.opened_at,
            "changed_at": case.changed_at,
            "next_check_at": case.next_check_at,
            "version": stored.version,
            "terms": [search_term(case.id), *search_terms(tracker, case.values)],
            "same_as": same_as(key) if key is not None else None,
            "body": codec.case_json(stored),
        }
        return await self.run("change_case" if case.version else "file_case", **columns)

    async def _queue_writes(self, decision: Decision, desk: Desk) -> None:
        rows = [effect for effect in decision.effects if isinstance(effect, RecordRow)]
        if not rows:
            return
        writes = [
            {
                "document": desk.trackers[row.tracker].document,
                "tracker": row.tracker,
                "case_id": row.case,
                "cells": json.loads(codec.cells_json(row.cells)),
                "was": json.loads(codec.cells_json(row.was)),
                "new": row.new,
                "soon": row.soon,
            }
            for row in rows
        ]
        await self.run("queue_writes", desk=desk.key, writes=json.dumps(writes))
        self.workbooks |= {(desk.key, desk.trackers[row.tracker].document) for row in rows if not row.soon}


def event_id(text: str) -> EventId:
    """An event's id made by the bot itself, for what it does without being asked."""
    return EventId(f"deskbell:{text}")
