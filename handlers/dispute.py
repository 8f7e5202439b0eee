"""The columns of a dispute that follow from others: when it is due, and what evidence is still missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from config.desk import Desk
from config.dispute import Disputes, EvidenceItem, Family
from config.model import Value
from config.texts import text
from config.tracker import Tracker

END_OF_DAY = time(23, 59)
SATURDAY = 5


def dispute_columns(desk: Desk, values: Mapping[str, Value]) -> dict[str, Value]:
    """`due_on`, `internal_due`, `evidence_missing` and `evidence_complete` of a dispute with these values.

    The processor's own date wins; without one the window starts when the dispute was opened. What cannot be
    known yet is left out.
    """
    library = desk.disputes
    if library is None:
        return {}
    found: dict[str, Value] = {}
    due = _due(library, values, ZoneInfo(desk.timezone))
    if due is not None:
        found["due_on"] = due.isoformat(timespec="minutes")
        found["internal_due"] = _earlier(due, library.buffer_business_days).isoformat(timespec="minutes")
    family = library.families.get(str(values.get("family", "")))
    if family is not None:
        missing = _missing(library, family, values)
        found["evidence_missing"] = "\n".join(item.title for item in missing)
        found["evidence_complete"] = not missing
    return found


def _due(library: Disputes, values: Mapping[str, Value], zone: ZoneInfo) -> datetime | None:
    if shown := values.get("processor_due"):
        return datetime.fromisoformat(str(shown))
    opened, network = values.get("opened_on"), values.get("network")
    if not opened or not network:
        return None
    window = library.window_of(str(network))
    days = window.plan_days
    if values.get("stage") == "Inquiry" and window.inquiry_days is not None:
        days = window.inquiry_days
    return datetime.combine(date.fromisoformat(str(opened)) + timedelta(days=days), END_OF_DAY, zone)


def _earlier(due: datetime, business_days: int) -> datetime:
    """The same time of day, this many working days (Monday to Friday) earlier."""
    while business_days > 0:
        due -= timedelta(days=1)
        business_days -= due.weekday() < SATURDAY
    return due


def _missing(library: Disputes, family: Family, values: Mapping[str, Value]) -> list[EvidenceItem]:
    """What must be in the pack and is not ticked, by the family's own wording."""
    have = values.get("evidence_have")
    ticked = frozenset(have) if isinstance(have, tuple) else frozenset()
    return [
        item
        for item in family.evidence
        if item.must and _is_wanted(item, values) and library.items.get(item.key, item.key) not in ticked
    ]


def wanted_for_pack(desk: Desk, tracker: Tracker, values: Mapping[str, Value]) -> str:
    """The columns that the pack still waits for, by their headers; of the evidence, what is not ticked."""
    library, reason = desk.disputes, tracker.column("family").header
    family = library.families.get(str(values.get("family", ""))) if library is not None else None
    if library is None or family is None:
        return reason
    items = [library.items.get(item.key, item.title) for item in _missing(library, family, values)]
    return text("move.unticked", column=tracker.column("evidence_have").header, items=" / ".join(items))


def _is_wanted(item: EvidenceItem, values: Mapping[str, Value]) -> bool:
    if item.when is not None and not item.when.holds(values):
        return False
    return item.from_amount is None or Decimal(str(values.get("amount", 0))) >= Decimal(item.from_amount)
