"""`deskbell sandbox`: a sandbox from the command line, until it is told to stop."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path

import typer

from bot.sandbox.opening import open_with_cases
from bot.sandbox.stage import addresses, begin, open_stage
from config.load import load_desks
from config.settings import load_settings, production_tokens


async def play(
    *, port: int, data: Path | None, page: bool, desk: str, cases: bool, module: str = "bot"
) -> int:
    """Run a sandbox until it is told to stop. Prints one line of JSON with its addresses when it is ready.

    `module` is what runs as the bot; fault tests run a broken one, to see that they notice. The other arguments
    are those of the command.

    Returns:
        The exit status: 0, 1 where the bot did not start, 78 where a production token is set.
    """
    tokens = production_tokens(os.environ)
    if tokens:
        typer.echo(f"The sandbox does not start beside real tokens: unset {', '.join(tokens)}.", err=True)
        return 78
    settings = load_settings(env_file=None)
    desks = load_desks(settings.desks)
    if desk not in desks:
        typer.echo(f"There is no desk '{desk}'; choose one of {', '.join(desks)}.", err=True)
        return 78
    folder = (data or settings.data / "sandbox").resolve()
    stop = _stopping()
    async with open_stage(folder, desks[desk], port, page=page, module=module) as stage:
        if not await begin(stage, stop):
            typer.echo(f"The bot did not start; its own words are in {stage.child.log}.", err=True)
            return 1
        if cases:
            await open_with_cases(stage.sandbox.control, desk)
        typer.echo(json.dumps(addresses(stage, page=page)))
        await stop.wait()
    return 0


def _stopping() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
