"""The processes of the house: `run` is all of them in one; `web`, `worker` and `clock` may run apart."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import structlog
import typer
import uvicorn
from psycopg_pool import PoolTimeout

from bot import clock as real_clock
from bot import upkeep
from bot.schedule import Ticker
from bot.slack import http
from bot.slack.client import Slack
from bot.slack.listen import Listener
from bot.slack.socket_mode import SocketMode
from bot.store import migrate as migrations
from bot.web import Probe
from bot.web import web as web_app
from bot.wiring import House, database, house, listener_of, slack_of, worker_of
from config.errors import DeclarationFault, DeclarationsRefused
from config.settings import Settings

UNREACHABLE = (psycopg.OperationalError, PoolTimeout)
"""What a command ends with when the database is away at its start."""
SILENCE = timedelta(seconds=30)
"""Slack answers our pings every few seconds; this long without a frame, the socket is ill."""
QUEUE_LIMIT = timedelta(minutes=5)
"""Work that nobody holds back is done in seconds; older than this, something is wrong with the workers."""
HALF_MINUTE = timedelta(seconds=30)
HOUR = timedelta(hours=1)
STOP_SECONDS = 10
"""How long a process may take to stop: platforms kill it ten seconds after SIGTERM."""

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
    _needs_slack(settings, socket=settings.slack_app_token is not None)
    await migrations.migrate(database(settings))
    async with house(settings) as home, _slack(settings) as slack:
        listener = listener_of(home, slack)
        socket = _socket(settings, listener, slack)
        ticker = _ticker(home)
        worker = worker_of(home, slack)
        endpoint = _endpoint(settings, listener) if socket is None else None
        parts = [worker.run(), ticker.run(), _serve(settings, _probes(home, socket), endpoint)]
        await _until_stopped([*parts, _listen(socket)] if socket else parts, home)


async def web(settings: Settings) -> None:
    """Take Slack's signed requests, or hold a socket where only that is configured; show health and metrics."""
    by_http = settings.slack_signing_secret is not None
    _needs_slack(settings, socket=not by_http)
    async with house(settings) as home, _slack(settings) as slack:
        listener = listener_of(home, slack)
        socket = None if by_http else _socket(settings, listener, slack)
        endpoint = _endpoint(settings, listener) if by_http else None
        parts = [_serve(settings, _probes(home, socket), endpoint)]
        await _until_stopped([*parts, _listen(socket)] if socket else parts, home)


async def worker(settings: Settings) -> None:
    """Deliver messages and write sheets."""
    async with house(settings) as home, _slack(settings) as slack:
        await _until_stopped([worker_of(home, slack).run()], home)


async def clock(settings: Settings) -> None:
    """Tick."""
    async with house(settings) as home:
        await _until_stopped([_ticker(home).run()], home)


def _ticker(home: House) -> Ticker:
    ticker = Ticker()
    ticker.every(HALF_MINUTE, "stalled", lambda: upkeep.return_stalled(home.store))
    ticker.every(HALF_MINUTE, "rescue", home.store.rescue)
    ticker.every(HOUR, "prune", lambda: upkeep.prune(home.store))
    return ticker


# --- Slack ---


def _needs_slack(settings: Settings, *, socket: bool) -> None:
    """Refuse to start deaf.

    Raises:
        DeclarationsRefused: a token is missing, with what to do.
    """
    wanted = {"SLACK_BOT_TOKEN": settings.slack_bot_token}
    if socket:
        wanted["SLACK_APP_TOKEN"] = settings.slack_app_token
    else:
        wanted["SLACK_SIGNING_SECRET"] = settings.slack_signing_secret
    missing = [name for name, token in wanted.items() if token is None]
    if missing:
        say = (
            "is not set; docs/setup-slack.md says where it comes from. To try without an account: `make run`"
        )
        raise DeclarationsRefused([DeclarationFault("environment", name, say) for name in missing])


@asynccontextmanager
async def _slack(settings: Settings) -> AsyncIterator[Slack]:
    slack = await slack_of(settings)
    if slack is None:
        _needs_slack(settings, socket=False)
        raise LookupError("unreachable: a missing token was refused above")
    try:
        yield slack
    finally:
        await slack.close()


def _socket(settings: Settings, listener: Listener, slack: Slack) -> SocketMode | None:
    token = settings.slack_app_token
    return SocketMode(listener.app, slack, token.get_secret_value()) if token is not None else None


async def _listen(socket: SocketMode) -> None:
    try:
        await socket.start()
        await asyncio.Event().wait()
    finally:
        await asyncio.shield(socket.stop())


def _endpoint(settings: Settings, listener: Listener) -> http.Endpoint | None:
    secret = settings.slack_signing_secret
    if secret is None:
        return None
    return http.endpoint(listener.app, secret.get_secret_value(), real_clock.now)


# --- health ---


def _probes(home: House, socket: SocketMode | None) -> Mapping[str, Probe]:
    async def of_database() -> str:
        async with home.store.pool.connection() as connection:
            await connection.execute("SELECT 1")
        return ""

    async def of_queue() -> str:
        age = await home.store.queue_age()
        return f"the oldest work waits for {age.total_seconds():.0f} s" if age > QUEUE_LIMIT else ""

    async def of_slack() -> str:
        last = socket.last_frame if socket else None
        if last is None:
            return "no frame from Slack yet"
        silent = datetime.now(UTC) - last
        return f"no frame for {silent.total_seconds():.0f} s" if silent > SILENCE else ""

    probes: dict[str, Probe] = {"database": of_database, "queue": of_queue}
    return {**probes, "slack": of_slack} if socket is not None else probes


async def _serve(settings: Settings, probes: Mapping[str, Probe], endpoint: http.Endpoint | None) -> None:
    """The web side of a process; only Slack's requests come from outside, the rest is for this machine."""
    outside = endpoint is not None and not settings.sandbox
    host = "0.0.0.0" if outside else "127.0.0.1"  # noqa: S104  # Slack has to reach it.
    config = uvicorn.Config(
        web_app(probes, slack=endpoint),
        host=host,
        port=settings.port,
        log_config=None,
        log_level="warning",
        lifespan="off",
        access_log=False,
        timeout_graceful_shutdown=3,
    )
    server = _Server(config)
    try:
        await server.serve()
    finally:
        server.should_exit = True


class _Server(uvicorn.Server):
    """Leaves signals to the process, which has more to end than this."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


# --- ending ---


async def _until_stopped(parts: Sequence[Coroutine[Any, Any, object]], home: House) -> None:
    """Run the parts until SIGTERM or SIGINT, or until one of them fails; then cancel them all and wait."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
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
