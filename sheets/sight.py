"""What was seen of a tab at one moment, by reading it or in the answer to a write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from config.tracker import Tracker
from sheets.client import Client
from sheets.errors import BadRequest, Moved
from sheets.header import HeaderMap, all_columns, header_map, plain_header
from sheets.notation import column_range, quoted, rows_range
from sheets.rows import JSON, Plain

Cells = Mapping[int, Plain]
"""Cells of one row by column index (0 is A); blank ones are left out."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A tab as it was at one moment: the header row, and rows (from 1) with what is known of their cells."""

    header: tuple[str, ...]
    rows: Mapping[int, Cells]
    whole: bool = False
    """Whether every row that holds anything is there with all its cells."""
    all_ids: bool = False
    """Whether the case-id column is there as a whole."""

    def header_at(self, index: int) -> str:
        """The header of a column as it is compared; empty where there is none."""
        return plain_header(self.header[index]) if 0 <= index < len(self.header) else ""

    def place_of(self, header: str) -> int | None:
        """The first column with this header (as it is compared)."""
        return next((index for index, text in enumerate(self.header) if plain_header(text) == header), None)

    def map(self, tracker: Tracker) -> HeaderMap:
        """Where the tracker's columns stand."""
        return header_map(self.header, all_columns(tracker))

    def text(self, row: int, index: int) -> str:
        """The text of a cell; empty for a blank or unseen one."""
        return text_of(self.rows.get(row, {}).get(index))

    def places(self, index: int) -> dict[str, int]:
        """The rows of the texts in one column, header left out; the first of several alike."""
        found: dict[str, int] = {}
        for row in sorted(self.rows):
            text = self.text(row, index)
            if row > 1 and text and text not in found:
                found[text] = row
        return found

    @property
    def last(self) -> int:
        """The last row seen with anything in it."""
        return max((row for row, cells in self.rows.items() if cells), default=1)


def text_of(plain: Plain) -> str:
    """A cell's value as it is compared with an id or a header."""
    if isinstance(plain, float) and plain.is_integer():
        plain = int(plain)
    return "" if plain is None else str(plain).strip()


def same(one: Plain, other: Plain) -> bool:
    """Whether two cells hold the same; numbers are rounded as they were on their way through JSON."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 1e-7
    return (None if one == "" else one) == (None if other == "" else other)


def alike(one: Cells, other: Cells, but: frozenset[int] = frozenset()) -> bool:
    """Whether two rows hold the same in every column, some left out of account."""
    return all(same(one.get(index), other.get(index)) for index in {*one, *other} - but)


@dataclass(frozen=True, slots=True)
class Ask:
    """What to read of one tab: always its header; and everything, one whole column, or some rows."""

    title: str
    what: Literal["whole", "column", "rows"]
    column: int = 0
    rows: Sequence[tuple[int, int]] = field(default=())

    def ranges(self) -> list[str]:
        """The ranges to read, header first."""
        header = rows_range(self.title, 1, 1)
        if self.what == "whole":
            return [quoted(self.title)]
        if self.what == "column":
            return [header, column_range(self.title, self.column)]
        return [header, *(rows_range(self.title, first, last) for first, last in self.rows)]


def see(client: Client, spreadsheet_id: str, asks: Sequence[Ask]) -> list[Sight]:
    """Read what is asked for, of several tabs, in one call.

    Raises:
        Moved: a tab is no longer called so, or no longer that large.
    """
    if not asks:
        return []
    ranges = [ask.ranges() for ask in asks]
    try:
        grids = client.values(spreadsheet_id, [text for some in ranges for text in some])
    except BadRequest as error:
        raise Moved from error
    sights = []
    for ask, some in zip(asks, ranges, strict=True):
        mine, grids = grids[: len(some)], grids[len(some) :]
        sights.append(_sight(ask, mine))
    return sights


def _sight(ask: Ask, grids: Sequence[Sequence[Sequence[Plain]]]) -> Sight:
    rows: dict[int, dict[int, Plain]] = {}
    if ask.what == "whole":
        starts = [(1, 0)]
    elif ask.what == "column":
        starts = [(1, 0), (1, ask.column)]
    else:
        starts = [(1, 0), *((first, 0) for first, _ in ask.rows)]
    for (top, left), grid in zip(starts, grids, strict=True):
        for offset, values in enumerate(grid):
            cells = rows.setdefault(top + offset, {})
            cells.update(_filled(enumerate(values, left)))
    return Sight(_header(rows), rows, ask.what == "whole", ask.what in ("whole", "column"))


def _filled(cells: enumerate[Plain]) -> dict[int, Plain]:
    return {index: value for index, value in cells if value is not None and value != ""}


def _header(rows: Mapping[int, Cells]) -> tuple[str, ...]:
    first = rows.get(1, {})
    return tuple(text_of(first.get(index)) for index in range(max(first, default=-1) + 1))


ANSWER = (
    "updatedSpreadsheet.sheets(properties.sheetId,data(startRow,startColumn,rowData.values.effectiveValue))"
)
"""The mask that brings back, with a write, nothing but the typed cells of the ranges asked for."""


def seen_in(answer: JSON) -> dict[int, Sight]:
    """What the answer to a write shows, by the tab's id."""
    sheets = (answer.get("updatedSpreadsheet") or {}).get("sheets") or []
    return {sheet["properties"].get("sheetId", 0): _answered(sheet.get("data") or []) for sheet in sheets}


def _answered(areas: Sequence[JSON]) -> Sight:
    rows: dict[int, dict[int, Plain]] = {}
    for area in areas:
        top, left = area.get("startRow", 0) + 1, area.get("startColumn", 0)
        for offset, line in enumerate(area.get("rowData") or []):
            cells = rows.setdefault(top + offset, {})
            for index, data in enumerate(line.get("values") or [], left):
                value = _effective(data)
                if value is not None and value != "":
                    cells[index] = value
    return Sight(_header(rows), rows)


def _effective(data: JSON) -> Plain:
    value = data.get("effectiveValue") or {}
    for kind in ("stringValue", "numberValue", "boolValue"):
        if kind in value:
            found: Plain = value[kind]
            return found
    return None
