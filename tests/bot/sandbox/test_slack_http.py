"""Request URLs: the same payloads as signed HTTP, into the stock adapter."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.server import Server
from bot.sandbox.slack_http import HttpDelivery, NotVerified, signed
from tests.bot.sandbox.slack_room import Room, asks, modal, room

pytestmark = pytest.mark.anyio

SUPPORT = "slack:#mhj-support"


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox that retries within milliseconds."""
    async with room() as started:
        started.slack.workspace.deliveries.retry_pace = 0.0005
        yield started


@asynccontextmanager
async def served(endpoint: Callable[[Request], Any]) -> AsyncIterator[str]:
    """An endpoint on a port of its own; gives its URL."""
    server = Server(Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])]))
    await server.start()
    try:
        yield f"{server.base}/slack/events"
    finally:
        await server.stop()


@asynccontextmanager
async def called(r: Room, app: AsyncApp) -> AsyncIterator[HttpDelivery]:
    """The stock app behind a request URL that Slack delivers to."""
    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    async with served(endpoint) as url:
        delivery = r.slack.request_urls(url)
        assert delivery is not None
        yield delivery
        await delivery.stop()


async def test_the_stock_app_takes_commands_modals_and_events_over_http(r: Room) -> None:
    """Signed as Slack signs, answered as over a socket; the challenge is answered, too."""
    app = r.app()
    heard: list[str] = []

    @app.command("/log")
    async def log(ack: Any, body: dict[str, Any], client: Any) -> None:
        await client.views_open(
            trigger_id=body["trigger_id"], view=modal(asks("Order", {"type": "plain_text_input"}))
        )
        await ack(f"you said {body['text']}")

    @app.view("log")
    async def sent(ack: Any) -> None:
        await ack(response_action="errors", errors={"order": "No such order."})

    @app.event("message")
    async def message(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    async with called(r, app) as delivery:
        await delivery.verify()
        await r.post("say", who="agent", place=SUPPORT, text="/log a & b")
        [shown] = await r.messages()
        assert (shown["text"], shown["visible_to"]) == ("you said a & b", ["agent"])
        answer = await r.post("submit", who="agent", values={"Order": "1"})
        assert answer == {"errors": {"Order": "No such order."}}
        said = await r.post("say", who="agent", place=SUPPORT, text="hello")
        assert (said["acked"], heard) == (True, ["hello"])


async def test_an_event_is_retried_until_it_is_taken(r: Room) -> None:
    """Each try is numbered and gives the reason of the one before; a 200 ends it."""
    tries: list[tuple[str | None, str | None]] = []

    async def endpoint(request: Request) -> Response:
        tries.append((request.headers.get("x-slack-retry-num"), request.headers.get("x-slack-retry-reason")))
        return PlainTextResponse("", 200 if len(tries) == 3 else 500)

    async with served(endpoint) as url:
        r.slack.request_urls(url)
        said = await r.post("say", who="agent", place=SUPPORT, text="hello")
    assert (said["acked"], tries) == (True, [(None, None), ("1", "http_error"), ("2", "http_error")])


async def test_an_app_can_ask_not_to_be_told_again(r: Room) -> None:
    """X-Slack-No-Retry ends the tries."""
    tries: list[bytes] = []

    async def endpoint(request: Request) -> Response:
        tries.append(await request.body())
        return PlainTextResponse("", 500, {"x-slack-no-retry": "1"})

    async with served(endpoint) as url:
        r.slack.request_urls(url)
        said = await r.post("say", who="agent", place=SUPPORT, text="hello")
    assert (said["acked"], len(tries)) == (False, 1)


async def test_a_command_is_tried_once(r: Room) -> None:
    """The person sees the failure, as a refusal and from Slackbot."""
    tries: list[bytes] = []

    async def endpoint(request: Request) -> Response:
        tries.append(await request.body())
        return PlainTextResponse("", 500)

    async with served(endpoint) as url:
        await r.post("request_urls", service="slack", events=url)
        status, sentence = await r.refused("say", who="agent", place=SUPPORT, text="/log")
    [shown] = await r.messages()
    assert (status, "did not answer" in sentence, len(tries)) == (424, True, 1)
    assert (shown["author"], shown["text"]) == ("slackbot", '/log failed with the error "dispatch_failed"')


async def test_a_wrong_challenge_is_noticed(r: Room) -> None:
    """Verifying an endpoint that echoes nothing raises."""

    async def endpoint(_request: Request) -> Response:
        return PlainTextResponse("hello")

    async with served(endpoint) as url:
        delivery = r.slack.request_urls(url)
        assert delivery is not None
        with pytest.raises(NotVerified):
            await delivery.verify()


def test_a_signature_is_the_one_the_vendor_checks() -> None:
    """The stock verifier takes it; with another secret or body it does not."""
    headers = {**signed("secret", b"body", time.time()), "content-type": "text/plain"}
    assert SignatureVerifier("secret").is_valid_request(b"body", headers) is True
    assert SignatureVerifier("other").is_valid_request(b"body", headers) is False
    assert SignatureVerifier("secret").is_valid_request(b"bodz", headers) is False
