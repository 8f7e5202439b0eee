"""batchUpdate requests about whole tabs and the workbook's own properties."""

from __future__ import annotations

from bot.sandbox.google_book import Tab
from bot.sandbox.google_cells import coloured, twinned
from bot.sandbox.google_edit import Edit, Handler
from bot.sandbox.google_errors import JSON, BadRequest
from bot.sandbox.google_mask import Mask, merged, parse
from bot.sandbox.google_schema import check_mask

MAX_TITLE = 100
"""Characters in a tab's title, as the page itself allows."""
_PLACE = {"sheetId", "title", "index", "sheetType"}


def add_sheet(edit: Edit, request: JSON) -> JSON:
    """Add a tab; 1000 rows by 26 columns unless the request says otherwise."""
    wanted = request.get("properties") or {}
    sheet_id = wanted.get("sheetId")
    if sheet_id is None:
        sheet_id = 1_000_000 + edit.book.number()
    title = wanted.get("title") or _free_title(edit)
    _check_new(edit, sheet_id, title)
    tab = Tab(sheet_id, title)
    index = wanted.get("index")
    edit.book.tabs.insert(len(edit.book.tabs) if index is None else index, tab)
    _shape(tab, {name: value for name, value in wanted.items() if name not in _PLACE})
    edit.note("addSheet", tab)
    return {"addSheet": {"properties": tab.properties(edit.book.tabs.index(tab))}}


def _free_title(edit: Edit) -> str:
    number = len(edit.book.tabs) + 1
    while edit.book.titled(f"Sheet{number}"):
        number += 1
    return f"Sheet{number}"


def _check_new(edit: Edit, sheet_id: int, title: str) -> None:
    if sheet_id < 0:
        raise BadRequest("sheetId must be non-negative.")
    if any(tab.sheet_id == sheet_id for tab in edit.book.tabs):
        raise BadRequest(f"A sheet with the id {sheet_id} already exists.")
    check_title(edit, title)


def check_title(edit: Edit, title: str) -> None:
    """Refuse a title that is blank, too long, or another tab's.

    Raises:
        BadRequest: with Google's sentence for the duplicate.
    """
    if not title or len(title) > MAX_TITLE:
        raise BadRequest(f"A sheet's title has between 1 and {MAX_TITLE} characters.")
    if edit.book.titled(title):
        raise BadRequest(f'A sheet with the name "{title}" already exists. Please enter another name.')


def _shape(tab: Tab, wanted: JSON) -> None:
    """Give a tab its properties but those of its place: grid, frozen parts, colour, hidden."""
    grid = dict(wanted.get("gridProperties") or {})
    rows, columns = grid.pop("rowCount", None), grid.pop("columnCount", None)
    tab.look = coloured({name: value for name, value in {**wanted, "gridProperties": grid}.items() if value})
    resize(tab, tab.row_count if rows is None else rows, tab.column_count if columns is None else columns)


def resize(tab: Tab, rows: int, columns: int) -> None:
    """Make the grid this big; what lies outside is gone, as in the real one.

    Raises:
        BadRequest: nothing would be left, or nothing but frozen rows or columns.
    """
    if rows < 1 or columns < 1:
        raise BadRequest("A grid has at least one row and one column.")
    frozen = tab.look.get("gridProperties") or {}
    if (frozen.get("frozenRowCount") or 0) >= rows:
        raise BadRequest("You can't freeze all visible rows on the sheet.")
    if (frozen.get("frozenColumnCount") or 0) >= columns:
        raise BadRequest("You can't freeze all visible columns on the sheet.")
    if rows < tab.row_count:
        tab.delete("ROWS", rows, tab.row_count)
    if columns < tab.column_count:
        tab.delete("COLUMNS", columns, tab.column_count)
    tab.grow(rows - tab.row_count, columns - tab.column_count)


def delete_sheet(edit: Edit, request: JSON) -> JSON:
    """Delete a tab and what is marked on it; never the last one that can be seen."""
    tab = edit.book.tab(request.get("sheetId") or 0)
    edit.guard_tab(tab)
    edit.book.tabs.remove(tab)
    _check_visible(edit)
    book = edit.book
    book.named = [named for named in book.named if (named["range"].get("sheetId") or 0) != tab.sheet_id]
    book.metadata = [item for item in book.metadata if _tab_of(item) != tab.sheet_id]
    edit.note("deleteSheet", tab)
    return {}


