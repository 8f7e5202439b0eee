"""A small desk with everything it needs outside, all of it well: the place to break one thing and ask the doctor."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import workbooks
from bot.doctor import examine
from bot.sandbox.app import BOT_ADDRESS, Sandbox, sandbox_app
from bot.sandbox.desk_world import world_of
from bot.sandbox.google_account import Accounts
from bot.sandbox.server import Server
from bot.sandbox.slack_manifest import SlackApp
from bot.sandbox.slack_state import Conversation
from bot.slack.scopes import BOT_SCOPES
from config.load import load_desks
from config.settings import Settings

DESKS = Path(__file__).parents[1] / "config" / "desks"


@dataclass
class Clinic:
    """The vendors, the settings that lead to them, and what the doctor says."""

    sandbox: Sandbox
    settings: Settings
    said: list[str] = field(default_factory=list)

    def set(self, **changes: Any) -> None:
        """Change settings."""
        self.settings = self.settings.model_copy(update=changes)

    def secret(self, name: str, value: str | None) -> None:
        """Change a token, or take it away."""
        self.set(**{name: None if value is None else SecretStr(value)})

    def channel(self, name: str) -> Conversation:
        """A channel of the workspace."""
        found = self.sandbox.slack.workspace.state.named(name)
        assert found is not None
        return found

    def grant(self, *scopes: str) -> None:
        """Give the app these scopes and no others."""
        self.sandbox.slack.workspace.app = SlackApp(scopes=scopes)

    async def init(self, *, dry_run: bool = False) -> tuple[int, list[str]]:
        """Run `deskbell sheets init`: its status and lines."""
        lines: list[str] = []
        return await workbooks.init(self.settings, lines.append, dry_run=dry_run), lines

    async def examined(self) -> list[str]:
        """Run the doctor; the last line and the status must agree with the faults before them."""
        self.said.clear()
        status = await examine(self.settings, self.said.append)
        *lines, last = self.said
        faults = [line for line in lines if line.startswith("FAULT")]
        assert status == (1 if faults else 0)
        assert last == (f"{len(faults)} to mend." if faults else "Everything is well.")
        return lines

    async def faults(self) -> list[tuple[str, str]]:
        """What the doctor finds wrong, each with its cure."""
        found = [line.split("\n") for line in await self.examined() if line.startswith("FAULT")]
        return [(what.removeprefix("FAULT").strip(), cure.strip(" →")) for what, cure in found]


@cache
def _key() -> tuple[str, bytes]:
    """A service account's key and what proves it; made once, as keys are slow to make."""
    accounts = Accounts(lambda: 0.0)
    return json.dumps(accounts.key_file(BOT_ADDRESS, "")), accounts.keys[BOT_ADDRESS]


@asynccontextmanager
async def clinic(database_url: str) -> AsyncIterator[Clinic]:
    """The shop desk on emulators of its own, its workbooks not made yet."""
    sandbox = Sandbox(world_of(load_desks(DESKS)["shop"]), app=SlackApp(scopes=BOT_SCOPES))
    for tab in [tab for book in sandbox.google.books.values() for tab in book.tabs]:
        tab.row_count = 40  # A thousand rows are as good and take longer.
    server = Server(sandbox_app(sandbox))
    sandbox.at(server.base)
    key, proof = _key()
    sandbox.google.accounts.keys[BOT_ADDRESS] = proof
    made = sandbox.slack.credentials()
    settings = Settings(
        _env_file=None,
        slack_api_url=f"{server.base}/slack/api/",
        slack_bot_token=SecretStr(made["bot_token"]),
        slack_app_token=SecretStr(made["app_token"]),
        slack_signing_secret=SecretStr(made["signing_secret"]),
        google_api_url=f"{server.base}/google",
        google_credentials=SecretStr(
            json.dumps({**json.loads(key), "token_uri": f"{server.base}/google/token"})
        ),
        database_url=SecretStr(database_url),
        desks=DESKS,
        sandbox=True,
    )
    await server.start()
    try:
        yield Clinic(sandbox, settings)
    finally:
        await sandbox.stop()
        await server.stop()
