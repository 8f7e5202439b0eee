"""The workbooks as people handle them: read, and changed by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.control_arguments import arguments
from bot.sandbox.control_clock import Clock
from bot.sandbox.control_errors import Refused
from bot.sandbox.control_ports import Json
from bot.sandbox.control_switches import Switches
from bot.sandbox.faults import Faults, Truth
from bot.sandbox.google import Google
from bot.sandbox.google_errors import GoogleError
from bot.sandbox.people import UnknownPerson, World

ACTS = (
    "edit",
    "sort",
    "insert_row",
    "insert_column",
    "delete_row",
    "delete_column",
    "move_rows",
    "move_columns",
    "rename_tab",
    "delete_tab",
)
"""What people do to a sheet: the methods of `google_hands.Hands`."""
QUOTA = 60
"""Reads, and writes, a minute: Google's own."""


class Grids(Switches):
    """The controls of the workbooks; the rest of the arguments as in `Switches`.

    Args:
        google: the Google emulator.
    """

    def __init__(
        self,
        world: World,
        truth: Truth,
        faults: Faults,
        clock: Clock,
        google: Google,
        bot: Callable[[], Json] = lambda: {"pid": None},
    ) -> None:
        super().__init__(world, truth, faults, clock, bot)
        self.follow(google)

    def follow(self, google: Google) -> None:
        """Handle the workbooks of this Google from now on, and pass its changes on."""
        self.google = google
        google.on_change(lambda change: self.tell("sheets", change.spreadsheet_id))

    def _book(self, workbook: str) -> str:
        """The id of a workbook that is named by its key or its id."""
        for book in self.world.workbooks:
            if workbook in {book.key, book.id}:
                return book.id
        known = ", ".join(book.key for book in self.world.workbooks) or "none"
        raise Refused(f"there is no workbook '{workbook}'; there are {known}", 404)

    def grid(self, workbook: str) -> Json:
        """GET /sandbox/grid: `{"workbook": id, "tabs": {title: rows}}`."""
        ident = self._book(workbook)
        return {"workbook": ident, "tabs": self.google.grid(ident)}

    def edit_grid(self, workbook: str, who: str, act: str = "edit", **more: Any) -> Json:
        """POST /sandbox/grid: one of `ACTS` by hand; rows and columns count from 1.

        To type into a cell: `{workbook, who, tab, row, column, value}`.
        """
        if act not in ACTS:
            raise Refused(f"'{act}' is not one of {', '.join(ACTS)}")
        given = {**more, "spreadsheet_id": self._book(workbook), "who": self._address(who)}
        if act == "edit" and isinstance(given.get("value"), int | float):
            given["value"] = str(given["value"])
        method = getattr(self.google, act)
        try:
            method(**arguments(method, given))
        except GoogleError as error:
            raise Refused(error.message, error.code) from error
        return {}

    def pace(self, service: str, on: bool) -> Json:
        """POST /sandbox/pace: hold callers to the vendor's pace; `sheets` has its quota a minute."""
        if service != "sheets":
            return super().pace(service, on)
        self.google.quota = QUOTA if on else None
        return {"service": service, "on": on}

    def _address(self, who: str) -> str:
        try:
            return self.world.person(who).email
        except UnknownPerson as unknown:
            raise Refused(str(unknown), 404) from unknown