def _tab_of(metadata: JSON) -> int | None:
    location = metadata["location"]
    place: JSON = location.get("dimensionRange") or location
    return place.get("sheetId")


def _check_visible(edit: Edit) -> None:
    if all(tab.look.get("hidden") for tab in edit.book.tabs):
        raise BadRequest("You can't remove all the visible sheets in a document.")


def duplicate_sheet(edit: Edit, request: JSON) -> JSON:
    """Copy a tab with its cells, rules and filter under a new id and title; protections stay behind."""
    source = edit.book.tab(request.get("sourceSheetId") or 0)
    sheet_id = request.get("newSheetId")
    if sheet_id is None:
        sheet_id = 1_000_000 + edit.book.number()
    title = request.get("newSheetName") or f"Copy of {source.title}"
    _check_new(edit, sheet_id, title)
    tab = source.copy()
    tab.sheet_id, tab.title, tab.protected = sheet_id, title, []
    for place in [rule_range for rule in tab.rules for rule_range in rule.get("ranges") or []]:
        place["sheetId"] = sheet_id
    if tab.filter is not None:
        tab.filter.setdefault("range", {})["sheetId"] = sheet_id
    edit.book.tabs.insert(request.get("insertSheetIndex") or 0, tab)
    edit.note("duplicateSheet", tab, source=source.title)
    return {"duplicateSheet": {"properties": tab.properties(edit.book.tabs.index(tab))}}


def update_sheet_properties(edit: Edit, request: JSON) -> JSON:
    """Change a tab's title, place, grid, frozen parts, colour or visibility."""
    wanted = request.get("properties") or {}
    tab = edit.book.tab(wanted.get("sheetId") or 0)
    mask = _mask(request, "SheetProperties")
    was = tab.title
    _rename(edit, tab, wanted, mask)
    if not mask or "index" in mask:
        _reorder(edit, tab, wanted)
    _reshape(edit, tab, wanted, mask)
    edit.note("updateSheetProperties", tab, fields=sorted(mask), **({"was": was} if was != tab.title else {}))
    return {}


def _mask(request: JSON, message: str) -> Mask:
    fields = request.get("fields")
    if not fields:
        raise BadRequest("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    mask = parse(fields)
    check_mask(mask, message)
    return mask


def _rename(edit: Edit, tab: Tab, wanted: JSON, mask: Mask) -> None:
    if mask and "title" not in mask:
        return
    title = wanted.get("title") or ""
    if title.casefold() != tab.title.casefold():
        check_title(edit, title)
    tab.title = title


def _reorder(edit: Edit, tab: Tab, wanted: JSON) -> None:
    """Put the tab before the one that stands at the wanted index now, as the real interface counts."""
    tabs, index = edit.book.tabs, wanted.get("index") or 0
    if not 0 <= index <= len(tabs):
        raise BadRequest(f"Sheet index {index} is not between 0 and {len(tabs)}.")
    here = tabs.index(tab)
    tabs.remove(tab)
    tabs.insert(min(index, len(tabs)) if index <= here else index - 1, tab)


def _reshape(edit: Edit, tab: Tab, wanted: JSON, mask: Mask) -> None:
    below = {name: part for name, part in mask.items() if name not in _PLACE}
    if mask and not below:
        return
    old = {**tab.look, "gridProperties": tab.properties(0)["gridProperties"]}
    new = {name: value for name, value in wanted.items() if name not in _PLACE}
    look = merged(old, coloured(new), twinned(below))
    grid = look.get("gridProperties") or {}
    if (grid.get("rowCount") or 0) < tab.row_count or (grid.get("columnCount") or 0) < tab.column_count:
        edit.guard_tab(tab)
    _shape(tab, {**look, "gridProperties": {"rowCount": 0, "columnCount": 0, **grid}})
    _check_visible(edit)


def update_spreadsheet_properties(edit: Edit, request: JSON) -> JSON:
    """Change the workbook's title, locale or time zone."""
    mask = _mask(request, "SpreadsheetProperties")
    edit.book.properties = merged(edit.book.properties, request.get("properties") or {}, mask)
    if not edit.book.properties.get("title"):
        raise BadRequest("A spreadsheet's title cannot be empty.")
    edit.note("updateSpreadsheetProperties", fields=sorted(mask))
    return {}


TABS: dict[str, Handler] = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "duplicateSheet": duplicate_sheet,
    "updateSheetProperties": update_sheet_properties,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
