"""The table that `values.append` guesses, with everything that makes the guess a trap.

Google looks for tables in the range it is given: islands of cells with values, with blank rows and columns
around them. New rows go below the last island it finds there, starting at that island's first column, so a
blank cell at the start of rows, a note beside the list or a total below it sends rows astray. That is what
the guide "Read & write cell values" describes, and what gspread's issues 537, 735 and 828 are about.
"""

from __future__ import annotations

from bot.sandbox.google_area import Area
from bot.sandbox.google_book import Tab


def table_in(area: Area) -> Area | None:
    """The last table that has a cell in this area, grown to its whole size; None where all is blank."""
    tab = area.tab
    for row in range(min(area.bottom, len(tab.rows)) - 1, area.top - 1, -1):
        cells = tab.rows[row][area.left : area.right]
        columns = [area.left + offset for offset, cell in enumerate(cells) if cell.value is not None]
        if columns:
            return _grown(tab, row, columns[0])
    return None


def _grown(tab: Tab, row: int, column: int) -> Area:
    """The island around one filled cell: the smallest rectangle with a blank border."""
    top, bottom, left, right = row, row + 1, column, column + 1
    while True:
        if top > 0 and _filled(tab, top - 1, left, right):
            top -= 1
        elif _filled(tab, bottom, left, right):
            bottom += 1
        elif left > 0 and _beside(tab, top, bottom, left - 1):
            left -= 1
        elif _beside(tab, top, bottom, right):
            right += 1
        else:
            return Area(tab, top, left, bottom, right)


def _filled(tab: Tab, row: int, left: int, right: int) -> bool:
    """Whether a row has a value in the columns of the rectangle or just beside them."""
    return any(cell.value is not None for cell in tab.row(row)[max(left - 1, 0) : right + 1])


def _beside(tab: Tab, top: int, bottom: int, column: int) -> bool:
    """Whether a column has a value in the rows of the rectangle or just above and below them."""
    return any(
        column < len(row) and row[column].value is not None for row in tab.rows[max(top - 1, 0) : bottom + 1]
    )
