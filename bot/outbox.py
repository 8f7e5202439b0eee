"""`deskbell outbox`: what waits to be done, what was given up and why, and another chance for it."""

from __future__ import annotations

from collections.abc import Callable

from bot.store.store import Store
from bot.wiring import database
from config.settings import Settings

Say = Callable[[str], None]


async def show(settings: Settings, say: Say) -> int:
    """Print everything unfinished, oldest first: id, what it is, how it stands, since when, and why."""
    async with Store.open(database(settings), connections=2) as store:
        deliveries = await store.outbox()
        writes = await store.pending_writes()
    if not deliveries and not writes:
        say("Nothing waits and nothing was given up.")
    for line in deliveries:
        reason = f": {line.reason}" if line.reason else ""
        since = f"{line.queued_at:%Y-%m-%d %H:%M}"
        state = line.state.replace("_", " ")
        say(f"{line.key}  {line.kind} for {line.case or line.desk}, {state}, since {since}{reason}")
    for write in writes:
        say(str(write))
    return 0


async def retry(settings: Settings, ident: str, say: Say) -> int:
    """Queue a dead letter again; 1 when there is none of that id."""
    async with Store.open(database(settings), connections=2) as store:
        if await store.retry(ident):
            say(f"{ident} is queued again.")
            return 0
    say(f"Nothing of the id {ident} was given up; `deskbell outbox` lists what there is.")
    return 1
