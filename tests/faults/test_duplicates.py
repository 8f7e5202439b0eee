"""The same thing delivered up to four times, also before, during and after a restart: done once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.faults.ending import ending, until_quiet
from tests.faults.looking import QUIET_SECONDS
from tests.faults.people import Crowd
from tests.faults.table import note
from tests.sandbox_process import SandboxProcess, sandbox_process

DELIVERIES = 3_000
COPIES = (2, 3, 4)
RATE = 20.0
LIFE = 8.0
"""Seconds between two kills: what was taken by one life and not acknowledged comes again in the next."""


@pytest.mark.sweep("copies", minutes=4)
@pytest.mark.timeout(900)
async def test_three_thousand_deliveries_of_a_thousand_things_do_each_of_them_once(folder: Path) -> None:
    """Commands, presses, words and reactions, each two, three and four times, over several lives of the bot."""
    async with sandbox_process(folder) as sandbox:
        crowd = Crowd(sandbox)
        delivered, waits = 0, []
        for copies in COPIES:
            await sandbox.post("duplicate", service="slack", times=copies)
            before = crowd.delivered
            await _work(sandbox, crowd, before + DELIVERIES // len(COPIES) // copies + 1)
            delivered += copies * (crowd.delivered - before)
            waits.append(await until_quiet(crowd))
        report, last = await ending(crowd)
        note("everything 2, 3 and 4 times", delivered, report, max(*waits, last))
        assert report.told() == "nothing lost, nothing twice"
        assert max(waits) < QUIET_SECONDS
        assert delivered >= DELIVERIES


async def _work(sandbox: SandboxProcess, crowd: Crowd, enough: int) -> None:
    """Have people work until so many things were delivered, and the bot die every few seconds."""
    over = asyncio.Event()
    working = asyncio.ensure_future(crowd.work(over.is_set, RATE))
    try:
        while crowd.delivered < enough:
            await asyncio.sleep(LIFE)
            await sandbox.kill()
            await sandbox.until_healthy()
    finally:
        over.set()
        await working
