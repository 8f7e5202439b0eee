"""The clock of the sandbox is moved, and the real clock process rings: nudge, second rung, digest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.store import embedded
from tests.sandbox_process import SandboxProcess, sandbox_process
from tests.scenarios.room import ITEM_ISSUE

pytestmark = pytest.mark.anyio
SUNDAY = "2031-01-12T09:00:00+00:00"
"""Ten in the morning where the desk is; a day later the supplier's afternoon ends."""
PATIENCE_SECONDS = 90
"""A worker that was killed holds up a channel for at most fifty seconds."""
Message = dict[str, Any]


@pytest.mark.timeout(400)
async def test_a_case_rings_when_the_clock_is_moved_and_stops_when_it_is_acknowledged(tmp_path: Path) -> None:
    """The supplier hears in his thread, then by name; *Acknowledge* under it ends that; leads get their digests.

    The bot is killed in the middle: what rang does not ring again, and no day has two digests.
    """
    try:
        async with sandbox_process(tmp_path) as sandbox:
            await sandbox.until_healthy()
            await sandbox.post("clock", set=SUNDAY)
            await until_planned(sandbox)
            await sandbox.post("clock", advance="24h")
            await until(sandbox, "leads", is_digest)
            line = ITEM_ISSUE.format(order="10423")
            await sandbox.post("say", who="agent", place=sandbox.places["csr"], text=line)
            asked = await until(sandbox, "supplier", lambda seen: "Acknowledge" in labels(seen))
            # Before the clock is moved the case has to know of its post: its own clock runs from then on.
            await until(sandbox, "csr", lambda seen: "· Posted" in seen["text"])

            await sandbox.post("clock", advance="24h")
            [first] = await until(sandbox, "supplier", is_nudge)
            assert first["thread"] == asked[0]["id"]
            await until(sandbox, "leads", is_digest, count=2)
            await sandbox.kill()
            await sandbox.until_healthy()

            await sandbox.post("clock", advance="19h")
            rang = await until(sandbox, "supplier", is_nudge, count=2)
            await sandbox.post("press", who="bowen", message=rang[-1]["id"], button="Acknowledge")
            await sandbox.post("clock", advance="29h")
            digests = await until(sandbox, "leads", is_digest, count=3)
            assert (len(digests), len(await until(sandbox, "supplier", is_nudge))) == (3, 2)
    finally:
        embedded.stop(tmp_path, force=True)


async def until_planned(sandbox: SandboxProcess) -> None:
    """Wait until the bot knows when its digests are due, by the clock as it was set."""
    async with await psycopg.AsyncConnection.connect(await sandbox.database()) as database:
        await database.set_autocommit(True)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                found = await database.execute("SELECT min(next_digest_at) > %s FROM digests", (SUNDAY,))
                row = await found.fetchone()
                if row is not None and row[0]:
                    return
                await asyncio.sleep(0.2)


def is_nudge(seen: Message) -> bool:
    """Whether a message is a reminder in a supplier's thread."""
    return "still waits" in seen["text"]


def is_digest(seen: Message) -> bool:
    """Whether a message is a daily digest."""
    return "due today" in seen["text"]


def labels(seen: Message) -> list[str]:
    """The buttons of a message."""
    return [button["label"] if isinstance(button, dict) else button for button in seen.get("buttons") or ()]


async def transcript(sandbox: SandboxProcess, channel: str) -> list[Message]:
    """The messages of a channel, oldest first."""
    found: list[Message] = (await sandbox.get("transcript", place=sandbox.places[channel]))["messages"]
    return found


async def until(
    sandbox: SandboxProcess, channel: str, wanted: Callable[[Message], bool], count: int = 1
) -> list[Message]:
    """Wait for so many such messages in a channel.

    Raises:
        TimeoutError: they do not come.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = [seen for seen in await transcript(sandbox, channel) if wanted(seen)]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.2)
