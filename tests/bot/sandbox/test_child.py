"""The bot's process as the sandbox keeps it: started, ended, and started again."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.sandbox.child import Child

pytestmark = pytest.mark.anyio

ROOT = str(Path(__file__).resolve().parents[3])

LIFE = """
import os, signal, sys
from bot.boundaries import boundary
print(os.getpid(), *sys.argv[1:], flush=True)
boundary("before-commit")
boundary("after-commit")
signal.pause()
"""


@asynccontextmanager
async def kept(folder: Path) -> AsyncIterator[Child]:
    """A child that runs `LIFE`, stopped with the block."""
    (folder / "life.py").write_text(LIFE)
    environment = {"PYTHONPATH": os.pathsep.join([str(folder), ROOT]), "PATH": os.environ["PATH"]}
    child = Child(environment, folder / "log", module="life")
    child.keep("run")
    try:
        yield child
    finally:
        await child.stop()


async def until(happened: Callable[[], bool]) -> None:
    """Wait until something is so; a test that waits in vain ends by its time-out."""
    while not happened():  # noqa: ASYNC110  # What another process wrote sets no event.
        await asyncio.sleep(0.01)


def lives(child: Child) -> list[str]:
    """What every life said first: its process id and its arguments."""
    return child.log.read_text().splitlines() if child.log.exists() else []


async def test_a_killed_child_is_started_again_at_once(tmp_path: Path) -> None:
    """With the same arguments and as a new process, however young it was."""
    async with kept(tmp_path) as child:
        for number in range(1, 6):
            await until(lambda seen=number: len(lives(child)) == seen)  # type: ignore[misc]
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
        await until(lambda: child.restarts == 5)
    said = [life.split() for life in lives(child)][:5]
    assert ({words[1] for words in said}, len({words[0] for words in said})) == ({"run"}, 5)


async def test_a_child_dies_at_a_boundary_in_every_next_life_until_that_is_ended(tmp_path: Path) -> None:
    """The life under way is left alone; the boundary holds for those that begin from then on."""
    async with kept(tmp_path) as child:
        await until(lambda: len(lives(child)) == 1)
        child.crash("after-commit")
        assert (child.restarts, child.pid is not None) == (0, True)
        os.kill(child.pid or 0, signal.SIGKILL)
        await until(lambda: child.restarts >= 3)
        child.crash("")
        await until(lambda: child.restarts >= 3 and len(lives(child)) == child.restarts + 1)
        calm = child.restarts
        await asyncio.sleep(0.3)
        assert child.restarts <= calm + 1


async def test_one_command_runs_to_its_end(tmp_path: Path) -> None:
    """And its exit status is known; the module is the bot's own where none is named."""
    (tmp_path / "short.py").write_text("import sys; sys.exit(len(sys.argv))")
    child = Child({"PYTHONPATH": str(tmp_path)}, tmp_path / "log", module="short")
    assert await child.once("sheets", "init") == 3
    assert Child({}, tmp_path / "log").module == "bot"
