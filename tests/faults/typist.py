"""Somebody who types into the sheet while the bot writes it: what was typed last has to stand there in the end."""

from __future__ import annotations

import random

from tests.faults.looking import CASE_ID
from tests.sandbox_process import SandboxProcess

BOOK, TAB, COLUMN = "report_issue", "Item Issue", "Defect tag"
"""A column of people's own in the tab that grows fastest."""


class Typist:
    """Types a word into that column of some row, again and again.

    Args:
        sandbox: where the sheet is.
        chance: chooses rows and words; seeded, so that it repeats.
        who: the person's key.
    """

    def __init__(self, sandbox: SandboxProcess, chance: random.Random, who: str = "kim") -> None:
        self.sandbox = sandbox
        self.random = chance
        self.who = who
        self._typed: dict[str, str] = {}

    async def type(self) -> None:
        """Type once, unless there is no row yet."""
        header, rows = await self._grid()
        if not rows:
            return
        row = self.random.randrange(len(rows))
        case, word = rows[row][header.index(CASE_ID)], f"tag {self.random.randrange(1000)}"
        cell = {"row": row + 2, "column": header.index(COLUMN) + 1, "value": word}
        await self.sandbox.post("grid", workbook=BOOK, who=self.who, tab=TAB, **cell)
        self._typed[case] = word

    async def cells(self) -> dict[str, tuple[str, str]]:
        """By cell: the last word that was typed, and what stands there now."""
        header, rows = await self._grid()
        there = {row[header.index(CASE_ID)]: row[header.index(COLUMN)] for row in rows}
        return {f"{COLUMN} of {case}": (word, there.get(case, "")) for case, word in self._typed.items()}

    async def _grid(self) -> tuple[list[str], list[list[str]]]:
        """The header and the rows, each as long as the header."""
        header, *rows = (await self.sandbox.get("grid", workbook=BOOK))["tabs"][TAB]
        return header, [[*row, *[""] * (len(header) - len(row))] for row in rows]
