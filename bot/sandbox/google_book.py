"""A workbook's state: cells, tabs, and what hangs on them.

Cells and rows are values that are replaced, never changed, so a workbook can be copied in a moment: every
batch works on such a copy, which takes the place of the original only when the whole batch went well.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeVar

from bot.sandbox.google_errors import JSON, BadRequest

Dimension = Literal["ROWS", "COLUMNS"]
Item = TypeVar("Item")

MAX_CELLS = 10_000_000
"""Cells in one workbook, all tabs together (Google Drive help, "Files you can store in Google Drive")."""
MAX_TEXT = 50_000
"""Characters in one cell (the same page; the interface refuses more with a sentence of its own)."""
MAX_COLUMNS = 18_278
"""Columns of a tab, A to ZZZ (the same page)."""


class Formula(NamedTuple):
    """A formula as it was entered, sign of equality first. The sandbox keeps it and never runs it."""

    text: str


Value = str | float | bool | Formula


class Cell(NamedTuple):
    """One cell: what was entered, how it is shown, its drop-down or other rule, its note."""

    value: Value | None = None
    format: JSON | None = None
    rule: JSON | None = None
    note: str | None = None


EMPTY = Cell()
Row = tuple[Cell, ...]


@dataclass
class Tab:
    """One sheet of a workbook. Rows and columns count from 0; rows never written take no room."""

    sheet_id: int
    title: str
    row_count: int = 1000
    column_count: int = 26
    rows: list[Row] = field(default_factory=list)
    look: JSON = field(default_factory=dict)
    sizes: dict[str, dict[int, JSON]] = field(default_factory=lambda: {"ROWS": {}, "COLUMNS": {}})
    protected: list[JSON] = field(default_factory=list)
    rules: list[JSON] = field(default_factory=list)
    filter: JSON | None = None

    def copy(self) -> Tab:
        """A draft of this tab: rows are shared, the rest is its own."""
        twin = copy.copy(self)
        twin.rows = list(self.rows)
        for name in ("look", "sizes", "protected", "rules", "filter"):
            setattr(twin, name, copy.deepcopy(getattr(self, name)))
        return twin

    def properties(self, index: int) -> JSON:
        """The `SheetProperties` of this tab, which stands at `index` in its workbook."""
        grid = {"rowCount": self.row_count, "columnCount": self.column_count}
        return {
            "sheetId": self.sheet_id,
            "title": self.title,
            "index": index,
            "sheetType": "GRID",
            **self.look,
            "gridProperties": {**grid, **self.look.get("gridProperties", {})},
        }

    def count(self, dimension: Dimension) -> int:
        """How many rows or columns the grid has."""
        return self.row_count if dimension == "ROWS" else self.column_count

    def row(self, index: int) -> Row:
        """The cells of one row, blanks at the end left off."""
        return self.rows[index] if index < len(self.rows) else ()

    def cell(self, row: int, column: int) -> Cell:
        """One cell; `EMPTY` where nothing was ever written."""
        cells = self.row(row)
        return cells[column] if column < len(cells) else EMPTY

    def put(self, row: int, left: int, cells: Sequence[Cell]) -> None:
        """Replace cells of one row, from column `left` on."""
        if row >= len(self.rows):
            self.rows.extend([()] * (row + 1 - len(self.rows)))
        old = self.rows[row]
        before = old[:left] + (EMPTY,) * (left - len(old))
        new = (*before, *cells, *old[left + len(cells) :])
        end = len(new)
        while end and new[end - 1] == EMPTY:
            end -= 1
        self.rows[row] = new[:end]

    def data_end(self) -> int:
        """The number of rows down to the last one that holds a value; formats alone do not count."""
        blank: Row = ()
        for index in range(len(self.rows) - 1, -1, -1):
            row = self.rows[index]
            if row is blank or not row:
                continue
            if any(cell.value is not None for cell in row):
                return index + 1
            blank = row
        return 0

    def grow(self, rows: int = 0, columns: int = 0) -> None:
        """Add rows and columns at the end; new rows look like the last one, as in the real grid."""
        if rows > 0:
            last = self.row(self.row_count - 1)
            self.row_count += rows
            style = tuple(cell._replace(value=None, note=None) for cell in last)
            if any(cell != EMPTY for cell in style):
                self.rows.extend([style] * rows)
        self.column_count += max(columns, 0)

    def insert(self, dimension: Dimension, at: int, count: int, like_before: bool) -> None:
        """Push `count` blank rows or columns in at `at`, looking like the neighbour before or after."""
        if dimension == "COLUMNS":
            self.column_count += count
            self.rows = [_widened(row, at, count, like_before) for row in self.rows]
            return
        model = self.row(at - 1) if like_before else self.row(at)
        self.row_count += count
        if at < len(self.rows) or model:
            self.rows.extend([()] * (at - len(self.rows)))
            style = tuple(cell._replace(value=None, note=None) for cell in model)
            self.rows[at:at] = [style] * count

    def delete(self, dimension: Dimension, start: int, end: int) -> None:
        """Take rows or columns `start` up to `end` out; what follows moves up."""
        if dimension == "ROWS":
            del self.rows[start:end]
            self.row_count -= end - start
        else:
            self.rows = [row[:start] + row[end:] for row in self.rows]
            self.column_count -= end - start

    def move(self, dimension: Dimension, start: int, end: int, to: int) -> None:
        """Move rows or columns `start` up to `end` before the one that stands at `to` now."""
        if dimension == "ROWS":
            self.rows.extend([()] * (max(end, to) - len(self.rows)))
            self.rows = _moved(self.rows, start, end, to)
        else:
            width = max(end, to)
            self.rows = [
                tuple(_moved([*row, *[EMPTY] * (width - len(row))], start, end, to)) for row in self.rows
            ]


def _widened(row: Row, at: int, count: int, like_before: bool) -> Row:
    if at > len(row):
        return row
    neighbour = at - 1 if like_before else at
    model = row[neighbour] if 0 <= neighbour < len(row) else EMPTY
    return row[:at] + (model._replace(value=None, note=None),) * count + row[at:]


def _moved(items: Sequence[Item], start: int, end: int, to: int) -> list[Item]:
    items = list(items)
    block = items[start:end]
    if to >= end:
        return items[:start] + items[end:to] + block + items[to:]
    return items[:to] + block + items[to:start] + items[end:]


@dataclass
class Workbook:
    """A spreadsheet: its tabs in order, its named ranges and developer metadata."""

    spreadsheet_id: str
    properties: JSON
    tabs: list[Tab] = field(default_factory=list)
    named: list[JSON] = field(default_factory=list)
    metadata: list[JSON] = field(default_factory=list)
    next_id: int = 1

    def copy(self) -> Workbook:
        """A draft of the whole workbook; cheap, because rows are shared until they are replaced."""
        twin = copy.copy(self)
        twin.properties = dict(self.properties)
        twin.tabs = [tab.copy() for tab in self.tabs]
        twin.named = copy.deepcopy(self.named)
        # Only what hangs on rows and columns is moved in place; a bot's marks on tabs may be hundreds.
        twin.metadata = [
            copy.deepcopy(item) if "dimensionRange" in item["location"] else item for item in self.metadata
        ]
        return twin

    def number(self) -> int:
        """A number no mark of this workbook has yet; Google's are random, these are in order."""
        self.next_id += 1
        return self.next_id

    def tab(self, sheet_id: int) -> Tab:
        """The tab with this id.

        Raises:
            BadRequest: there is none.
        """
        for tab in self.tabs:
            if tab.sheet_id == sheet_id:
                return tab
        raise BadRequest(f"No grid with id: {sheet_id}")

    def titled(self, title: str) -> Tab | None:
        """The tab with this title, upper and lower case alike, as Google compares them."""
        return next((tab for tab in self.tabs if tab.title.casefold() == title.casefold()), None)

    def check_size(self) -> None:
        """Refuse a grid too wide or a workbook with too many cells.

        Raises:
            BadRequest: over `MAX_COLUMNS` or `MAX_CELLS`.
        """
        if any(tab.column_count > MAX_COLUMNS for tab in self.tabs):
            raise BadRequest(f"This action would increase the number of columns above {MAX_COLUMNS}.")
        if sum(tab.row_count * tab.column_count for tab in self.tabs) > MAX_CELLS:
            raise BadRequest(
                "This action would increase the number of cells in the workbook above the limit of "
                f"{MAX_CELLS} cells."
            )
