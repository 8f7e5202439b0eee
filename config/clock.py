"""What rings: the clocks of a tracker, the ladders they ring on, how often people are disturbed, the digests."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from config.calendar import Length
from config.model import Condition, Declared

SUPPLIER_THREAD = "supplier_thread"
SUPPLIER_MENTION = "supplier_thread_mention"
OWNER = "owner_dm"
HOME_CHANNEL = "desk_channel"
HEARING = (SUPPLIER_THREAD, SUPPLIER_MENTION, OWNER, HOME_CHANNEL)
"""Who may stand in `to` of a rung, beside `<role>_dm` and `<role>_digest`."""
DM, DIGEST = "_dm", "_digest"
TIME_OF_DAY = r"^([01]\d|2[0-3]):[0-5]\d$"


class Rung(Declared):
    """Who hears when: so long after the due moment in the clock's working time, or so long before it."""

    at: Length | None = None
    before: Length | None = None
    to: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_one_time(self) -> Rung:
        if (self.at is None) == (self.before is None):
            raise ValueError("must have either `at` or `before`")
        return self


class Clock(Declared):
    """An obligation: from when it runs, what ends it, when it is due, who hears."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")
    when: Condition | None = None
    """It runs only while this holds."""
    from_state: str | None = None
    """It starts when the case enters this state, and runs in those that come after it in the flow's order."""
    from_column: str | None = None
    """It starts when this column is filled in; where it holds a moment, at that."""
    until_state: str | None = None
    """It ends when the case is in this state or past it; without one, when the case is closed."""
    until_column: str | None = None
    """It ends when this column is filled in."""
    after: Length | None = None
    """Due so much working time after the start."""
    every: Length | None = None
    """Due so much working time after the start, and after each proof again: a recurring check."""
    due: str | None = None
    """The column that says when it is due; a day counts until its end."""
    calendar: str = "desk"
    ladder: str | None = None
    """Who hears; None: nobody but the readers of digests."""
    ask: str = Field(default="", max_length=150)
    """The question of a recurring check."""
    writes: tuple[str, ...] = ()
    """The columns that prove a recurring check: a new value in one of them, and it counts anew."""

    @model_validator(mode="after")
    def _is_due_once(self) -> Clock:
        if [self.after, self.every, self.due].count(None) != 2:
            raise ValueError("must have exactly one of `after`, `every` and `due`")
        if self.from_state is not None and self.from_column is not None:
            raise ValueError("starts with `from_state` or `from_column`, not with both")
        if self.until_state is not None and self.until_column is not None:
            raise ValueError("ends with `until_state` or `until_column`, not with both")
        if self.every is None and (self.ask or self.writes):
            raise ValueError("has `ask` and `writes` only together with `every`")
        return self


class Reminders(Declared):
    """How often people are disturbed, and how long a case may be silenced."""

    a_case_a_day: int = Field(default=3, ge=1, le=20)
    """Nudges about one case on one day of the desk; what is more waits for the next morning."""
    bundle: Length = "10m"
    """Nudges to one person within this time are one message."""
    quiet_hours: bool = True
    """Nobody hears of a nudge outside the working time of their calendar: it waits for the morning."""
    snooze_most: Length = "14d"
    snooze_reason_from: Length = "3d"
    """A snooze of this length or more needs a reason."""


class DigestTime(Declared):
    """When a digest is sent, and to whom."""

    kind: Literal["leads", "my_day", "supplier", "weekly"]
    to: str
    """The key of a channel; a role for `my_day` and `weekly`, whose people get it directly."""
    at: str = Field(pattern=TIME_OF_DAY)
    """In the time zone of its calendar."""
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None
    """Only on this weekday."""
    calendar: str = "desk"
    """It is sent on the working days of this one."""


STALE = "stale"
"""The key of the clock that every tracker has without declaring it: nothing happened."""
