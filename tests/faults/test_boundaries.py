"""`kill -9` at every step boundary of log and acknowledge: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.boundaries import BOUNDARIES
from tests.faults.ending import ending
from tests.faults.people import Crowd
from tests.faults.table import note
from tests.sandbox_process import SandboxProcess, sandbox_process

TIMES = 5
PASSINGS = (1, 2, 1, 4, 3)
"""The n-th passing of a boundary at which a life ends, one after the other: at the first chance, and in mid-work."""
RATE = 8.0
"""Commands a second: every boundary is soon passed, and little is left over for the end."""


@pytest.mark.sweep("boundaries", minutes=6)
@pytest.mark.timeout(900)
async def test_dying_five_times_at_every_boundary_loses_nothing_and_doubles_nothing(folder: Path) -> None:
    """Each boundary is one of the moments between two durable steps."""
    async with sandbox_process(folder) as sandbox:
        crowd = Crowd(sandbox)
        over = asyncio.Event()
        working = asyncio.ensure_future(crowd.work(over.is_set, RATE))
        try:
            deaths = await die_at(sandbox, BOUNDARIES, TIMES)
        finally:
            over.set()
            await working
        report, seconds = await ending(crowd)
        note("kill -9 at every boundary", deaths, report, seconds)
        assert report.told() == "nothing lost, nothing twice"
        assert deaths == len(BOUNDARIES) * TIMES


async def die_at(sandbox: SandboxProcess, boundaries: tuple[str, ...], times: int) -> int:
    """Have the bot die so often at each of these boundaries, while somebody keeps it busy; how often it died.

    In rounds, and neighbours apart: a flush that died keeps its workbook locked until it is found dead.
    """
    apart = [where for first in range(3) for where in boundaries[first::3]]
    plan = [f"{where}:{PASSINGS[n % len(PASSINGS)]}" for n in range(times) for where in apart]
    await sandbox.post("crash", at=plan[0])
    assert await sandbox.kill()
    await _until_restarts(sandbox, 1)
    for deaths, following in enumerate([*plan[1:], ""], 1):
        # Told during one life, it holds from the next one on.
        await sandbox.post("crash", at=following)
        await _until_restarts(sandbox, deaths + 1)
    return len(plan)


async def _until_restarts(sandbox: SandboxProcess, count: int) -> None:
    """Wait until a new life began after so many deaths.

    Raises:
        TimeoutError: the boundary was not passed in a minute.
    """
    async with asyncio.timeout(60):
        while True:
            bot = await sandbox.bot()
            if bot["restarts"] >= count and bot["pid"] is not None:
                assert bot["restarts"] == count, (
                    "a life ended before it was told where the next one is to end"
                )
                return
            await asyncio.sleep(0.1)
