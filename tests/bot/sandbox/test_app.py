"""The sandbox as a whole: wired, served on loopback, and joined by others."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.app import Sandbox, sandbox_app
from bot.sandbox.faults import Cut
from bot.sandbox.people import UnknownPerson, mhj_world, world_from
from bot.sandbox.server import Server
from tests.bot.sandbox.slack_room import Room, room

pytestmark = pytest.mark.anyio


class Fax:
    """A vendor that joins: one route that answers, one that cuts."""

    name = "fax"

    def routes(self) -> Sequence[BaseRoute]:
        """`/fax/hello` and `/fax/cut`."""
        return [Route("/hello", self._hello), Route("/cut", self._cut)]

    async def _hello(self, _request: Request) -> Response:
        return PlainTextResponse("beep")

    async def _cut(self, _request: Request) -> Response:
        raise Cut

    def at(self, base: str) -> None:
        """Remembers where it is."""
        self.base = base

    def urls(self) -> dict[str, str]:
        """Its address."""
        return {"fax": f"{self.base}/fax"}

    async def stop(self) -> None:
        """Notes that it was stopped."""
        self.stopped = True


async def test_another_vendor_joins_under_its_name() -> None:
    """Mounted, told where it is, listed in the state, cut where it cuts, and stopped."""
    fax = Fax()
    sandbox = Sandbox(mhj_world())
    server = Server(sandbox_app(sandbox, others=[fax]))
    sandbox.at(server.base)
    await server.start()
    async with httpx.AsyncClient(base_url=server.base, verify=False) as http:
        assert (await http.get("/fax/hello")).text == "beep"
        assert (await http.get("/sandbox/state")).json()["urls"]["fax"] == f"{server.base}/fax"
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get("/fax/cut")
    await server.stop()
    assert fax.stopped is True


async def test_the_server_is_on_loopback_only_and_can_be_started_again() -> None:
    """A port that was given back is free again; stopping twice does no harm."""
    app = sandbox_app(Sandbox(mhj_world()))
    first = Server(app)
    await first.start()
    socket.create_connection(("127.0.0.1", first.port)).close()
    await first.stop()
    await first.stop()
    again = Server(app, first.port)
    await again.start()
    assert again.base == f"http://127.0.0.1:{first.port}"
    await again.stop()


async def test_a_busy_port_is_said_to_be_busy() -> None:
    """As the operating system says it, before anything is served."""
    first = Server(sandbox_app(Sandbox(mhj_world())))
    await first.start()
    with pytest.raises(OSError, match="in use"):
        Server(sandbox_app(Sandbox(mhj_world())), first.port)
    await first.stop()


async def test_the_environment_leads_the_bot_into_the_sandbox(tmp_path: Path) -> None:
    """Addresses on loopback, invented tokens, and a Google key that signs in here."""
    sandbox = Sandbox(mhj_world(), clock_file=tmp_path / "clock.json")
    sandbox.at("http://127.0.0.1:1")
    told = sandbox.environment()
    assert (told["SLACK_API_URL"], told["GOOGLE_API_URL"]) == (
        "http://127.0.0.1:1/slack/api/",
        "http://127.0.0.1:1/google",
    )
    assert json.loads(told["GOOGLE_CREDENTIALS"])["token_uri"] == "http://127.0.0.1:1/google/token"
    assert told["DESKBELL_CLOCK_FILE"] == str(tmp_path / "clock.json")
    assert told["SLACK_BOT_TOKEN"].startswith("xoxb-")


async def test_the_truth_of_a_new_sandbox_is_empty() -> None:
    """Making its workbooks was nobody's doing."""
    assert Sandbox(mhj_world()).truth.entries == []


async def test_two_sandboxes_have_nothing_in_common() -> None:
    """Other tokens, other messages."""
    async with room() as one, room() as two:
        await one.bot.chat_postMessage(channel=one.channel("mhj-support"), text="here")
        assert (len(await one.messages()), await two.messages()) == (1, [])
        assert one.bot.token != two.bot.token


async def test_many_calls_at_once_are_all_answered(r: Room) -> None:
    """Timestamps stay unique and in order."""
    channel = r.channel("mhj-support")
    answers = await asyncio.gather(*(r.bot.chat_postMessage(channel=channel, text=str(n)) for n in range(60)))
    stamps = [message["ts"] for message in await r.messages()]
    assert (len(set(stamps)), stamps) == (60, sorted(stamps))
    assert {answer["ts"] for answer in answers} == set(stamps)


@pytest.fixture
async def r() -> Any:
    """A running sandbox."""
    async with room() as started:
        yield started


class TestWorld:
    def test_ids_repeat_and_differ(self) -> None:
        """The same plain data makes the same world; nobody shares an id."""
        assert mhj_world() == mhj_world()
        ids = [person.id for person in mhj_world().people] + [c.id for c in mhj_world().channels]
        assert len(set(ids)) == len(ids)

    def test_what_is_wrong_with_plain_data_is_said(self) -> None:
        """An unknown kind, and a member who is nobody."""
        with pytest.raises(ValueError, match=r"people.kim.kind: 'boss'"):
            world_from({"people": {"kim": {"kind": "boss"}}, "channels": {}})
        with pytest.raises(ValueError, match="nobody is called ghost"):
            world_from({"people": {}, "channels": {"csr": {"name": "#csr", "members": ["ghost"]}}})
        with pytest.raises(UnknownPerson, match="nobody here is called 'ghost'"):
            mhj_world().person("ghost")

    def test_a_channel_without_members_has_the_usual_ones(self) -> None:
        """Everybody but those who must be kept out."""
        people = {"kim": {}, "guest": {"kind": "guest"}, "stranger": {"kind": "stranger"}}
        world = world_from(
            {"people": people, "channels": {"csr": {"name": "#csr"}}, "workbooks": {"b": "Book"}}
        )
        assert (world.channels[0].members, world.channels[0].name) == (("kim",), "csr")
        assert world.workbooks[0].title == "Book"
