"""How a part ends: the faults are over, all has to become quiet, and then the checker compares."""

from __future__ import annotations

import asyncio

from tests.faults.checker import Report, check
from tests.faults.looking import QUIET_SECONDS, look, quiet
from tests.faults.people import Crowd


async def until_quiet(crowd: Crowd) -> float:
    """Wait until the bot is well and nothing is pending, no longer than the bar allows; how many seconds it took."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await crowd.sandbox.until_healthy()
    await quiet(crowd.sandbox, QUIET_SECONDS - (loop.time() - begun))
    return loop.time() - begun


async def ending(crowd: Crowd) -> tuple[Report, float]:
    """What the checker says once all is quiet, and after how many seconds it was."""
    seconds = await until_quiet(crowd)
    seen = await look(crowd.sandbox, await crowd.typist.cells())
    if seen.pending and seconds < QUIET_SECONDS:
        # The bot has read what was typed into the sheet, in this very moment.
        await quiet(crowd.sandbox)
        seen = await look(crowd.sandbox, await crowd.typist.cells())
    return check(await crowd.history(), seen), seconds
