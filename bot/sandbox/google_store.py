"""All workbooks of the sandbox, and the one way in which any of them changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from bot.sandbox.faults import Truth
from bot.sandbox.google_book import Row, Tab, Workbook
from bot.sandbox.google_edit import Edit
from bot.sandbox.google_errors import JSON, forbidden, not_found
from bot.sandbox.google_files import SPREADSHEET, File, Files
from bot.sandbox.google_format import shown

Result = TypeVar("Result")
ANYONE = "anyone"
"""Whom to share with so that everybody who has the link may do it."""


@dataclass(frozen=True)
class Change:
    """What a follower is told after a change: which workbook, which of its tabs (titles now), whose doing."""

    spreadsheet_id: str
    tabs: tuple[str, ...]
    who: str
    effects: tuple[str, ...]


class Store:
    """The workbooks and files, safe to use from any thread.

    Args:
        truth: where every applied change is written down.
        clock: gives epoch seconds.
    """

    def __init__(self, truth: Truth, clock: Callable[[], float]) -> None:
        self.truth = truth
        self.clock = clock
        self.files = Files(clock)
        self.books: dict[str, Workbook] = {}
        self.lock = threading.RLock()
        self._followers: list[Callable[[Change], None]] = []

    def create(
        self,
        spreadsheet_id: str,
        title: str,
        owner: str,
        tabs: Iterable[str] = (),
        parents: Iterable[str] = (),
    ) -> Workbook:
        """Make a workbook with these tabs, or with `Sheet1`, for its owner. An id in use starts afresh."""
        with self.lock:
            file = self.files.add(title, SPREADSHEET, owner, parents, spreadsheet_id)
            sheets = [Tab(index, name) for index, name in enumerate(tabs or ("Sheet1",))]
            properties: JSON = {
                "title": title,
                "locale": "en_GB",
                "timeZone": "Europe/London",
                "autoRecalc": "ON_CHANGE",
            }
            book = Workbook(file.file_id, properties, sheets)
            self.books[file.file_id] = book
            self.truth.record("sheets", "create", spreadsheet=file.file_id, title=title, by=owner)
        return book

    def read(self, spreadsheet_id: str, who: str) -> tuple[Workbook, bool]:
        """A workbook for somebody who may read it, and whether it is his own.

        Raises:
            GoogleError: 404 where there is none, 403 where it is not shared with him.
        """
        file = self._file(spreadsheet_id)
        if not self.files.may(file, who, "reader"):
            raise forbidden()
        return self.books[spreadsheet_id], self.files.role(file, who) == "owner"

    def _file(self, spreadsheet_id: str) -> File:
        if spreadsheet_id not in self.books:
            raise not_found()
        return self.files.files[spreadsheet_id]

    def change(self, spreadsheet_id: str, who: str, act: Callable[[Edit], Result]) -> Result:
        """Let `act` change a draft of a workbook; all of it counts when `act` returns, nothing if it raises.

        Raises:
            GoogleError: 404, 403 for whoever may not write, 10 M cells, or what `act` refuses.
        """
        with self.lock:
            file = self._file(spreadsheet_id)
            if not self.files.may(file, who, "writer"):
                raise forbidden()
            owner = self.files.role(file, who) == "owner"
            edit = Edit(
                self.books[spreadsheet_id].copy(), who, owner, datetime.fromtimestamp(self.clock(), UTC).year
            )
            result = act(edit)
            edit.book.check_size()
            self._keep(file, edit)
        return result

    def _keep(self, file: File, edit: Edit) -> None:
        """Put the draft in the workbook's place, write its effects down and tell the followers."""
        book = edit.book
        self.books[book.spreadsheet_id] = book
        file.name, file.modified = book.properties["title"], self.clock()
        for effect, facts in edit.notes:
            self.truth.record("sheets", effect, spreadsheet=book.spreadsheet_id, by=edit.who, **facts)
        titles = tuple(tab.title for tab in book.tabs if tab.sheet_id in edit.touched)
        effects = tuple(effect for effect, _ in edit.notes)
        self.tell(Change(book.spreadsheet_id, titles, edit.who, effects))

    def tell(self, change: Change) -> None:
        """Call every follower, in the order in which they came."""
        for follower in list(self._followers):
            follower(change)

    def on_change(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Have `callback` called after every change, in the thread that made it; call the answer to stop."""
        self._followers.append(callback)

        def stop() -> None:
            if callback in self._followers:
                self._followers.remove(callback)

        return stop

    def grid(self, spreadsheet_id: str) -> dict[str, list[list[str]]]:
        """What a person sees in every tab: rows of texts, blanks at the ends left off.

        Raises:
            GoogleError: 404, no such workbook.
        """
        self._file(spreadsheet_id)
        return {
            tab.title: [_texts(row) for row in tab.rows[: tab.data_end()]]
            for tab in self.books[spreadsheet_id].tabs
        }

    def share(self, spreadsheet_id: str, who: str, role: str = "writer") -> None:
        """Give somebody (an address, or `ANYONE`) a role on a workbook; safe to repeat.

        Raises:
            GoogleError: 404, no such workbook.
        """
        file = self._file(spreadsheet_id)
        file.grant(*(("anyone", role) if who == ANYONE else ("user", role, who)))
        self.truth.record("sheets", "share", spreadsheet=spreadsheet_id, who=who, role=role)

    def unshare(self, spreadsheet_id: str, who: str) -> None:
        """Take somebody's role away; nothing happens where there was none.

        Raises:
            GoogleError: 404, no such workbook.
        """
        file = self._file(spreadsheet_id)
        file.permissions = [
            item
            for item in file.permissions
            if item.get("emailAddress", ANYONE) != who and item["type"] != who
        ]
        self.truth.record("sheets", "unshare", spreadsheet=spreadsheet_id, who=who)


def _texts(row: Row) -> list[str]:
    texts = [shown(cell) for cell in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts
