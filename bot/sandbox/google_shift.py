"""What rows and columns that come, go or move do to everything that is marked by their numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.google_book import Dimension, Tab, Workbook
from bot.sandbox.google_errors import JSON

Span = tuple[int, int]
Shift = Callable[[int, int], Span | None]
"""Where the indexes from `start` up to `end` are now, or None where they are gone."""


def insertion(at: int, count: int) -> Shift:
    """`count` indexes were pushed in at `at`."""
    return lambda start, end: (start + count * (start >= at), end + count * (end > at))


def deletion(first: int, beyond: int) -> Shift:
    """The indexes from `first` up to `beyond` were taken out."""

    def shifted(start: int, end: int) -> Span | None:
        start -= max(0, min(start, beyond) - first)
        end -= max(0, min(end, beyond) - first)
        return (start, end) if start < end else None

    return shifted


def moving(first: int, beyond: int, to: int) -> Shift:
    """The indexes from `first` up to `beyond` went before `to`; a span torn apart by it stays."""
    count = beyond - first

    def place(index: int) -> int:
        if first <= index < beyond:
            return index - first + (to - count if to >= beyond else to)
        if to >= beyond:
            return index - count if beyond <= index < to else index
        return index + count if to <= index < first else index

    def shifted(start: int, end: int) -> Span:
        new = place(start), place(end - 1) + 1
        return new if new[1] - new[0] == end - start else (start, end)

    return shifted


def shift(book: Workbook, tab: Tab, dimension: Dimension, moved: Shift) -> None:
    """Carry a tab's protections, rules, filter and sizes along, and the workbook's names and metadata."""
    kind = "Row" if dimension == "ROWS" else "Column"
    tab.protected = [item for item in tab.protected if _carry(item, "range", kind, moved)]
    for rule in tab.rules:
        rule["ranges"] = [place for place in rule["ranges"] if _carry({"range": place}, "range", kind, moved)]
    tab.rules = [rule for rule in tab.rules if rule["ranges"]]
    if tab.filter is not None and not _carry(tab.filter, "range", kind, moved):
        tab.filter = None
    tab.sizes[dimension] = _moved_keys(tab.sizes[dimension], moved)
    book.named = [item for item in book.named if _elsewhere(item, tab) or _carry(item, "range", kind, moved)]
    book.metadata = [item for item in book.metadata if _carry_metadata(item, tab, dimension, moved)]


def _elsewhere(item: JSON, tab: Tab) -> bool:
    return (item["range"].get("sheetId") or 0) != tab.sheet_id


def _carry(item: JSON, name: str, kind: str, moved: Shift) -> bool:
    """Shift a `GridRange` in place; False where nothing of it is left. Open ends stay open."""
    place: JSON = item.get(name) or {}
    low, high = f"start{kind}Index", f"end{kind}Index"
    if place.get(low) is None and place.get(high) is None:
        return True
    far = 2**40
    new = moved(place.get(low) or 0, far if place.get(high) is None else place[high])
    if new is None:
        return False
    if place.get(low) is not None:
        place[low] = new[0]
    if place.get(high) is not None:
        place[high] = new[1]
    return True


def _carry_metadata(item: JSON, tab: Tab, dimension: Dimension, moved: Shift) -> bool:
    place: JSON | None = item["location"].get("dimensionRange")
    if place is None or (place.get("sheetId") or 0) != tab.sheet_id or place["dimension"] != dimension:
        return True
    new = moved(place["startIndex"], place["endIndex"])
    if new is None:
        return False
    place["startIndex"], place["endIndex"] = new
    return True


def _moved_keys(sizes: dict[int, Any], moved: Shift) -> dict[int, Any]:
    new = {moved(index, index + 1): size for index, size in sizes.items()}
    return {span[0]: size for span, size in new.items() if span is not None}
