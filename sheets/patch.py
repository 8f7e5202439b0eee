"""Cells on their way to a row, the one batch that carries them, and the check that they arrived there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from config.model import Value
from sheets.batch import CaseWrite
from sheets.header import all_columns
from sheets.notation import column_range, rows_range, runs
from sheets.rows import JSON, Plain, Showing, cell
from sheets.sight import Cells, Sight, alike
from sheets.tab import Tab

WRITTEN = "userEnteredValue,userEnteredFormat.numberFormat"
"""What of a cell the bot writes: its value and how a number is shown; colours and drop-downs stay."""
SLACK = 50
"""Rows above the last known one that an append reads back: people may have deleted some meanwhile."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Cells (`CellData` by column index) for one row (from 1), and how to tell that it was the right row.

    Right is the row with this text in this column (`mark`), a cell that the patch itself does not write;
    where there is no such mark, the row that holds exactly `row_after` after the write.
    """

    tab: Tab
    row: int
    cells: Mapping[int, JSON]
    mark: tuple[int, str] | None
    row_after: Cells = field(default_factory=dict)

    @property
    def values(self) -> dict[int, Plain]:
        """What the cells will hold."""
        return {index: entered(data) for index, data in self.cells.items()}

    def arrived(self, after: Sight) -> bool:
        """Whether the answer to the write shows the right row, and every cell under the header it is for."""
        if not under_same_headers(self.tab, self.cells, after):
            return False
        if self.mark is not None:
            return after.text(self.row, self.mark[0]) == self.mark[1]
        return alike(after.rows.get(self.row, {}), self.row_after)


def under_same_headers(tab: Tab, columns: Iterable[int], after: Sight) -> bool:
    """Whether these columns, and the one of the case id, have the headers they had when the tab was read."""
    written_for = Sight(tab.header, {})
    places = {*columns, tab.columns.get("case_id", -1)}
    return all(after.header_at(index) == written_for.header_at(index) for index in places)


def entered(data: JSON) -> Plain:
    """The value a `CellData` enters."""
    value: Mapping[str, Plain] = data.get("userEnteredValue") or {}
    return next(iter(value.values()), None)


def cells_of(tab: Tab, values: Mapping[str, Value], showing: Showing) -> dict[int, JSON]:
    """The cells of some columns by index; keys the tracker does not have are passed over."""
    return {
        tab.columns[column.key]: cell(column, values[column.key], showing)
        for column in all_columns(tab.tracker)
        if column.key in values
    }


def new_row(tab: Tab, case: CaseWrite, showing: Showing) -> dict[int, JSON]:
    """The cells of a whole new row by index; blank ones have the number format of their column."""
    values: dict[str, Value] = {
        column.key: case.cells.get(column.key, "") for column in all_columns(tab.tracker)
    }
    return cells_of(tab, {**values, "case_id": case.case_id}, showing)


def update_requests(patches: Iterable[Patch]) -> list[JSON]:
    """The requests that write located cells, a request for each run of neighbouring columns."""
    batch: list[JSON] = []
    for patch in patches:
        for first, last in runs(patch.cells):
            start = {"sheetId": patch.tab.gid, "rowIndex": patch.row - 1, "columnIndex": first}
            values = [patch.cells[index] for index in range(first, last + 1)]
            batch.append({"updateCells": {"start": start, "rows": [{"values": values}], "fields": WRITTEN}})
    return batch


def append_request(tab: Tab, rows: Iterable[Mapping[int, JSON]]) -> JSON:
    """The request that adds rows (cells by index) below everything that stands on a tab."""
    lines = [{"values": [row.get(index, {}) for index in range(max(row) + 1)]} for row in rows]
    return {"appendCells": {"sheetId": tab.gid, "rows": lines, "fields": WRITTEN}}


def read_back(tab: Tab, patches: Sequence[Patch], *, appended: bool) -> list[str]:
    """The ranges that show where a write went: the header, the rows written, the end of the case ids."""
    ranges = [rows_range(tab.title, 1, 1)]
    rows = [patch.row for patch in patches]
    ranges += [rows_range(tab.title, first, last) for first, last in runs(rows)]
    if appended:
        start = max(2, (tab.last or 1) + 1 - SLACK)
        ranges.append(column_range(tab.title, tab.columns["case_id"], min(start, tab.row_count)))
    return ranges
