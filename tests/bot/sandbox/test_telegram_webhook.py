"""Updates that are posted to the bot: with their secret, in order, and again until it takes them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.server import Server
from tests.bot.sandbox.telegram_room import GROUP, Room, room

pytestmark = pytest.mark.anyio


class Hook:
    """A bot that is called; answers the statuses it is given, then 200."""

    def __init__(self, statuses: Sequence[int] = ()) -> None:
        self.statuses = list(statuses)
        self.got: list[tuple[str | None, Any]] = []
        self.server = Server(Starlette(routes=[Route("/hook", self._take, methods=["POST"])]))

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{self.server.base}/hook"

    async def _take(self, request: Request) -> Response:
        secret = request.headers.get("x-telegram-bot-api-secret-token")
        self.got.append((secret, json.loads(await request.body())))
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox."""
    async with room() as started:
        yield started


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    """A bot that listens."""
    listening = Hook()
    await listening.server.start()
    yield listening
    await listening.server.stop()


def texts(hook: Hook) -> list[str]:
    """What was posted to it."""
    return [update["message"]["text"] for _, update in hook.got]


async def test_what_waits_and_what_comes_is_posted(r: Room, hook: Hook) -> None:
    """With the secret; the act that caused it knows that it was taken."""
    await r.said("bowen", "before")
    r.telegram.room.patience_seconds = 5
    await r.api("setWebhook", url=hook.url, secret_token="s3cret")
    answer = await r.post("say", who="bowen", place=GROUP, text="after")
    assert (answer["acked"], texts(hook)) == (True, ["before", "after"])
    assert {secret for secret, _ in hook.got} == {"s3cret"}
    info = await r.api("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == (hook.url, 0)


async def test_a_failed_post_is_repeated(r: Room, hook: Hook) -> None:
    """Until the answer is a 2xx, in order, with the same number; the last error is told."""
    hook.statuses = [500, 403]
    r.telegram.room.webhook.pace = 0.001
    await r.api("setWebhook", url=hook.url)
    await r.said("bowen", "one")
    await r.said("bowen", "two")
    assert await r.post("settle") == {"settled": True}
    assert texts(hook) == ["one", "one", "one", "two"]
    assert len({update["update_id"] for _, update in hook.got[:3]}) == 1
    info = await r.api("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 403 Forbidden"


async def test_a_bot_that_is_down_gets_everything_later(r: Room) -> None:
    """Nothing is lost while it is away."""
    away = Hook()
    r.telegram.room.webhook.pace = 0.001
    await r.api("setWebhook", url=away.url)
    answer = await r.post("say", who="bowen", place=GROUP, text="hello")
    assert answer["acked"] is False
    assert (await r.api("getWebhookInfo"))["pending_update_count"] == 1
    await away.server.start()
    assert await r.post("settle") == {"settled": True}
    assert texts(away) == ["hello"]
    await r.api("deleteWebhook")
    await away.server.stop()


async def test_each_is_posted_as_often_as_switched(r: Room, hook: Hook) -> None:
    """With the same number."""
    await r.post("duplicate", service="telegram", times=4)
    await r.api("setWebhook", url=hook.url)
    await r.said("bowen", "hello")
    assert await r.post("settle") == {"settled": True}
    assert texts(hook) == ["hello"] * 4


async def test_whoever_polls_is_sent_away(r: Room, hook: Hook) -> None:
    """While a webhook is set; when it is deleted, what waits can be polled again."""
    poll = asyncio.ensure_future(r.call("getUpdates", timeout=20))
    await r.telegram.room.polling.reach()
    await r.api("setWebhook", url=hook.url, max_connections=1000)
    assert (await poll).json()["description"] == "Conflict: terminated by setWebhook request"
    assert (await r.api("getWebhookInfo"))["max_connections"] == 100
    active = (
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    assert await r.refused("getUpdates") == f"409 Conflict: {active}"
    await r.api("deleteWebhook")
    await r.said("bowen", "one")
    await r.api("setWebhook", url="", drop_pending_updates=True)
    assert await r.api("getUpdates") == []
    assert r.effects() == ["setWebhook", "deleteWebhook"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"url": "nowhere"}, "invalid webhook URL specified"),
        ({"url": "https://bot.example/hook"},
         "bad webhook: Failed to resolve host: Name or service not known"),
        ({"url": "http://127.0.0.1/x", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "http://127.0.0.1/x", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)  # fmt: skip
async def test_what_telegram_refuses(r: Room, more: dict[str, object], sentence: str) -> None:
    """In its words; another machine is never called."""
    assert await r.refused("setWebhook", **more) == f"400 Bad Request: {sentence}"


async def test_the_sandbox_sets_a_webhook_itself(r: Room, hook: Hook) -> None:
    """With the secret the bot is told, and goes back to polling."""
    await r.post("request_urls", service="telegram", events=hook.url)
    r.telegram.room.patience_seconds = 5
    await r.said("bowen", "hello")
    secret = r.telegram.credentials()["webhook_secret"]
    assert [given for given, _ in hook.got] == [secret]
    await r.post("request_urls", service="telegram")
    assert await r.api("getUpdates") == []
    elsewhere = await r.denied("request_urls", service="telegram", events="https://bot.example")
    assert elsewhere[0] == 400
