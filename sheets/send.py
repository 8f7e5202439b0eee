"""Sending one batch, and checking by its answer that everything went where it belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sheets.batch import CaseWrite
from sheets.book import Book
from sheets.errors import Trouble
from sheets.look import View
from sheets.patch import Patch, append_request, new_row, read_back, under_same_headers, update_requests
from sheets.plan import Outcome, Write
from sheets.sight import ANSWER, Ask, Sight, see, seen_in
from sheets.stray import Stray, stray_append, stray_update
from sheets.tab import Tab


def send(book: Book, write: Write, views: Mapping[str, View], outcome: Outcome) -> None:
    """Send the batch, if there is anything in it; what did not arrive is in the outcome to be put right.

    Args:
        book: the workbook.
        write: what to send.
        views: what was seen of the tabs just before, by the key of their tracker.
        outcome: takes up what became of it.

    Raises:
        Trouble: nothing was carried out for certain; appends that may have landed are remembered as doubtful.
    """
    tabs = write.tabs(book)
    if not tabs:
        return
    batch = update_requests(patch for patch, _ in write.patches)
    ranges: list[str] = []
    for key, tab in tabs.items():
        cases = write.appends.get(key, [])
        if cases:
            batch.append(append_request(tab, [new_row(tab, case, book.showing) for case in cases]))
        ranges += read_back(tab, [patch for patch, _ in write.patches_of(key)], appended=bool(cases))
    try:
        answer = book.client.batch_update(book.spreadsheet_id, batch, ranges, ANSWER)
    except Trouble as trouble:
        if trouble.doubtful:
            book.doubtful |= {case.case_id for cases in write.appends.values() for case in cases}
        raise
    seen = seen_in(answer)
    for key, tab in tabs.items():
        # Where titles changed hands the answer shows another tab; the write went by id to the right one.
        after = seen[tab.gid] if tab.gid in seen else book.look_again(tab)
        for patch, owner in write.patches_of(key):
            _check_patch(book, patch, owner, after, views.get(key), outcome)
        _check_appends(book, tab, write.appends.get(key, []), after, outcome)


def _check_patch(
    book: Book, patch: Patch, owner: CaseWrite | Stray, after: Sight, view: View | None, outcome: Outcome
) -> None:
    if not patch.arrived(after):
        outcome.astray(stray_update(patch, after, book.memory(view)))
        if isinstance(owner, Stray):
            outcome.strays.append(owner)
        else:
            outcome.again.append(replace(owner, new=False, cells=owner.late))
    elif isinstance(owner, Stray):
        outcome.corrected += 1
    else:
        outcome.landed.append(book.landed(patch.tab, owner, patch.row))


def _check_appends(book: Book, tab: Tab, cases: Sequence[CaseWrite], after: Sight, outcome: Outcome) -> None:
    """Find the rows that new cases got, by their ids at the end of the tab."""
    if not cases:
        return
    column = tab.columns["case_id"]
    places = after.places(column)
    if any(case.case_id not in places for case in cases):
        # People deleted more rows than the answer looks back over.
        ids = see(book.client, book.spreadsheet_id, [Ask(tab.title, "column", column)])[0]
        places = {**ids.places(column), **places}
        tab.last = ids.last
    right = under_same_headers(tab, tab.columns.values(), after)
    for case in cases:
        row = places.get(case.case_id)
        if row is None:
            book.doubtful.add(case.case_id)
        elif right:
            outcome.landed.append(book.landed(tab, case, row))
        else:
            written = Patch(tab, row, new_row(tab, case, book.showing)).values
            outcome.astray(stray_append(tab, row, written, after, case.case_id))
            outcome.again.append(case)
    rows = [places[case.case_id] for case in cases if case.case_id in places]
    tab.last = max([tab.last or 1, *rows])
    tab.row_count = max(tab.row_count, tab.last)
