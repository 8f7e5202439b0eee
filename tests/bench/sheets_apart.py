"""A Google of its own: in the stage's process its work on a thousand cells would count as the bot's time to answer.

Run as a module it serves until it is killed, and prints one line of JSON: what the bot has to be told.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.sandbox.app import Sandbox, sandbox_app
from bot.sandbox.desk_world import world_of
from bot.sandbox.server import Server
from config.load import load_desks
from tests.slack_desk import slack_desks

TOLD = ("GOOGLE_API_URL", "GOOGLE_CREDENTIALS")


@asynccontextmanager
async def sheets_apart() -> AsyncIterator[dict[str, str]]:
    """What the bot has to be told to use that Google, which ends with the block."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, stdout=PIPE)
    try:
        line = await process.stdout.readline() if process.stdout is not None else b""
        yield json.loads(line)
    finally:
        process.kill()
        await process.wait()


async def main() -> None:
    """Serve the MHJ desk's workbooks."""
    sandbox = Sandbox(world_of(load_desks(slack_desks())["mhj"]))
    server = Server(sandbox_app(sandbox))
    sandbox.at(server.base)
    await server.start()
    print(json.dumps({name: sandbox.environment()[name] for name in TOLD}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
