"""`deskbell outbox`: what waits to be done, what was given up and why, and another chance for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.store.store import Delivery, PendingWrite, Store
from bot.wiring import database
from config.settings import Settings
from config.texts import text

Say = Callable[[str], None]


async def show(settings: Settings, say: Say) -> int:
    """Print everything unfinished, oldest first: id, what it is, how it stands, since when, and why."""
    async with Store.open(database(settings), connections=2) as store:
        deliveries = await store.outbox()
        writes = await store.pending_writes()
    if not deliveries and not writes:
        say(text("outbox.empty"))
    for line in deliveries:
        say(_told(line))
    for write in writes:
        say(_waiting(write))
    return 0


async def retry(settings: Settings, ident: str, say: Say) -> int:
    """Queue a dead letter again; 1 when there is none of that id."""
    async with Store.open(database(settings), connections=2) as store:
        if await store.retry(ident):
            say(text("outbox.queued", key=ident))
            return 0
    say(text("outbox.unknown", key=ident))
    return 1


def _told(line: Delivery) -> str:
    what, state, since = line.case or line.desk, line.state.replace("_", " "), _moment(line.queued_at)
    told = text("outbox.line", key=line.key, kind=line.kind, what=what, state=state, since=since)
    return _because(told, line.reason)


def _waiting(write: PendingWrite) -> str:
    what = text("outbox.row") if write.new else text("outbox.cells")
    since = _moment(write.queued_at)
    told = text("outbox.write", what=what, case=write.case, tracker=write.tracker, since=since)
    return _because(told, write.reason)


def _because(told: str, reason: str) -> str:
    return text("outbox.because", line=told, reason=reason) if reason else told


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
