"""Digests at their local times: claimed by one process, once for each audience and date, caught up on their day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot import metrics
from bot.digest_read import effects, read
from bot.store.store import Store
from bot.store.transaction import Transaction
from config.clock import DigestTime
from config.desk import Desk
from handlers.digest_due import digest_day, next_digest
from handlers.ports import Clock

EVERY = timedelta(seconds=5)
"""How often a clock process looks."""


async def tick(store: Store, desks: Mapping[str, Desk], clock: Clock) -> int:
    """Send the digests whose time has come; how many. Safe in every replica at once, and after any downtime."""
    sent = 0
    for desk in desks.values():
        if not desk.digests:
            continue
        for key in await _due(store, desk, clock()):
            async with store.behind(), store.transaction() as tx:
                sent += await send(tx, desk, key, clock())
    return sent


async def _due(store: Store, desk: Desk, now: datetime) -> list[str]:
    """The digests of a desk whose time has come. What was declared just now, or for earlier, is planned."""
    async with store.transaction() as tx:
        rows = await tx.all("digest_times", desk=desk.key)
        known = {row["digest"]: row["next_digest_at"] for row in rows}
        for key, digest in desk.digests.items():
            at, ahead = known.get(key), next_digest(desk, digest, now)
            if ahead is not None and (at is None or ahead < at):
                await tx.do("plan_digest", desk=desk.key, digest=key, at=ahead)
    return [key for key in desk.digests if (at := known.get(key)) is not None and at <= now]


async def send(tx: Transaction, desk: Desk, key: str, now: datetime) -> bool:
    """Send one digest if its time has come, nobody else sees to it and it was not sent on this date.

    One that was missed on an earlier day is left out: the next says it all again.
    """
    digest = desk.digests[key]
    due = await tx.one("claim_digest", desk=desk.key, digest=key, now=now)
    if due is None:
        return False
    await tx.do("digest_seen_to", desk=desk.key, digest=key, at=next_digest(desk, digest, now))
    day = digest_day(desk, digest, now)
    if day is None or not await tx.one("digest_sent", desk=desk.key, audience=key, day=day, at=now):
        return False
    metrics.DIGEST_LATENESS.labels(key).set((now - due["next_digest_at"]).total_seconds())
    await queue(tx, desk, digest, f"digest:{desk.key}:{key}:{day.isoformat()}", now)
    return True


async def queue(tx: Transaction, desk: Desk, digest: DigestTime, key: str, now: datetime) -> None:
    """Queue what a digest says at this moment, under a key of its own."""
    await tx.queue(effects(await read(tx, desk, now), digest, key), desk.key, now)
