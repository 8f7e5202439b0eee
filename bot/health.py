"""What a process says of itself: is it well (`/healthz`), and how much does it do (`/metrics`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import uvicorn
from starlette.applications import Starlette

from bot import metrics
from bot.slack.http import Endpoint
from bot.slack.socket_mode import SocketMode
from bot.telegram.polling import Poller
from bot.telegram.webhook import Webhook
from bot.web import Probe, web
from bot.wiring import House
from config.settings import Settings
from config.texts import text

SILENCE = timedelta(seconds=30)
"""Slack answers our pings every few seconds; this long without a frame, the socket is ill."""
QUEUE_LIMIT = timedelta(minutes=5)
"""Work that nobody holds back is done in seconds; older than this, somebody should look."""
LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104  # Slack, and a platform's health check, come from outside.


def health(
    home: House,
    socket: SocketMode | None = None,
    endpoint: Endpoint | None = None,
    poller: Poller | None = None,
    webhook: Webhook | None = None,
) -> Starlette:
    """The app of a process: its health, its metrics, and the addresses that Slack and Telegram deliver to.

    Work that waits is told and makes nobody ill: a vendor that is away must not take away the door through which
    commands are accepted and queued.
    """

    async def of_database() -> str:
        async with home.store.pool.connection() as connection:
            await connection.execute("SELECT 1")
        return ""

    async def of_queue() -> str:
        age = await home.store.queue_age()
        metrics.QUEUE_AGE.set(age.total_seconds())
        return text("health.queue", seconds=round(age.total_seconds())) if age > QUEUE_LIMIT else ""

    async def of_slack() -> str:
        return silence(socket.last_frame if socket else None, datetime.now(UTC))

    async def of_polling() -> str:
        return poller.silence(datetime.now(UTC)) if poller else ""

    async def of_webhook() -> str:
        return webhook.trouble() if webhook else ""

    probes: dict[str, Probe] = {"database": of_database}
    notes: dict[str, Probe] = {"queue": of_queue}
    if socket is not None:
        probes["slack"] = of_slack
    if poller is not None:
        probes["telegram"] = of_polling
    if webhook is not None:
        notes["telegram"] = of_webhook
    return web(probes, notes=notes, slack=endpoint, routes=[webhook.route()] if webhook else [])


def silence(last: datetime | None, now: datetime) -> str:
    """What is wrong with a socket whose last frame came then; empty when nothing is."""
    if last is None:
        return text("health.no_frame")
    silent = now - last
    return text("health.silent", seconds=round(silent.total_seconds())) if silent > SILENCE else ""


async def serve(app: Starlette, settings: Settings, port: int, *, public: bool = False) -> None:
    """Serve until cancelled; to the outside only what is `public`, and never from a sandbox."""
    config = uvicorn.Config(
        app,
        host=EVERYWHERE if public and not settings.sandbox else LOOPBACK,
        port=port,
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
