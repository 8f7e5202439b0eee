"""What `deskbell doctor` says about one thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at: well, or what is wrong and what to do about it."""

    what: str
    cure: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing has to be done."""
        return not self.cure

    def __str__(self) -> str:
        return f"ok     {self.what}" if self.is_well else f"FAULT  {self.what}\n       → {self.cure}"
