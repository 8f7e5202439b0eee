"""A tab as the grid on the page takes it: columns with their choices and colours, rows as plain texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.google_book import Row, Tab
from bot.sandbox.google_format import shown

Json = dict[str, Any]
SPARE_ROWS = 12
"""Empty rows below the last one with a value, to type into."""
_OPERATORS = {
    "TEXT_EQ": "x === {0}",
    "TEXT_CONTAINS": "(x || '').includes({0})",
    "NOT_BLANK": "!!x",
    "BLANK": "!x",
}
_ROW_RULE = re.compile(r'=\$([A-Z]+)2="(.*)"')
_NARROW, _WIDE = 60, 220
"""Pixels."""
_HEADING = 14
"""Characters of a heading that are given room; the rest is seen where the column is drawn wider."""


@dataclass(frozen=True)
class Tint:
    """A colour that a rule of the sheet gives, as `rrggbb`, and when: an expression of the grid.

    `tint` colours cells by what they hold (`x`), `ink` the writing of rows (`data`).
    """

    color: str
    when: str
    kind: str = "tint"

    @property
    def css_class(self) -> str:
        """The class that carries the colour."""
        return f"{self.kind}-{self.color}"


@dataclass(frozen=True)
class Column:
    """A column: its place from 0, letters, width in pixels, what may be chosen in it, and its colours."""

    index: int
    letters: str
    width: int
    hidden: bool
    choices: tuple[str, ...]
    tints: tuple[Tint, ...]


def letters(index: int) -> str:
    """The name of a column that counts from 0: A to Z, AA and on."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def index_of(name: str) -> int:
    """The place of a column from 0 by its letters."""
    index = 0
    for letter in name:
        index = index * 26 + ord(letter) - 64
    return index - 1


def columns(tab: Tab) -> tuple[Column, ...]:
    """The columns down to the last one that holds anything, and a spare one."""
    used = max((len(row) for row in tab.rows[:200]), default=0)
    count = min(max(used + 1, 6), tab.column_count)
    tints = list(_tints(tab))
    return tuple(_column(tab, index, tints) for index in range(count))


def _column(tab: Tab, index: int, tints: list[tuple[int, int, Tint]]) -> Column:
    own = tuple(tint for first, end, tint in tints if first <= index < end)
    choices = _choices(tab, index)
    return Column(
        index=index,
        letters=letters(index),
        width=_width(tab, index, choices if own else ()),
        hidden=bool(tab.sizes["COLUMNS"].get(index, {}).get("hiddenByUser")),
        choices=choices,
        tints=own,
    )


def _width(tab: Tab, index: int, roomy: tuple[str, ...]) -> int:
    """By what the column holds, or may hold: the sheets are wide, and the page is not."""
    longest = max((len(shown(tab.cell(row, index))) for row in range(1, min(tab.data_end(), 30))), default=0)
    longest = max([longest, *map(len, roomy)])
    heading = min(len(shown(tab.cell(0, index))), _HEADING)
    return max(_NARROW, min(22 + round(7.2 * max(longest, heading)), _WIDE))


def _choices(tab: Tab, index: int) -> tuple[str, ...]:
    """What the drop-down of a column offers, by the rule of its first cell below the header."""
    condition = (tab.cell(1, index).rule or {}).get("condition") or {}
    if condition.get("type") != "ONE_OF_LIST":
        return ()
    return tuple(str(value.get("userEnteredValue", "")) for value in condition.get("values") or [])


def _tints(tab: Tab) -> Iterator[tuple[int, int, Tint]]:
    for rule in tab.rules:
        boolean = rule.get("booleanRule") or {}
        condition, style = boolean.get("condition") or {}, boolean.get("format") or {}
        pattern = _OPERATORS.get(str(condition.get("type")))
        color = (style.get("backgroundColorStyle") or {}).get("rgbColor") or style.get("backgroundColor")
        if pattern is None or not color:
            continue
        words = [
            json.dumps(str(value.get("userEnteredValue", ""))) for value in condition.get("values") or []
        ]
        tint = Tint(_hex(color), pattern.format(*words, *[""] * (1 - len(words))))
        for place in rule.get("ranges") or []:
            yield place.get("startColumnIndex", 0), place.get("endColumnIndex", tab.column_count), tint


def _hex(color: Json) -> str:
    return "".join(f"{round(255 * float(color.get(part, 0))):02x}" for part in ("red", "green", "blue"))


def rules(tints: Iterable[Tint]) -> dict[str, str]:
    """What the grid wants to know: by class, when it applies. Several states may share a colour."""
    whens: dict[str, list[str]] = {}
    for tint in tints:
        whens.setdefault(tint.css_class, []).append(tint.when)
    return {name: " || ".join(f"({when})" for when in each) for name, each in whens.items()}


def row_tints(tab: Tab) -> tuple[Tint, ...]:
    """Colours that a rule gives to the writing of whole rows, by the text of one of their cells."""
    found = []
    for rule in tab.rules:
        boolean = rule.get("booleanRule") or {}
        formula = str(((boolean.get("condition") or {}).get("values") or [{}])[0].get("userEnteredValue"))
        match = _ROW_RULE.fullmatch(formula)
        text = (boolean.get("format") or {}).get("textFormat") or {}
        color = (text.get("foregroundColorStyle") or {}).get("rgbColor")
        if match and color:
            column = index_of(match[1])
            found.append(Tint(_hex(color), f"data.c{column} === {json.dumps(match[2])}", "ink"))
    return tuple(found)


def shown_rows(tab: Tab) -> list[Row]:
    """The rows below the header that the grid shows: all with a value, and some spare ones."""
    count = min(max(tab.data_end(), 1) + SPARE_ROWS, tab.row_count)
    return [tab.row(index) for index in range(1, count)]


def plain_row(number: int, row: Row) -> Json:
    """A row as the grid's data: `n` is its number in the sheet, from 1; `c0`, `c1` … are its cells."""
    return {"n": number, **{f"c{index}": text for index, cell in enumerate(row) if (text := shown(cell))}}


def definitions(wanted: tuple[Column, ...], *, show_hidden: bool) -> list[Json]:
    """What the grid is told of its columns; the first shows the rows' numbers."""
    numbers: Json = {
        "headerName": "",
        "field": "n",
        "width": 48,
        "pinned": "left",
        "editable": False,
        "cellClass": "number-cell",
        "resizable": False,
    }
    return [numbers, *(_definition(column) for column in wanted if show_hidden or not column.hidden)]


def _definition(column: Column) -> Json:
    made: Json = {"headerName": column.letters, "field": f"c{column.index}", "width": column.width}
    if column.choices:
        made |= {"cellEditor": "agSelectCellEditor", "cellEditorParams": {"values": ["", *column.choices]}}
    if column.tints:
        # The coloured column tells how a case stands; a sheet is wide, so it stays in sight.
        made["pinned"] = "right"
        made["cellClassRules"] = rules(column.tints)
    return made
