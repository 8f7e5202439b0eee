"""Runs the parts of the fault sweep two at a time: a part mostly waits, for a restart or for a second try.

A part is a coroutine test marked `sweep`; it is given a folder of its own, in which its sandboxes have their database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import CancelledError, Future
from pathlib import Path
from threading import Thread

from bot.store import embedded

AT_ONCE = 2
"""One for each core of the machine that the bar's figures are for."""
Part = Callable[[Path], Awaitable[None]]


class Sweep:
    """All parts that were asked for, in a thread and an event loop of their own.

    Args:
        root: holds a folder for every part.
        parts: the parts by name, the longest first.
    """

    def __init__(self, root: Path, parts: Mapping[str, Part]) -> None:
        self.root = root
        self._ends: dict[str, Future[None]] = {name: Future() for name in parts}
        self._loop = asyncio.new_event_loop()
        self._all = self._loop.create_task(self._run(parts))
        self._thread = Thread(target=self._live, name="fault-sweep")
        self._thread.start()

    def end(self, name: str) -> None:
        """Wait until a part has ended; raises what it raised."""
        self._ends[name].result()

    def stop(self) -> None:
        """End what is still under way, sandboxes and databases included."""
        self._loop.call_soon_threadsafe(self._all.cancel)
        self._thread.join()
        self._loop.close()
        for server in self.root.rglob(embedded.FOLDER):
            embedded.stop(server.parent, force=True)

    def _live(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.wait([self._all]))

    async def _run(self, parts: Mapping[str, Part]) -> None:
        turns = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for name, part in parts.items():
                group.create_task(self._play(name, part, turns))

    async def _play(self, name: str, part: Part, turns: asyncio.Semaphore) -> None:
        end = self._ends[name]
        try:
            async with turns:
                folder = self.root / name
                await asyncio.to_thread(folder.mkdir, parents=True)
                await part(folder)
        except asyncio.CancelledError:
            end.set_exception(CancelledError())
            raise
        except BaseException as error:  # noqa: BLE001  # It belongs to the test that waits for this part.
            end.set_exception(error)
        else:
            end.set_result(None)
