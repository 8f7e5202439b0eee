"""What makes a case a likely duplicate, and by which texts a case is found."""

from __future__ import annotations

from collections.abc import Mapping

from config.model import Value, is_filled
from config.tracker import Column, Tracker

CHOSEN = frozenset({"enum", "multi", "bool"})
"""Types of columns that many different matters have in common."""
FOUND_BY = frozenset({"order", "ticket", "tracking", "parcel", "code", "sr_no", "rma"})
"""Types of columns whose value people search a case by."""


def duplicates_key(tracker: Tracker, values: Mapping[str, Value]) -> tuple[str, ...] | None:
    """The values that make two open cases of a tracker likely the same matter, folded for comparison.

    What may be left out is the same where both are without it. None when the tracker declares no such columns, one
    that must be filled in is not, or nothing but choices is: then nothing is alike.
    """
    columns = [tracker.column(key) for key in tracker.dedupe]
    filled = [column for column in columns if is_filled(values.get(column.key))]
    lacking = [column for column in columns if column not in filled and _must_be_filled(column, values)]
    if lacking or all(column.type in CHOSEN for column in filled):
        return None
    return tuple(folded(values.get(column.key, "")) for column in columns)


def _must_be_filled(column: Column, values: Mapping[str, Value]) -> bool:
    """Whether a case is not complete without the column from the start."""
    return column.step == "log" and column.is_required(values)


def search_terms(tracker: Tracker, values: Mapping[str, Value]) -> tuple[str, ...]:
    """The texts a case is found by, besides its id, folded: order, ticket, tracking numbers and codes.

    Where repeats gather such numbers, each line is one.
    """
    columns = [column for column in tracker.columns if column.type in FOUND_BY or column.gathers]
    found = (line for column in columns for line in str(values.get(column.key, "")).splitlines())
    return tuple(dict.fromkeys(term for line in found if (term := search_term(line))))


def search_term(text: str) -> str:
    """A text as it is searched: upper case, without `#`, a leading `FD-`, spaces or dashes at the ends."""
    term = text.strip().upper().lstrip("#").strip()
    return term.removeprefix("FD-").removeprefix("FD").strip() if term[:2] == "FD" else term


def folded(value: Value) -> str:
    """A value as it is compared: case, outer blanks and the order of several choices do not matter."""
    if isinstance(value, tuple):
        return "|".join(sorted(folded(part) for part in value))
    return " ".join(str(value).casefold().split())
