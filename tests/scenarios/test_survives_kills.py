"""The fault sweep in small, so that every run of the suite has seen the bot die; the whole is `make test-faults`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.store import embedded
from tests.faults.checker import check
from tests.faults.looking import look, quiet
from tests.faults.people import Crowd
from tests.sandbox_process import sandbox_process

pytestmark = pytest.mark.anyio

KILLS = 3
LIFE = 1.0
"""Seconds between a life that is well and its end."""


@pytest.mark.timeout(180)
async def test_a_bot_killed_three_times_in_mid_work_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    """What people were told is done once, and everything is quiet a minute later."""
    try:
        async with sandbox_process(tmp_path) as sandbox:
            crowd = Crowd(sandbox)
            over = asyncio.Event()
            working = asyncio.ensure_future(crowd.work(over.is_set))
            for _ in range(KILLS):
                await sandbox.until_healthy()
                await asyncio.sleep(LIFE)
                await sandbox.kill()
            over.set()
            await working
            await sandbox.until_healthy()
            await quiet(sandbox)
            history = await crowd.history()
            assert check(history, await look(sandbox)).told() == "nothing lost, nothing twice"
            assert any(attempt.acknowledged for attempt in history)
    finally:
        embedded.stop(tmp_path, force=True)
