"""The grid of one tab: cells that people edit by hand, and rows that follow whatever else happens to the sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from nicegui import events, ui

from bot.sandbox.google_book import Row, Tab
from bot.sandbox.page_grid import Column, Tint, columns, definitions, plain_row, row_tints, rules, shown_rows
from bot.sandbox.page_screen import Screen

MOST_ROWS = 40
"""So many changed rows are sent one by one; more (a sort) as the whole sheet."""
ROW_HEIGHT = 28


class Cells:
    """Draws a tab into the current container and keeps it up to date.

    Args:
        screen: the page.
        book: the workbook's id.
        tab: what to show.
        menu: the menu of the selected row, to be filled.
        hidden: whether columns that are hidden in the sheet show.
    """

    def __init__(self, screen: Screen, book: str, tab: Tab, menu: ui.menu, *, hidden: bool) -> None:
        self._screen = screen
        self._book = book
        self._sheet_id = tab.sheet_id
        self._title = tab.title
        self._hidden = hidden
        self._columns = columns(tab)
        self._inks = row_tints(tab)
        self._header = tab.row(0)
        self._rows = shown_rows(tab)
        self._end = tab.data_end()
        self._at = (2, 0)
        self._ready = False
        self._wanted: int | None = None
        with ui.element("div").classes("grid-box"):
            self._grid = self._draw()
            with ui.context_menu() as context:
                self._entries(context)
        with menu:
            self._entries(menu)

    def fits(self, book: str, tab: Tab, *, hidden: bool) -> bool:
        """Whether this grid can follow the tab, or a new one must be drawn."""
        same = (self._book, self._sheet_id, self._title, self._hidden) == (
            book,
            tab.sheet_id,
            tab.title,
            hidden,
        )
        return same and _same(columns(tab), self._columns) and row_tints(tab) == self._inks

    def _draw(self) -> ui.aggrid:
        _color([*(tint for column in self._columns for tint in column.tints), *self._inks])
        options = {
            "columnDefs": definitions(self._columns, show_hidden=self._hidden),
            "defaultColDef": {
                "editable": True, "sortable": False, "suppressMovable": True, "resizable": True,
                "enableCellChangeFlash": True, "suppressHeaderMenuButton": True,
            },
            "rowData": [plain_row(number, row) for number, row in enumerate(self._rows, 2)],
            "pinnedTopRowData": [plain_row(1, self._header)],
            "rowClassRules": rules(self._inks),
            "rowHeight": ROW_HEIGHT, "headerHeight": 24,
            "stopEditingWhenCellsLoseFocus": True, "suppressContextMenu": True, "preventDefaultOnContextMenu": True,
            "animateRows": False, "suppressFieldDotNotation": True, "enterNavigatesVertically": True,
            "enterNavigatesVerticallyAfterEdit": True, "tooltipShowDelay": 600,
        }  # fmt: skip
        grid = ui.aggrid(options, theme="quartz", auto_size_columns=False)
        grid.props["aria-label"] = f"Sheet {self._title}"
        grid.on("cellValueChanged", self._edited)
        grid.on("cellFocused", self._pointed)
        grid.on("cellContextMenu", self._pointed)
        grid.on("gridReady", self._is_ready)
        return grid

    def follow(self, tab: Tab) -> None:
        """Send the grid what changed."""
        rows = shown_rows(tab)
        if tab.row(0) is not self._header:
            self._header = tab.row(0)
            self._grid.run_grid_method("setGridOption", "pinnedTopRowData", [plain_row(1, self._header)])
        old, self._rows = self._rows, rows
        changed = [
            at
            for at, (before, now) in enumerate(zip(old, rows, strict=False))
            if now is not before and now != before
        ]
        if len(rows) < len(old) or len(changed) > MOST_ROWS or len(rows) - len(old) > MOST_ROWS:
            everything = [plain_row(number, row) for number, row in enumerate(rows, 2)]
            self._grid.run_grid_method("setGridOption", "rowData", everything)
        else:
            self._patch(rows, changed, len(old))
        end, self._end = self._end, tab.data_end()
        if self._end > end:
            self._grid.run_grid_method("ensureIndexVisible", max(0, self._end - 2))

    def _patch(self, rows: list[Row], changed: list[int], known: int) -> None:
        """Rows are known to the grid by their place when it was filled, which they keep: they are only added to."""
        for at in changed:
            self._grid.run_row_method(str(at), "updateData", plain_row(at + 2, rows[at]))
        if len(rows) > known:
            more = [plain_row(at + 2, rows[at]) for at in range(known, len(rows))]
            self._grid.run_grid_method("applyTransaction", {"add": more})

    def reveal(self, row: int) -> None:
        """Scroll to a row of the sheet and put the focus on it."""
        if not self._ready:
            self._wanted = row
            return
        at = max(0, row - 2)
        first = next(
            (column for column in self._columns if self._hidden or not column.hidden), self._columns[0]
        )
        self._grid.run_grid_method("ensureIndexVisible", at, "middle")
        self._grid.run_grid_method("setFocusedCell", at, f"c{first.index}")

    def _is_ready(self) -> None:
        self._ready = True
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.reveal(wanted)

    def _pointed(self, event: events.GenericEventArguments) -> None:
        """Remember which cell the menu is about."""
        column = str(event.args.get("colId") or "")
        index = event.args.get("rowIndex")
        if index is None:
            return
        row = 1 if event.args.get("rowPinned") else int(index) + 2
        self._at = (row, int(column[1:]) if column[1:].isdecimal() else 0)

    def _edited(self, event: events.GenericEventArguments) -> None:
        """A person typed into a cell; what the sheet refuses is put back."""
        row, column = int(event.args["data"]["n"]), int(str(event.args["colId"])[1:])
        value = event.args.get("newValue")
        text = "" if value is None else str(value)
        old = "" if event.args.get("oldValue") is None else str(event.args["oldValue"])
        if text != old and not self._do("edit", row=row, column=column + 1, value=text):
            self._put_back(row)

    def _put_back(self, row: int) -> None:
        if row == 1:
            self._grid.run_grid_method("setGridOption", "pinnedTopRowData", [plain_row(1, self._header)])
        else:
            self._grid.run_row_method(str(row - 2), "updateData", plain_row(row, self._rows[row - 2]))

    def _do(self, act: str, **more: Any) -> bool:
        control = self._screen.room.control
        return self._screen.try_to(
            partial(control.edit_grid, self._book, self._screen.who, act, tab=self._title, **more)
        )

    def _entries(self, menu: ui.element) -> None:
        with menu:
            for name, act in self._acts().items():
                ui.menu_item(name, on_click=act)

    def _acts(self) -> dict[str, Callable[[], object]]:
        """What people do to rows and columns; all of them about the cell last pointed at."""
        return {
            "Insert row above": lambda: self._do("insert_row", row=max(2, self._at[0])),
            "Insert row below": lambda: self._do("insert_row", row=self._at[0] + 1),
            "Delete row": lambda: self._do("delete_row", row=self._at[0]),
            "Sort sheet by this column, A to Z": lambda: self._do("sort", column=self._at[1] + 1),
            "Sort sheet by this column, Z to A": lambda: self._do(
                "sort", column=self._at[1] + 1, descending=True
            ),
            "Insert column to the left": lambda: self._do("insert_column", column=self._at[1] + 1),
            "Delete this column": lambda: self._do("delete_column", column=self._at[1] + 1),
        }


def _color(tints: Iterable[Tint]) -> None:
    """Write the colours of a sheet's rules into the page's style."""
    lines = {
        f".ag-row.{tint.css_class} .ag-cell {{ color:#{tint.color}; }}"
        if tint.kind == "ink"
        else f".ag-cell.{tint.css_class} {{ background:#{tint.color}; }}"
        for tint in tints
    }
    if lines:
        ui.add_css("\n".join(sorted(lines)))


def _same(now: tuple[Column, ...], before: tuple[Column, ...]) -> bool:
    """Whether columns are alike but for widths, which people set as they like."""
    return [_face(column) for column in now] == [_face(column) for column in before]


def _face(column: Column) -> tuple[object, ...]:
    return (column.index, column.hidden, column.choices, column.tints)
