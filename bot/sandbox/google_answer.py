"""The spreadsheet as `spreadsheets.get` answers it, cut to the field mask before it is built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.sandbox.google_area import Area, find
from bot.sandbox.google_book import Row, Tab, Workbook
from bot.sandbox.google_cells import cell_json
from bot.sandbox.google_edit import editors
from bot.sandbox.google_errors import JSON
from bot.sandbox.google_mask import EVERYTHING, Mask, branch, covers, pick

_DEFAULT_SIZES = {"ROWS": 21, "COLUMNS": 100}
"""Pixels of a row's height and a column's width that nobody changed."""


WITHOUT_CELLS: Mask = {
    **dict.fromkeys(
        ("spreadsheetId", "properties", "namedRanges", "spreadsheetUrl", "developerMetadata"), EVERYTHING
    ),
    "sheets": dict.fromkeys(
        ("properties", "conditionalFormats", "protectedRanges", "basicFilter", "developerMetadata"),
        EVERYTHING,
    ),
}
"""The mask of an answer that leaves the cells out, as Google does unless they are asked for."""


def spreadsheet(book: Workbook, mask: Mask, ranges: Sequence[str], who: str, owner: bool) -> JSON:
    """The `Spreadsheet` message; with ranges only their tabs, and of those only the cells in the ranges.

    Raises:
        BadRequest: a range that cannot be read.
    """
    areas = [find(book, text) for text in ranges]
    answer: JSON = {
        "spreadsheetId": book.spreadsheet_id,
        "properties": book.properties,
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.spreadsheet_id}/edit",
    }
    if book.named:
        answer["namedRanges"] = book.named
    own = [item for item in book.metadata if "spreadsheet" in item["location"]]
    if own:
        answer["developerMetadata"] = own
    sheet_mask = branch(mask, "sheets")
    if sheet_mask is not None:
        answer["sheets"] = [
            sheet
            for index, tab in enumerate(book.tabs)
            if (sheet := _sheet(book, index, tab, areas, sheet_mask, (who, owner))) is not None
        ]
    result: JSON = pick(answer, mask)
    return result


def _sheet(
    book: Workbook, index: int, tab: Tab, areas: list[Area], mask: Mask, caller: tuple[str, bool]
) -> JSON | None:
    """One `Sheet`, or None where ranges were asked for and none is on this tab."""
    mine = [area for area in areas if area.tab is tab]
    if areas and not mine:
        return None
    sheet: JSON = {"properties": tab.properties(index)}
    if tab.rules:
        sheet["conditionalFormats"] = tab.rules
    if tab.protected:
        sheet["protectedRanges"] = [_protected(item, *caller) for item in tab.protected]
    if tab.filter is not None:
        sheet["basicFilter"] = tab.filter
    own = [item for item in book.metadata if item["location"].get("sheetId") == tab.sheet_id]
    if own:
        sheet["developerMetadata"] = own
    cells = branch(mask, "data")
    if cells is not None:
        whole = Area(tab, 0, 0, tab.row_count, tab.column_count)
        sheet["data"] = [_grid(book, area, cells) for area in mine or [whole]]
    return sheet


def _protected(item: JSON, who: str, owner: bool) -> JSON:
    may = owner or bool(item.get("warningOnly")) or who in editors(item)
    return {**item, **({"requestingUserCanEdit": True} if may else {})}


def _grid(book: Workbook, area: Area, mask: Mask) -> JSON:
    """One `GridData`: rows without cells at the end are left off, as are blank cells at a row's end."""
    data: JSON = {}
    if area.top:
        data["startRow"] = area.top
    if area.left:
        data["startColumn"] = area.left
    values = branch(mask, "rowData", "values")
    if values is not None:
        known: dict[int, tuple[Row, JSON]] = {}
        rows = []
        for index in range(area.top, min(area.bottom, len(area.tab.rows))):
            row = area.tab.rows[index]
            if id(row) not in known:
                known[id(row)] = (row, _row(row, area, values))
            rows.append(known[id(row)][1])
        while rows and not rows[-1]:
            rows.pop()
        if rows:
            data["rowData"] = rows
    if covers(mask, "rowMetadata"):
        data["rowMetadata"] = _sizes(book, area, "ROWS", area.top, area.bottom)
    if covers(mask, "columnMetadata"):
        data["columnMetadata"] = _sizes(book, area, "COLUMNS", area.left, area.right)
    return data


def _row(row: Row, area: Area, mask: Mask) -> JSON:
    values = [cell_json(cell, mask) for cell in row[area.left : area.right]]
    while values and not values[-1]:
        values.pop()
    return {"values": values} if values else {}


def _sizes(book: Workbook, area: Area, dimension: str, start: int, end: int) -> list[JSON]:
    """The `DimensionProperties` of every row or column of an area, with the metadata that hangs on it."""
    hung: dict[int, list[Any]] = {}
    for item in book.metadata:
        place = item["location"].get("dimensionRange") or {}
        if place.get("sheetId") == area.tab.sheet_id and place.get("dimension") == dimension:
            hung.setdefault(place["startIndex"], []).append(item)
    plain = {"pixelSize": _DEFAULT_SIZES[dimension]}
    sizes: list[JSON] = []
    for index in range(start, end):
        size = {**plain, **area.tab.sizes[dimension].get(index, {})}
        sizes.append({**size, "developerMetadata": hung[index]} if index in hung else size)
    return sizes
