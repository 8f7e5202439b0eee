"""Tells the open pages what changed: at once when it was quiet before, else at most five times a second.

The vendors answer the bot in the same event loop, so the pages never take more than a quarter of its time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.sandbox.app import Sandbox
from bot.sandbox.google import Google

Changes = frozenset[tuple[str, str]]
"""What changed: service and place, as `Control.on_change` tells it; sheets with the workbook's id."""

FIRST_SECONDS = 0.02
CALM_SECONDS = 0.2
"""Between two tellings, so that a burst of a thousand rows costs the page five repaintings a second."""
SHARE = 3
"""After a telling so many times its own length is left to everybody else."""


class Live:
    """One for a sandbox; every page follows it.

    Args:
        sandbox: whose changes are told.
        google: its workbooks.
    """

    def __init__(self, sandbox: Sandbox, google: Google) -> None:
        self._followers: list[Callable[[Changes], None]] = []
        self._gathered: set[tuple[str, str]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting = False
        self._next = 0.0
        sandbox.control.on_change(self._note)
        google.on_change(lambda change: self._note("sheets", change.spreadsheet_id))

    def follow(self, follower: Callable[[Changes], None]) -> Callable[[], None]:
        """Have a follower told of everything from now on; answers the undoing. Call it inside the event loop."""
        self._loop = asyncio.get_running_loop()
        self._followers.append(follower)
        return lambda: self._followers.remove(follower) if follower in self._followers else None

    def _note(self, service: str, what: str = "") -> None:
        """May be called from any thread: a workbook changes in the thread of whoever changed it."""
        if self._loop is None or not self._followers or (service, what) in self._gathered:
            return
        self._gathered.add((service, what))
        if not self._waiting:
            self._waiting = True
            self._loop.call_soon_threadsafe(self._arm)

    def _arm(self) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(max(FIRST_SECONDS, self._next - loop.time()), self._tell)

    def _tell(self) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        changes, self._gathered, self._waiting = frozenset(self._gathered), set(), False
        for follower in list(self._followers):
            follower(changes)
        ended = loop.time()
        self._next = ended + max(CALM_SECONDS, SHARE * (ended - begun))
