"""Putting right what was written on a wrong row or under a wrong header because people moved things meanwhile.

A `Stray` remembers what was written where it does not belong and what stood there before. It is put back on
the row it was taken from, wherever that row is by then, and only in cells that still hold what the bot wrote:
what somebody has typed over it since is theirs and stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from config.model import Value
from config.tracker import Column
from sheets.header import all_columns, is_own
from sheets.patch import Patch
from sheets.rows import JSON, Plain, Showing, extended, number_format, plain
from sheets.sight import Cells, Sight, same, text_of
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
        return [self.after.header[index] for index in self.written if index not in self.before]


@dataclass(frozen=True, slots=True)
class Memory:
    """Where the former content of a cell can be looked up: what was read before the write, and the store."""

    full: Sight | None
    """Rows that were read with all their cells."""
    known: Known | None
    showing: Showing


def stray_update(patch: Patch, after: Sight, memory: Memory) -> Stray:
    """What a patch did to the row it hit."""
    tab, written = patch.tab, patch.values
    places = after.map(tab.tracker).columns
    id_column = places.get("case_id", tab.columns.get("case_id", -1))
    case_id = after.text(patch.row, id_column)
    row = after.rows.get(patch.row, {})
    # An id that the write itself put there does not tell whose row it is.
    mark = (id_column, case_id) if is_id(tab, case_id) and id_column not in written else None
    before: dict[int, Plain] = {}
    former = _former(tab, memory.full, after, patch.row, written, id_column)
    nothing_else = set(row) <= set(written)
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
    tab: Tab, full: Sight | None, after: Sight, at: int, written: Cells, id_column: int
) -> dict[int, Plain] | None:
    """The former content of the written cells, from the rows that were read before; None if not among them."""
    if full is None:
        return None
    row = after.rows.get(at, {})
    places = {index: moved(after, full, index) for index in {*row, *written}}
    here = text_of(row.get(id_column))
    former_id = moved(after, full, id_column)
    if is_id(tab, here) and id_column not in written and former_id is not None:
        found = [number for number in full.rows if number > 1 and full.text(number, former_id) == here]
    else:
        rest = {index: place for index, place in places.items() if index not in written}
        found = [
            number
            for number, cells in full.rows.items()
            if number > 1 and _was(cells, row, rest, {places[index] for index in written})
        ]
    answers = [
        {
            index: None if (place := places[index]) is None else full.rows[number].get(place)
            for index in written
        }
        for number in found
    ]
    if at in found and full.header != after.header:
        # Rows that are alike but for the cells written: that columns moved is likelier than that both did.
        return answers[found.index(at)]
    agreed = all(same(one[index], answers[0][index]) for one in answers for index in written)
    return answers[0] if answers and agreed else None


def _was(cells: Cells, row: Cells, rest: Mapping[int, int | None], written: set[int | None]) -> bool:
    """Whether a row seen before is the row seen now, the cells written on left out of account."""
    seen = {place for place in rest.values() if place is not None}
    if any(index not in seen and index not in written for index in cells):
        return False
    return all(
        same(row.get(index), None if place is None else cells.get(place)) for index, place in rest.items()
    )


def moved(there: Sight, here: Sight, index: int) -> int | None:
    """Where a column of one sight stands in another: under its header, or under the one it was renamed to."""
    header = there.header_at(index)
    if not header:
        return index if not here.header_at(index) else None
    place = here.place_of(header)
    if place is not None:
        return place
    renamed = [text for text in _headers(there) if here.place_of(text) is None]
    names = [text for text in _headers(here) if there.place_of(text) is None]
    return here.place_of(names[renamed.index(header)]) if len(names) == len(renamed) else None


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


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do about a stray next, and what is left of it when that has been done."""

    stray: Stray
    patch: Patch | None = None
    then: Stray | None = None


def remedy(stray: Stray, now: Sight, *, full: bool) -> Remedy:
    """What puts a stray's former content back where its row stands now.

    Nothing is done to a row that is gone, nor to a cell that people wrote over. A patch is only ever checked
    by cells it leaves alone; where a row has no others, it is put back in two steps.

    Args:
        stray: what is to be put back.
        now: the tab as it was read just now.
        full: whether `now` has rows with all their cells, and not only their case ids.
    """
    row = _row_now(stray, now, full=full)
    cells = {} if row is None else _former_cells(stray, now, row, full=full)
    if row is None or not (cells or stray.new):
        return Remedy(stray)
    if stray.new:
        return _cleared(stray, now, row, cells)
    found = now.map(stray.tab.tracker).columns.get("case_id")
    case_id = "" if found is None else now.text(row, found)
    if found is not None and is_id(stray.tab, case_id) and found not in cells:
        return Remedy(stray, Patch(stray.tab, row, cells, (found, case_id)))
    seen = now.rows.get(row, {})
    if full and not set(seen) - set(cells):
        return _from_nothing(stray, now, row, cells)
    values = Patch(stray.tab, row, cells, None).values
    return Remedy(stray, Patch(stray.tab, row, cells, None, {**seen, **values}))


