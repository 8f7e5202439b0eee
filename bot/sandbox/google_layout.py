"""batchUpdate requests that move things about: rows and columns in, out, elsewhere, and sorted."""

from __future__ import annotations

from bot.sandbox.google_area import Area, area_of
from bot.sandbox.google_book import EMPTY, Cell, Dimension, Formula, Tab
from bot.sandbox.google_edit import Edit, Handler
from bot.sandbox.google_errors import JSON, BadRequest
from bot.sandbox.google_format import FORMULA_SHOWN
from bot.sandbox.google_mask import merged, parse
from bot.sandbox.google_schema import check_mask
from bot.sandbox.google_shift import deletion, insertion, moving, shift


def _span(edit: Edit, place: JSON | None) -> tuple[Tab, Dimension, int, int]:
    """The rows or columns a `DimensionRange` means; bounds left out reach to the edge."""
    if place is None:
        raise BadRequest("range is required.")
    tab = edit.book.tab(place.get("sheetId") or 0)
    dimension: Dimension | None = place.get("dimension")
    if dimension is None:
        raise BadRequest("No dimension specified.")
    start, end = place.get("startIndex") or 0, place.get("endIndex")
    end = tab.count(dimension) if end is None else end
    if start < 0 or end <= start:
        raise BadRequest(f"range.endIndex[{end}] must be greater than range.startIndex[{start}]")
    return tab, dimension, start, end


def insert_dimension(edit: Edit, request: JSON) -> JSON:
    """Push blank rows or columns in, looking like the one after, or like the one before if asked."""
    tab, dimension, start, end = _span(edit, request.get("range"))
    before = bool(request.get("inheritFromBefore"))
    if start > tab.count(dimension):
        raise BadRequest(
            f"range.startIndex[{start}] is after the last index of the grid[{tab.count(dimension)}]"
        )
    if start == 0 and before:
        raise BadRequest("inheritFromBefore cannot be set to true for the first row or column.")
    edit.guard_tab(tab)
    tab.insert(dimension, start, end - start, before)
    shift(edit.book, tab, dimension, insertion(start, end - start))
    edit.note("insertDimension", tab, dimension=dimension, start=start + 1, count=end - start)
    return {}


def delete_dimension(edit: Edit, request: JSON) -> JSON:
    """Take rows or columns out; something that is not frozen must be left."""
    tab, dimension, start, end = _span(edit, request.get("range"))
    count = tab.count(dimension)
    word = "row" if dimension == "ROWS" else "column"
    if start >= count:
        raise BadRequest(
            f"Cannot delete a {word} that doesn't exist. Tried to delete {word} index {start} but there are "
            f"only {count} {word}s."
        )
    end = min(end, count)
    frozen = (tab.look.get("gridProperties") or {}).get(f"frozen{word.title()}Count") or 0
    if count - (end - start) <= max(frozen - max(0, min(end, frozen) - start), 0):
        raise BadRequest(f"Sorry, it is not possible to delete all non-frozen {word}s.")
    edit.guard_tab(tab)
    tab.delete(dimension, start, end)
    if start < frozen:
        tab.look["gridProperties"][f"frozen{word.title()}Count"] = frozen - (min(end, frozen) - start)
    shift(edit.book, tab, dimension, deletion(start, end))
    edit.note("deleteDimension", tab, dimension=dimension, start=start + 1, count=end - start)
    return {}


def move_dimension(edit: Edit, request: JSON) -> JSON:
    """Move rows or columns before the one that stands at `destinationIndex` now."""
    tab, dimension, start, end = _span(edit, request.get("source"))
    to = request.get("destinationIndex") or 0
    if end > tab.count(dimension) or not 0 <= to <= tab.count(dimension):
        raise BadRequest(f"The source or the destination[{to}] is outside the grid[{tab.count(dimension)}].")
    if start < to < end:
        raise BadRequest("The destination cannot be inside the source.")
    edit.guard_tab(tab)
    tab.move(dimension, start, end, to)
    shift(edit.book, tab, dimension, moving(start, end, to))
    edit.note("moveDimension", tab, dimension=dimension, start=start + 1, count=end - start, to=to + 1)
    return {}


