"""What was written on a wrong row or under a wrong header because people moved things meanwhile.

A `Stray` remembers what was written where it does not belong, and what stood there before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from config.model import Value
from config.texts import text
from sheets.header import all_columns, is_own
from sheets.notation import letters
from sheets.patch import Patch
from sheets.rows import Plain, Showing, plain
from sheets.sight import Cells, Sight, same, text_of
from sheets.stamp import STAMP
from sheets.tab import Tab

Known = Callable[[Collection[str]], Mapping[str, Mapping[str, Value]]]
"""What the store knows of these cases: case id to column key to value."""


@dataclass(frozen=True, slots=True)
class Stray:
    """One row that was written on by mistake.

    `after` is the tab right after the write, as far as its answer showed it. `written` is what the bot put
    there and `before` what the cells held, None for a blank one; what could not be found out is not in it.
    `mark` is a column index and the text in it by which the row is found again; None where its whole content
    has to do. `new` says that the whole row is the bot's: it was appended for columns that had moved.
    """

    tab: Tab
    after: Sight
    row: int
    written: Cells
    before: Cells
    mark: tuple[int, str] | None
    new: bool = False

    @property
    def cells(self) -> Cells:
        """The whole row, right after the write."""
        return self.after.rows.get(self.row, {})

    @property
    def lost(self) -> list[str]:
        """The headers of cells whose former content is not known."""
        unknown = [index for index in self.written if index not in self.before]
        header = dict(enumerate(self.after.header))
        return [header.get(index) or text("workbook.column", letters=letters(index)) for index in unknown]


@dataclass(frozen=True, slots=True)
class Memory:
    """Where the former content of a cell can be looked up: what was read before the write, and the store."""

    full: Sight | None
    """Rows that were read with all their cells."""
    known: Known | None
    showing: Showing


def stray_update(patch: Patch, after: Sight, memory: Memory, touched: Collection[int] = ()) -> Stray:
    """What a patch did to the row it hit; `touched` are the columns in which others of its batch hit it, too."""
    tab, written = patch.tab, patch.values
    places = after.map(tab.tracker).columns
    id_column = places.get("case_id", tab.columns.get("case_id", -1))
    case_id = after.text(patch.row, id_column)
    row = after.rows.get(patch.row, {})
    # An id that the write itself put there does not tell whose row it is.
    mark = (id_column, case_id) if is_id(tab, case_id) and id_column not in written else None
    before: dict[int, Plain] = {}
    touched = {*written, *touched}
    former = _former(patch, memory.full, after, touched, id_column)
    nothing_else = touched.issuperset(row)
    if nothing_else and memory.full is not None and memory.full.header == after.header:
        before = dict.fromkeys(written)
    elif former is not None:
        before = former
    elif nothing_else:
        before = dict.fromkeys(written)
    elif mark is not None and memory.known is not None:
        before = _stored(tab, places, written, memory.known([case_id]).get(case_id, {}), memory)
    elif not case_id:
        own = {place for key, place in places.items() if is_own(tab.tracker, key)}
        before = {index: None for index in written if index in own}
    if (place := places.get(STAMP)) in written:
        before.setdefault(place, None)  # A row without its stamp lacks nothing.
    return Stray(tab, after, patch.row, written, before, mark)


def is_id(tab: Tab, text: str) -> bool:
    """Whether a text is a case id of the tab's tracker, and not something that strayed into its column."""
    return re.fullmatch(rf"{tab.tracker.prefix}-\d+-\d+", text) is not None


def stray_append(tab: Tab, row: int, written: Cells, after: Sight, case_id: str) -> Stray:
    """A new row that was laid out for columns that had moved: nothing stood there before."""
    filled = {index: value for index, value in written.items() if value is not None}
    mark = (tab.columns["case_id"], case_id)
    return Stray(tab, Sight(after.header, {row: filled}), row, filled, dict.fromkeys(filled), mark, new=True)


