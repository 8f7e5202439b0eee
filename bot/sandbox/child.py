"""The bot as the sandbox's child: a process of its own, unchanged, started again whenever it dies."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping
from pathlib import Path

from bot import boundaries

PATIENCE_SECONDS = 10
"""How long the bot may take to finish or return its work (SIGTERM) before it is killed."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds before a dead bot is started again; doubled while it dies young of its own accord."""
YOUNG_SECONDS = 5.0
KILLED = (-signal.SIGKILL, boundaries.KILLED)
"""The exit statuses of a process that somebody else ended: it is started again at once."""


class Child:
    """Keeps one process of the bot running.

    Args:
        environment: everything the process is told.
        log: the file its output is appended to.
        changed: called whenever it started or died.
        module: what is run instead of the bot, with the bot's arguments.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        log: Path,
        changed: Callable[[], None] = lambda: None,
        module: str = "bot",
    ) -> None:
        self.environment = dict(environment)
        self.log = log
        self.changed = changed
        self.module = module
        self.restarts = 0
        self._process: Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process's id; None while there is none."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if alive and self._process is not None else None

    async def once(self, *arguments: str) -> int:
        """Run one command of the bot to its end, and give its exit status."""
        process = await self._start(*arguments)
        return await process.wait()

    def keep(self, *arguments: str) -> None:
        """Start the command, and again whenever it ends, until `stop`."""
        self._keeper = asyncio.ensure_future(self._keep(arguments))

    def crash(self, at: str) -> None:
        """Have every life that begins from now on end at a boundary (`bot.boundaries`); "" ends that."""
        self.environment.pop(boundaries.VARIABLE, None)
        if at:
            self.environment[boundaries.VARIABLE] = at

    async def stop(self) -> None:
        """End the process gracefully, in `PATIENCE_SECONDS`; safe to repeat."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _keep(self, arguments: tuple[str, ...]) -> None:
        pause = FIRST_PAUSE
        loop = asyncio.get_running_loop()
        while True:
            born = loop.time()
            self._process = await self._start(*arguments)
            self.changed()
            status = await self._process.wait()
            self.restarts += 1
            self.changed()
            is_excused = status in KILLED or loop.time() - born > YOUNG_SECONDS
            pause = FIRST_PAUSE if is_excused else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _start(self, *arguments: str) -> Process:
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", self.module, *arguments, env=self.environment, stdin=asyncio.subprocess.DEVNULL,
                stdout=log, stderr=log,
            )  # fmt: skip
