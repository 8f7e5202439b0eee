"""Reading tabs for what people changed, and giving case ids to rows that people typed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.tracker import Tracker
from sheets.batch import CaseWrite
from sheets.book import Book
from sheets.header import all_columns, complaint
from sheets.look import Want
from sheets.patch import Patch, cells_of
from sheets.plan import Outcome, Write
from sheets.rows import text
from sheets.send import send
from sheets.sight import Ask, Sight, see
from sheets.stamp import strayed
from sheets.tab import Tab


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as people see it: its number (from 1), its case id if it has one, its texts by column key.

    A text is in its column's own form (`sheets.rows.text`); `sheets.rows.value` turns it back into a value.
    Blank cells are left out.
    """

    row: int
    case_id: str
    cells: Mapping[str, str]

    @property
    def strayed(self) -> frozenset[str]:
        """The columns in which the bot wrote what belongs to another case; none where it did not."""
        return strayed(self.case_id, self.cells)


def read(book: Book, trackers: Sequence[Tracker]) -> tuple[dict[str, list[SheetRow]], dict[str, str]]:
    """The rows of these trackers' tabs and a sentence for each tab that is not in order, both by tracker key."""
    faults = book.ready(trackers)
    tabs = [book.tabs[tracker.key] for tracker in trackers if tracker.key not in faults]
    sights = see(book.client, book.spreadsheet_id, [Ask(tab.title, "whole") for tab in tabs])
    found = {}
    for tab, sight in zip(tabs, sights, strict=True):
        tab.update(sight)
        if tab.map.complete:
            tab.last = max(sight.last, 1)
            found[tab.tracker.key] = [row for row in rows(tab, sight) if is_case(tab.tracker, row)]
        else:
            faults[tab.tracker.key] = complaint(tab.tracker, tab.map)
    return found, faults


def rows(tab: Tab, sight: Sight) -> list[SheetRow]:
    """The rows below the header as texts by column key."""
    columns = [(column, tab.columns[column.key]) for column in all_columns(tab.tracker)]
    found = []
    for number in sorted(sight.rows):
        if number > 1:
            cells = sight.rows[number]
            texts = {column.key: text(column, cells[place]) for column, place in columns if place in cells}
            found.append(SheetRow(number, texts.get("case_id", "").strip(), texts))
    return found


def is_case(tracker: Tracker, row: SheetRow) -> bool:
    """Whether a row is a case: it has an id, or something in one of people's columns."""
    return bool(row.case_id) or any(row.cells.get(column.key) for column in tracker.columns)


def adopt_rows(book: Book, tracker: Tracker, ids: Mapping[str, SheetRow], outcome: Outcome) -> None:
    """Write case ids into rows that have none, or had another text there, and are still as they were read."""
    if book.ready([tracker]):
        return
    tab = book.tabs[tracker.key]
    views = book.look({tracker.key: Want(tab, {}, scan=True, whole=True)})
    view = views[tracker.key]
    if not tab.map.complete or view.full is None:
        return
    instead = {wanted.case_id for wanted in ids.values()}
    free = {row.row: row for row in rows(tab, view.full) if row.case_id in instead}
    batch = Write()
    for case_id, wanted in ids.items():
        row = _same_row(free, wanted)
        if row is None or case_id in view.places:
            continue
        del free[row]
        cells = cells_of(tab, {"case_id": case_id}, book.showing)
        after = {**view.full.rows[row], tab.columns["case_id"]: case_id}
        case = CaseWrite(tracker, case_id, (), {}, {}, new=False, doubtful=False, row_hint=row)
        batch.patches.append((Patch(tab, row, cells, None, after), case))
    send(book, batch, views, outcome, [])
    outcome.strays += [outcome.fresh] if outcome.fresh else []
    outcome.fresh = []


def _same_row(free: Mapping[int, SheetRow], wanted: SheetRow) -> int | None:
    """The row that holds what was read: at its old place, else the only one like it."""
    if wanted.row in free and free[wanted.row].cells == wanted.cells:
        return wanted.row
    found = [number for number, row in free.items() if row.cells == wanted.cells]
    return found[0] if len(found) == 1 else None
