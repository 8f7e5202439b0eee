"""What a row shows beside what the store has: which cells people changed, and which of the bot's are wrong.

Nothing here reads or writes; texts are remembered as marks only, because a cell may hold what must not be stored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s

from config.desk import Desk
from config.model import Value
from config.tracker import Column, Tracker
from handlers.case import Case
from handlers.events import SheetEdited
from handlers.follow import Following, by_sheet
from handlers.place import Account, EventId, Place
from handlers.scene import Scene
from handlers.scrub import scrub_for_logs
from handlers.typed_cells import bots_columns, holds, row_cells, state_typed
from sheets.batch import Told
from sheets.header import all_columns
from sheets.reading import SheetRow
from sheets.rows import Showing, shown, value
from sheets.typed import folded

Memory = Mapping[str, tuple[str, ...]]
"""By column key: a mark of what the cell showed when it was looked at last, and one of what the store had."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One row beside its case.

    `edited` are cells that people changed since the last look, `wrong` cells of the bot's own that do not show
    what the case has: column key to text, moments as ISO. `memory` is what to remember once they are dealt with.
    """

    edited: Mapping[str, str]
    wrong: Mapping[str, str]
    memory: Memory

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to be dealt with."""
        return not self.edited and not self.wrong


@dataclass(frozen=True, slots=True)
class Eyes:
    """Everything it takes to tell what a row means."""

    desk: Desk
    tracker: Tracker
    showing: Showing
    now: datetime

    def beside(self, case: Case, row: SheetRow, known: Memory) -> Beside:
        """A row beside its case, given what was remembered of it.

        A cell that is shown otherwise but means the same is no edit, and one that was told is not told again
        while neither it nor the store changes. The exception is a status that was kept waiting by a gate which is
        passed by now.
        """
        has, bots = row_cells(case, self.desk), bots_columns(case, self.desk)
        edited: dict[str, str] = {}
        wrong: dict[str, str] = {}
        memory: dict[str, tuple[str, ...]] = {}
        for column in all_columns(self.tracker):
            if column.key == "case_id" or (column.key in bots and column.key not in has):
                continue
            typed = row.cells.get(column.key, "")
            wanted = shown(column, has.get(column.key), self.showing)
            if folded(typed) == folded(wanted):
                continue
            if column.key in bots:
                wrong[column.key] = typed
                continue
            memory[column.key] = (mark(typed), mark(wanted))
            meant = self.text(column, typed)
            if self._is_new(case, column, meant, known.get(column.key) == memory[column.key]):
                edited[column.key] = meant
        return Beside(edited, wrong, memory)

    def _is_new(self, case: Case, column: Column, meant: str, was_told: bool) -> bool:
        if was_told:
            return column.key == "status" and self._may_enter(case, meant)
        return not holds(case, self.desk, column.key, meant, self.now)

    def _may_enter(self, case: Case, typed: str) -> bool:
        """Whether a status that waits in its cell would be followed now."""
        if state_typed(self.desk, self.tracker, typed) in (None, case.status):
            return False
        account, cells = Account("sheet", "", self.tracker.document), {"status": typed}
        event = SheetEdited(
            id=EventId(""), account=account, place=Place("sheet", ""), at=self.now, case=case.id, cells=cells
        )
        follow = Following(Scene(event, by_sheet(self.desk, account), self.desk, self.now), case)
        follow.cells(cells)
        return follow.case.status != case.status

    def text(self, column: Column, typed: str) -> str:
        """A cell's text as an answer is read: a moment has no zone in a sheet, so it gets the workbook's."""
        if column.type != "datetime":
            return typed
        meant: Value | None = value(column, typed, self.showing)
        return typed if meant is None else str(meant)

    def cells(self, row: SheetRow) -> dict[str, str]:
        """Every cell of a row as an answer is read; what the bot wrote there by mistake is left out."""
        strayed = row.strayed
        columns = (column for column in all_columns(self.tracker) if column.key not in strayed)
        texts = ((column, row.cells.get(column.key, "")) for column in columns)
        return {column.key: self.text(column, typed) for column, typed in texts if typed.strip()}


def row_mark(row: SheetRow) -> str:
    """A mark of everything a row shows under the tracker's headers."""
    return _digest("\x1f".join(f"{key}\x1e{row.cells[key]}" for key in sorted(row.cells)))


def mark(typed: str) -> str:
    """A mark of a cell's text from which nothing can be told, least of all a card number that stood in it."""
    return _digest(scrub_for_logs(folded(typed)))


def told(seen: str | None) -> Told:
    """Whether a text in a column was told to its case, given what is remembered of its row (JSON, as it is stored)."""
    marks: Mapping[str, Sequence[str]] = json.loads(seen or "{}")
    return lambda column, typed: marks.get(column, [])[:1] == [mark(typed)]


def _digest(words: str) -> str:
    return blake2s(words.encode("utf-8", "replace"), digest_size=8).hexdigest()