def append_dimension(edit: Edit, request: JSON) -> JSON:
    """Add rows or columns at the end of the grid."""
    tab = edit.book.tab(request.get("sheetId") or 0)
    length = request.get("length") or 0
    dimension = request.get("dimension")
    if length < 1 or dimension is None:
        raise BadRequest("length must be greater than 0 and dimension set.")
    tab.grow(*((length, 0) if dimension == "ROWS" else (0, length)))
    edit.note("appendDimension", tab, dimension=dimension, count=length)
    return {}


def update_dimension_properties(edit: Edit, request: JSON) -> JSON:
    """Set how wide or high, or whether hidden, some rows or columns are."""
    tab, dimension, start, end = _span(edit, request.get("range"))
    if not request.get("fields"):
        raise BadRequest("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    mask = parse(request["fields"])
    check_mask(mask, "DimensionProperties")
    if end > tab.count(dimension):
        raise BadRequest(f"range.endIndex[{end}] is after the last index of the grid[{tab.count(dimension)}]")
    sizes = tab.sizes[dimension]
    for index in range(start, end):
        sizes[index] = merged(sizes.get(index, {}), request.get("properties") or {}, mask)
    edit.note("updateDimensionProperties", tab, dimension=dimension, start=start + 1, count=end - start)
    return {}


def auto_resize(edit: Edit, request: JSON) -> JSON:
    """Accepted and without effect: the sandbox does not measure text."""
    _span(edit, request.get("dimensions"))
    return {}


def sort_range(edit: Edit, request: JSON) -> JSON:
    """Sort the rows of a range by columns: numbers, then texts, then ticks; blanks last either way.

    Cells move with their format, rule and note. Row metadata stays where it is, which is the worse of the
    two things the real grid may do; so nothing may lean on it.
    """
    area = area_of(edit.book, request.get("range"))
    specs = request.get("sortSpecs") or []
    if not specs:
        raise BadRequest("At least one sort spec is required.")
    edit.guard(area)
    width = area.right - area.left
    rows = [_slice(area, index, width) for index in range(area.top, area.bottom)]
    for spec in reversed(specs):
        _sort(rows, (spec.get("dimensionIndex") or 0) - area.left, spec.get("sortOrder") == "DESCENDING")
    for index, row in enumerate(rows, area.top):
        if row or index < len(area.tab.rows):
            area.tab.put(index, area.left, row + [EMPTY] * (width - len(row)))
    edit.note("sortRange", area.tab, range=area.a1())
    return {}


def _slice(area: Area, index: int, width: int) -> list[Cell]:
    return list(area.tab.row(index)[area.left : area.left + width])


def _sort(rows: list[list[Cell]], column: int, descending: bool) -> None:
    """Sort in place and stably; a column outside the range is refused."""
    if column < 0:
        raise BadRequest("A sort column lies outside the range.")

    def value(row: list[Cell]) -> tuple[int, float, str]:
        return _rank(row[column] if column < len(row) else EMPTY)

    filled = [row for row in rows if value(row)[0] < 3]
    blank = [row for row in rows if value(row)[0] == 3]
    rows[:] = sorted(filled, key=value, reverse=descending) + blank


def _rank(cell: Cell) -> tuple[int, float, str]:
    value = cell.value
    if value is None:
        return 3, 0.0, ""
    if isinstance(value, bool):
        return 2, float(value), ""
    if isinstance(value, Formula):
        return 1, 0.0, FORMULA_SHOWN.casefold()
    if isinstance(value, str):
        return 1, 0.0, value.casefold()
    return 0, value, ""


LAYOUT: dict[str, Handler] = {
    "insertDimension": insert_dimension,
    "deleteDimension": delete_dimension,
    "moveDimension": move_dimension,
    "appendDimension": append_dimension,
    "updateDimensionProperties": update_dimension_properties,
    "autoResizeDimensions": auto_resize,
    "sortRange": sort_range,
}
