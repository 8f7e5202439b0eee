"""Columns the bot fills in itself, from what people filled in."""

from __future__ import annotations

from collections.abc import Mapping

from config.desk import Desk
from config.model import Value
from config.tracker import Tracker
from handlers.dispute import dispute_columns, wanted_for_pack


def derived(tracker: Tracker, desk: Desk, values: Mapping[str, Value]) -> dict[str, Value]:
    """The `system` columns that follow from these values, for a tracker that declares how."""
    counted = {
        column.key: _files(values.get(column.counts_files))
        for column in tracker.columns
        if column.counts_files is not None
    }
    return {**counted, **(dispute_columns(desk, values) if tracker.computes == "dispute" else {})}


def _files(held: Value | None) -> int:
    return len(held) if isinstance(held, tuple) else 0


def waits_for(tracker: Tracker, desk: Desk, values: Mapping[str, Value], key: str) -> str:
    """The columns, by their headers, that people have to fill in before a `system` column can be; "" if none can."""
    if tracker.computes == "dispute" and key == "evidence_complete":
        return wanted_for_pack(desk, tracker, values)
    return ""
