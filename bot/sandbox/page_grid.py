"""A tab as the grid on the page takes it: columns with their choices and colours, rows as plain texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
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
_NARROW, _WIDE = 64, 240


@dataclass(frozen=True)
class Tint:
    """A colour that a rule of the sheet gives to cells, as `rrggbb`, and when: an expression of the grid over `x`."""

    color: str
    when: str

    @property
    def css_class(self) -> str:
        """The class that carries the colour."""
        return f"tint-{self.color}"


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


def columns(tab: Tab) -> tuple[Column, ...]:
    """The columns down to the last one that holds anything, and a spare one."""
    used = max((len(row) for row in tab.rows[:200]), default=0)
    count = min(max(used + 1, 6), tab.column_count)
    tints = list(_tints(tab))
    return tuple(
        Column(
            index=index,
            letters=letters(index),
            width=_width(tab, index),
            hidden=bool(tab.sizes["COLUMNS"].get(index, {}).get("hiddenByUser")),
            choices=_choices(tab, index),
            tints=tuple(tint for first, end, tint in tints if first <= index < end),
        )
        for index in range(count)
    )


def _width(tab: Tab, index: int) -> int:
    if pixels := tab.sizes["COLUMNS"].get(index, {}).get("pixelSize"):
        return max(_NARROW, min(int(pixels), _WIDE))
    longest = max((len(shown(tab.cell(row, index))) for row in range(min(tab.data_end(), 30))), default=0)
    return max(_NARROW, min(26 + round(7.2 * longest), _WIDE))


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
        made["cellClassRules"] = {tint.css_class: tint.when for tint in column.tints}
    return made
