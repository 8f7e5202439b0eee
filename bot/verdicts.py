"""What can follow from a failure, as values: the words in which `bot.outcomes` judges and everybody else acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(seconds=30)
"""A vendor that is back is noticed within this time, so everything waiting is done within a minute."""
MOST_FAILURES = 240
"""About an hour of full-jittered waits of at most `LONGEST_WAIT`; then a person has to see it."""
MOST_SURPRISES = 5
"""Failures nobody foresaw are most likely ours, and repeating them does not help."""
SETTLE = timedelta(seconds=10)
"""How long a call that nobody waits for any more may still take effect: looked for sooner, it is not found yet."""
Random = Callable[[], float]
"""A number from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again. `doubtful`: it may have landed, look first. `counts`: whether it was a failure or only a queue."""

    after: timedelta
    reason: str
    doubtful: bool
    counts: bool = True


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Trying again cannot help: a dead letter, with the reason. `in_doubt`: it may have been sent all the same."""

    reason: str
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Only a person can help, and then it goes on by itself. `whole`: everything there, not this place only."""

    reason: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """The message that was to change is not there any more; post it anew."""

    reason: str


Outcome = Retry | GiveUp | Pause | Gone


class NotDeliverable(Exception):
    """The effect cannot be delivered as things stand in our own store; its text is the reason for people."""


class MaybeSent(NotDeliverable):
    """It may have been sent, nobody can look, and twice is worse than late: a person says whether it goes again."""


class NothingSent(Exception):
    """It failed (the cause says how) before anything was sent: what was to be passed on could not be had."""


class Later(Exception):
    """The job is to run again after a while; the decision is stored already, so the engine only waits."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"again in {after.total_seconds():.1f} s")
        self.after = after


class GaveUp(Exception):
    """The effect is a dead letter now; its text is the reason for people."""
