"""Deciding what goes where: cells on a row that was found, a new row, or nothing left to do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from config.texts import text
from sheets.batch import CaseWrite, Held, Landed
from sheets.book import Book
from sheets.errors import Superseded, Trouble
from sheets.fence import first, next_fence
from sheets.header import complaint
from sheets.look import View, Want
from sheets.patch import Patch, cells_of
from sheets.remedy import Remedy
from sheets.rows import JSON
from sheets.stamp import STAMP, stamp, strayed
from sheets.stray import Stray
from sheets.tab import Tab
from sheets.typed import typed_since

Owner = CaseWrite | Remedy
"""Whose cells a patch carries: a case's, or those of a row that was written on by mistake."""


@dataclass(slots=True)
class Write:
    """One batch: located cells with whose they are, and new rows by the key of their tracker."""

    patches: list[tuple[Patch, Owner]] = field(default_factory=list)
    appends: dict[str, list[CaseWrite]] = field(default_factory=dict)
    taken: dict[str, list[CaseWrite]] = field(default_factory=dict)
    """By the key of their tracker, all cases that were dealt with, also those of which nothing is left to write."""
    fences: dict[str, int] = field(default_factory=dict)
    """By the key of their tracker, the fence to plant with it."""

    def tabs(self, book: Book) -> dict[str, Tab]:
        """The tabs it touches, by the key of their tracker."""
        patched = {patch.tab.tracker.key: patch.tab for patch, _ in self.patches}
        return {**patched, **{key: book.tabs[key] for key in (*self.appends, *self.fences)}}

    @property
    def written(self) -> set[str]:
        """The trackers (their keys) on whose tabs cells are written."""
        return {patch.tab.tracker.key for patch, _ in self.patches} | self.appends.keys()

    def fence(self, book: Book) -> None:
        """See that a repetition of this write and itself are not both carried out.

        A tab on which nothing is left to write is fenced, too, where an earlier try may still be under way.

        Raises:
            Superseded: what nobody has tried to write before was written meanwhile.
        """
        for key, cases in self.taken.items():
            if key not in self.written and not any(case.doubtful for case in cases):
                continue
            oldest = min(cases, key=lambda case: min(case.write_ids))
            ident = min(oldest.write_ids)
            standing = book.tabs[key].fences.keys()
            is_tried = oldest.doubtful or oldest.case_id in book.unlaid
            if first(ident) in standing and not is_tried:
                book.forget()
                raise Superseded
            self.fences[key] = next_fence(ident, standing | book.facts.taken)

    def patches_of(self, key: str) -> list[tuple[Patch, Owner]]:
        """The located cells of one tracker's tab."""
        return [(patch, owner) for patch, owner in self.patches if patch.tab.tracker.key == key]


@dataclass(slots=True)
class Outcome:
    """What one flush has done so far, and what it still has to put right."""

    landed: list[Landed] = field(default_factory=list)
    held: dict[str, Held] = field(default_factory=dict)
    gone: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    spoiled: list[str] = field(default_factory=list)
    corrected: int = 0
    strays: list[list[Stray]] = field(default_factory=list)
    """Cells to be put back, a list for each write that went astray, the last on top."""
    fresh: list[Stray] = field(default_factory=list)
    """What the last write has just put where it does not belong."""
    again: list[CaseWrite] = field(default_factory=list)
    """Cases that hit a wrong row or header and are still to be written."""
    stopped: Trouble | None = None
    """The trouble that came after rows had landed."""

    @property
    def busy(self) -> set[str]:
        """The trackers (their keys) on whose tabs something is still to be put right: nothing else is written."""
        return {stray.tab.tracker.key for layer in self.strays for stray in layer}

    def afresh(self) -> Outcome:
        """The outcome to start over with: what is owed and what was found out stays."""
        return Outcome(spoiled=self.spoiled, corrected=self.corrected, strays=self.strays)

    def hold(self, group: Sequence[CaseWrite], reason: str) -> None:
        """Let the cases of one tracker wait."""
        if not group:
            return
        key = group[0].tracker.key
        ids = tuple(number for case in group for number in case.write_ids)
        before = self.held[key].write_ids if key in self.held else ()
        self.held[key] = Held(key, before + ids, reason)

    def astray(self, stray: Stray) -> None:
        """Remember cells that were written where they do not belong."""
        self.fresh.append(stray)
        if stray.lost:
            lost = ", ".join(stray.lost)
            self.spoiled.append(text("workbook.spoiled", row=stray.row, tab=stray.tab.title, headers=lost))


