"""batchUpdate: what each request is called, the order of things, and the requests that write cells."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.google_area import Area, area_of
from bot.sandbox.google_book import EMPTY, Cell, Row, Tab
from bot.sandbox.google_cells import changed, twinned
from bot.sandbox.google_edit import Edit, Handler, plain, written
from bot.sandbox.google_errors import JSON, BadRequest
from bot.sandbox.google_layout import LAYOUT
from bot.sandbox.google_marks import MARKS
from bot.sandbox.google_mask import Mask, parse
from bot.sandbox.google_metadata import METADATA
from bot.sandbox.google_schema import check, check_mask
from bot.sandbox.google_tabs import TABS


def batch_update(edit: Edit, body: JSON) -> list[JSON]:
    """Carry out every request of a batch on the draft, in order; their replies, one for each.

    Raises:
        GoogleError: the first fault found, with the number and name of its request; the draft is then void.
    """
    check(body, "BatchUpdate")
    requests = body.get("requests") or []
    if not requests:
        raise BadRequest("Must specify at least one request.")
    replies = []
    for index, request in enumerate(requests):
        kind = next((name for name, value in request.items() if value is not None), None)
        if kind is None:
            raise BadRequest(f"Invalid requests[{index}]: No request set.")
        try:
            replies.append(HANDLERS[kind](edit, request[kind]))
        except BadRequest as error:
            raise BadRequest(f"Invalid requests[{index}].{kind}: {error.message}") from error
    edit.book.check_size()
    return replies


def cell_mask(request: JSON) -> Mask:
    """The mask of a request that writes cells.

    Raises:
        BadRequest: it is missing, or names a field a cell does not have.
    """
    fields = request.get("fields")
    if not fields:
        raise BadRequest("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    mask = parse(fields)
    check_mask(mask, "CellData")
    return twinned(mask)


def writes_values(mask: Mask) -> bool:
    """Whether a mask reaches what the cells say, and not only how they look."""
    return not mask or "userEnteredValue" in mask


def append_cells(edit: Edit, request: JSON) -> JSON:
    """Write rows below the last row that holds a value, adding rows and columns where the grid ends."""
    tab = edit.book.tab(request.get("sheetId") or 0)
    mask = cell_mask(request)
    rows = [row.get("values") or [] for row in request.get("rows") or []]
    start = tab.data_end()
    width = max((len(row) for row in rows), default=0)
    edit.guard(Area(tab, start, 0, start + max(len(rows), 1), max(width, 1)))
    tab.grow(start + len(rows) - tab.row_count, width - tab.column_count)
    new = [_put(tab, start + offset, 0, row, mask) for offset, row in enumerate(rows)]
    edit.note("appendCells", tab, row=start + 1, column=1, **_facts(new, mask))
    return {}


def _put(tab: Tab, row: int, left: int, data: list[JSON], mask: Mask) -> list[Cell]:
    """Write one row of `CellData`; the cells as they are now."""
    old = tab.row(row)
    cells = [
        changed(old[left + offset] if left + offset < len(old) else EMPTY, item, mask)
        for offset, item in enumerate(data)
    ]
    tab.put(row, left, cells)
    return cells


def _facts(rows: list[list[Cell]], mask: Mask) -> JSON:
    return written(rows) if writes_values(mask) else {"fields": sorted(mask)}


def update_cells(edit: Edit, request: JSON) -> JSON:
    """Write rows at a start cell, or over a range whose cells without data are cleared."""
    mask = cell_mask(request)
    rows = [row.get("values") or [] for row in request.get("rows") or []]
    area = _target(edit, request, rows)
    if request.get("range") is not None:
        rows = _padded(rows, area)
    edit.guard(area)
    before = [
        [area.tab.cell(area.top + y, area.left + x) for x in range(len(row))] for y, row in enumerate(rows)
    ]
    new = [_put(area.tab, area.top + offset, area.left, row, mask) for offset, row in enumerate(rows)]
    facts = _facts(new, mask)
    if writes_values(mask):
        facts["old"] = [[plain(cell) for cell in row] for row in before]
    edit.note("updateCells", area.tab, row=area.top + 1, column=area.left + 1, **facts)
    return {}


def _target(edit: Edit, request: JSON, rows: list[list[JSON]]) -> Area:
    """The cells a request writes: its range, or the rows' own size from `start` on, inside the grid."""
    if request.get("range") is not None:
        return area_of(edit.book, request["range"])
    start = request.get("start")
    if start is None:
        raise BadRequest("Must set 'start' or 'range'.")
    tab = edit.book.tab(start.get("sheetId") or 0)
    top, left = start.get("rowIndex") or 0, start.get("columnIndex") or 0
    if not 0 <= top < tab.row_count:
        raise BadRequest(f"GridCoordinate.rowIndex[{top}] is after last row in grid[{tab.row_count}]")
    if not 0 <= left < tab.column_count:
        raise BadRequest(
            f"GridCoordinate.columnIndex[{left}] is after last column in grid[{tab.column_count}]"
        )
    bottom, right = top + len(rows), left + max((len(row) for row in rows), default=0)
    _check_fits(bottom, right, tab.row_count, tab.column_count)
    return Area(tab, top, left, max(bottom, top + 1), max(right, left + 1))


