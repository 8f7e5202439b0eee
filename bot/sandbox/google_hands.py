"""What people do to a workbook by hand, for the page and for scripts. Rows and columns count from 1 here.

Each act is one change: it may be refused as the real page refuses it, it is written into the truth log with
`by` set to the person, and followers are told. `who` must have been given a role (`share`), like anybody.
"""

from __future__ import annotations

from bot.sandbox.google_area import Area
from bot.sandbox.google_book import Cell, Dimension, Tab
from bot.sandbox.google_edit import Edit, plain
from bot.sandbox.google_errors import JSON, BadRequest
from bot.sandbox.google_format import shown
from bot.sandbox.google_parse import typed
from bot.sandbox.google_requests import HANDLERS
from bot.sandbox.google_store import Store


class Hands(Store):
    """The workbooks, with the acts of people on them."""

    def edit(self, spreadsheet_id: str, tab: str, row: int, column: int, value: str, who: str) -> None:
        """Type a value into a cell: `=…` makes a formula, `3/4` a date, as in the real page.

        Raises:
            GoogleError: no such cell, protected, or refused by the cell's own rule.
        """

        def act(edit: Edit) -> None:
            sheet = titled(edit, tab)
            if not (1 <= row <= sheet.row_count and 1 <= column <= sheet.column_count):
                raise BadRequest(f"Row {row}, column {column} is outside the grid of '{tab}'.")
            edit.guard(Area(sheet, row - 1, column - 1, row, column))
            old = sheet.cell(row - 1, column - 1)
            new = typed(value, old, edit.manner)
            _check_rule(new)
            sheet.put(row - 1, column - 1, [new])
            edit.note("edit", sheet, row=row, column=column, rows=[[plain(new)]], old=[[plain(old)]])

        self.change(spreadsheet_id, who, act)

    def sort(
        self,
        spreadsheet_id: str,
        tab: str,
        column: int,
        who: str,
        *,
        descending: bool = False,
        header: int = 1,
    ) -> None:
        """Sort a tab by a column; frozen rows stay on top, or `header` rows where none is frozen."""

        def act(edit: Edit) -> None:
            sheet = titled(edit, tab)
            frozen = (sheet.look.get("gridProperties") or {}).get("frozenRowCount") or header
            spec = {"dimensionIndex": column - 1, "sortOrder": "DESCENDING" if descending else "ASCENDING"}
            place = {"sheetId": sheet.sheet_id, "startRowIndex": frozen}
            HANDLERS["sortRange"](edit, {"range": place, "sortSpecs": [spec]})

        self.change(spreadsheet_id, who, act)

    def insert_row(self, spreadsheet_id: str, tab: str, row: int, who: str, count: int = 1) -> None:
        """Push blank rows in, so that the first of them is row `row`."""
        self._insert(spreadsheet_id, tab, "ROWS", row, count, who)

    def insert_column(self, spreadsheet_id: str, tab: str, column: int, who: str, count: int = 1) -> None:
        """Push blank columns in, so that the first of them is column `column`."""
        self._insert(spreadsheet_id, tab, "COLUMNS", column, count, who)

    def _insert(
        self, spreadsheet_id: str, tab: str, dimension: Dimension, first: int, count: int, who: str
    ) -> None:
        def act(edit: Edit) -> None:
            place = _span(titled(edit, tab), dimension, first, count)
            HANDLERS["insertDimension"](edit, {"range": place, "inheritFromBefore": first > 1})

        self.change(spreadsheet_id, who, act)

    def delete_row(self, spreadsheet_id: str, tab: str, row: int, who: str, count: int = 1) -> None:
        """Take rows out, from row `row` on."""
        self._delete(spreadsheet_id, tab, "ROWS", row, count, who)

    def delete_column(self, spreadsheet_id: str, tab: str, column: int, who: str, count: int = 1) -> None:
        """Take columns out, from column `column` on."""
        self._delete(spreadsheet_id, tab, "COLUMNS", column, count, who)

    def _delete(
        self, spreadsheet_id: str, tab: str, dimension: Dimension, first: int, count: int, who: str
    ) -> None:
        def act(edit: Edit) -> None:
            HANDLERS["deleteDimension"](edit, {"range": _span(titled(edit, tab), dimension, first, count)})

        self.change(spreadsheet_id, who, act)

    def move_rows(
        self, spreadsheet_id: str, tab: str, first: int, before: int, who: str, count: int = 1
    ) -> None:
        """Move rows from row `first` on before the one that is row `before` now."""
        self._move(spreadsheet_id, tab, "ROWS", (first, count), before, who)

    def move_columns(
        self, spreadsheet_id: str, tab: str, first: int, before: int, who: str, count: int = 1
    ) -> None:
        """Move columns from column `first` on before the one that is column `before` now."""
        self._move(spreadsheet_id, tab, "COLUMNS", (first, count), before, who)

    def _move(
        self,
        spreadsheet_id: str,
        tab: str,
        dimension: Dimension,
        block: tuple[int, int],
        before: int,
        who: str,
    ) -> None:
        def act(edit: Edit) -> None:
            source = _span(titled(edit, tab), dimension, *block)
            HANDLERS["moveDimension"](edit, {"source": source, "destinationIndex": before - 1})

        self.change(spreadsheet_id, who, act)

    def rename_tab(self, spreadsheet_id: str, tab: str, title: str, who: str) -> None:
        """Give a tab another title."""

        def act(edit: Edit) -> None:
            properties = {"sheetId": titled(edit, tab).sheet_id, "title": title}
            HANDLERS["updateSheetProperties"](edit, {"properties": properties, "fields": "title"})

        self.change(spreadsheet_id, who, act)

    def delete_tab(self, spreadsheet_id: str, tab: str, who: str) -> None:
        """Delete a tab with all that is in it."""

        def act(edit: Edit) -> None:
            HANDLERS["deleteSheet"](edit, {"sheetId": titled(edit, tab).sheet_id})

        self.change(spreadsheet_id, who, act)


def titled(edit: Edit, title: str) -> Tab:
    """The tab with this title.

    Raises:
        BadRequest: there is none.
    """
    tab = edit.book.titled(title)
    if tab is None:
        raise BadRequest(f"There is no tab '{title}'.")
    return tab


def _span(tab: Tab, dimension: Dimension, first: int, count: int) -> JSON:
    bounds = {"startIndex": first - 1, "endIndex": first - 1 + count}
    return {"sheetId": tab.sheet_id, "dimension": dimension, **bounds}


def _check_rule(cell: Cell) -> None:
    """Refuse what a strict rule forbids a person to type; the interface itself lets such values in."""
    rule = cell.rule or {}
    condition = rule.get("condition") or {}
    if not rule.get("strict") or cell.value is None:
        return
    words = [item.get("userEnteredValue") for item in condition.get("values") or []]
    bad = {
        "ONE_OF_LIST": shown(cell) not in words,
        "BOOLEAN": not isinstance(cell.value, bool),
        "DATE_IS_VALID": not isinstance(cell.value, float),
    }
    if bad.get(condition.get("type", "")):
        raise BadRequest("The data that you entered violates the data validation rules set on this cell.")
