"""Runs a blocking call beside the event loop, in a thread that never keeps the process from ending."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T], left: Callable[[], None] = lambda: None) -> T:
    """What the call returns or raises. Cancelled, the call itself goes on until the process ends.

    A thread of the standard pool would be waited for at the end of the process, for as long as the vendor takes.

    Args:
        work: the blocking call.
        left: called when nobody waits for it any more, while it goes on.
    """
    done: Future[T] = Future()

    def run() -> None:
        if not done.set_running_or_notify_cancel():
            return
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001  # It belongs to whoever waits for the result.
            done.set_exception(error)

    Thread(target=run, name="deskbell-call", daemon=True).start()
    try:
        return await asyncio.wrap_future(done)
    except asyncio.CancelledError:
        left()
        raise
