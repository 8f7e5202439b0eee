"""`deskbell sandbox`: database, vendors, bot and page, started together on loopback and stopped together."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import typer
from psycopg import sql

from bot.sandbox.app import Sandbox, sandbox_app
from bot.sandbox.child import Child
from bot.sandbox.desk_world import world_of
from bot.sandbox.opening import open_with_cases
from bot.sandbox.server import LOOPBACK, Server
from bot.sandbox.slack_manifest import SlackApp, app_from
from bot.store import embedded
from config.desk import Desk
from config.load import load_desks
from config.settings import load_settings, production_tokens

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


async def play(
    *, port: int, data: Path | None, page: bool, desk: str, cases: bool, module: str = "bot"
) -> int:
    """Run a sandbox until it is told to stop. Prints one line of JSON with its addresses when it is ready.

    `module` is what runs as the bot; fault tests run a broken one, to see that they notice. The other arguments
    are those of the command.

    Returns:
        The exit status: 0, 1 where the bot did not start, 78 where a production token is set.
    """
    tokens = production_tokens(os.environ)
    if tokens:
        typer.echo(f"The sandbox does not start beside real tokens: unset {', '.join(tokens)}.", err=True)
        return 78
    settings = load_settings(env_file=None)
    desks = load_desks(settings.desks)
    if desk not in desks:
        typer.echo(f"There is no desk '{desk}'; choose one of {', '.join(desks)}.", err=True)
        return 78
    folder = (data or settings.data / "sandbox").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    stop = _stopping()
    stage = await _set(folder, desks[desk], port, page=page, module=module)
    try:
        if not await _begin(stage, stop):
            typer.echo(f"The bot did not start; its own words are in {stage.child.log}.", err=True)
            return 1
        if cases:
            await open_with_cases(stage.sandbox.control, desk)
        typer.echo(json.dumps(_addresses(stage, page=page)))
        await stop.wait()
    finally:
        await stage.child.stop()
        await stage.server.stop()
    return 0


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


async def _begin(stage: Stage, stop: asyncio.Event) -> bool:
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


def _addresses(stage: Stage, *, page: bool) -> dict[str, object]:
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


def _stopping() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
