"""`kill -9` at random under load: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults.checker import check
from tests.faults.looking import look, quiet
from tests.faults.people import Crowd
from tests.faults.table import note
from tests.sandbox_process import SandboxProcess, sandbox_process

pytestmark = pytest.mark.anyio

KILLS = 60
LONGEST_LIFE = 4.0
"""Seconds a life lasts at most once the bot is well; many end while it is still starting its work."""


@pytest.mark.timeout(900)
async def test_sixty_kills_under_twenty_commands_a_second_lose_nothing_and_double_nothing(data: Path) -> None:
    """Whatever people were told is done once, and a minute later sheet, posts and store agree."""
    async with sandbox_process(data) as sandbox:
        crowd = Crowd(sandbox)
        over = asyncio.Event()
        working = asyncio.ensure_future(crowd.work(over.is_set))
        try:
            await _kill(sandbox, crowd)
        finally:
            over.set()
            await working
        await sandbox.until_healthy()
        seconds = await quiet(sandbox)
        report = check(await crowd.history(), await look(sandbox, await crowd.typed_cells()))
        note("kill -9 at random", KILLS, report, seconds)
        assert report.told() == "nothing lost, nothing twice"


async def _kill(sandbox: SandboxProcess, crowd: Crowd) -> None:
    chance = random.Random(60)
    for _ in range(KILLS):
        await sandbox.until_healthy()
        await asyncio.sleep(chance.random() ** 2 * LONGEST_LIFE)
        await crowd.type_into_sheet()
        assert await sandbox.kill()
