"""What the bot remembers of a case's time: the clocks that run, how far each has rung, how long it is to be silent.

Everything else about time follows from this, the case and the declaration. It is stored with the case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

NEVER_HURRIED = -1


@dataclass(frozen=True, slots=True)
class Running:
    """A clock of a case that runs."""

    key: str
    since: datetime
    due: datetime
    """What was promised; it does not move when somebody answers."""
    ringing: datetime
    """From here its ladder is counted: the due moment, later where somebody answered after it or snoozed."""
    rung: frozenset[str] = frozenset()
    """Which calls of the ladder have rung since: `"<rung>:<who hears>"`, rungs counted from 0."""
    hurried: int = NEVER_HURRIED
    """Rungs up to this one ring at once: somebody before them could not be reached."""
    hurried_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched about one case."""

    running: tuple[Running, ...] = ()
    snoozed_until: datetime | None = None
    nudged: tuple[datetime, ...] = ()
    """When it rang lately, for the cap of a day; older than two days is forgotten."""

    def clock(self, key: str) -> Running | None:
        """The running clock of that key."""
        return next((one for one in self.running if one.key == key), None)

    def with_clock(self, changed: Running) -> Watch:
        """The same with one of its clocks changed."""
        return replace(
            self, running=tuple(changed if one.key == changed.key else one for one in self.running)
        )
