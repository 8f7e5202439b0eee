"""What this process leaves alone for a while: a channel whose limit is reached, a platform that refuses the token.

Kept in memory on purpose: another replica learns the same from its own first call, and nothing is lost with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers.ports import Clock

SPACING = timedelta(seconds=1)
"""Slack lets an app post about once a second to a channel (docs.slack.dev, "Rate limits")."""


@dataclass(slots=True)
class _Hold:
    """One thing held: since when anybody may try it, whose turn is when, and why if a person has to help."""

    free_at: datetime
    reason: str | None = None
    turns: dict[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """How long to wait for one's turn; `reason` where a person has to put something right first."""

    after: timedelta
    reason: str | None


class Holds:
    """Who has to wait for what. Everybody gets a turn of their own, a second apart, so that few are refused again.

    Args:
        clock: the machine's clock.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._holds: dict[str, _Hold] = {}

    def hold(self, what: str, after: timedelta, reason: str | None = None) -> None:
        """Leave something alone for a while; whoever had a turn asks anew."""
        self._holds[what] = _Hold(self.clock() + after, reason)

    def release(self, *whats: str) -> bool:
        """Nobody needs to wait for a person about these any more; whether anybody did.

        A limit is not released: that one call got through says nothing about the next.
        """
        gone = [what for what in whats if what in self._holds and self._holds[what].reason is not None]
        for what in gone:
            del self._holds[what]
        return bool(gone)

    def turn(self, key: str, *whats: str) -> Wait | None:
        """How long the effect of that key has to wait for any of these; None when it may go ahead."""
        now = self.clock()
        waits = [wait for what in whats if (wait := self._wait(key, what, now)) is not None]
        return max(waits, key=lambda wait: wait.after, default=None)

    def _wait(self, key: str, what: str, now: datetime) -> Wait | None:
        hold = self._holds.get(what)
        if hold is None:
            return None
        turn = hold.turns.pop(key, None)
        if turn is not None and turn <= now:
            return None
        if turn is None:
            last = max(hold.turns.values(), default=None)
            turn = hold.free_at if last is None else last + SPACING
        if turn <= now:
            if not hold.turns and hold.reason is None:
                del self._holds[what]
            return None
        hold.turns[key] = turn
        return Wait(turn - now, hold.reason)
