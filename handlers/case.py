"""A case: one matter being handled, as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from config.model import Value
from handlers.place import CaseId, PersonKey
from handlers.watch import Watch

UNWATCHED = Watch()
"""What is remembered of a case's time before its first decision."""


@dataclass(frozen=True, slots=True)
class Case:
    """The state of a case. `version` is 0 until it is stored and grows by one with every commit."""

    id: CaseId
    desk: str
    tracker: str
    status: str
    owner: PersonKey | None
    reporter: PersonKey
    opened_at: datetime
    changed_at: datetime
    source: str
    values: Mapping[str, Value] = field(default_factory=dict)
    closed_at: datetime | None = None
    acknowledged_by: PersonKey | None = None
    acknowledged_at: datetime | None = None
    requested_at: datetime | None = None
    """When the supplier was asked; None while nothing was posted to him, and nothing may be."""
    row_link: str = ""
    post_link: str = ""
    """The supplier's request."""
    home_link: str = ""
    message_link: str = ""
    """The message it was logged from, where it was one: the desk's way back to it, never the supplier's."""
    version: int = 0
    next_check_at: datetime | None = None
    """When its clocks have to be looked at next; None when nothing will ring unless something happens."""
    watch: Watch = UNWATCHED

    def changed(self, now: datetime, **changes: object) -> Case:
        """The case with these fields changed at this moment."""
        return replace(self, changed_at=now, **changes)  # type: ignore[arg-type]  # names are checked by replace

    def with_values(self, now: datetime, values: Mapping[str, Value]) -> Case:
        """The case with these columns filled in on top of what it has."""
        return replace(self, changed_at=now, values={**self.values, **values})


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of what happened to a case, as people read it."""

    at: datetime
    who: str
    what: str
