"""Which doors a process opens, and what it needs for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.doors import Doors, doors, need_chats, vendors
from bot.sandbox.server import Server
from bot.wiring import house
from config.errors import DeclarationsRefused
from config.settings import Settings
from tests.bot.sandbox.telegram_room import Room, room
from tests.bot.telegram.test_polling import until
from tests.slack_desk import slack_desks

SLACK = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "slack_signing_secret": "s"}
TELEGRAM = {"telegram_bot_token": "1:a"}
HOOK = {**TELEGRAM, "telegram_webhook_url": "https://desk.example"}


def settings(given: dict[str, str]) -> Settings:
    """Settings with these values alone."""
    return Settings.model_validate(given)


@pytest.mark.parametrize(
    ("given", "socket", "missing"),
    [
        ({}, True, ["SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"]),
        ({}, None, ["SLACK_BOT_TOKEN"]),
        (SLACK, True, []),
        ({"slack_bot_token": "xoxb-1"}, True, ["SLACK_APP_TOKEN"]),
        ({"slack_bot_token": "xoxb-1"}, False, ["SLACK_SIGNING_SECRET"]),
        (TELEGRAM, True, []),
        (TELEGRAM, None, []),
        ({**TELEGRAM, "slack_bot_token": "xoxb-1"}, True, ["SLACK_APP_TOKEN"]),
        (HOOK, False, ["TELEGRAM_WEBHOOK_SECRET"]),
        (HOOK, None, []),
        ({**HOOK, "telegram_webhook_secret": "s"}, False, []),
    ],
)
def test_one_chat_is_enough_and_must_be_complete(
    given: dict[str, str], socket: bool | None, missing: list[str]
) -> None:
    """Slack or Telegram; whichever is set needs what it is heard by, and the sentence says where that comes from."""
    try:
        need_chats(settings(given), socket=socket)
        faults = []
    except DeclarationsRefused as refused:
        faults = list(refused.faults)
    assert [fault.key for fault in faults] == missing
    assert all(("telegram" in fault.sentence) == fault.key.startswith("TELEGRAM") for fault in faults)


class _Page:
    """An address that serves whatever is opened later."""

    def __init__(self) -> None:
        self.opened: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.opened is not None
        await self.opened(scope, receive, send)


@asynccontextmanager
async def opened(
    there: Room, database_url: str, *, hook: bool, polls: bool
) -> AsyncIterator[tuple[Doors, str]]:
    """The doors of a process that has Telegram alone, with the address of its page."""
    page = _Page()
    server = Server(page)
    given = {
        "DATABASE_URL": database_url,
        "DESKBELL_DESKS": str(slack_desks()),
        "TELEGRAM_BOT_TOKEN": there.token,
        "TELEGRAM_API_URL": f"{there.base}/telegram",
    }
    if hook:
        given |= {"TELEGRAM_WEBHOOK_URL": server.base, "TELEGRAM_WEBHOOK_SECRET": "s3cret"}
    async with house(Settings.model_validate(given)) as home, vendors(home.settings) as chats:
        found = doors(home, chats, socket=False, polls=polls)
        page.opened = found.page
        await server.start()
        parts = [asyncio.ensure_future(part) for part in found.parts]
        try:
            yield found, server.base
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
            await server.stop()


@pytest.mark.anyio
async def test_telegram_delivers_to_the_webhook_it_was_told_of(database_url: str) -> None:
    """Set at the start, proven by the secret, answered after the commit; the page is for the outside."""
    async with room() as there, opened(there, database_url, hook=True, polls=True) as (found, base):
        await until(lambda: there.telegram.room.webhook.url == f"{base}/telegram/webhook")
        await there.said("stranger", "/find 1", "telegram:MHJ")
        await until(lambda: not there.telegram.room.updates.waiting())
        assert there.telegram.room.webhook.info().get("last_error_message") is None
        assert found.is_public
        async with httpx.AsyncClient(verify=False, base_url=base) as client:
            assert (await client.get("/healthz")).json()["parts"]["telegram"] == "ok"
            assert (await client.post("/telegram/webhook", json={"update_id": 1})).status_code == 401


@pytest.mark.anyio
async def test_without_a_webhook_one_process_polls(database_url: str) -> None:
    """It says of itself how that goes, and has no address that Telegram could deliver to."""
    async with room() as there, opened(there, database_url, hook=False, polls=True) as (found, base):
        await there.telegram.room.polling.reach()
        assert not found.is_public
        async with httpx.AsyncClient(verify=False, base_url=base) as client:
            assert (await client.post("/telegram/webhook", json={"update_id": 1})).status_code == 404
            await there.said("stranger", "/find 1", "telegram:MHJ")
            await until(lambda: not there.telegram.room.updates.waiting())
            assert (await client.get("/healthz")).json()["parts"]["telegram"] == "ok"


@pytest.mark.anyio
async def test_a_web_process_leaves_polling_to_run(database_url: str) -> None:
    """Two that poll would send each other away."""
    async with room() as there, opened(there, database_url, hook=False, polls=False) as (found, base):
        async with httpx.AsyncClient(verify=False, base_url=base) as client:
            assert "telegram" not in (await client.get("/healthz")).json()["parts"]
        assert not there.telegram.room.polling.is_connected
        assert not found.is_public
