"""Socket Mode: the stock client stays connected, and nothing is delivered to nobody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp

from tests.bot.sandbox.slack_room import Room, room

pytestmark = pytest.mark.anyio

SUPPORT = "slack:#mhj-support"


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox that retries within milliseconds."""
    async with room() as started:
        started.slack.workspace.deliveries.retry_pace = 0.0005
        yield started


async def connect(r: Room, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    """One more web socket of the app."""
    token = r.slack.workspace.credentials.app_token
    url = (await r.bot.apps_connections_open(app_token=token))["url"]
    return await session.ws_connect(url)


async def received(socket: aiohttp.ClientWebSocketResponse) -> Any:
    """The next frame, as JSON."""
    return json.loads(await socket.receive_str(timeout=5))


class TestEnvelopes:
    async def test_a_socket_says_hello_and_a_ticket_is_good_once(self, r: Room) -> None:
        """The same URL does not open a second one."""
        token = r.slack.workspace.credentials.app_token
        url = (await r.bot.apps_connections_open(app_token=token))["url"]
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            hello = await received(socket)
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)

    async def test_each_event_goes_to_one_socket(self, r: Room) -> None:
        """Two sockets share four messages."""
        async with aiohttp.ClientSession() as session:
            sockets = [await connect(r, session) for _ in range(2)]
            for socket in sockets:
                await received(socket)
            for n in range(4):
                saying = asyncio.ensure_future(r.post("say", who="agent", place=SUPPORT, text=str(n)))
                socket = sockets[(n + 1) % 2]
                frame = await received(socket)
                assert frame["payload"]["event"]["text"] == str(n)
                await socket.send_json({"envelope_id": frame["envelope_id"]})
                assert (await saying)["acked"] is True

    async def test_eleven_sockets_are_one_too_many(self, r: Room) -> None:
        """The eleventh is told so and closed."""
        async with aiohttp.ClientSession() as session:
            sockets = [await connect(r, session) for _ in range(11)]
            frame = await received(sockets[-1])
            assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")
            assert len(r.slack.workspace.sockets.sockets) == 10

    async def test_what_a_closing_socket_owed_goes_to_another(self, r: Room) -> None:
        """The same event, by another envelope."""
        async with aiohttp.ClientSession() as session:
            first, second = await connect(r, session), await connect(r, session)
            await received(first)
            await received(second)
            saying = asyncio.ensure_future(r.post("say", who="agent", place=SUPPORT, text="hello"))
            lost = await received(second)
            await second.close()
            frame = await received(first)
            assert frame["payload"]["event_id"] == lost["payload"]["event_id"]
            await first.send_json({"envelope_id": frame["envelope_id"]})
            assert (await saying)["acked"] is True

    async def test_an_event_for_nobody_is_delivered_when_somebody_comes(self, r: Room) -> None:
        """The retries reach the socket that opens later, and say what number they are."""
        r.slack.workspace.deliveries.retry_pace = 0.005
        said = await r.post("say", who="agent", place=SUPPORT, text="hello")
        assert said["acked"] is False
        async with aiohttp.ClientSession() as session:
            socket = await connect(r, session)
            await received(socket)
            frame = await received(socket)
            assert (frame["payload"]["event"]["text"], frame["retry_reason"]) == (
                "hello",
                "connection_failed",
            )
            assert frame["retry_attempt"] >= 1
            await socket.send_json({"envelope_id": frame["envelope_id"]})
            assert await r.post("settle", seconds=2) == {"settled": True}

    async def test_an_event_nobody_acknowledges_is_given_up_after_three_retries(self, r: Room) -> None:
        """Four deliveries in all, as Slack does it."""
        await r.post("say", who="agent", place=SUPPORT, text="hello")
        assert await r.post("settle", seconds=2) == {"settled": True}
        async with aiohttp.ClientSession() as session:
            socket = await connect(r, session)
            await received(socket)
            with pytest.raises(asyncio.TimeoutError):
                await socket.receive_str(timeout=0.2)

    async def test_nonsense_on_the_wire_is_ignored(self, r: Room) -> None:
        """No JSON, no envelope, an unknown one: the socket stays open and the right answer counts."""
        async with aiohttp.ClientSession() as session:
            socket = await connect(r, session)
            await received(socket)
            saying = asyncio.ensure_future(r.post("say", who="agent", place=SUPPORT, text="hello"))
            frame = await received(socket)
            for nonsense in ("x", "[]", "{}", '{"envelope_id": "other"}', "[" * 50_000):
                await socket.send_str(nonsense)
            await socket.send_json({"envelope_id": frame["envelope_id"]})
            assert (await saying)["acked"] is True


class TestStockClient:
    async def test_bolt_comes_back_after_a_disconnect(self, r: Room) -> None:
        """The stock handler follows `disconnect` to a new socket and hears what is said then."""
        app = r.app()
        heard: list[str] = []

        @app.event("message")
        async def message(event: dict[str, Any]) -> None:
            heard.append(event["text"])

        async with r.listening(app):
            await r.post("disconnect", service="slack", reason="refresh_requested")
            await asyncio.wait_for(r.slack.workspace.sockets.reach(1), 5)
            said = await r.post("say", who="agent", place=SUPPORT, text="still there?")
            assert (said["acked"], heard) == (True, ["still there?"])

    async def test_duplicates_reach_the_bot_as_often_as_switched(self, r: Room) -> None:
        """Three copies have one event id; a command has one trigger three times."""
        app = r.app()
        ids: list[str] = []
        triggers: list[str] = []

        @app.event("message")
        async def message(body: dict[str, Any]) -> None:
            ids.append(body["event_id"])

        @app.command("/log")
        async def log(ack: Any, body: dict[str, Any]) -> None:
            triggers.append(body["trigger_id"])
            await ack()

        async with r.listening(app):
            await r.post("duplicate", service="slack", times=3)
            await r.post("say", who="agent", place=SUPPORT, text="hello")
            await r.post("say", who="agent", place=SUPPORT, text="/log")
            assert (len(ids), len(set(ids)), len(triggers), len(set(triggers))) == (3, 1, 3, 1)

    async def test_two_replicas_share_the_work(self, r: Room) -> None:
        """Two apps, one message: one of them hears it."""
        heard: list[int] = []
        async with AsyncExitStack() as stack:
            for number in range(2):
                await stack.enter_async_context(r.listening(_counting(r, number, heard)))
            for _ in range(4):
                await r.post("say", who="agent", place=SUPPORT, text="hello")
        assert sorted(heard) == [0, 0, 1, 1]


def _counting(r: Room, number: int, heard: list[int]) -> AsyncApp:
    """A stock app that notes its number whenever it hears a message."""
    app = r.app()

    @app.event("message")
    async def message() -> None:
        heard.append(number)

    return app
