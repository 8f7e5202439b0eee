"""A case under watch, without a store: it is changed and looked at, and what rang is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from config.desk import Desk
from config.model import Value
from handlers.case import Case
from handlers.clocks import wind
from handlers.hearing import Away
from handlers.ladder import Nudge, next_check_at, ring
from handlers.place import CaseId, PersonKey
from handlers.watch import Running, Watch

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AMSTERDAM, SHANGHAI = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Asia/Shanghai")


def at(text: str, zone: ZoneInfo = AMSTERDAM) -> datetime:
    """A moment of the wall clock, like "2026-11-23 09:00"; a Monday, by the way."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@dataclass
class Watched:
    """One case: `rang` holds when it rang, and the nudges."""

    desk: Desk
    case: Case
    watch: Watch = field(default_factory=Watch)
    away: Away = field(default_factory=dict)
    rang: list[tuple[datetime, tuple[Nudge, ...]]] = field(default_factory=list)

    def move(self, status: str, now: datetime) -> None:
        """The case enters a state."""
        closed = now if status in self.desk.flow_of(self.desk.trackers[self.case.tracker]).closed else None
        self._change(replace(self.case, status=status, changed_at=now, closed_at=closed), now)

    def fill(self, now: datetime, **values: Value) -> None:
        """Columns get new values."""
        self._change(replace(self.case, values={**self.case.values, **values}, changed_at=now), now)

    def _change(self, changed: Case, now: datetime) -> None:
        self.watch = wind(self.desk, changed, self.watch, now, self.case)
        self.case = changed

    def tick(self, now: datetime) -> tuple[Nudge, ...]:
        """Somebody looks at the case."""
        self.watch, nudges = ring(self.desk, self.case, self.watch, now, self.away)
        if nudges:
            self.rang.append((now, nudges))
        return nudges

    def until(self, end: datetime) -> list[tuple[str, str, int]]:
        """Look whenever it is time, up to a moment: when it rang by the desk's clock, who heard, on which rung."""
        seen = len(self.rang)
        now = self.case.opened_at
        for _ in range(200):
            moment = next_check_at(self.desk, self.case, self.watch, now, self.away)
            if moment is None or moment > end:
                break
            now = max(moment, now)
            self.tick(now)
        return [
            (f"{moment.astimezone(AMSTERDAM):%a %d %H:%M}", nudge.hearer.key, nudge.rung)
            for moment, nudges in self.rang[seen:]
            for nudge in nudges
        ]

    def clock(self, key: str) -> Running:
        """A clock that runs."""
        found = self.watch.clock(key)
        assert found is not None, f"{key} does not run, but {[one.key for one in self.watch.running]}"
        return found


def watched(
    desk: Desk,
    tracker: str,
    now: datetime,
    *,
    status: str = "",
    values: Mapping[str, Value] | None = None,
    owner: str | None = "kim",
    reporter: str = "agent",
    posted: bool = True,
) -> Watched:
    """A case that was just logged, in the first state of its flow unless another is named."""
    flow = desk.flow_of(desk.trackers[tracker])
    case = Case(
        id=CaseId("II-2648-0001"), desk=desk.key, tracker=tracker, status=status or flow.initial,
        owner=PersonKey(owner) if owner else None, reporter=PersonKey(reporter), opened_at=now.astimezone(UTC),
        changed_at=now.astimezone(UTC), source="slack", values=values or {},
        requested_at=now if posted and desk.trackers[tracker].supplier_post else None,
    )  # fmt: skip
    return Watched(desk, case, wind(desk, case, Watch(), now))
