"""A bot that polls Telegram is killed with a hundred updates waiting: none is lost, none is carried out twice."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import psycopg
import pytest

from config.load import DESKS
from tests.faults.looking import QUIET_SECONDS
from tests.sandbox_process import SandboxProcess, sandbox_process

WAITING, COPIES = 100, 4
LIVES = (0.6, 0.9, 0.3, 1.2)
"""Seconds that each life of the bot has for what waits, before it is killed."""
GROUP = "telegram:NL-Bowen"


@pytest.mark.sweep("telegram-updates", minutes=2)
@pytest.mark.timeout(400)
async def test_killed_with_a_hundred_updates_waiting_each_is_done_once(
    folder: Path,
) -> None:
    """Every command of the supplier's is one case, although each update comes four times and four lives end early."""
    async with sandbox_process(folder, desks=DESKS) as sandbox:
        await sandbox.until_healthy()
        await sandbox.post("duplicate", service="telegram", times=COPIES)
        await _freeze(sandbox)
        await asyncio.gather(*(_log(sandbox, number) for number in range(WAITING)))
        for life in LIVES:
            await sandbox.kill()
            await sandbox.until_healthy()
            await asyncio.sleep(life)
        assert await _logged(sandbox) == [f"{80_000 + number}" for number in range(WAITING)]


async def _freeze(sandbox: SandboxProcess) -> None:
    """Stop the bot where it is, so that what is said waits at Telegram."""
    pid = (await sandbox.bot())["pid"]
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)


async def _log(sandbox: SandboxProcess, number: int) -> None:
    text = f"/log out-of-stock {80_000 + number} ring-204 1"
    await sandbox.post("say", who="bowen", place=GROUP, text=text)


async def _logged(sandbox: SandboxProcess) -> list[str]:
    """The order numbers of all cases, sorted, once there are enough or it takes too long."""
    orders: list[str] = []
    async with await psycopg.AsyncConnection.connect(await sandbox.database(), autocommit=True) as connection:
        for _ in range(int(QUIET_SECONDS)):
            query = "SELECT body -> 'values' ->> 'order_no' FROM cases"
            orders = sorted(str(row[0]) for row in await (await connection.execute(query)).fetchall())
            if len(orders) >= WAITING:
                break
            await asyncio.sleep(1)
    return orders
