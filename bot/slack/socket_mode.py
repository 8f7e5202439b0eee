"""Socket Mode: a web socket to Slack that comes back by itself, and ends without losing what it took.

Slack gives each payload to one of up to ten sockets, so every replica may run one. What is not acknowledged when a
socket closes, Slack delivers again.
Source: docs.slack.dev, "Using Socket Mode".
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.boundaries import boundary
from bot.slack.client import Slack, is_loopback, quiet_logger

PING_SECONDS = 3
"""How often the connection is tried; a dead one is replaced after four times this. slack_sdk's default is 5."""
GRACE = timedelta(seconds=5)
"""How long `stop` waits for what is being handled: half of what a process has after SIGTERM."""


class SocketMode:
    """The socket of one process.

    Args:
        app: the listener's Bolt app.
        slack: the workspace's Web API, which gives the address of the socket.
        app_token: the app-level token (`xapp-…`).
    """

    def __init__(self, app: AsyncApp, slack: Slack, app_token: str) -> None:
        self._handler = _Handler(app, slack, app_token)

    @property
    def last_frame(self) -> datetime | None:
        """When Slack last sent something, an answer to a ping included; None before the first. Real time, UTC."""
        seconds = max(self._handler.last_text, self._handler.client.last_ping_pong_time or 0.0)
        return datetime.fromtimestamp(seconds, UTC) if seconds else None

    async def start(self) -> None:
        """Connect, trying again for as long as it takes; cancel it to give up."""
        await self._handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it bare

    async def stop(self, grace: timedelta = GRACE) -> None:
        """Take nothing new, finish what is being handled, close. Safe to repeat."""
        await self._handler.finish(grace)


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, which also counts what is under way and can be made to die around an acknowledgement."""

    client: SocketModeClient

    def __init__(self, app: AsyncApp, slack: Slack, app_token: str) -> None:
        super().__init__(app, app_token, quiet_logger(), _unauthorized(slack), ping_interval=PING_SECONDS)
        if is_loopback(slack.api_url):
            self.client.proxy = None
        self.client.on_message_listeners.append(self._frame)
        self.last_text = 0.0
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def _frame(self, _: WSMessage) -> None:
        self.last_text = time.time()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as Bolt's own
        self._busy += 1
        self._idle.clear()
        try:
            begun = time.time()
            answer = await run_async_bolt_app(self.app, req)
            boundary("before-ack")
            await send_async_response(client, req, answer, begun)
            boundary("after-ack")
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    async def finish(self, grace: timedelta) -> None:
        client = self.client
        client.default_auto_reconnect_enabled = client.auto_reconnect_enabled = False
        tasks = [
            task for task in (client.message_receiver, client.current_session_monitor) if task is not None
        ]
        for task in tasks:
            task.cancel()
        try:
            async with asyncio.timeout(grace.total_seconds()):
                # What is queued starts one a round of the loop, the last one a round later.
                for _ in range(client.message_queue.qsize() + 2):
                    await asyncio.sleep(0)
                await self._idle.wait()
        except TimeoutError:
            # Slack delivers again what was not acknowledged.
            pass
        await client.close()  # type: ignore[no-untyped-call]  # slack_sdk leaves it bare
        await asyncio.gather(*tasks, client.message_processor, return_exceptions=True)


def _unauthorized(slack: Slack) -> AsyncWebClient:
    """The client that asks for the socket's address: it sends the app's token, never the bot's."""
    client = AsyncWebClient(
        base_url=slack.api_url, session=slack.session, retry_handlers=[], logger=quiet_logger()
    )
    if is_loopback(slack.api_url):
        client.proxy = None
    return client
