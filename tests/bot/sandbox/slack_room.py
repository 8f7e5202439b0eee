"""A sandbox with a stock slack-bolt app in it, for the tests of the Slack emulator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import httpx
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.app import Sandbox, sandbox_app
from bot.sandbox.people import mhj_world
from bot.sandbox.server import Server
from bot.sandbox.slack import Slack
from bot.sandbox.slack_manifest import SlackApp


@dataclass
class Room:
    """A running sandbox: its parts, the bot's client, and a client for `/sandbox`."""

    sandbox: Sandbox
    base: str
    bot: AsyncWebClient
    http: httpx.AsyncClient

    @property
    def slack(self) -> Slack:
        """The Slack emulator."""
        return self.sandbox.slack

    def channel(self, name: str) -> str:
        """The id of a channel by its name."""
        found = self.slack.workspace.state.named(name)
        assert found is not None
        return found.id

    def user(self, key: str) -> str:
        """The Slack id of a person."""
        return self.sandbox.world.person(key).id

    def app(self) -> AsyncApp:
        """A stock bolt app that talks to the sandbox."""
        return AsyncApp(
            client=self.bot,
            signing_secret=self.slack.workspace.credentials.signing_secret,
            process_before_response=True,
        )

    @asynccontextmanager
    async def listening(self, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
        """The app on a web socket, by the stock handler."""
        token = self.slack.workspace.credentials.app_token
        handler = AsyncSocketModeHandler(app, token, ping_interval=1)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt leaves it untyped
        await self.slack.workspace.sockets.arrived.wait()
        try:
            yield handler
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]  # bolt leaves it untyped


@asynccontextmanager
async def room(app: SlackApp | None = None) -> AsyncIterator[Room]:
    """Start a sandbox of the small MHJ world on a free port."""
    sandbox = Sandbox(mhj_world(), app=app)
    server = Server(sandbox_app(sandbox))
    sandbox.at(server.base)
    await server.start()
    async with aiohttp.ClientSession() as session, httpx.AsyncClient(base_url=server.base) as http:
        token = sandbox.slack.workspace.credentials.bot_token
        bot = AsyncWebClient(token, f"{server.base}/slack/api/", session=session, retry_handlers=[])
        try:
            yield Room(sandbox, server.base, bot, http)
        finally:
            await sandbox.stop()
            await server.stop()
