"""The one door to a workbook: pending writes in, rows on the sheet out, in as few calls as there can be.

**One flush** is at most one look and one write, whatever the number of cases and tabs. New rows need no look
(one call); rows that are updated, and new rows of which an earlier try may have landed, are looked up first
(two calls). The write is ONE `spreadsheets.batchUpdate`, which Google carries out whole or not at all, and its
own answer reads back the header rows, the rows written and the case ids at the end of each tab. So every write
is checked by what the sheet was at that very moment, with no further call.

**What can go wrong in between.** Between the look and the write people sort, insert, delete and move. No call
of Google's writes "only if this is still the row", so a write can hit a wrong row; but its answer shows which
row it hit, and then

1. the cells are put back as they were. What they held comes from the look: a tab of up to `look.SMALL` cells
   is read whole before an update, so every row is remembered, also one that carries no case id. Of a longer
   tab only the rows hinted at are read, and what else was hit comes from the store (`known`);
2. the case is written again where it stands now.

Both happen in one further look and write, checked in the same way, and once more if need be. What a person
has typed into such a cell meanwhile is left alone. Two things cannot be put back: on a long tab a cell of a
row that neither the look nor the store knows (it is blanked and named in `Flushed.spoiled`); and what somebody
typed between look and write into the very cell that the write then hit because somebody sorted.

**A column that moved** is found out in the same way, since the header row is in every answer: cells under a
wrong header are put back and written again under their own. A header that went missing, or stands there twice,
holds its tracker: what was written at that moment is taken back, the other trackers go on, and so does this
one, by itself, when the header is right again.

**Nothing twice.** Google may carry a write out and the answer be lost (`Unreachable.doubtful`), or carry it out
minutes after everybody gave it up. A case whose append is doubtful, which the store marks, is looked for before
it is appended again; and a write that was repeated, or whose cells were dealt with, is refused when it comes late
(`sheets.fence`). A write whose answer is lost is repeated where its cases stand then. A new row that was laid out
for a header which had changed is cleared but for its case id, and in doubt until it is filled in (`Flushed.unlaid`).

**Whoever comes next.** What one call could not put right is put right before the next writes anything. Should the
process die, another take over, or the answer that shows the wrong row be lost, that row still tells by its stamp
what was written there and for which case (`sheets.stamp`), and reconciliation puts it right from the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from config.tracker import Tracker
from sheets.batch import CaseWrite, Flushed, Landed, RowWrite, fold
from sheets.book import Book
from sheets.client import Client
from sheets.errors import Moved, Superseded, Trouble
from sheets.flush import mend, write
from sheets.plan import Outcome
from sheets.reading import SheetRow, adopt_rows, read
from sheets.rows import Showing
from sheets.stray import Known, Stray

MOST = 2_000
"""Cases one flush looks at."""
BYTES = 1_500_000
"""What one write may weigh, roughly: Google advises 2 MB at most (usage limits)."""
NEW_CELL, CHANGED_CELL, CHANGED_ROW = 80, 220, 600
"""Bytes of a cell in a new row, and of a cell and a row that are changed: their places are named one by one, and a
changed row gets a stamp."""
TRIES = 3
"""How often a flush starts over because the tabs it has just read are no longer there under that name."""


class Gateway:
    """One workbook. Synchronous, and for one thread: it holds connections and what it knows of the tabs.

    Args:
        spreadsheet_id: Google's id of the workbook.
        client: this thread's client.
        names: a person's key to the name people read in the sheet.
        known: what the store knows of cases: their cells by case id. Used only to put back what was hit by
            mistake on a tab too long to be read whole.
    """

    def __init__(
        self,
        spreadsheet_id: str,
        client: Client,
        names: Mapping[str, str] | None = None,
        known: Known | None = None,
    ) -> None:
        self.client = client
        self._book = Book(spreadsheet_id, client, dict(names or {}), known)
        self._owed: list[list[Stray]] = []
        self.faults: Mapping[str, str] = {}
        """After `read`: a sentence for each tracker (by key) whose tab could not be read."""

    @property
    def showing(self) -> Showing:
        """How values are shown in the workbook; its time zone is known once something was read."""
        return self._book.showing

    @property
    def is_retired(self) -> bool:
        """Whether a thread was left alone with it, so that nobody else may use it."""
        return self.client.is_retired

    def retire(self) -> None:
        """Let whoever uses it come to an end: no call of it begins any more."""
        self.client.retire()

    def flush(self, writes: Sequence[RowWrite]) -> Flushed:
        """Write what is pending, as much as one call may carry; what is over stays pending for the next.

        Safe to repeat, as long as the writes of a try that may have landed, and those in `Flushed.unlaid`, come
        back as `doubtful`.

        Raises:
            Superseded: another flush, or an earlier try, came first: come again with what the store has then.
            Trouble: nothing has landed for certain; whether it may have is in its `doubtful`. A trouble that
                comes later, while something is put right, is in `Flushed.stopped` instead.
        """
        calls = self.client.calls
        outcome = self._pay()
        cases = portion([case for case in fold(writes) if case.tracker.key not in outcome.busy])
        for left in reversed(range(TRIES)):
            try:
                write(self._book, cases, outcome, doubt=left < TRIES - 1)
                break
            except Moved as moved:
                # These cells may be written once more only if nobody has written newer ones meanwhile.
                changed = self._book.changed()
                if isinstance(changed, Superseded):
                    raise changed from moved
                self._book.forget()
                outcome = outcome.afresh()
                if not left:
                    raise
        self._settle(outcome)
        self._book.settled(outcome.landed)
        return Flushed(
            landed=tuple(outcome.landed),
            held=tuple(outcome.held.values()),
            gone=tuple(outcome.gone),
            corrected=outcome.corrected,
            requests=self.client.calls - calls,
            stopped=outcome.stopped,
            spoiled=tuple(outcome.spoiled),
            unlaid=frozenset(
                ident for case in cases if case.case_id in self._book.unlaid for ident in case.write_ids
            ),
        )

    def read(self, trackers: Iterable[Tracker]) -> dict[str, list[SheetRow]]:
        """Every row of these trackers' tabs, by the tracker's key; one call once the tabs are known.

        A tracker whose tab is not in order is left out and has its sentence in `faults`. A row counts when it
        has a case id or something in one of people's columns.
        """
        trackers = list(trackers)
        try:
            rows, self.faults = read(self._book, trackers)
        except Moved:
            self._book.forget()
            rows, self.faults = read(self._book, trackers)
        return rows

    def write_ids(self, tracker: Tracker, rows: Mapping[str, SheetRow]) -> tuple[Landed, ...]:
        """Give case ids to rows that people typed by hand: case id to the row as `read` gave it.

        A row that is no longer as it was read, wherever it stands now, gets nothing and is not in the answer:
        read again. A row that was read with some text in place of its id has that text replaced. Safe to
        repeat, as an id that stands on the tab is not written again.

        Raises:
            Trouble: as `flush`.
        """
        outcome = self._pay()
        if tracker.key not in outcome.busy:
            adopt_rows(self._book, tracker, rows, outcome)
        outcome.again.clear()
        self._settle(outcome)
        return tuple(outcome.landed)

    def _pay(self) -> Outcome:
        """Put right what an earlier call could not, before anything else is written."""
        outcome, self._owed = Outcome(strays=self._owed), []
        try:
            try:
                mend(self._book, outcome)
            except Moved:
                self._book.forget()
                outcome.strays = [
                    [stray for stray in layer if self._book.find(stray.tab)] for layer in outcome.strays
                ]
                mend(self._book, outcome)
        except Trouble:
            self._owed = outcome.strays
            raise
        return outcome

    def _settle(self, outcome: Outcome) -> None:
        """Put right what went astray just now; what is left is put right by the next call."""
        try:
            if outcome.stopped is None:
                mend(self._book, outcome)
        except Trouble as trouble:
            outcome.stopped = trouble
        if outcome.stopped is not None:
            self._book.forget()
        self._owed = outcome.strays


def portion(cases: Sequence[CaseWrite]) -> list[CaseWrite]:
    """The first cases, as many as one call may carry (`BYTES`), and at least one."""
    taken: list[CaseWrite] = []
    weight = 0
    for case in cases[:MOST]:
        per_cell, per_row = (NEW_CELL, 0) if case.new else (CHANGED_CELL, CHANGED_ROW)
        words = sum(len(str(value)) for value in case.cells.values())
        weight += per_row + per_cell * len(case.cells) + words
        if taken and weight > BYTES:
            break
        taken.append(case)
    return taken
