"""What an answer may depend on besides itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from config.desk import Desk


@dataclass(frozen=True, slots=True)
class Reading:
    """The desk an answer is given on, and the moment it was given."""

    desk: Desk
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The desk's time zone."""
        return ZoneInfo(self.desk.timezone)

    @property
    def here(self) -> datetime:
        """The moment, in the desk's own time."""
        return self.now.astimezone(self.zone)