def _former(
    patch: Patch, full: Sight | None, after: Sight, touched: set[int], id_column: int
) -> dict[int, Plain] | None:
    """The former content of the written cells, from the rows that were read before; None if not among them."""
    if full is None:
        return None
    row = after.rows.get(patch.row, {})
    places = {
        index: moved(after, full, index, None if index in touched else row.get(index))
        for index in {*row, *touched}
    }
    here = text_of(row.get(id_column))
    former_id = moved(after, full, id_column)
    if is_id(patch.tab, here) and id_column not in touched and former_id is not None:
        found = [number for number in full.rows if number > 1 and full.text(number, former_id) == here]
    else:
        rest = {index: place for index, place in places.items() if index not in touched}
        found = [
            number
            for number, cells in full.rows.items()
            if number > 1 and _was(cells, row, rest, {places[index] for index in touched})
        ]
    answers = [
        {
            index: None if (place := places[index]) is None else full.rows[number].get(place)
            for index in patch.cells
        }
        for number in found
    ]
    if patch.row in found and full.header != after.header:
        # Rows that are alike but for the cells written: that columns moved is likelier than that both did.
        return answers[found.index(patch.row)]
    agreed = all(same(one[index], answers[0][index]) for one in answers for index in patch.cells)
    return answers[0] if answers and agreed else None


def _was(cells: Cells, row: Cells, rest: Mapping[int, int | None], written: set[int | None]) -> bool:
    """Whether a row seen before is the row seen now, the cells written on left out of account."""
    seen = {place for place in rest.values() if place is not None}
    if any(index not in seen and index not in written for index in cells):
        return False
    return all(
        same(row.get(index), None if place is None else cells.get(place)) for index, place in rest.items()
    )


def moved(there: Sight, here: Sight, index: int, value: Plain = None) -> int | None:
    """Where a column of one sight stands in another: under its header, or under the one it was renamed to.

    `value` is what it shows there in some row: of columns without a header it is one that shows it here as well.
    """
    header = there.header_at(index)
    if not header:
        found = _nameless(there, here, index)
        likeliest = next(iter(found), None)
        if value is None:
            return likeliest
        anywhere = (place for place in range(len(here.header)) if not here.header_at(place))
        held = (place for place in (*found, *anywhere) if _holds(here, place, value))
        return next(held, likeliest)
    place = here.place_of(header)
    if place is not None:
        return place
    renamed = [text for text in _headers(there) if here.place_of(text) is None]
    names = [text for text in _headers(here) if there.place_of(text) is None]
    return here.place_of(names[renamed.index(header)]) if len(names) == len(renamed) else None


def _nameless(there: Sight, here: Sight, index: int) -> list[int]:
    """Where a column without a header may stand in another sight, the likeliest first.

    That is as far from the next header on its left, or on its right, as it was, or among its neighbours there.
    """
    found = []
    for step in (-1, 1):
        beside = index + step
        while 0 < beside < len(there.header) and not there.header_at(beside):
            beside += step
        place = here.place_of(there.header_at(beside)) if there.header_at(beside) else None
        if place is not None:
            found += [place + index - beside, *_blanks(here, place, -step)]
    return [place for place in dict.fromkeys([*found, index]) if place >= 0 and not here.header_at(place)]


def _holds(sight: Sight, place: int, value: Plain) -> bool:
    return any(same(value, row.get(place)) for row in sight.rows.values())


def _blanks(sight: Sight, place: int, step: int) -> list[int]:
    """The columns without a header next to a column, on one side of it."""
    found = []
    while 0 < place + step < len(sight.header) and not sight.header_at(place + step):
        place += step
        found.append(place)
    return found


def _headers(sight: Sight) -> list[str]:
    texts = (sight.header_at(index) for index in range(len(sight.header)))
    return [text for text in texts if text]


def _stored(
    tab: Tab, places: Mapping[str, int], written: Cells, values: Mapping[str, Value], memory: Memory
) -> dict[int, Plain]:
    found: dict[int, Plain] = {}
    for column in all_columns(tab.tracker):
        place = places.get(column.key, -1)
        if place in written and column.key in values:
            found[place] = plain(column, values[column.key], memory.showing)
    return found
