"""Step boundaries: named points between two durable steps where a process can be made to die.

`DESKBELL_CRASH_AT="after-commit:3"` ends this process at the third passing of that boundary, without a word
and without cleaning up, as `kill -9` does. Unset, passing a boundary does nothing.
"""

from __future__ import annotations

import os
from collections import Counter

VARIABLE = "DESKBELL_CRASH_AT"
BOUNDARIES = (
    "intake-received",
    "before-commit",
    "after-commit",
    "before-ack",
    "after-ack",
    "after-poke",
    "delivery-marked",
    "delivery-acted",
    "delivery-stored",
    "flush-marked",
    "flush-acted",
    "flush-stored",
)
"""Every boundary, in the order one command passes them. `after-poke` comes a moment after the commit
(`bot.store.pokes.MOMENT_SECONDS`): after the answer, unless that is slow."""
KILLED = 137
"""The exit status of a process that was killed, as a shell reports it (128 + SIGKILL)."""

_passed: Counter[str] = Counter()


class UnknownBoundary(ValueError):
    """A boundary that is not in `BOUNDARIES`, in the code or in the environment."""


def boundary(name: str) -> None:
    """Pass a boundary.

    Raises:
        UnknownBoundary: there is no boundary of that name.
    """
    if name not in BOUNDARIES:
        raise UnknownBoundary(name)
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    where, _, nth = wanted.partition(":")
    if where not in BOUNDARIES:
        raise UnknownBoundary(where)
    _passed[name] += 1
    if name == where and _passed[name] == int(nth or 1):
        os._exit(KILLED)
