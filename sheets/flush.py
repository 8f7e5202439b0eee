"""The course of one flush: look, write, check, and put right what went astray."""

from __future__ import annotations

from collections.abc import Sequence

from sheets.batch import CaseWrite, by_tracker
from sheets.book import Book
from sheets.errors import Trouble
from sheets.look import Want
from sheets.plan import Outcome, Write, place, want
from sheets.send import send
from sheets.stray import Stray, restore

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
    views = book.look({key: asked for key, asked in wants.items() if asked is not None})
    batch = Write()
    for key, group in groups.items():
        place(book, book.tabs[key], group, views.get(key), batch, outcome)
    send(book, batch, views, outcome)


def mend(book: Book, outcome: Outcome) -> None:
    """Put right what went astray, in up to `ROUNDS` looks and writes; what is left stays in the outcome.

    Raises:
        Trouble: what is left stays in the outcome, too.
    """
    for _ in range(ROUNDS):
        if not outcome.strays and not outcome.again:
            return
        strays, again = outcome.strays, outcome.again
        outcome.strays, outcome.again = [], []
        try:
            _round(book, strays, again, outcome)
        except Trouble:
            outcome.strays = [*strays, *outcome.strays]
            raise


def _round(book: Book, strays: Sequence[Stray], again: Sequence[CaseWrite], outcome: Outcome) -> None:
    tabs = {stray.tab.tracker.key: stray.tab for stray in strays}
    tabs |= {case.tracker.key: book.tabs[case.tracker.key] for case in again}
    views = book.look({key: Want(tab, {}, scan=True) for key, tab in tabs.items()})
    batch = Write()
    for stray in strays:
        view = views[stray.tab.tracker.key]
        patch = restore(stray, view.sight, full=view.full is not None)
        if patch is not None:
            batch.patches.append((patch, stray))
    blanked = {patch.tab.tracker.key for patch, _ in batch.patches}
    for key, group in by_tracker(again).items():
        # A new row that was laid out wrongly is blanked first and appended in the round after: in one batch
        # it could land on the very row that was just blanked, and neither could be checked.
        later = [case for case in group if case.new and key in blanked]
        outcome.again += later
        place(book, tabs[key], [case for case in group if case not in later], views[key], batch, outcome)
    landed = len(outcome.landed)
    send(book, batch, views, outcome)
    outcome.corrected += len(outcome.landed) - landed
