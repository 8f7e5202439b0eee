from __future__ import annotations

import asyncio

import pytest

from bot.store import waited_for
from bot.store.waited_for import WaitedFor

pytestmark = pytest.mark.anyio


async def test_work_begins_when_nobody_waits() -> None:
    """What somebody waits for is finished first, however it ends."""
    turns = WaitedFor()
    order: list[str] = []

    async def work() -> None:
        async with turns.gap():
            order.append("work")

    async with turns.one():
        task = asyncio.ensure_future(work())
        await asyncio.sleep(0.01)
        order.append("person")
    await task
    await work()
    assert order == ["person", "work", "work"]


async def test_work_goes_on_in_the_end() -> None:
    """People who never stop coming slow work down and do not stop it."""
    turns = WaitedFor()
    async with turns.one(), asyncio.timeout(waited_for.LONGEST_SECONDS + 5), turns.gap():
        began = True
    assert began
