"""Places in a workbook: grid ranges with open ends, A1 notation both ways, and named ranges."""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.sandbox.google_book import Tab, Workbook
from bot.sandbox.google_errors import JSON, BadRequest

_A1 = re.compile(r"\$?([A-Za-z]{0,3})\$?([1-9][0-9]{0,9})?")
_QUOTED = re.compile(r"'((?:[^']|'')*)'(?:!(.*))?", re.DOTALL)
_PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Area(NamedTuple):
    """A rectangle of one tab; counts from 0, `bottom` and `right` are the first ones outside."""

    tab: Tab
    top: int
    left: int
    bottom: int
    right: int
    open_end: bool = False
    """Whether it was written as one cell (`B2`), so that what is written there may reach beyond it."""

    def meets(self, other: Area) -> bool:
        """Whether the two have a cell in common."""
        return (
            self.tab.sheet_id == other.tab.sheet_id
            and self.top < other.bottom
            and other.top < self.bottom
            and self.left < other.right
            and other.left < self.right
        )

    def json(self) -> JSON:
        """The same as a `GridRange`."""
        return {
            "sheetId": self.tab.sheet_id,
            "startRowIndex": self.top,
            "endRowIndex": self.bottom,
            "startColumnIndex": self.left,
            "endColumnIndex": self.right,
        }

    def a1(self) -> str:
        """The same in A1 notation with its tab, as Google writes it in answers: `'My tab'!A1:C3`."""
        first = f"{letters(self.left)}{self.top + 1}"
        last = f"{letters(self.right - 1)}{self.bottom}"
        return f"{quoted(self.tab.title)}!{first if first == last else f'{first}:{last}'}"


def letters(column: int) -> str:
    """The letters of a column that counts from 0: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def quoted(title: str) -> str:
    """A tab's title as it stands before the exclamation mark; in quotes unless it is one plain word."""
    if _PLAIN_TITLE.fullmatch(title) and not _is_cell(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def _is_cell(text: str) -> bool:
    match = _A1.fullmatch(text)
    return bool(match and match[1] and match[2])


def area_of(book: Workbook, grid_range: JSON | None) -> Area:
    """The area a `GridRange` means; bounds left out reach to the edge of the grid.

    Raises:
        BadRequest: no such tab, bounds the wrong way round or outside the grid.
    """
    if grid_range is None:
        raise BadRequest("range is required.")
    tab = book.tab(grid_range.get("sheetId") or 0)
    top, bottom = _span(grid_range, "Row", tab.row_count)
    left, right = _span(grid_range, "Column", tab.column_count)
    return Area(tab, top, left, bottom, right)


def _span(grid_range: JSON, kind: str, count: int) -> tuple[int, int]:
    start = grid_range.get(f"start{kind}Index") or 0
    end = grid_range.get(f"end{kind}Index")
    end = count if end is None else end
    if start < 0 or end <= start:
        raise BadRequest(f"range.end{kind}Index[{end}] must be greater than range.start{kind}Index[{start}]")
    if end > count:
        raise BadRequest(f"range.end{kind}Index[{end}] is after last {kind.lower()} in grid[{count}]")
    return start, end


def find(book: Workbook, text: str) -> Area:
    """The area that A1 notation, a tab's title or a named range means, cut at the grid's edge.

    Raises:
        BadRequest: it cannot be read, names no tab, or starts outside the grid.
    """
    quoted_title = _QUOTED.fullmatch(text)
    if quoted_title:
        title, cells = quoted_title[1].replace("''", "'"), quoted_title[2]
    elif "!" in text:
        title, cells = text.split("!", 1)
    else:
        title, cells = text, None
    tab = book.titled(title)
    if tab is not None:
        # Google takes a bare title that also reads as a cell (CO2) for that cell on that tab.
        bare_cell = not quoted_title and cells is None and _is_cell(title)
        return _cells(book, tab, title if bare_cell else cells, text)
    if cells is None and not quoted_title:
        return _named(book, text) or _cells(book, _first(book), text, text)
    raise BadRequest(f"Unable to parse range: {text}")


def _first(book: Workbook) -> Tab:
    return next((tab for tab in book.tabs if not tab.look.get("hidden")), book.tabs[0])


def _named(book: Workbook, name: str) -> Area | None:
    for named in book.named:
        if named["name"].casefold() == name.casefold():
            return area_of(book, named["range"])
    return None


def _cells(book: Workbook, tab: Tab, cells: str | None, text: str) -> Area:
    """The part of `tab` that `B2:C`, `3:5` or a named range means; `text` is the range as it was asked."""
    if cells is None:
        return Area(tab, 0, 0, tab.row_count, tab.column_count)
    ends = [_A1.fullmatch(part) for part in cells.split(":")]
    if not 1 <= len(ends) <= 2 or not all(end and end[0] for end in ends):
        named = _named(book, cells)
        if named is None:
            raise BadRequest(f"Unable to parse range: {text}")
        return named
    columns = [_column(end[1]) if end and end[1] else None for end in ends]
    rows = [int(end[2]) - 1 if end and end[2] else None for end in ends]
    if len(ends) == 1 and (columns[0] is None or rows[0] is None):
        raise BadRequest(f"Unable to parse range: {text}")
    top, bottom = _ends(rows, tab.row_count)
    left, right = _ends(columns, tab.column_count)
    if top >= tab.row_count or left >= tab.column_count:
        raise BadRequest(
            f"Range ({quoted(tab.title)}!{cells}) exceeds grid limits. "
            f"Max rows: {tab.row_count}, max columns: {tab.column_count}"
        )
    single = len(ends) == 1
    return Area(tab, top, left, min(bottom, tab.row_count), min(right, tab.column_count), single)


def _column(text: str) -> int:
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _ends(ends: list[int | None], count: int) -> tuple[int, int]:
    """Start and first one outside, of one dimension: `B`, `B:D`, `D:B`, `5:`; None means open."""
    start = ends[0]
    end = ends[-1]
    if start is None and end is None:
        return 0, count
    if start is None or end is None:
        return (start if start is not None else end) or 0, count
    return min(start, end), max(start, end) + 1
