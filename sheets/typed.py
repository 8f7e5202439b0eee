"""Cells that a person typed in since anybody looked: a flush leaves them alone, and the next look follows them."""

from __future__ import annotations

from config.model import Value
from config.tracker import Column
from sheets.batch import CaseWrite
from sheets.header import all_columns
from sheets.look import View
from sheets.rows import Plain, Showing, shown, text
from sheets.tab import Tab


def typed_since(tab: Tab, view: View | None, row: int, case: CaseWrite, showing: Showing) -> set[str]:
    """The columns of a case's row that show what neither the case held nor is pending, nor was told to it.

    Only of a row that was read with all its cells, which on a long tab takes a right hint.
    """
    if view is None or view.full is None or row not in view.full.rows:
        return set()
    cells = view.full.rows[row]
    found = set()
    for column in all_columns(tab.tracker):
        seen = cells.get(tab.columns[column.key])
        expected = case.expected.get(column.key)
        if expected is None or any(_shows(column, seen, value, showing) for value in expected):
            continue
        if case.told is None or not case.told(column.key, text(column, seen)):
            found.add(column.key)
    return found


def _shows(column: Column, seen: Plain, value: Value, showing: Showing) -> bool:
    """Whether a cell shows a value."""
    return folded(text(column, seen)) == folded(shown(column, value, showing))


def folded(words: str) -> str:
    """A cell's text as it is compared, by a flush and by reconciliation alike: white space does not count."""
    return " ".join(words.split())
