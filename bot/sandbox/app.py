"""The sandbox as one ASGI app: the emulators under their names, the controls under `/sandbox`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Router

from bot.sandbox.control import Control
from bot.sandbox.control_clock import Clock
from bot.sandbox.control_ports import Emulator, Json, Sheets
from bot.sandbox.control_routes import routes
from bot.sandbox.faults import Cutting, Faults, Truth
from bot.sandbox.people import World
from bot.sandbox.slack import Slack
from bot.sandbox.slack_scopes import DEFAULT_SCOPES

SHEETS_OWNER = "owner@sandbox.example"
BOT_ADDRESS = "deskbell@sandbox.iam.gserviceaccount.com"


class Sandbox:
    """Everything of one sandbox, wired: the page and the tests reach into it through these names.

    Args:
        world: who and what it starts with.
        clock_file: where the bot's child process reads the clock's offset.
        bot: tells about that child process.
        scopes: the Slack bot token's scopes.
        seed: makes ids and faults repeat.
    """

    def __init__(
        self,
        world: World,
        *,
        clock_file: Path | None = None,
        bot: Callable[[], Json] = lambda: {"pid": None},
        scopes: Collection[str] = DEFAULT_SCOPES,
        seed: int = 0,
    ) -> None:
        self.world = world
        self.truth = Truth()
        self.faults = Faults(seed)
        self.clock = Clock(clock_file)
        self.slack = Slack(world, self.truth, self.faults, self.clock.timestamp, scopes=scopes)
        self.control = Control(world, self.truth, self.faults, self.clock, bot)
        self.control.join(self.slack)

    def at(self, base: str) -> None:
        """Told where the server listens, before the first request."""
        self.control.at(base)

    async def stop(self) -> None:
        """End what the emulators have under way."""
        for emulator in self.control.emulators.values():
            await emulator.stop()


def sandbox_app(
    sandbox: Sandbox,
    *,
    google: Sheets | None = None,
    others: Sequence[Emulator] = (),
    extra: Sequence[BaseRoute] = (),
) -> Starlette:
    """The ASGI app of a sandbox; `app.state.sandbox` is the sandbox.

    Args:
        sandbox: what it serves.
        google: the Google emulator, mounted under `/google`.
        others: further emulators, mounted under their names.
        extra: further routes, after all of these (a page).
    """
    for emulator in others:
        sandbox.control.join(emulator)
    sandbox.control.sheets = google
    mounts: list[BaseRoute] = [Mount("/sandbox", app=Router(routes(sandbox.control)))]
    mounts += [_mounted(each.name, each.routes()) for each in sandbox.control.emulators.values()]
    if google is not None:
        mounts.append(_mounted("google", google.routes()))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await sandbox.stop()

    app = Starlette(routes=[*mounts, *extra], lifespan=lifespan)
    app.state.sandbox = sandbox
    return app


def _mounted(name: str, emulator_routes: Sequence[BaseRoute]) -> Mount:
    # Cut must be caught below Starlette's own error handling, which would answer it with a 500.
    return Mount(f"/{name}", app=Cutting(Router(emulator_routes)))
