"""`kill -9` at random under load: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults.ending import ending, until_quiet
from tests.faults.looking import QUIET_SECONDS, outbox
from tests.faults.people import Crowd
from tests.faults.table import note
from tests.sandbox_process import SandboxProcess, sandbox_process

KILLS = 60
ROUNDS = 3
"""After each of them it has to become quiet."""
LONGEST_LIFE = 4.0
"""Seconds a life lasts at most once the bot is well; many end while it is still starting its work."""


@pytest.mark.sweep("kills", minutes=7)
@pytest.mark.timeout(900)
async def test_sixty_kills_under_twenty_commands_a_second_lose_nothing_and_double_nothing(
    folder: Path,
) -> None:
    """Whatever people were told is done once, and a minute later sheet, posts and store agree."""
    async with sandbox_process(folder) as sandbox:
        crowd = Crowd(sandbox)
        waits = [await _round(sandbox, crowd, seed) for seed in range(ROUNDS)]
        report, last = await ending(crowd)
        note("kill -9 at random", KILLS, report, max(*waits, last))
        assert report.told() == "nothing lost, nothing twice"
        assert max(waits) < QUIET_SECONDS
        assert await outbox(sandbox) == "Nothing waits and nothing was given up.\n"


async def _round(sandbox: SandboxProcess, crowd: Crowd, seed: int) -> float:
    """Work and die, then let it become quiet: after how many seconds it was."""
    over = asyncio.Event()
    working = asyncio.ensure_future(crowd.work(over.is_set))
    try:
        await _kill(sandbox, random.Random(seed))
    finally:
        over.set()
        await working
    return await until_quiet(crowd)


async def _kill(sandbox: SandboxProcess, chance: random.Random) -> None:
    for _ in range(KILLS // ROUNDS):
        await sandbox.until_healthy()
        await asyncio.sleep(chance.random() ** 2 * LONGEST_LIFE)
        assert await sandbox.kill()