def want(book: Book, group: Sequence[CaseWrite], *, doubt: bool) -> Want | None:
    """What must be looked up for these cases of one tracker; None where all of them are surely new.

    Args:
        book: the workbook.
        group: cases of one tracker.
        doubt: whether every new case is to be looked for, too.
    """
    tab = book.tabs[group[0].tracker.key]
    new = [case for case in group if case.new]
    doubtful = {case.case_id for case in new if doubt or case.doubtful or case.case_id in book.unlaid}
    hints = {case.case_id: case.row_hint for case in group if not case.new}
    if not doubtful and not hints and tab.last is not None:
        return None
    restore = bool(doubtful or hints)
    return Want(tab, hints, scan=bool(doubtful) or tab.last is None, restore=restore, doubtful=doubtful)


def place(
    book: Book, tab: Tab, group: Sequence[CaseWrite], view: View | None, write: Write, outcome: Outcome
) -> None:
    """Put each case of one tab into the batch, or into the outcome where nothing is left to do."""
    if not tab.map.complete:
        outcome.hold(group, complaint(tab.tracker, tab.map))
        return
    write.taken.setdefault(tab.tracker.key, []).extend(group)
    for case in group:
        row = view.places.get(case.case_id) if view else None
        # Of a row that is there only what came after it; all of it where the row is still an empty shell.
        shell = case.new and row is not None and (case.case_id in book.unlaid or _is_shell(tab, view, row))
        # The case id itself is only ever written into a new row: an update may hit a wrong one.
        kept = (
            {"case_id"}
            if shell or row is None
            else {"case_id", *typed_since(tab, view, row, case, book.showing)}
        )
        values = {
            key: value for key, value in (case.cells if shell else case.late).items() if key not in kept
        }
        cells = cells_of(tab, values, book.showing)
        if row and cells:
            cells |= _stamped(book, tab, view, row, case.case_id, values)
            mark = (tab.columns["case_id"], case.case_id)
            # Should it go astray, what its cells show then may be the bot's own.
            update = replace(case, new=False, cells=values, late=values, expected={})
            write.patches.append((Patch(tab, row, cells, mark), update))
        elif row:
            outcome.landed.append(book.landed(tab, case, row))
        elif case.new:
            write.appends.setdefault(tab.tracker.key, []).append(case)
        else:
            outcome.gone.append((case.case_id, case.write_ids))


def is_missing(case: CaseWrite, view: View) -> bool:
    """Whether the row of a case that has one is not on the tab."""
    return not case.new and case.case_id not in view.places


def _stamped(
    book: Book, tab: Tab, view: View | None, row: int, case_id: str, values: Collection[str]
) -> dict[int, JSON]:
    """The stamp that goes with cells of a row; none over another case's that is not dealt with by them.

    What no write can deal with keeps no stamp: a column that is not declared, and the case id.
    """
    place = tab.columns[STAMP]
    seen = view.full.text(row, place) if view is not None and view.full is not None else ""
    changed = (tab.columns.keys() & {*values}) - {STAMP}
    wrong = strayed(case_id, {STAMP: seen}) & tab.columns.keys()
    if not changed or wrong - {STAMP, "case_id", *changed}:
        return {}
    return cells_of(tab, {STAMP: stamp(case_id, changed)}, book.showing)


def _is_shell(tab: Tab, view: View | None, row: int) -> bool:
    """Whether a row was read and holds a case id and nothing else in the declared columns."""
    if view is None or view.full is None or row not in view.full.rows:
        return False
    return {place for place in tab.columns.values() if place in view.full.rows[row]} <= {
        tab.columns["case_id"]
    }
