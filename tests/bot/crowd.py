"""People who work in a watched workbook while the bot does, and the book of what they must find there afterwards.

Every text they type is typed once only, so what was told can be counted: the last one in a cell exactly once, an
earlier one at most once.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bot.sandbox.google_world import LEAD
from tests.bot.watch import Watch

TAB = "Items"
PEOPLES = ("SKU / item", "What is wrong", "Resolution", "Qty", "Amount", "Owner")
"""Columns that people type in; chat types in the others."""
BOTS = ("Logged at", "Logged by", "Source", "Case ID", "Post")


@dataclass
class Crowd:
    """Hands that act, and what they typed last."""

    watch: Watch
    dice: random.Random
    cells: dict[tuple[str, str], str] = field(default_factory=dict)
    """By case and header: the text somebody typed last."""
    every: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """By case and header: every text that was typed, in order."""
    deleted: set[str] = field(default_factory=set)
    typed: dict[str, str] = field(default_factory=dict)
    """Rows typed by hand, by their order number, to what was last typed under "What is wrong"."""
    log: list[str] = field(default_factory=list)
    serial: int = 0

    def act(self) -> None:
        """Do one thing, whatever comes to mind."""
        acts: list[Callable[[], str]] = [
            self.sort, self.sort, self.insert_row, self.move_row, self.move_column, self.insert_column,
            self.edit, self.edit, self.edit, self.edit, self.type_row, self.type_on, self.delete, self.spoil,
        ]  # fmt: skip
        self.log.append(self.dice.choice(acts)())

    def between(self, call: str) -> None:
        """Somebody acts just before a call of the bot's, every other time."""
        if self.dice.random() < 0.5:
            self.log.append(f"before {call}:")
            self.act()

    # --- where things stand ---

    def sort(self) -> str:
        """Sort by any column."""
        column = self.dice.randint(1, len(self._grid()[0]))
        down = self.dice.random() < 0.5
        self.watch.world.google.sort(self.watch.book, TAB, column, LEAD, descending=down)
        return f"sort by {column}, {down}"

    def insert_row(self) -> str:
        """Push a blank row in."""
        row = self.dice.randint(2, len(self._grid()) + 1)
        self.watch.world.google.insert_row(self.watch.book, TAB, row, LEAD)
        return f"insert row {row}"

    def move_row(self) -> str:
        """Move a row elsewhere."""
        last = max(2, len(self._grid()))
        row, to = self.dice.randint(2, last), self.dice.randint(2, last + 1)
        self.watch.world.google.move_rows(self.watch.book, TAB, row, to, LEAD)
        return f"move row {row} before {to}"

    def move_column(self) -> str:
        """Move a column elsewhere."""
        width = len(self._grid()[0])
        column, to = self.dice.randint(1, width), self.dice.randint(1, width + 1)
        self.watch.world.google.move_columns(self.watch.book, TAB, column, to, LEAD)
        return f"move column {column} before {to}"

    def insert_column(self) -> str:
        """Push a blank column in."""
        if len(self._grid()[0]) > 40:
            return "no more columns"
        column = self.dice.randint(1, len(self._grid()[0]))
        self.watch.world.google.insert_column(self.watch.book, TAB, column, LEAD)
        return f"insert column {column}"

    # --- what stands there ---

    def edit(self) -> str:
        """Type into a case's cell: something that can be read, or not."""
        row, case = self._some_case()
        if not case:
            return "nothing to edit"
        header = self.dice.choice(PEOPLES)
        text = self._text(header)
        self.watch.type_at(row, header, text)
        self.cells[case, header] = text
        self.every.setdefault((case, header), []).append(text)
        return f"edit {header} of {case}: {text}"

    def _text(self, header: str) -> str:
        self.serial += 1
        if header == "Owner":
            return f"somebody {self.serial}"
        if header in ("Qty", "Amount") and self.dice.random() < 0.7:
            return str(1000 + self.serial)
        return f"said {self.serial}"

    def type_row(self) -> str:
        """Push a row in and fill it: with all a case needs, or not."""
        row = self.dice.randint(2, len(self._grid()) + 1)
        self.watch.world.google.insert_row(self.watch.book, TAB, row, LEAD)
        self.serial += 1
        order = f"HAND-{self.serial}"
        self.watch.type_at(row, "Order #", order)
        if self.dice.random() < 0.5:
            self.watch.type_at(row, "SKU / item", f"sku {self.serial}")
        self.typed[order] = ""
        return f"type row {row}: {order}"

    def type_on(self) -> str:
        """Type another cell of a row typed by hand, whether it is a case by now or not."""
        rows = [(row, order) for row, order in self._orders() if order in self.typed]
        if not rows:
            return "nothing to type on"
        row, order = self.dice.choice(rows)
        self.serial += 1
        self.typed[order] = f"more {self.serial}"
        self.watch.type_at(row, "What is wrong", self.typed[order])
        return f"type on {order}: {self.typed[order]}"

    def delete(self) -> str:
        """Take a row out, now and then."""
        row, case = self._some_case()
        if not case or self.dice.random() < 0.7:
            return "nothing to delete"
        self.watch.world.google.delete_row(self.watch.book, TAB, row, LEAD)
        self.deleted.add(case)
        return f"delete {case}"

    def spoil(self) -> str:
        """Type over something that is the bot's."""
        row, case = self._some_case()
        header = self.dice.choice(BOTS)
        if not case:
            return "nothing to spoil"
        self.watch.type_at(row, header, f"spoilt {self.dice.randint(1, 9)}")
        return f"spoil {header} of {case}"

    def _grid(self) -> list[list[str]]:
        return self.watch.grid(TAB)

    def _orders(self) -> list[tuple[int, str]]:
        """The order number of every row that has one, with the row."""
        header, *rows = self._grid()
        column = header.index("Order #")
        return [(n, row[column]) for n, row in enumerate(rows, 2) if len(row) > column and row[column]]

    def _some_case(self) -> tuple[int, str]:
        """A case that chat logged: people know it by its order number, whatever stands under its id."""
        rows = [(row, order) for row, order in self._orders() if order not in self.typed]
        return self.dice.choice(rows) if rows else (0, "")
