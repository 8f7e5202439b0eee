"""One change of a workbook under way: the draft, who makes it, and what it will have done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.google_area import Area
from bot.sandbox.google_book import Cell, Formula, Row, Tab, Workbook
from bot.sandbox.google_errors import JSON, BadRequest
from bot.sandbox.google_parse import Manner

PROTECTED = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove "
    "protection if you need to edit."
)


@dataclass
class Edit:
    """A draft of a workbook that one caller changes. It counts only once `Google` has taken it over."""

    book: Workbook
    who: str
    owner: bool
    year: int
    notes: list[tuple[str, JSON]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)

    @property
    def manner(self) -> Manner:
        """How this workbook reads what is typed."""
        return Manner(self.book.properties.get("locale", "en_US"), self.year)

    def note(self, effect: str, tab: Tab | None = None, **facts: Any) -> None:
        """Remember one applied effect for the truth log, and its tab for whoever follows live."""
        if tab is not None:
            facts = {"tab": tab.title, "sheet_id": tab.sheet_id, **facts}
            self.touched.add(tab.sheet_id)
        self.notes.append((effect, facts))

    def guard(self, area: Area) -> None:
        """Refuse to change cells that are protected from this caller; a warning stops nobody here.

        Raises:
            BadRequest: a range that is not his to edit.
        """
        for protected in area.tab.protected:
            if protected.get("warningOnly") or self.owner or self.who in editors(protected):
                continue
            if _covers(protected, area):
                raise BadRequest(PROTECTED)

    def guard_tab(self, tab: Tab) -> None:
        """Refuse to move or delete rows and columns of a tab whose cells are protected from this caller.

        Raises:
            BadRequest: a part of the tab is not his to edit.
        """
        self.guard(Area(tab, 0, 0, tab.row_count, tab.column_count))


Handler = Callable[[Edit, JSON], JSON]
"""Carries out one request of a batchUpdate and gives its reply, `{}` where it has none."""


def editors(protected: JSON) -> Sequence[str]:
    """Who may edit a protected range, besides the spreadsheet's owner."""
    users: list[str] = (protected.get("editors") or {}).get("users") or []
    return users


def _covers(protected: JSON, area: Area) -> bool:
    """Whether a protection bites on any cell of an area, its unprotected holes left out."""
    if not _bounds(protected.get("range") or {}, area.tab).meets(area):
        return False
    for hole in protected.get("unprotectedRanges") or []:
        free = _bounds(hole, area.tab)
        if free.top <= area.top and free.bottom >= area.bottom:
            return not (free.left <= area.left and free.right >= area.right)
    return True


def _bounds(grid_range: JSON, tab: Tab) -> Area:
    """A protected range as an area; unlike a request's range it may reach beyond the grid."""
    return Area(
        tab,
        grid_range.get("startRowIndex") or 0,
        grid_range.get("startColumnIndex") or 0,
        grid_range.get("endRowIndex") or tab.row_count,
        grid_range.get("endColumnIndex") or tab.column_count,
    )


def plain(cell: Cell) -> Any:
    """A cell's value as JSON for the truth log; a formula as its text."""
    value = cell.value
    if isinstance(value, Formula):
        return value.text
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "" if value is None else value


def written(rows: Sequence[Row | Sequence[Cell]]) -> JSON:
    """The `rows` of a truth entry, and how many `formulas` were born in them, if any."""
    facts: JSON = {"rows": [[plain(cell) for cell in row] for row in rows]}
    born = sum(isinstance(cell.value, Formula) for row in rows for cell in row)
    if born:
        facts["formulas"] = born
    return facts
