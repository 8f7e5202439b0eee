from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot.store import waited_for
from bot.store.waited_for import WaitedFor

pytestmark = pytest.mark.anyio


async def test_work_begins_when_nobody_waits() -> None:
    """What somebody waits for is finished first, however it ends."""
    turns = WaitedFor()
    order: list[str] = []

    async def work() -> None:
        async with turns.behind():
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
    async with turns.one(), asyncio.timeout(waited_for.LONGEST_SECONDS + 5), turns.behind():
        began = True
    assert began


async def test_in_a_rush_work_passes_a_narrow_door() -> None:
    """After many answers in a moment, only a few pieces of work go on at once; each of them does."""
    turns = WaitedFor()
    for _ in range(waited_for.RUSH):
        async with turns.one():
            pass
    inside = most = ended = 0

    async def work() -> None:
        nonlocal inside, most, ended
        async with turns.behind():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1
            ended += 1

    await asyncio.gather(*(work() for _ in range(20)))
    assert (most, ended) == (waited_for.AT_ONCE_IN_A_RUSH, 20)


async def test_nobody_stands_before_the_door_for_ever() -> None:
    """Where those inside do not come out, others go on in the end; a broken wait leaves the door as it was."""
    turns = WaitedFor()
    for _ in range(waited_for.RUSH):
        async with turns.one():
            pass
    async with AsyncExitStack() as inside:
        for _ in range(waited_for.AT_ONCE_IN_A_RUSH):
            await inside.enter_async_context(turns.behind())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), turns.behind():
                pass
        async with asyncio.timeout(waited_for.LONGEST_SECONDS + 5), turns.behind():
            went_on = True
    assert went_on
