"""A sandbox with our listener in it, and a program in the place of the intake that decides as it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg

from bot.sandbox.app import Sandbox, sandbox_app
from bot.sandbox.people import mhj_world
from bot.sandbox.server import Server
from bot.sandbox.slack import Slack as Emulator
from bot.sandbox.slack_manifest import app_from
from bot.slack.client import Slack
from bot.slack.http import endpoint
from bot.slack.listen import Listener
from bot.slack.socket_mode import SocketMode
from bot.web import web
from handlers.decision import Decision
from handlers.events import Event
from handlers.place import PersonKey

MANIFEST = Path(__file__).parents[3] / "docs" / "slack-manifest.json"
CSR, SUPPLIER = "mhj-support", "9408-mhj-support-nl-bowen"


class Away(psycopg.OperationalError):
    """The database is away, as far as a test is concerned."""


class Mistake(Exception):
    """A rule has a mistake in it, as far as a test is concerned."""


@dataclass
class Program:
    """Decides about events as a test wants it, and remembers them in order."""

    decide: Callable[[Any], Decision] = lambda _: Decision()
    heard: list[Any] = field(default_factory=list)
    away: bool = False
    mistaken: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    called: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def receive(self, event: Event) -> Decision:
        """What the intake does: returns after the commit, or raises when there was none."""
        self.called.set()
        await self.gate.wait()
        self.heard.append(event)
        if self.away:
            raise Away
        if self.mistaken:
            raise Mistake
        return self.decide(event)


@dataclass
class Room:
    """Everything of one test."""

    sandbox: Sandbox
    slack: Slack
    listener: Listener
    program: Program
    http: httpx.AsyncClient

    @property
    def emulator(self) -> Emulator:
        """The Slack emulator."""
        return self.sandbox.slack

    def channel(self, name: str = CSR) -> str:
        """The id of a channel."""
        found = self.emulator.workspace.state.named(name)
        assert found is not None
        return found.id

    def user(self, key: str) -> str:
        """The Slack id of a person."""
        return self.sandbox.world.person(key).id

    async def do(self, what: str, status: int = 200, **body: Any) -> Any:
        """Have somebody do something: `say`, `press`, `submit`, `shortcut`."""
        answer = await self.http.post(f"/sandbox/{what}", json=body, timeout=15)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def say(self, text: str, who: str = "agent", place: str = f"slack:#{CSR}", **more: Any) -> Any:
        """Have somebody write something."""
        return await self.do("say", who=who, place=place, text=text, **more)

    async def form(self, who: str = "agent") -> Any:
        """The form on somebody's screen, or None."""
        return (await self.http.get("/sandbox/forms", params={"who": who})).json()["form"]

    async def transcript(self, place: str = f"slack:#{CSR}") -> Any:
        """What stands in a place, oldest first."""
        return (await self.http.get("/sandbox/transcript", params={"place": place})).json()["messages"]

    async def told(self, place: str = f"slack:#{CSR}") -> Any:
        """The last message of a place, once everything under way is said."""
        await self.listener.voice.finish()
        return (await self.transcript(place))[-1]

    def effects(self) -> list[str]:
        """The calls that Slack carried out, in order."""
        return [entry["effect"] for entry in self.sandbox.truth.of("slack")]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[SocketMode]:
        """The listener on a web socket."""
        socket = SocketMode(self.listener.app, self.slack, self.emulator.workspace.credentials.app_token)
        await socket.start()
        await self.emulator.workspace.sockets.arrived.wait()
        try:
            yield socket
        finally:
            await socket.stop()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """The listener behind signed HTTP; answers the base address."""
        secret = self.emulator.workspace.credentials.signing_secret
        slack = endpoint(self.listener.app, secret, lambda: datetime.now(UTC))
        server = Server(web({}, slack=slack))
        await server.start()
        delivery = self.emulator.request_urls(
            f"{server.base}/slack/events", f"{server.base}/slack/interactive", f"{server.base}/slack/commands"
        )
        try:
            yield server.base
        finally:
            self.emulator.request_urls("")
            if delivery is not None:
                await delivery.stop()
            await server.stop()


@asynccontextmanager
async def room(decide: Callable[[Any], Decision] = lambda _: Decision()) -> AsyncIterator[Room]:
    """A sandbox whose Slack knows our app by its manifest, and our listener, not connected yet."""
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    sandbox = Sandbox(mhj_world(), app=app_from(manifest))
    server = Server(sandbox_app(sandbox))
    sandbox.at(server.base)
    async with AsyncExitStack() as stack:
        await server.start()
        stack.push_async_callback(server.stop)
        stack.push_async_callback(sandbox.stop)
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=server.base, trust_env=False))
        slack = await Slack.open(sandbox.slack.workspace.credentials.bot_token, f"{server.base}/slack/api/")
        stack.push_async_callback(slack.close)
        program = Program(decide)
        people = {PersonKey(person.key): person.id for person in sandbox.world.people}
        names = {person.id: person.real_name for person in sandbox.world.people}
        listener = Listener(slack, program.receive, lambda: datetime.now(UTC), people=people, names=names)
        yield Room(sandbox, slack, listener, program, http)
