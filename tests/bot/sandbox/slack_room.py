"""A sandbox with a stock slack-bolt app in it, for the tests of the Slack emulator."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import httpx
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
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

    def app(self, **more: Any) -> AsyncApp:
        """A stock bolt app that talks to the sandbox."""
        return AsyncApp(
            client=self.bot,
            signing_secret=self.slack.workspace.credentials.signing_secret,
            process_before_response=True,
            **more,
        )

    async def post(self, name: str, /, **body: Any) -> Any:
        """POST to `/sandbox/…`, which must agree."""
        answer = await self.http.post(f"/sandbox/{name}", content=json.dumps(body))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refused(self, name: str, /, **body: Any) -> tuple[int, str]:
        """POST to `/sandbox/…`, which must refuse: the status and the sentence."""
        answer = await self.http.post(f"/sandbox/{name}", json=body)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["error"]

    async def messages(self, place: str = "slack:#mhj-support", **more: str) -> Any:
        """The transcript of a place."""
        answer = await self.http.get("/sandbox/transcript", params={"place": place, **more})
        return answer.json()["messages"]

    async def form(self, who: str) -> Any:
        """The form open for a person."""
        return (await self.http.get("/sandbox/forms", params={"who": who})).json()["form"]

    def effects(self) -> list[str]:
        """What the truth log says was done on Slack, in order."""
        return [entry["effect"] for entry in self.sandbox.truth.of("slack")]

    @asynccontextmanager
    async def listening(self, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
        """The app on a web socket, by the stock handler."""
        token = self.slack.workspace.credentials.app_token
        handler = AsyncSocketModeHandler(app, token, ping_interval=1)
        before = len(self.slack.workspace.sockets.sockets)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt leaves it untyped
        await self.slack.workspace.sockets.reach(before + 1)
        try:
            yield handler
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]  # bolt leaves it untyped


def _plain(base: str) -> httpx.AsyncClient:
    # Loading the machine's certificates takes longer than most tests, and loopback needs none.
    return httpx.AsyncClient(base_url=base, verify=False, timeout=20)


@asynccontextmanager
async def room(app: SlackApp | None = None) -> AsyncIterator[Room]:
    """Start a sandbox of the small MHJ world on a free port."""
    sandbox = Sandbox(mhj_world(), app=app)
    server = Server(sandbox_app(sandbox))
    sandbox.at(server.base)
    await server.start()
    try:
        async with aiohttp.ClientSession() as session, _plain(server.base) as http:
            token = sandbox.slack.workspace.credentials.bot_token
            bot = AsyncWebClient(token, f"{server.base}/slack/api/", session=session, retry_handlers=[])
            yield Room(sandbox, server.base, bot, http)
    finally:
        await sandbox.stop()
        await server.stop()


async def refusal(call: Awaitable[Any]) -> str:
    """The error code with which Slack refuses a call."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A modal view with these blocks."""
    return {
        "type": "modal",
        "callback_id": "log",
        "title": {"type": "plain_text", "text": "Item issue"},
        "submit": {"type": "plain_text", "text": "Log it"},
        "blocks": list(blocks),
        **more,
    }


def asks(label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An input block; its block id is the label in lower case, its action id `value`."""
    return {
        "type": "input",
        "block_id": label.lower(),
        "label": {"type": "plain_text", "text": label},
        "element": {"action_id": "value", **element},
        **more,
    }


def button(label: str, action: str, value: str = "") -> dict[str, Any]:
    """A button element."""
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "action_id": action, "text": text, **({"value": value} if value else {})}


def section(text: str) -> dict[str, Any]:
    """A section with mrkdwn."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def options(*labels: str) -> list[dict[str, Any]]:
    """Options whose values are their labels in lower case."""
    return [{"text": {"type": "plain_text", "text": label}, "value": label.lower()} for label in labels]
