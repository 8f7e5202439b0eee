"""What `deskbell sheets init` lays over a tab: the frozen header, the filter, the warning, the bot's mark."""

from __future__ import annotations

from collections.abc import Iterable

from sheets.adopt_seen import SeenTab
from sheets.notation import runs
from sheets.rows import JSON
from sheets.tab import MARK

WARNING = "Deskbell fills in these columns by itself. Change a case in chat, or in the other columns."
"""What Google shows whoever edits the bot's columns; also how its own protections are known again."""


def frozen(tab: SeenTab) -> list[JSON]:
    """The header row stays in sight, and where it is when somebody sorts."""
    if tab.frozen:
        return []
    properties = {"sheetId": tab.gid, "gridProperties": {"frozenRowCount": 1}}
    return [{"updateSheetProperties": {"properties": properties, "fields": "gridProperties.frozenRowCount"}}]


def filtered(tab: SeenTab, columns: int) -> list[JSON]:
    """A filter over the whole header; one that people made is kept, and only made as wide as the header.

    A sort moves what lies inside the filter and nothing else: were the bot's columns outside, every row would
    get another row's case id.
    """
    now = tab.filter
    if now is None:
        place: JSON = {
            "sheetId": tab.gid,
            "startRowIndex": 0,
            "startColumnIndex": 0,
            "endColumnIndex": columns,
        }
        return [{"setBasicFilter": {"filter": {"range": place}}}]
    place = now.get("range") or {}
    start, end = place.get("startColumnIndex", 0), place.get("endColumnIndex", tab.columns)
    if start == 0 and end >= columns:
        return []
    wider = {**place, "sheetId": tab.gid, "startColumnIndex": 0, "endColumnIndex": max(end, columns)}
    kept = "filterSpecs" if now.get("filterSpecs") else "criteria"
    parts = {name: now[name] for name in ("sortSpecs", kept) if now.get(name)}
    return [{"setBasicFilter": {"filter": {"range": wider, **parts}}}]


def warned(tab: SeenTab, own: Iterable[int]) -> list[JSON]:
    """A warning on the bot's columns: one range for each run of neighbours, which is one on a tab made by `init`."""
    wanted = runs(own)
    ours = [item for item in tab.protected if item.get("description") == WARNING]
    spare = []
    for item in ours:
        span = _columns(item["range"], tab.columns)
        if span in wanted and item.get("warningOnly"):
            wanted.remove(span)
        else:
            spare.append(item["protectedRangeId"])
    requests: list[JSON] = [{"deleteProtectedRange": {"protectedRangeId": number}} for number in spare]
    for first, last in wanted:
        place = {"sheetId": tab.gid, "startColumnIndex": first, "endColumnIndex": last + 1}
        protected = {"range": place, "description": WARNING, "warningOnly": True}
        requests.append({"addProtectedRange": {"protectedRange": protected}})
    return requests


def _columns(place: JSON, width: int) -> tuple[int, int]:
    return place.get("startColumnIndex", 0), place.get("endColumnIndex", width) - 1


def marked(tab: SeenTab, tracker: str) -> list[JSON]:
    """The tracker's key, written on the tab where nobody sees it: it outlives a rename."""
    if tracker in tab.marks:
        return []
    mark = {"metadataKey": MARK, "metadataValue": tracker, "visibility": "DOCUMENT"}
    return [{"createDeveloperMetadata": {"developerMetadata": {**mark, "location": {"sheetId": tab.gid}}}}]
