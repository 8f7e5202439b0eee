"""The one transaction of an event: was it seen, what it needs to read, and everything its decision stores."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from psycopg import AsyncConnection

from bot import metrics
from bot.lanes import case_of, lane
from bot.store import codec
from bot.store.queries import sql
from config.desk import Desk
from config.tracker import Tracker
from handlers.case import Case, HistoryLine
from handlers.decision import Decision
from handlers.duplicates import duplicates_key, search_term, search_terms
from handlers.effects import RecordRow
from handlers.events import Event
from handlers.place import Actor, CaseId, EventId
from handlers.scene import Found, Need

DELIVER = "deliver"
"""The engine's name of the task that delivers one effect."""
CHAT_QUEUE = "chat"
MOST_FOUND = 50
"""Cases a search or a list answers with: more than a person reads in chat."""
Connection = AsyncConnection[dict[str, Any]]


class StaleCase(Exception):
    """The case was changed by somebody else since it was read; decide again on what it is now."""


class UnclaimedEvent(Exception):
    """A decision was to be stored for an event that `seen` was not asked about in this transaction."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An event that was decided before: `answer` has what its actor was shown then, and nothing to store."""

    answer: Decision


class Transaction:
    """Everything between the first look at an event and its commit, on one connection.

    Made by `Store.transaction`. Nothing is stored until that block ends without an exception.
    """

    def __init__(self, connection: Connection, jobs: JobManager) -> None:
        self.connection = connection
        self.jobs = jobs
        self.abandoned = False
        self.workbooks: set[tuple[str, str]] = set()
        """Desk and document of every workbook that was given something to write."""

    def abandon(self) -> None:
        """Store nothing, not even that the event was seen: it may come again and be decided anew."""
        self.abandoned = True

    async def one(self, query: str, **arguments: object) -> dict[str, Any] | None:
        """The first row of a named query; None when there is none."""
        return await (await self.connection.execute(sql(query), arguments)).fetchone()

    async def all(self, query: str, **arguments: object) -> list[dict[str, Any]]:
        """Every row of a named query."""
        return await (await self.connection.execute(sql(query), arguments)).fetchall()

    async def do(self, query: str, **arguments: object) -> int:
        """Run a named query and say how many rows it touched."""
        return (await self.connection.execute(sql(query), arguments)).rowcount

    async def seen(self, event: Event) -> Seen | None:
        """Whether the event was decided before; if not, it is ours until this transaction ends.

        Where another transaction is deciding the same event, this waits for its end, so that two replicas
        never both decide it.
        """
        claim = {"id": event.id, "kind": type(event).__name__, "at": event.at}
        if await self.one("claim_event", **claim):
            return None
        metrics.REPEATED.labels(type(event).__name__).inc()
        row = await self.one("answer_of_event", id=event.id)
        stored = row["answer"] if row else None
        return Seen(codec.answer(stored) if stored else Decision())

    async def load(self, need: Need, desks: Mapping[str, Desk], now: datetime) -> Found:
        """What a handler needs. The case itself is locked until the end of the transaction; lists are not."""
        found = Found()
        if need.at is not None:
            found = await self._at(need, found)
        if need.case is not None:
            found = replace(found, case=await self._case_to_change(need.case))
        if need.with_history and found.case is not None:
            found = replace(found, history=await self.history(found.case.id))
        if need.search is not None:
            found = replace(found, cases=await self._search(need.search, desks))
        if need.mine is not None:
            owned = {"desks": list(desks), "owner": need.mine, "limit": MOST_FOUND}
            found = replace(found, cases=_cases(await self.all("cases_owned", **owned)))
        if need.next_id_for is not None:
            found = await self._reserve(
                need.next_id_for, need.same_as, _desk_of(need.next_id_for, desks), now, found
            )
        return found

    async def case(self, case_id: CaseId) -> Case | None:
        """A case as it is, not locked."""
        row = await self.one("case", id=case_id)
        return codec.case(row["body"]) if row else None

    async def history(self, case_id: CaseId) -> tuple[HistoryLine, ...]:
        """What happened to a case, as people read it, oldest first."""
        rows = await self.all("history", case_id=case_id)
        return tuple(HistoryLine(row["at"], row["who"], row["what"]) for row in rows)

    async def commit(self, event: Event, actor: Actor, decision: Decision, desk: Desk) -> None:
        """Store a decision and the answer to its event: cases, audit, cells to write, effects and jobs.

        Raises:
            StaleCase: a case was changed since it was read; nothing of the transaction may be kept.
            UnclaimedEvent: `seen` was not asked first.
        """
        if not await self.do("store_answer", id=event.id, answer=codec.answer_json(decision)):
            raise UnclaimedEvent(event.id)
        for case in decision.cases:
            await self._store_case(case, desk)
        if decision.audit:
            await self._audit(event, actor, decision, desk)
        await self._queue_writes(decision, desk)
        deliveries = [effect for effect in decision.effects if not isinstance(effect, RecordRow)]
        await self.queue(deliveries, desk.key, event.at)
        if decision.is_durable:
            metrics.ACCEPTED.labels(type(event).__name__).inc()

    async def queue(self, effects: Sequence[codec.Delivered], desk: str, at: datetime) -> None:
        """Queue effects, in order, each with its job on this connection; a known key is left alone."""
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

    async def _at(self, need: Need, found: Found) -> Found:
        place = need.at
        if place is None or place.thread is None:
            return found
        where = {"platform": place.platform, "channel": place.channel, "message": place.thread}
        post = await self.one("case_of_post", **where)
        if post is None:
            return found
        return replace(found, case=await self._case_to_change(post["case_id"]), slot=post["slot"])

    async def _case_to_change(self, case_id: CaseId) -> Case | None:
        row = await self.one("case_to_change", id=case_id)
        return codec.case(row["body"]) if row else None

    async def _search(self, text: str, desks: Mapping[str, Desk]) -> tuple[Case, ...]:
        term = search_term(text)
        return (
            _cases(await self.all("search_cases", desks=list(desks), term=term, limit=MOST_FOUND))
            if term
            else ()
        )

    async def _reserve(
        self, tracker: Tracker, same_as: tuple[str, ...] | None, desk: Desk, now: datetime, found: Found
    ) -> Found:
        week = _week(now, desk)
        row = await self.one("next_number", prefix=tracker.prefix, week=week)
        number = row["last"] if row else 1
        found = replace(found, next_id=CaseId(f"{tracker.prefix}-{week}-{number:04}"))
        if same_as is None:
            return found
        alike = {"desk": desk.key, "tracker": tracker.key, "same_as": _same_as(same_as), "limit": MOST_FOUND}
        return replace(found, duplicates=_cases(await self.all("cases_alike", **alike)))

    async def _store_case(self, case: Case, desk: Desk) -> None:
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
            "same_as": _same_as(key) if key is not None else None,
            "body": codec.case_json(stored),
        }
        if not await self.do("change_case" if case.version else "file_case", **columns):
            raise StaleCase(case.id)

    async def _audit(self, event: Event, actor: Actor, decision: Decision, desk: Desk) -> None:
        lines = [
            {"case_id": line.case, "action": line.action, "what": line.what, "facts": dict(line.facts)}
            for line in decision.audit
        ]
        account = actor.account
        await self.do(
            "write_audit",
            at=event.at,
            event_id=event.id,
            desk=desk.key,
            platform=account.platform,
            team=account.team,
            account=account.user,
            person=actor.person,
            who=actor.name,
            lines=json.dumps(lines),
        )

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
                "new": row.new,
                "soon": row.soon,
            }
            for row in rows
        ]
        await self.do("queue_writes", desk=desk.key, writes=json.dumps(writes))
        self.workbooks |= {(desk.key, desk.trackers[row.tracker].document) for row in rows if not row.soon}


def _cases(rows: list[dict[str, Any]]) -> tuple[Case, ...]:
    return tuple(codec.case(row["body"]) for row in rows)


def _same_as(key: tuple[str, ...]) -> str:
    return json.dumps(key, ensure_ascii=False)


def _week(now: datetime, desk: Desk) -> str:
    """The desk's own ISO week, `yyww`: a Monday in Amsterdam is not yet Monday everywhere."""
    calendar = now.astimezone(ZoneInfo(desk.timezone)).isocalendar()
    return f"{calendar.year % 100:02}{calendar.week:02}"


def _desk_of(tracker: Tracker, desks: Mapping[str, Desk]) -> Desk:
    for desk in desks.values():
        if desk.trackers.get(tracker.key) is tracker:
            return desk
    raise KeyError(tracker.key)


def event_id(text: str) -> EventId:
    """An event's id made by the bot itself, for what it does without being asked."""
    return EventId(f"deskbell:{text}")
