"""The processes of the house: `run` is all of them in one; `web`, `worker` and `clock` may run apart."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any

import psycopg
import structlog
import typer
from psycopg_pool import PoolTimeout

from bot import digests, guides, nudges, reconcile, upkeep
from bot.doors import doors, need_chats, vendors
from bot.health import health, serve
from bot.schedule import Ticker
from bot.store import migrate as migrations
from bot.wiring import House, database, house, worker_of
from config.settings import Settings

UNREACHABLE = (psycopg.OperationalError, PoolTimeout)
"""What a command ends with when the database is away at its start."""
HALF_MINUTE = timedelta(seconds=30)
HOUR = timedelta(hours=1)
SWITCH_SECONDS = 0.0003
"""How long one thread may keep the interpreter from another."""
STOP_SECONDS = 9
"""How long the parts may take to stop: platforms kill a process ten seconds after SIGTERM."""

log = structlog.get_logger(__name__)


def unreachable(error: BaseException) -> str:
    """The sentence for an operator whose database is away."""
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return f"The database cannot be reached ({first}). Start it, or mend DATABASE_URL, and try again."


async def migrate(settings: Settings) -> None:
    """Bring the database to this version."""
    applied = await migrations.migrate(database(settings))
    typer.echo(f"Applied {', '.join(applied)}." if applied else "The database is up to date.")


async def run(settings: Settings) -> None:
    """Everything in one process, the embedded database migrated first."""
    socket = settings.slack_app_token is not None or settings.slack_signing_secret is None
    need_chats(settings, socket=socket)
    await migrations.migrate(database(settings))
    async with house(settings) as home, vendors(settings) as chats:
        opened = doors(home, chats, socket=socket, polls=True)
        parts = [
            worker_of(home, chats.slack, telegram=chats.telegram).run(),
            _ticker(home).run(),
            serve(opened.page, settings, settings.port, public=opened.is_public),
        ]
        await _until_stopped([*parts, *opened.parts], home)


async def web(settings: Settings) -> None:
    """Take what Slack and Telegram deliver, or hold Slack's socket where only that is set; show health and metrics."""
    by_http = settings.slack_signing_secret is not None
    need_chats(settings, socket=not by_http)
    async with house(settings) as home, vendors(settings) as chats:
        opened = doors(home, chats, socket=not by_http, polls=False)
        await _until_stopped([serve(opened.page, settings, settings.port, public=True), *opened.parts], home)


async def worker(settings: Settings) -> None:
    """Deliver messages and write sheets."""
    need_chats(settings)
    async with house(settings) as home, vendors(settings) as chats:
        works = worker_of(home, chats.slack, telegram=chats.telegram)
        await _until_stopped([works.run(), *_aside(settings, home)], home)


async def clock(settings: Settings) -> None:
    """Tick."""
    async with house(settings) as home:
        await _until_stopped([_ticker(home).run(), *_aside(settings, home)], home)


def _aside(settings: Settings, home: House) -> list[Coroutine[Any, Any, None]]:
    """Health and metrics of a process that serves nothing else, where a port for them is set."""
    return [serve(health(home), settings, settings.health_port)] if settings.health_port is not None else []


def _ticker(home: House) -> Ticker:
    ticker = Ticker()
    ticker.every(HALF_MINUTE, "stalled", lambda: upkeep.return_stalled(home.store))
    ticker.every(HALF_MINUTE, "rescue", home.store.rescue)
    ticker.every(reconcile.EVERY, "look at the sheets", lambda: reconcile.ask_all(home.store, home.desks))
    ticker.every(HALF_MINUTE, "guides", lambda: guides.expire(home.store, home.desks, home.now))
    ticker.every(nudges.EVERY, "nudges", lambda: nudges.tick(home.store, home.desks, home.now))
    ticker.every(digests.EVERY, "digests", lambda: digests.tick(home.store, home.desks, home.now))
    ticker.every(HOUR, "prune", lambda: upkeep.prune(home.store))
    return ticker


# --- ending ---


async def _until_stopped(parts: Sequence[Coroutine[Any, Any, object]], home: House) -> None:
    """Run the parts until SIGTERM or SIGINT, or until one of them fails; then cancel them all and wait."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    # What was loaded stays; else every full collection walks through all of it while somebody waits for an answer.
    gc.collect()
    gc.freeze()
    # A flush works in a thread of its own: five milliseconds, as Python has it, are long for whoever waits.
    sys.setswitchinterval(SWITCH_SECONDS)
    log.info("started", desks=sorted(home.desks))
    tasks = [asyncio.ensure_future(part) for part in parts]
    stopping = asyncio.ensure_future(stop.wait())
    done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    for task in [*tasks, stopping]:
        task.cancel()
    _, hanging = await asyncio.wait([*tasks, stopping], timeout=STOP_SECONDS)
    log.info("stopped", hanging=len(hanging))
    for task in done - {stopping}:
        task.result()
