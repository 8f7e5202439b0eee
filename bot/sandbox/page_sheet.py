"""The workbooks on the page: their tabs, and the grid of one of them, which people edit and which follows the bot."""

from __future__ import annotations

from collections import Counter
from functools import partial

from nicegui import ui

from bot.sandbox.google_book import Tab
from bot.sandbox.google_errors import GoogleError
from bot.sandbox.page_cells import Cells
from bot.sandbox.page_list import Item, Kept
from bot.sandbox.page_live import Changes
from bot.sandbox.page_look import listed
from bot.sandbox.page_screen import Screen
from bot.sandbox.people import Workbook

SERVICES = {"sheets", "everything"}


class Books:
    """Tabs of every workbook in one row, tools, and the grid below."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._chosen = ("", 0)
        self._seen: dict[tuple[str, int], int] = {}
        with ui.element("section").classes("books").props('aria-label="Workbooks"'):
            with ui.element("div").classes("book-bar"):
                self._tabs = Kept(ui.element("div").classes("book-tabs").props("role=tablist"))
                with ui.element("div").classes("book-tools"):
                    self._hidden = ui.switch("Hidden columns", on_change=self._draw).props("dense size=xs")
                    with ui.button("Row", icon="table_rows").props(
                        "flat dense no-caps size=sm color=grey-9"
                    ) as row:
                        row.props["aria-label"] = "Row menu"
                        self._row_menu = ui.menu()
            self._sheet = ui.element("div").classes("sheet")
        self._cells: Cells | None = None
        screen.show_row = self.show_row
        screen.join(self.refresh)

    def refresh(self, changes: Changes) -> None:
        """Follow the workbooks; only what changed is sent to the grid."""
        if not SERVICES & {service for service, _ in changes}:
            return
        tabs = self._all()
        if self._chosen not in {(book.id, tab.sheet_id) for book, tab in tabs}:
            # The first thing to try makes a row of an item issue: where there is such a tab, begin there.
            keys = [(book.id, tab.sheet_id) for book, tab in tabs if "item issue" in tab.title.casefold()]
            keys += [(book.id, tab.sheet_id) for book, tab in tabs]
            self._chosen = next(iter(keys), ("", 0))
        self._look(tabs)
        self._tabs.show(self._items(tabs))
        self._draw()

    def _all(self) -> list[tuple[Workbook, Tab]]:
        books = self._screen.room.google.books
        return [(book, tab) for book in self._screen.room.world.workbooks for tab in books[book.id].tabs]

    def _look(self, tabs: list[tuple[Workbook, Tab]]) -> None:
        for book, tab in tabs:
            key = (book.id, tab.sheet_id)
            if key == self._chosen or key not in self._seen:
                self._seen[key] = tab.data_end()

    def _items(self, tabs: list[tuple[Workbook, Tab]]) -> list[Item]:
        items: list[Item] = []
        last = ""
        counts = Counter(book.id for book, _ in tabs)
        for book, tab in tabs:
            if book.id != last:
                last = book.id
                alone = counts[book.id] == 1
                items.append(Item(book.id, alone, partial(self._draw_title, book, alone=alone)))
            key = (book.id, tab.sheet_id)
            is_open = self._screen.room.may_open(self._screen.who, book.id)
            more = max(0, tab.data_end() - self._seen[key]) if is_open else 0
            face = (tab.title, more, key == self._chosen, is_open)
            items.append(Item(key, face, partial(self._draw_tab, book, tab, more, is_open=is_open)))
        return items

    @staticmethod
    def _draw_title(book: Workbook, *, alone: bool) -> None:
        """The name of a workbook with several tabs; one with a single tab is known by that."""
        with ui.element("div").classes("book") as title:
            ui.label("" if alone else book.title.rpartition("|")[2].strip())
        title.props["title"] = book.title

    def _draw_tab(self, book: Workbook, tab: Tab, more: int, *, is_open: bool) -> None:
        """A tab; of a workbook that is not shared, without a word of what happens in it."""
        key = (book.id, tab.sheet_id)
        button = ui.element("button").classes("bare tab").props("type=button role=tab")
        button.props["aria-selected"] = "true" if key == self._chosen else "false"
        button.props["title"] = book.title
        button.on("click", lambda: self._choose(key), args=[])
        with button:
            if not is_open:
                ui.icon("lock").props("size=13px aria-label='not shared with you'").classes("shut")
            ui.html("", sanitize=False, tag="span").set_content(_escaped(tab.title))
            if more:
                ui.html(f"&nbsp;+{more}", sanitize=False, tag="span").classes("fresh")

    def _choose(self, key: tuple[str, int]) -> None:
        self._chosen = key
        self._screen.refresh()

    def show_row(self, book: str, sheet_id: int, row: int | None) -> None:
        """Show a tab, and bring a row of it into view."""
        self._choose((book, sheet_id))
        if row is not None and self._cells is not None:
            self._cells.reveal(row)

    def _draw(self) -> None:
        """Show the chosen tab to whoever one is, if the workbook is shared with them."""
        screen, (book, sheet_id) = self._screen, self._chosen
        email = screen.room.world.person(screen.who).email
        try:
            workbook, _ = screen.room.google.read(book, email)
            tab = next((tab for tab in workbook.tabs if tab.sheet_id == sheet_id), None)
        except GoogleError:
            tab = None
        if tab is None:
            self._lock(book)
            return
        screen.room.tasks.looked_at(book, tab.title)
        hidden = bool(self._hidden.value)
        if self._cells is None or not self._cells.fits(book, tab, hidden=hidden):
            self._sheet.clear()
            self._row_menu.clear()
            with self._sheet:
                self._cells = Cells(screen, book, tab, self._row_menu, hidden=hidden)
        else:
            self._cells.follow(tab)

    def _lock(self, book: str) -> None:
        """In the place of the grid: that it is not shared, and whom one has to be to see it."""
        self._cells = None
        self._row_menu.clear()
        self._sheet.clear()
        with self._sheet, ui.element("div").classes("locked"):
            room = self._screen.room
            title = next((each.title for each in room.world.workbooks if each.id == book), "This workbook")
            ui.icon("lock").props("size=22px aria-hidden=true")
            ui.label(f"“{title}” is not shared with {room.name(self._screen.who)}.")
            ui.label(f"{listed(room.openers(book))} may open it. Switch to one of them at the top.").classes(
                "openers"
            )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