def _check_fits(bottom: int, right: int, last_row: int, last_column: int) -> None:
    if bottom > last_row:
        raise BadRequest(
            f"Attempting to write row: {bottom - 1}, beyond the last requested row of: {last_row - 1}"
        )
    if right > last_column:
        raise BadRequest(
            f"Attempting to write column: {right - 1}, beyond the last requested column of: {last_column - 1}"
        )


def _padded(rows: list[list[JSON]], area: Area) -> list[list[JSON]]:
    """The rows stretched over the whole range: what they leave open is cleared."""
    width = area.right - area.left
    bottom, right = area.top + len(rows), area.left + max((len(row) for row in rows), default=0)
    _check_fits(bottom, right, area.bottom, area.right)
    blank: list[list[JSON]] = [[]] * (area.bottom - bottom)
    return [row + [{}] * (width - len(row)) for row in [*rows, *blank]]


def repeat_cell(edit: Edit, request: JSON) -> JSON:
    """Give every cell of a range the masked fields of one cell."""
    mask = cell_mask(request)
    area = area_of(edit.book, request.get("range"))
    edit.guard(area)
    data: JSON = request.get("cell") or {}
    repaint(area, lambda cell: changed(cell, data, mask), keep_values=not writes_values(mask))
    facts: JSON = {"fields": sorted(mask)}
    if writes_values(mask):
        facts["value"] = plain(area.tab.cell(area.top, area.left))
    edit.note("repeatCell", area.tab, range=area.a1(), **facts)
    return {}


def set_data_validation(edit: Edit, request: JSON) -> JSON:
    """Put a rule on every cell of a range, or take theirs away where the request has none."""
    area = area_of(edit.book, request.get("range"))
    edit.guard(area)
    rule: JSON | None = request.get("rule")
    if rule is not None and not (rule.get("condition") or {}).get("type"):
        raise BadRequest("rule.condition.type must be set.")
    repaint(area, lambda cell: cell._replace(rule=rule), keep_values=True)
    edit.note("setDataValidation", area.tab, range=area.a1())
    return {}


def repaint(area: Area, change: Callable[[Cell], Cell], *, keep_values: bool) -> None:
    """Pass every cell of an area through `change`, which looks at anything but the value.

    Cells that looked alike share their new look, and equal rows stay one object, however many there are.
    """
    looks: dict[tuple[int, int, str | None], tuple[Cell, Cell]] = {}
    rows: dict[int, tuple[Row, list[Cell]]] = {}

    def painted(cell: Cell) -> Cell:
        key = (id(cell.format), id(cell.rule), cell.note)
        if key not in looks:
            looks[key] = (cell, change(cell))
        new = looks[key][1]
        return Cell(cell.value, new.format, new.rule, new.note) if keep_values else new

    for index in range(area.top, area.bottom):
        old = area.tab.row(index)
        if id(old) not in rows:
            blank = (EMPTY,) * (area.right - area.left)
            cells = (old[area.left : area.right] + blank)[: area.right - area.left]
            rows[id(old)] = (old, [painted(cell) for cell in cells])
        if index < len(area.tab.rows) or any(cell != EMPTY for cell in rows[id(old)][1]):
            area.tab.put(index, area.left, rows[id(old)][1])


HANDLERS: dict[str, Handler] = {
    "appendCells": append_cells,
    "updateCells": update_cells,
    "repeatCell": repeat_cell,
    "setDataValidation": set_data_validation,
    **TABS,
    **LAYOUT,
    **MARKS,
    **METADATA,
}
"""Every request of a batchUpdate that the sandbox plays."""
