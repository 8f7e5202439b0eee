"""People who sort, insert, delete, move, rename and edit while the bot writes, and what the sheet must then hold.

`Meddlers` does one seeded thing after another to the tab and keeps a book of its own: what every case, and
every row that somebody typed by hand, holds. Whatever the order of things, the sheet must agree with it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.google_errors import BadRequest
from tests.bot.sandbox.google_world import BOOK, LEAD
from tests.sheets.room import Room

TAB = "Items"
FOREIGN = "Colour"
EDITED = ("SKU / item", "Resolution", FOREIGN)
"""Columns that people type in."""


@dataclass
class Meddlers:
    """Hands that act, and the book of what must be on the sheet. Times are the order of the acts."""

    room: Room
    random: random.Random
    cases: dict[str, dict[str, str]] = field(default_factory=dict)
    """Case id to header to text, for rows that are on the sheet."""
    typed: dict[str, dict[str, str]] = field(default_factory=dict)
    """Rows typed by hand, by the text in their SKU."""
    busy: set[str] = field(default_factory=set)
    """Cases the bot is writing: nobody edits them or takes their rows away at that moment."""
    log: list[str] = field(default_factory=list)
    tab: str = TAB
    header: dict[str, str] = field(default_factory=dict)
    """Headers that are called otherwise now: the right one to the wrong one."""
    serial: int = 0

    def act(self, *, edits: bool) -> None:
        """Do one thing, whatever comes to mind."""
        acts: list[Callable[[], str]] = [
            self.sort, self.sort, self.insert_row, self.delete, self.move_row, self.move_column,
            self.insert_column, self.rename_tab, self.rename_header,
        ]  # fmt: skip
        if edits:
            acts += [self.edit, self.edit, self.edit, self.type_row]
        act = self.random.choice(acts)
        try:
            self.log.append(act())
        except BadRequest as error:
            self.log.append(f"{act.__name__} refused: {error.message}")

    def sort(self) -> str:
        """Sort by any column."""
        width = len(self._grid()[0])
        column, down = self.random.randint(1, width), self.random.random() < 0.5
        self.room.google.sort(BOOK, self.tab, column, LEAD, descending=down)
        return f"sort by {column}, {down}"

    def insert_row(self) -> str:
        """Push a blank row in."""
        row = self.random.randint(2, len(self._grid()) + 1)
        self.room.google.insert_row(BOOK, self.tab, row, LEAD)
        return f"insert row {row}"

    def type_row(self) -> str:
        """Push a row in and fill it by hand, without a case id."""
        row = self.random.randint(2, len(self._grid()) + 1)
        self.room.google.insert_row(BOOK, self.tab, row, LEAD)
        self.serial += 1
        texts = {"SKU / item": f"hand-{self.serial}", "Resolution": f"by hand {self.serial}", FOREIGN: "red"}
        for name, text in texts.items():
            self._type(row, name, text)
        self.typed[texts["SKU / item"]] = texts
        return f"type row {row}"

    def delete(self) -> str:
        """Take a row out."""
        row = self._some_row()
        if row is None:
            return "nothing to delete"
        case, hand = self._of(row, "Case ID"), self._of(row, "SKU / item")
        self.room.google.delete_row(BOOK, self.tab, row, LEAD)
        self.cases.pop(case, None)
        if not case:
            self.typed.pop(hand, None)
        return f"delete row {row}: {case or hand}"

    def move_row(self) -> str:
        """Move a row elsewhere."""
        last = len(self._grid())
        row, to = self.random.randint(2, last), self.random.randint(2, last + 1)
        self.room.google.move_rows(BOOK, self.tab, row, to, LEAD)
        return f"move row {row} before {to}"

    def move_column(self) -> str:
        """Move a column elsewhere."""
        width = len(self._grid()[0])
        column, to = self.random.randint(1, width), self.random.randint(1, width + 1)
        self.room.google.move_columns(BOOK, self.tab, column, to, LEAD)
        return f"move column {column} before {to}"

    def insert_column(self) -> str:
        """Push a blank column in."""
        column = self.random.randint(1, len(self._grid()[0]))
        self.room.google.insert_column(BOOK, self.tab, column, LEAD)
        return f"insert column {column}"

    def rename_tab(self) -> str:
        """Call the tab something else."""
        self.serial += 1
        old, self.tab = self.tab, f"Items {self.serial}"
        self.room.google.rename_tab(BOOK, old, self.tab, LEAD)
        return f"call the tab {self.tab}"

    def rename_header(self) -> str:
        """Call a column something else, or the one that was renamed by its right name again."""
        if self.header:
            return self.right_header()
        name = self.random.choice(["Resolution", "Status", "Case ID", "Qty", "Row hash"])
        self.header[name] = f"{name} (old)"
        self.room.google.edit(BOOK, self.tab, 1, self._grid()[0].index(name) + 1, self.header[name], LEAD)
        return f"rename {name}"

    def right_header(self) -> str:
        """Give every column its name back."""
        for name, wrong in self.header.items():
            self.room.google.edit(BOOK, self.tab, 1, self._grid()[0].index(wrong) + 1, name, LEAD)
        self.header.clear()
        return "headers right again"

    def edit(self) -> str:
        """Type into a cell of a case the bot is not writing."""
        row = self._some_row()
        name = self.random.choice(EDITED)
        if row is None or (name == "SKU / item" and not self._of(row, "Case ID")):
            return "nothing to edit"
        case, hand = self._of(row, "Case ID"), self._of(row, "SKU / item")
        self.serial += 1
        text = f"edit {self.serial}"
        self._type(row, name, text)
        (self.cases[case] if case else self.typed[hand])[name] = text
        return f"edit {name} of {case or hand}"

    def settle(self) -> None:
        """Give tab and headers their names back."""
        self.right_header()
        if self.tab != TAB:
            self.room.google.rename_tab(BOOK, self.tab, TAB, LEAD)
            self.tab = TAB

    def check(self) -> None:
        """The sheet holds exactly what it must."""
        rows = self.room.rows(TAB)
        found = {row["Case ID"]: row for row in rows if "Case ID" in row}
        hands = [row for row in rows if "Case ID" not in row]
        story = "\n".join(self.log)
        wanted = {case: {**cells, "Case ID": case} for case, cells in self.cases.items()}
        wrong = _differences(found, wanted)
        assert wrong == [], "\n".join([*wrong, story])
        assert sorted(map(repr, map(_sorted, hands))) == sorted(
            repr(_sorted(row)) for row in self.typed.values()
        ), story
        assert len(found) + len(hands) == len(rows), story
        assert [
            case for case, text in self.room.stamps().items() if not text.startswith(f"{case}: ")
        ] == [], story

    def _grid(self) -> list[list[str]]:
        return self.room.google.grid(BOOK)[self.tab]

    def _of(self, row: int, name: str) -> str:
        header = self._grid()[0]
        column = header.index(self.header.get(name, name))
        cells = self._grid()[row - 1]
        return cells[column] if column < len(cells) else ""

    def _type(self, row: int, name: str, text: str) -> None:
        column = self._grid()[0].index(self.header.get(name, name)) + 1
        self.room.google.edit(BOOK, self.tab, row, column, text, LEAD)

    def _some_row(self) -> int | None:
        """A row of a case that is in the book and not being written, or of a row typed by hand."""
        free = []
        for row in range(2, len(self._grid()) + 1):
            case, hand = self._of(row, "Case ID"), self._of(row, "SKU / item")
            cells = self.typed.get(hand, {}) if not case else self.cases.get(case, {})
            # Nobody takes for theirs what shows only a part of it while the bot puts it right.
            whole = all(self._of(row, name) == text for name, text in cells.items())
            if cells and whole and case not in self.busy:
                free.append(row)
        return self.random.choice(free) if free else None


def _sorted(row: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(row.items())


def _differences(found: dict[str, dict[str, str]], wanted: dict[str, dict[str, str]]) -> list[str]:
    """Every cell that is not as it must be."""
    return [
        f"{case} {name}: is {found.get(case, {}).get(name)!r}, must be {wanted.get(case, {}).get(name)!r}"
        for case in sorted({*found, *wanted})
        for name in sorted({*found.get(case, {}), *wanted.get(case, {})})
        if found.get(case, {}).get(name) != wanted.get(case, {}).get(name)
    ]
