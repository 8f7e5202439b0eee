"""Every call that log and acknowledge make fails once, in every way a call can fail: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.faults import KINDS
from tests.faults.ending import ending
from tests.faults.looking import QUIET_SECONDS, quiet
from tests.faults.people import LINES, Crowd
from tests.faults.table import note
from tests.sandbox_process import SandboxProcess, sandbox_process

PARTS = (("sheets", KINDS, 3), ("slack", KINDS[:4], 8), ("slack", KINDS[4:], 8))
"""Service, kinds of faults, and how many calls there are at least. Each part has a sandbox of its own, at once with the
others: most of the time is waiting, for a flush's turn (the quota) or for a second try."""
MOST_CALLS = 20
"""So many calls one case makes at most; a `slow` one takes five seconds, so this also bounds the time."""


@pytest.mark.sweep("vendors", minutes=3.5)
@pytest.mark.timeout(900)
async def test_whichever_call_fails_in_whichever_way_nothing_is_lost_or_doubled(folder: Path) -> None:
    """The k-th call of the service fails, k = 1 until none does, for a log and its acknowledgement each time."""
    async with asyncio.TaskGroup() as group:
        for number, (service, kinds, least) in enumerate(PARTS):
            group.create_task(_part(folder / f"{number}", service, kinds, least))


async def _part(folder: Path, service: str, kinds: tuple[str, ...], least: int) -> None:
    async with sandbox_process(folder) as sandbox:
        crowd = Crowd(sandbox)
        # The first case has calls of its own: who are we, which tabs are there.
        await _play(sandbox, crowd, 0)
        swept = {kind: await _sweep(sandbox, crowd, service, kind) for kind in kinds}
        fired = {kind: len(waits) - 1 for kind, waits in swept.items()}
        seconds = max(wait for waits in swept.values() for wait in waits)
        report, _ = await ending(crowd)
        note(f"{service}: {' '.join(kinds)}", sum(fired.values()), report, seconds)
        assert report.told() == "nothing lost, nothing twice"
        assert all(least <= count <= MOST_CALLS for count in fired.values()), fired


async def _sweep(sandbox: SandboxProcess, crowd: Crowd, service: str, kind: str) -> list[float]:
    """Let the first call fail, then the second, until there are no more; after how long each case was done.

    The last case is the one in which no call failed.
    """
    waits = []
    for number in range(MOST_CALLS + 1):
        await sandbox.post("faults", service=service, kind=kind, skip=number, times=1)
        waits.append(await _play(sandbox, crowd, number))
        is_left = service in (await sandbox.get("state"))["faults"]
        await sandbox.post("faults", service=service, kind="none")
        if is_left:
            break
    return waits


async def _play(sandbox: SandboxProcess, crowd: Crowd, number: int) -> float:
    """Log a case, wait for its row and its request, acknowledge it, type, and wait until all is done.

    Returns:
        After how many seconds it was.
    """
    seen = len(await sandbox.truth())
    lines = LINES["agent"]
    assert await crowd.log("agent", lines[number % len(lines)])
    async with asyncio.timeout(QUIET_SECONDS):
        # Row and request are another process's work, which sets no event.
        while not _has_row(await sandbox.truth("sheets", seen)):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        while not await crowd.acknowledge_all(number):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await crowd.typist.type()
    return await quiet(sandbox)


def _has_row(entries: list[dict[str, Any]]) -> bool:
    return any(entry["effect"] == "appendCells" for entry in entries)
