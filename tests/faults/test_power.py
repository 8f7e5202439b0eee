"""The harness sees bugs: two that were put in on purpose are found, each by what it does to people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.faults.ending import ending
from tests.faults.looking import quiet
from tests.faults.people import LINES, Crowd
from tests.faults.table import note
from tests.faults.test_boundaries import RATE, TIMES, die_at
from tests.sandbox_process import SandboxProcess, sandbox_process

KINDS = ("none", "applied-503", "applied-cut")
"""The first log finds the tabs; from then on an append is the first call to Sheets that a log makes."""


@asynccontextmanager
async def broken(module: str, folder: Path) -> AsyncIterator[SandboxProcess]:
    """A sandbox whose bot has a bug in it."""
    async with sandbox_process(folder, "-m", "tests.faults.broken", f"tests.faults.{module}") as sandbox:
        yield sandbox


@pytest.mark.sweep("broken-ack", minutes=1)
@pytest.mark.timeout(900)
async def test_an_acknowledgement_before_the_commit_is_found_as_a_loss(folder: Path) -> None:
    """Killed at the same boundaries as the real bot, it forgets what it confirmed."""
    async with broken("broken_ack", folder) as sandbox:
        crowd = Crowd(sandbox)
        over = asyncio.Event()
        working = asyncio.ensure_future(crowd.work(over.is_set, RATE))
        try:
            deaths = await die_at(sandbox, ("after-ack", "before-commit"), TIMES)
        finally:
            over.set()
            await working
        report, seconds = await ending(crowd)
        note("seeded: ack before commit", deaths, report, seconds)
        assert [line for line in report.lost if line.startswith("the case of order")] != []


@pytest.mark.sweep("broken-append", minutes=0.5)
@pytest.mark.timeout(900)
async def test_a_blind_retry_of_appends_is_found_as_a_double(folder: Path) -> None:
    """Google carried the append out and its answer was lost: the row stands there twice."""
    async with broken("broken_append", folder) as sandbox:
        crowd = Crowd(sandbox)
        for kind in KINDS:
            await sandbox.post("faults", service="sheets", kind=kind, times=1)
            assert await crowd.log("agent", LINES["agent"][0])
            await quiet(sandbox)
        report, seconds = await ending(crowd)
        note("seeded: blind retry of appends", len(KINDS) - 1, report, seconds)
        assert [line for line in report.duplicated if line.startswith("the row of")] != []
