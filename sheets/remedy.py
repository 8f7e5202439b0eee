"""Putting right what went astray.

It is put back on the row it was taken from, wherever that row is by then, and only in cells that still hold what
the bot wrote: what somebody has typed over it since is theirs and stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from config.tracker import Column
from sheets.header import all_columns
from sheets.patch import Patch, entered
from sheets.rows import JSON, Plain, extended, number_format
from sheets.sight import Cells, Sight, same, text_of
from sheets.stamp import STAMP
from sheets.stray import Stray, is_id, moved
from sheets.tab import Tab


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
    then = _named(stray, now, found, cells) if full and found is not None and len(cells) > 1 else None
    if then is not None and found is not None:
        cells = {found: cells[found]}
    elif full and not set(seen) - set(cells):
        return _from_nothing(stray, now, row, cells)
    values = Patch(stray.tab, row, cells, None).values
    return Remedy(stray, Patch(stray.tab, row, cells, None, {**seen, **values}), then)


def _named(stray: Stray, now: Sight, found: int, cells: Mapping[int, JSON]) -> Stray | None:
    """What is left of a stray once its row has its case id back; None where that is not what it lacks.

    The id is put back alone: it is what the row is known by from then on, and so is whichever row this hits.
    """
    case_id = text_of(entered(cells.get(found, {})))
    index = next((index for index in stray.written if moved(stray.after, now, index) == found), None)
    if index is None or not is_id(stray.tab, case_id):
        return None
    written = {place: value for place, value in stray.written.items() if place != index}
    return replace(stray, written=written, mark=(index, case_id))


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
    """Clear a new row that was laid out wrongly but for its case id, once that stands under its own header.

    The id goes there in a write of its own: whichever row that hits keeps everything else, by which it is known.
    """
    place, case_id = _place_of_mark(stray, now)
    found = now.map(stray.tab.tracker).columns.get("case_id")
    others = {index: data for index, data in cells.items() if index not in (place, found)}
    if found is None:
        return Remedy(stray, Patch(stray.tab, row, others, (place, case_id)) if others else None, then=stray)
    if place == found:
        return Remedy(stray, Patch(stray.tab, row, others, (place, case_id)) if others else None)
    if now.text(row, found) == case_id:
        return Remedy(stray, Patch(stray.tab, row, {**others, place: {}}, (found, case_id)))
    named: dict[int, JSON] = {found: {"userEnteredValue": extended(case_id)}}
    return Remedy(stray, Patch(stray.tab, row, named, (place, case_id)), then=stray)


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
        place = moved(stray.after, now, index, value)
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
    places = ((moved(stray.after, now, index, value), value) for index, value in stray.cells.items())
    were = {place: value for place, value in places if place is not None}
    others = {number: _others(were, cells) for number, cells in now.rows.items() if number > 1}
    exact = [number for number, places in others.items() if not places]
    if exact:
        return stray.row if stray.row in exact else exact[0]
    written = {
        moved(stray.after, now, index, value) for index, value in stray.written.items() if value is not None
    }
    columns = now.map(stray.tab.tracker).columns
    telling = {columns.get("case_id"), columns.get(STAMP)}
    edited = [
        number
        for number, places in others.items()
        if len(places) == 1 and not places & telling and written - places - {None}
    ]
    return edited[0] if len(edited) == 1 else None


def _others(were: Cells, cells: Cells) -> set[int]:
    """The cells of a row that do not hold what they held."""
    return {place for place in {*were, *cells} if not same(cells.get(place), were.get(place))}


def _declared(tab: Tab, now: Sight) -> list[tuple[Column, int]]:
    places = now.map(tab.tracker).columns
    return [(column, places[column.key]) for column in all_columns(tab.tracker) if column.key in places]


def _back(value: Plain, column: Column | None) -> JSON:
    """The `CellData` that puts a value back, with the number format of its column."""
    data: JSON = {} if value is None else {"userEnteredValue": extended(value)}
    form = number_format(column.type) if column else None
    return data | ({"userEnteredFormat": {"numberFormat": form}} if form else {})
