"""The sandbox as one ASGI app: the emulators under their names, the controls under `/sandbox`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Router

from bot.sandbox.control import Control
from bot.sandbox.control_clock import Clock
from bot.sandbox.control_ports import Emulator, Json
from bot.sandbox.control_routes import routes
from bot.sandbox.faults import Cutting, Faults, Truth
from bot.sandbox.google import Google
from bot.sandbox.people import World
from bot.sandbox.slack import Slack
from bot.sandbox.slack_manifest import SlackApp
from bot.sandbox.telegram import Telegram

SHEETS_OWNER = "owner@sandbox.example"
BOT_ADDRESS = "deskbell@sandbox.iam.gserviceaccount.com"


class Sandbox:
    """Everything of one sandbox, wired: the page and the tests reach into it through these names.

    Args:
        world: who and what it starts with.
        clock_file: where the bot's child process reads the clock's offset.
        bot: tells about that child process.
        app: what the Slack app was granted and declared; None grants and declares everything.
        seed: makes ids and faults repeat.
    """

    def __init__(
        self,
        world: World,
        *,
        clock_file: Path | None = None,
        bot: Callable[[], Json] = lambda: {"pid": None},
        app: SlackApp | None = None,
        seed: int = 0,
    ) -> None:
        self.world = world
        self.truth = Truth()
        self.faults = Faults(seed)
        self.clock = Clock(clock_file)
        self.slack = Slack(world, self.truth, self.faults, self.clock.timestamp, app=app)
        self.google = Google(self.truth, self.faults, self.clock.timestamp)
        _seed(self.google, world)
        # Nobody did that: what is true begins with an empty log.
        self.truth.entries.clear()
        self.control = Control(world, self.truth, self.faults, self.clock, self.google, bot)
        self.control.join(self.slack)
        self.telegram: Telegram | None = None
        """None: nobody in this world is on Telegram."""
        if world.telegram is not None:
            self.telegram = Telegram(world, self.truth, self.faults, self.clock.timestamp)
            self.control.join(self.telegram)

    def at(self, base: str) -> None:
        """Told where the server listens, before the first request."""
        self.control.at(base)

    def environment(self) -> dict[str, str]:
        """What the bot's process is told so that it talks to this sandbox; call it after `at`."""
        slack = self.slack.credentials()
        key = self.google.accounts.key_file(BOT_ADDRESS, f"{self.control.base}/google/token")
        clock = {"DESKBELL_CLOCK_FILE": str(self.clock.path)} if self.clock.path else {}
        return {
            "DESKBELL_SANDBOX": "1",
            "SLACK_API_URL": self.slack.urls()["slack"],
            "SLACK_BOT_TOKEN": slack["bot_token"],
            "SLACK_APP_TOKEN": slack["app_token"],
            "SLACK_SIGNING_SECRET": slack["signing_secret"],
            "GOOGLE_API_URL": f"{self.control.base}/google",
            "GOOGLE_CREDENTIALS": json.dumps(key),
            **self._telegram_environment(),
            **clock,
        }

    def _telegram_environment(self) -> dict[str, str]:
        """What stands before `/bot<token>`, the token, and a secret for a webhook."""
        if self.telegram is None:
            return {}
        given = self.telegram.credentials()
        return {
            "TELEGRAM_API_URL": self.telegram.urls()["telegram"],
            "TELEGRAM_BOT_TOKEN": given["bot_token"],
            "TELEGRAM_WEBHOOK_SECRET": given["webhook_secret"],
        }

    async def stop(self) -> None:
        """End what the emulators have under way."""
        for emulator in self.control.emulators.values():
            await emulator.stop()


def _seed(google: Google, world: World) -> None:
    """Make the workbooks, shared with the bot and with those who may edit them."""
    for book in world.workbooks:
        google.create(book.id, book.title, SHEETS_OWNER)
        google.share(book.id, BOT_ADDRESS)
        for person in world.people:
            may_edit = person.kind == "member" if book.members is None else person.key in book.members
            if may_edit:
                google.share(book.id, person.email)


def sandbox_app(
    sandbox: Sandbox,
    *,
    google: Google | None = None,
    others: Sequence[Emulator] = (),
    extra: Sequence[BaseRoute] = (),
) -> Starlette:
    """The ASGI app of a sandbox; `app.state.sandbox` is the sandbox.

    Args:
        sandbox: what it serves.
        google: another Google than the sandbox's own, seeded by whoever made it.
        others: further emulators, mounted under their names.
        extra: further routes, after all of these (a page).
    """
    if google is not None:
        sandbox.google = google
        sandbox.control.follow(google)
    for emulator in others:
        sandbox.control.join(emulator)
    mounts: list[BaseRoute] = [Mount("/sandbox", app=Router(routes(sandbox.control)))]
    mounts += [_mounted(each.name, each.routes()) for each in sandbox.control.emulators.values()]
    mounts.append(_mounted("google", sandbox.google.routes()))

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
