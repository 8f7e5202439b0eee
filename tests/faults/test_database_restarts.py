"""PostgreSQL restarted under load: who cannot be served is told so, and nothing is lost or done twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.store import embedded
from tests.faults.ending import ending
from tests.faults.people import Crowd
from tests.faults.table import note
from tests.sandbox_process import SandboxProcess, sandbox_process

RESTARTS = 30
RATE = 15.0
UP, DOWN = 2.0, 0.5
"""Seconds between two restarts, and seconds without a database in each."""


@pytest.mark.sweep("database", minutes=2.5)
@pytest.mark.timeout(900)
async def test_thirty_restarts_of_the_database_lose_nothing_and_double_nothing(folder: Path) -> None:
    """The bot stays the same process all along: it waits for its database and comes back by itself."""
    async with sandbox_process(folder) as sandbox:
        crowd = Crowd(sandbox)
        over = asyncio.Event()
        working = asyncio.ensure_future(crowd.work(over.is_set, RATE))
        try:
            await _restart(sandbox)
        finally:
            over.set()
            await working
        report, seconds = await ending(crowd)
        note("PostgreSQL restarted", RESTARTS, report, seconds)
        assert report.told() == "nothing lost, nothing twice"
        assert (await sandbox.bot())["restarts"] == 0


async def _restart(sandbox: SandboxProcess) -> None:
    for _ in range(RESTARTS):
        await asyncio.sleep(UP)
        assert await asyncio.to_thread(embedded.stop, sandbox.data, force=True)
        await asyncio.sleep(DOWN)
        await asyncio.to_thread(embedded.start, sandbox.data)