def _from_nothing(stray: Stray, now: Sight, row: int, cells: dict[int, JSON]) -> Remedy:
    """Put back a row that holds nothing but what was written by mistake.

    Without that it would look like any blank row. If it was blank, it is blanked until it is seen no more.
    If it held something, one of the cells written by mistake stays as its mark until the others are back.
    """
    patch = Patch(stray.tab, row, cells, None)
    values = patch.values
    spare = [place for place, value in values.items() if value is None and now.text(row, place)]
    if not any(now.text(row, place) and value is not None for place, value in values.items()) and all(
        value is None for value in values.values()
    ):
        return Remedy(stray, replace(patch, row_after=values), then=stray)
    if not spare:
        return Remedy(stray, replace(patch, row_after=values))
    kept = max(spare, key=lambda place: len(now.text(row, place)))
    text = now.text(row, kept)
    others = {place: data for place, data in cells.items() if place != kept}
    found = now.map(stray.tab.tracker).columns.get("case_id")
    case_id = text_of(values.get(found)) if found is not None else ""
    rest = {place: value for place, value in values.items() if place != kept}
    written: Cells = {kept: now.rows[row][kept]}
    after = Sight(now.header, {row: {**rest, **written}})
    mark = (found, case_id) if found is not None and case_id else None
    then = Stray(stray.tab, after, row, written, {kept: None}, mark)
    return Remedy(stray, Patch(stray.tab, row, others, (kept, text)), then)


def _cleared(stray: Stray, now: Sight, row: int, cells: dict[int, JSON]) -> Remedy:
    """Clear a new row that was laid out wrongly, its case id last, once that stands under its own header."""
    place, case_id = _place_of_mark(stray, now)
    found = now.map(stray.tab.tracker).columns.get("case_id")
    others = {index: data for index, data in cells.items() if index != place}
    if place == found:
        return Remedy(stray, Patch(stray.tab, row, others, (place, case_id)) if others else None)
    if found is not None and now.text(row, found) == case_id:
        return Remedy(stray, Patch(stray.tab, row, {place: {}}, (found, case_id)))
    if found is not None:
        others[found] = {"userEnteredValue": extended(case_id)}
    return Remedy(stray, Patch(stray.tab, row, others, (place, case_id)) if others else None, then=stray)


def _place_of_mark(stray: Stray, now: Sight) -> tuple[int, str]:
    """Where a new row's case id stands now, and the id."""
    index, case_id = stray.mark or (0, "")
    place = moved(stray.after, now, index)
    return (index if place is None else place), case_id


def _former_cells(stray: Stray, now: Sight, row: int, *, full: bool) -> dict[int, JSON]:
    """The cells that still hold what was written by mistake, as they were before, by their index now."""
    columns = {place: column for column, place in _declared(stray.tab, now)}
    cells: dict[int, JSON] = {}
    for index, value in stray.written.items():
        place = moved(stray.after, now, index)
        changed = not same(stray.before.get(index), value)
        if changed and place is not None and (not full or same(now.rows.get(row, {}).get(place), value)):
            cells[place] = _back(stray.before.get(index), columns.get(place))
    return cells


def _row_now(stray: Stray, now: Sight, *, full: bool) -> int | None:
    if stray.mark is not None:
        place = moved(stray.after, now, stray.mark[0])
        return None if place is None else now.places(place).get(stray.mark[1])
    if not full:
        return stray.row
    places = {index: moved(stray.after, now, index) for index in stray.cells}
    known = set(places.values())
    for number in sorted(now.rows, key=lambda number: (number != stray.row, number)):
        cells = now.rows[number]
        if (
            number > 1
            and set(cells) <= known
            and all(
                place is None or same(cells.get(place), stray.cells.get(index))
                for index, place in places.items()
            )
        ):
            return number
    return None


def _declared(tab: Tab, now: Sight) -> list[tuple[Column, int]]:
    places = now.map(tab.tracker).columns
    return [(column, places[column.key]) for column in all_columns(tab.tracker) if column.key in places]


def _back(value: Plain, column: Column | None) -> JSON:
    """The `CellData` that puts a value back, with the number format of its column."""
    data: JSON = {} if value is None else {"userEnteredValue": extended(value)}
    form = number_format(column.type) if column else None
    return data | ({"userEnteredFormat": {"numberFormat": form}} if form else {})
