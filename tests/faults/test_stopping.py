"""A bot that is told to stop in the middle of its work ends in time, and what it left is done by its next life."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from bot.sandbox.app import Sandbox
from bot.sandbox.stage import Stage, begin, open_stage
from config.load import load_desks
from tests.slack_desk import slack_desks

SLOW_SECONDS = 30.0
"""Longer than any part of the bot may take to end, and than its next life waits before it looks."""
STOP_SECONDS = 10.0
"""A platform kills a process ten seconds after SIGTERM."""
CASES = 5
TAB = "Item Issue"


async def _until_called(sandbox: Sandbox) -> None:
    """Wait until a call to Sheets is under way that will take its time."""
    while "sheets" in sandbox.faults.lines:  # noqa: ASYNC110  # A fault that struck sets no event.
        await asyncio.sleep(0.05)


def _ids(sandbox: Sandbox) -> list[str]:
    header, *rows = next(tabs[TAB] for tabs in _grids(sandbox) if TAB in tabs)
    column = header.index("Case ID")
    return sorted(row[column] for row in rows if len(row) > column and row[column])


def _grids(sandbox: Sandbox) -> list[dict[str, list[list[str]]]]:
    return [sandbox.google.grid(book) for book in sandbox.google.books]


async def _until_rows(sandbox: Sandbox, rows: int) -> None:
    while len(_ids(sandbox)) < rows:  # noqa: ASYNC110  # Another process writes them.
        await asyncio.sleep(0.1)


async def _log(stage: Stage, number: int) -> None:
    text = (
        f'/log item-issue {70_000 + number} FD-{number} missing ring-204 1 "Stone {number} is missing" refund'
    )
    await stage.sandbox.control.say("agent", "slack:#mhj-support", text)


async def _stop(stage: Stage) -> None:
    """Tell the bot to stop; its keeper starts the next one when it has ended.

    Raises:
        TimeoutError: it has not by the time at which a platform would kill it.
    """
    pid = stage.child.pid
    assert pid is not None
    os.kill(pid, signal.SIGTERM)
    async with asyncio.timeout(STOP_SECONDS):
        while stage.child.pid == pid:  # noqa: ASYNC110  # Another process's end sets no event here.
            await asyncio.sleep(0.02)


@pytest.mark.sweep("stopping", minutes=1.5)
@pytest.mark.timeout(900)
async def test_a_bot_told_to_stop_while_google_is_slow_ends_in_time_and_loses_nothing(folder: Path) -> None:
    """It gives its work back within ten seconds; Google carries the late write out or refuses it, never twice."""
    async with open_stage(folder, load_desks(slack_desks())["mhj"]) as stage:
        stage.child.environment["DESKBELL_DESKS"] = str(slack_desks())
        assert await begin(stage, asyncio.Event())
        sandbox = stage.sandbox
        await _log(stage, 0)
        await _until_rows(sandbox, 1)
        sandbox.google.slow_seconds = SLOW_SECONDS
        sandbox.faults.switch("sheets", "slow", times=1)
        for number in range(1, CASES):
            await _log(stage, number)
        await _until_called(sandbox)
        await _stop(stage)
        async with asyncio.timeout(60):
            await _until_rows(sandbox, CASES)
        # Until the slow call has come to its end as well.
        await asyncio.sleep(SLOW_SECONDS)
        assert len(_ids(sandbox)) == len(set(_ids(sandbox))) == CASES
