"""Sending one batch, and checking by its answer that everything went where it belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheets.batch import CaseWrite
from sheets.book import Book
from sheets.errors import BadRequest, Trouble
from sheets.fence import plant
from sheets.look import View
from sheets.patch import Patch, append_request, new_row, read_back, under_same_headers, update_requests
from sheets.plan import Outcome, Write
from sheets.remedy import Remedy
from sheets.rows import JSON
from sheets.sight import ANSWER, Ask, Sight, see, seen_in
from sheets.stray import Stray, stray_append, stray_update
from sheets.tab import Tab


def send(book: Book, write: Write, views: Mapping[str, View], outcome: Outcome, left: list[Stray]) -> None:
    """Send the batch, if there is anything in it; what did not arrive is in the outcome to be put right.

    Args:
        book: the workbook.
        write: what to send.
        views: what was seen of the tabs just before, by the key of their tracker.
        outcome: takes up what became of it.
        left: takes up the strays that were to be settled and were not.

    Raises:
        Moved: the tabs are no longer as they were read; nothing was carried out.
        Superseded: another write was carried out since; this one was not.
        Trouble: nothing was carried out for certain; whether it may have been is in its `doubtful`.
    """
    if not write.tabs(book):
        return
    try:
        answer = _call(book, write)
    except BadRequest as error:
        changed = book.changed()
        if changed is None:
            raise
        raise changed from error
    except Trouble as trouble:
        if trouble.doubtful:
            book.forget()  # The fences tell what became of it; they are read with the tabs.
        raise
    # From here on rows have landed: a trouble no longer means that nothing was done.
    try:
        _check(book, write, seen_in(answer), views, outcome, left)
    except Trouble as trouble:
        outcome.stopped = trouble


def _call(book: Book, write: Write) -> JSON:
    """Carry out the batch; the tabs know of its fences from then on."""
    planting: list[JSON] = []
    appending: list[JSON] = []
    ranges: list[str] = []
    standing: dict[str, dict[int, int]] = {}
    tabs = write.tabs(book)
    for key, tab in tabs.items():
        plants, standing[key] = plant(tab.gid, tab.fences, write.fences.get(key))
        planting += plants
        cases = write.appends.get(key, [])
        if cases:
            appending.append(append_request(tab, [new_row(tab, case, book.showing) for case in cases]))
        ranges += read_back(tab, [patch for patch, _ in write.patches_of(key)], appended=bool(cases))
    batch = planting + update_requests(patch for patch, _ in write.patches) + appending
    answer = book.client.batch_update(book.spreadsheet_id, batch, ranges, ANSWER)
    for key, tab in tabs.items():
        tab.fences = standing[key]
    return answer


def _check(
    book: Book,
    write: Write,
    seen: Mapping[int, Sight],
    views: Mapping[str, View],
    outcome: Outcome,
    left: list[Stray],
) -> None:
    for key, tab in write.tabs(book).items():
        if key not in write.written:
            continue  # It got a fence and nothing else.
        # Where titles changed hands the answer shows another tab; the write went by id to the right one.
        after = seen[tab.gid] if tab.gid in seen else book.look_again(tab)
        patches = write.patches_of(key)
        for patch, owner in patches:
            arrived = patch.arrived(after)
            if not arrived:
                touched = {place for other, _ in patches if other.row == patch.row for place in other.cells}
                outcome.astray(stray_update(patch, after, book.memory(views.get(key)), touched))
            if isinstance(owner, Remedy):
                rest = owner.then if arrived else owner.stray
                left += [] if rest is None else [rest]
                outcome.corrected += rest is None
            elif arrived:
                outcome.landed.append(book.landed(tab, owner, patch.row))
            else:
                outcome.again.append(owner)
        _check_appends(book, tab, write.appends.get(key, []), after, outcome)


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
            book.unlaid.add(case.case_id)  # Somebody deleted or moved it already; it is looked for again.
            continue
        if right:
            outcome.landed.append(book.landed(tab, case, row))
        else:
            written = Patch(tab, row, new_row(tab, case, book.showing), None).values
            outcome.astray(stray_append(tab, row, written, after, case.case_id))
            outcome.again.append(case)
            book.unlaid.add(case.case_id)
    rows = [places[case.case_id] for case in cases if case.case_id in places]
    tab.last = max([tab.last or 1, *rows])
    tab.row_count = max(tab.row_count, tab.last)
