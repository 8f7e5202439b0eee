"""What is due is claimed, rung and stored in one transaction: a case by one process, a rung once, whatever ends when.

Nudges in a case's threads are queued at once. What a person hears directly waits a moment in our table: nudges to one
person within some minutes (`Reminders.bundle`) are one message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import TypeAdapter

from bot import metrics
from bot.store import codec
from bot.store.statements import Row
from bot.store.store import Store
from bot.store.transaction import Transaction, event_id
from config.calendar import length
from config.desk import Desk
from handlers.case import Case
from handlers.due import Looked, look, said, still_owed, written
from handlers.effects import Direct
from handlers.ladder import Nudge, next_check_at, unheard
from handlers.nudge_message import Told, bundle_message
from handlers.owner_told import sees
from handlers.place import SYSTEM, PersonKey
from handlers.ports import Clock

EVERY = timedelta(seconds=5)
"""How often a clock process looks; nobody promises anything to the second."""
BATCH = 20
"""Cases in one transaction: a moment, so that somebody who answers does not wait for it."""
LATER = timedelta(hours=1)
"""Until a case is looked at again whose clocks could not be counted."""
MOST_BATCHES = 200
"""In one tick; what is left is due at the next."""
log = structlog.get_logger(__name__)
_NUDGE: TypeAdapter[Nudge] = TypeAdapter(Nudge)


async def tick(store: Store, desks: Mapping[str, Desk], clock: Clock) -> int:
    """Ring what is due and send it; how many nudges rang. Safe in every replica at once, and after any downtime."""
    await pass_on(store, desks, clock)
    rang = 0
    for _ in range(MOST_BATCHES):
        looked = await ring_due(store, desks, clock)
        rang += sum(looked)
        if len(looked) < BATCH:
            break
    await send_waiting(store, desks, clock)
    await _measure(store, clock)
    return rang


async def ring_due(store: Store, desks: Mapping[str, Desk], clock: Clock, limit: int = BATCH) -> list[int]:
    """Look at some cases whose time has come: for each, how many nudges rang."""
    async with store.behind(), store.transaction() as tx:
        now = clock()
        rows = await tx.all("cases_due", now=now, desks=list(desks), limit=limit)
        return [await _ring(tx, desks[row["desk"]], codec.case(row["body"]), now) for row in rows]


async def _ring(tx: Transaction, desk: Desk, case: Case, now: datetime) -> int:
    looked = _look(desk, case, now)
    await store_watch(tx, looked.case)
    if not looked.nudges:
        return 0
    sayings = said(desk, looked, now)
    by_slot = {say.slot: say.key for say in sayings}
    kept = 0
    for nudge in looked.nudges:
        delivery = None
        if nudge.hearer.kind != "person":
            delivery = by_slot["supplier" if nudge.hearer.kind == "supplier" else "home"]
        kept += await _keep(tx, desk, looked.case, nudge, now, delivery)
    if kept:
        await tx.queue(sayings, desk.key, now)
        await tx.audit(now, event_id(looked.nudges[0].key), SYSTEM, written(desk, looked), desk.key)
    metrics.NUDGES.inc(kept)
    if looked.is_capped:
        metrics.CAPPED.inc()
    return kept


def _look(desk: Desk, case: Case, now: datetime) -> Looked:
    """Look at a case; what cannot be counted for one case must not keep the others from being looked at."""
    try:
        return look(desk, case, now)
    except (LookupError, ValueError, OverflowError) as error:
        reason = type(error).__name__
        log.error("case_not_looked_at", case=case.id, reason=reason)  # noqa: TRY400  # a trace would show the case
        return Looked(replace(case, next_check_at=now + LATER), (), is_capped=False)


async def _keep(
    tx: Transaction, desk: Desk, case: Case, nudge: Nudge, now: datetime, delivery: str | None
) -> bool:
    """Keep that a nudge rang; whether it had not."""
    row = await tx.one(
        "keep_nudge",
        key=nudge.key,
        desk=desk.key,
        case_id=case.id,
        person=nudge.hearer.person,
        body=_NUDGE.dump_json(nudge).decode(),
        at=now,
        sent_at=now if delivery is not None else None,
        delivery=delivery,
    )
    return row is not None


async def store_watch(tx: Transaction, case: Case) -> None:
    """Store the clocks of a case that this transaction has locked: a version of its own, and no change of the case."""
    stored = replace(case, version=case.version + 1)
    await tx.do(
        "watch_case",
        id=case.id,
        next_check_at=case.next_check_at,
        version=stored.version,
        body=codec.case_json(stored),
    )


# --- what people hear directly ---


async def send_waiting(store: Store, desks: Mapping[str, Desk], clock: Clock) -> int:
    """Send what waits for people, each of them one message; how many messages. One process at a time does it."""
    async with store.transaction() as tx:
        if not await tx.one("nudges_turn"):
            return 0
        sent = 0
        for desk in desks.values():
            now = clock()
            after = now - length(desk.reminders.bundle)
            rows = await tx.all("nudges_waiting", desk=desk.key, after=after)
            for person in dict.fromkeys(row["person"] for row in rows):
                sent += await _send(tx, desk, person, [row for row in rows if row["person"] == person], now)
    return sent


async def _send(tx: Transaction, desk: Desk, person: str, rows: list[Row], now: datetime) -> bool:
    """Send one person what waits for them; what was answered meanwhile, or is not theirs to see, is left out."""
    told = {row["key"]: _told(row) for row in rows}
    owed = {key: one for key, one in told.items() if _is_owed(desk, PersonKey(person), one)}
    dropped = [key for key in told if key not in owed]
    if dropped:
        await tx.do("nudges_sent", keys=dropped, at=now, delivery=None)
    if not owed:
        return False
    first = next(iter(owed))
    message = bundle_message(desk, list(owed.values()), now)
    effect = Direct(f"{first}:direct", desk.key, PersonKey(person), message)
    await tx.do("nudges_sent", keys=list(owed), at=now, delivery=effect.key)
    await tx.queue([effect], desk.key, now)
    metrics.BUNDLED.inc(len(owed) - 1)
    return True


def _told(row: Mapping[str, Any]) -> Told:
    case = codec.case(row["body"])
    return Told(case, case.watch, _NUDGE.validate_json(row["nudge"]))


def _is_owed(desk: Desk, person: PersonKey, told: Told) -> bool:
    tracker = desk.trackers.get(told.case.tracker)
    if tracker is None or person not in desk.people:
        return False
    return still_owed(told.case, told.nudge) and sees(desk, person, tracker, told.case)


# --- what could not be delivered ---


async def pass_on(store: Store, desks: Mapping[str, Desk], clock: Clock, limit: int = BATCH) -> int:
    """Let the next rung ring at once where a nudge could not be delivered; how many there were."""
    async with store.transaction() as tx:
        now = clock()
        rows = await tx.all("nudges_unheard", desks=list(desks), limit=limit)
        for row in rows:
            await tx.do("nudge_unheard", key=row["key"], at=now)
            locked = await tx.one("case_to_change", id=row["case_id"])
            if locked is not None:
                await _pass_on(tx, desks, codec.case(locked["body"]), _NUDGE.validate_json(row["nudge"]), now)
    return len(rows)


async def _pass_on(
    tx: Transaction, desks: Mapping[str, Desk], case: Case, nudge: Nudge, now: datetime
) -> None:
    desk = desks[case.desk]
    if case.closed_at is not None or case.tracker not in desk.trackers:
        return
    watch = unheard(case.watch, nudge, now)
    at = next_check_at(desk, case, watch, now)
    await store_watch(tx, replace(case, watch=watch, next_check_at=at))


async def _measure(store: Store, clock: Clock) -> None:
    """Publish for how long the case has waited that was to be looked at first."""
    row = await store.one("oldest_overdue", now=clock())
    metrics.OVERDUE_AGE.set(row["seconds"] if row is not None else 0)
