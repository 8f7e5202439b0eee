"""Everything of a sandbox set up on loopback: database, vendors, and the bot as a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
from psycopg import sql

from bot.sandbox.app import Sandbox, sandbox_app
from bot.sandbox.child import Child
from bot.sandbox.desk_world import world_of
from bot.sandbox.server import LOOPBACK, Server
from bot.sandbox.slack_manifest import SlackApp, app_from
from bot.store import embedded
from config.desk import Desk

READY_SECONDS = 60.0
"""How long the bot may take to answer for the first time; a new database is made in that time."""
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "DESKBELL_DESKS", "DESKBELL_LOG_LEVEL",
        "DESKBELL_CRASH_AT")  # fmt: skip
"""What the bot's process inherits; anything else might lead out of the sandbox."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that was started, to be stopped in turn."""

    sandbox: Sandbox
    server: Server
    child: Child
    health: str


@asynccontextmanager
async def open_stage(
    folder: Path, desk: Desk, port: int = 0, *, page: bool = False, module: str = "bot"
) -> AsyncIterator[Stage]:
    """Start the vendors and prepare the bot's process; everything is stopped with the block.

    Args:
        folder: where the database, the clock and the bot's log are.
        desk: the desk to play.
        port: 0 takes a free one.
        page: whether the page is served, too.
        module: what runs as the bot.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    stage = await _set(folder, desk, port, page=page, module=module)
    try:
        yield stage
    finally:
        await stage.child.stop()
        await stage.server.stop()


async def _set(folder: Path, desk: Desk, port: int, *, page: bool, module: str) -> Stage:
    """Start the vendors, and prepare the bot's process without starting it."""
    world = world_of(desk)
    clock_file = folder / "clock.json"
    stage: list[Stage] = []
    sandbox = Sandbox(world, clock_file=clock_file, bot=lambda: _bot_state(stage), app=_declared_app())
    app = sandbox_app(sandbox)
    if page:
        from bot.sandbox.page import with_page  # noqa: PLC0415  # NiceGUI is a dependency of the page alone

        with_page(app, sandbox, sandbox.google)
    server = Server(app, port)
    sandbox.at(server.base)
    await server.start()
    health_port = _free_port()
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= sandbox.environment() | {
        "DESKBELL_DATA": str(folder),
        "DATABASE_URL": await asyncio.to_thread(_fresh_database, folder, server.port),
        "PORT": str(health_port),
        "NO_PROXY": LOOPBACK,
    }
    child = Child(environment, folder / "bot.log", lambda: sandbox.control.tell("bot"), module)
    sandbox.control.on_crash = child.crash
    stage.append(Stage(sandbox, server, child, f"http://{LOOPBACK}:{health_port}/healthz"))
    return stage[0]


async def begin(stage: Stage, stop: asyncio.Event) -> bool:
    """Migrate, make the tabs, start the bot and wait until it answers; False when it does not."""
    for command in (("migrate",), ("sheets", "init")):
        if await stage.child.once(*command):
            return False
    stage.child.keep("run")
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(int(READY_SECONDS * 10)):
            if stop.is_set():
                return True
            if await _answers(client, stage.health):
                return True
            await asyncio.sleep(0.1)
    return False


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url, timeout=2)).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _declared_app() -> SlackApp | None:
    """The app as docs/slack-manifest.json declares it, so that a missing scope is missed here too."""
    manifest = Path(__file__).parents[2] / "docs" / "slack-manifest.json"
    return app_from(json.loads(manifest.read_text("utf-8"))) if manifest.exists() else None


def _bot_state(stage: list[Stage]) -> dict[str, object]:
    if not stage:
        return {"pid": None}
    child = stage[0].child
    return {"pid": child.pid, "restarts": child.restarts, "health": stage[0].health, "log": str(child.log)}


def addresses(stage: Stage, *, page: bool) -> dict[str, object]:
    """Where everything is, as `deskbell sandbox` prints it."""
    state = stage.sandbox.control.state()
    shown = {"page": f"{stage.server.base}/"} if page else {}
    return {**shown, "sandbox": f"{stage.server.base}/sandbox", "urls": state["urls"], "health": stage.health}


def _fresh_database(folder: Path, port: int) -> str:
    """A new, empty database in the embedded server: the vendors forget everything with the sandbox, so must it."""
    url = embedded.start(folder)
    name = f"sandbox_{port}_{secrets.token_hex(2)}"
    with psycopg.connect(url, autocommit=True) as connection:
        for (old,) in connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s AND NOT EXISTS"
            " (SELECT FROM pg_stat_activity WHERE pg_stat_activity.datname = pg_database.datname)",
            ("sandbox\\_%",),
        ).fetchall():
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    head, _, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{query}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
