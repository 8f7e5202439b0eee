"""The course of one flush: look, write, check, and put right what went astray."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheets.batch import CaseWrite, by_tracker
from sheets.book import Book
from sheets.errors import Trouble
from sheets.look import View, Want
from sheets.plan import Outcome, Write, is_missing, place, want
from sheets.remedy import remedy
from sheets.send import send
from sheets.stray import Stray

ROUNDS = 5
"""How often one flush puts right before it leaves the rest to the next; nobody sorts that often."""


def write(book: Book, cases: Sequence[CaseWrite], outcome: Outcome, *, doubt: bool) -> None:
    """Write these cases in one batch, after a look where one is needed.

    Args:
        book: the workbook.
        cases: what to write.
        outcome: takes up what became of it.
        doubt: whether to look for every new case before it is appended.

    Raises:
        Trouble: nothing was carried out for certain.
    """
    groups = by_tracker(cases)
    for key, reason in book.ready([group[0].tracker for group in groups.values()]).items():
        outcome.hold(groups.pop(key), reason)
    wants = {key: want(book, group, doubt=doubt) for key, group in groups.items()}
    views = _seen(book, {key: asked for key, asked in wants.items() if asked is not None}, groups)
    batch = Write()
    for key, group in groups.items():
        place(book, book.tabs[key], group, views.get(key), batch, outcome)
    batch.fence(book)
    send(book, batch, views, outcome, [])
    if outcome.fresh:
        outcome.strays.append(outcome.fresh)
        outcome.fresh = []


def _seen(
    book: Book, wants: Mapping[str, Want], groups: Mapping[str, Sequence[CaseWrite]]
) -> dict[str, View]:
    """Look at tabs; where a case is missing, make sure of the tab and look again, so that nothing comes in between.

    Raises:
        Moved: a case is not on the tab, and the tab is not the one that was read.
    """
    views = book.look(wants)
    missing = [
        key
        for key, group in groups.items()
        if key in views
        and book.tabs[key].map.complete
        and any(is_missing(case, views[key]) for case in group)
    ]
    for key in missing:
        book.confirm(book.tabs[key])
    return book.look(wants) if missing else views


def mend(book: Book, outcome: Outcome) -> None:
    """Put right what went astray, in up to `ROUNDS` looks and writes; what is left stays in the outcome.

    What went astray last is put right first: it may lie on top of what went astray before.

    Raises:
        Trouble: what is left stays in the outcome, too.
    """
    for _ in range(ROUNDS):
        if not outcome.strays and not outcome.again:
            return
        layer = outcome.strays.pop() if outcome.strays else []
        again, outcome.again = outcome.again, []
        if outcome.strays:
            again, outcome.again = [], again
        left: list[Stray] = []
        try:
            _round(book, layer, again, left, outcome)
        except Trouble:
            outcome.strays.append(layer)
            raise
        fresh, outcome.fresh = outcome.fresh, []
        outcome.strays += [strays for strays in (left, fresh) if strays]


def _round(
    book: Book, layer: Sequence[Stray], again: Sequence[CaseWrite], left: list[Stray], outcome: Outcome
) -> None:
    """One look and one write; strays that are not settled by it are `left`, new ones are `fresh`."""
    tabs = {stray.tab.tracker.key: stray.tab for stray in layer}
    tabs |= {case.tracker.key: book.tabs[case.tracker.key] for case in again}
    at_work = {stray.tab.tracker.key for stray in layer}
    groups = by_tracker(again)
    quiet = {key: group for key, group in groups.items() if key not in at_work}
    views = _seen(book, {key: Want(tab, {}, scan=True) for key, tab in tabs.items()}, quiet)
    batch = Write()
    taken: set[tuple[str, int | None]] = set()
    for stray in layer:
        key = stray.tab.tracker.key
        found = remedy(stray, views[key].sight, full=views[key].full is not None)
        if found.patch is None:
            left += [] if found.then is None else [found.then]
        elif (key, found.patch.row) in taken:
            left.append(stray)  # Two patches of a row would each take the other's cells for a wrong row's.
        else:
            taken.add((key, found.patch.row))
            batch.patches.append((found.patch, found))
    # A new row is written again when it is cleared, any other when it is put right, and a case that is not found
    # may be on a row whose id is only just being put back.
    unclear = {stray.mark[1] for stray in layer if stray.new and stray.mark is not None}
    for key, group in groups.items():
        rows = views[key].places
        later = [
            case
            for case in group
            if case.case_id in unclear
            or (key, rows.get(case.case_id)) in taken
            or (key in at_work and case.case_id not in rows)
        ]
        outcome.again += later
        place(book, tabs[key], [case for case in group if case not in later], views[key], batch, outcome)
    landed = len(outcome.landed)
    send(book, batch, views, outcome, left)
    outcome.corrected += len(outcome.landed) - landed
