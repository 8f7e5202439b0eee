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

**Nothing twice.** Google may carry a write out and the answer be lost (`Unreachable.doubtful`). A case whose
append is doubtful is looked for before it is appended again. The gateway itself remembers appends that may
have landed; the store marks them too, so that a restart does not forget them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from config.tracker import Tracker
from sheets.batch import Flushed, Landed, RowWrite, fold
from sheets.book import Book
from sheets.client import Client
from sheets.errors import BadRequest, Trouble
from sheets.flush import mend, write
from sheets.plan import Outcome
from sheets.reading import SheetRow, adopt_rows, read
from sheets.stray import Known, Stray
from sheets.tab import Moved

MOST = 400
"""Cases one flush takes: some 45 cells each make about 1.5 MB, and Google advises 2 MB (usage limits)."""


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
        self._owed: list[Stray] = []
        self.faults: Mapping[str, str] = {}
        """After `read`: a sentence for each tracker (by key) whose tab could not be read."""

    def flush(self, writes: Sequence[RowWrite]) -> Flushed:
        """Write what is pending, up to `MOST` cases; what is over stays pending for the next call.

        Safe to repeat, as long as the writes of a try that may have landed come back as `doubtful`.

        Raises:
            Trouble: nothing has landed for certain; whether it may have is in its `doubtful`. A trouble that
                comes later, while something is put right, is in `Flushed.stopped` instead.
        """
        calls = self.client.calls
        cases = fold(writes)[:MOST]
        outcome = self._pay()
        try:
            write(self._book, cases, outcome, doubt=False)
        except (BadRequest, Moved):
            # A tab was renamed or the grid became smaller since it was read: look at everything afresh.
            self._book.forget()
            outcome = outcome.afresh()
            write(self._book, cases, outcome, doubt=True)
        stopped = self._settle(outcome)
        self._book.doubtful -= {landed.case_id for landed in outcome.landed}
        return Flushed(
            landed=tuple(outcome.landed),
            held=tuple(outcome.held.values()),
            gone=tuple(outcome.gone),
            corrected=outcome.corrected,
            requests=self.client.calls - calls,
            stopped=stopped,
            spoiled=tuple(outcome.spoiled),
        )

    def read(self, trackers: Iterable[Tracker]) -> dict[str, list[SheetRow]]:
        """Every row of these trackers' tabs, by the tracker's key; one call once the tabs are known.

        A tracker whose tab is not in order is left out and has its sentence in `faults`. A row counts when it
        has a case id or something in one of people's columns.
        """
        trackers = list(trackers)
        try:
            rows, self.faults = read(self._book, trackers)
        except BadRequest:
            self._book.forget()
            rows, self.faults = read(self._book, trackers)
        return rows

    def write_ids(self, tracker: Tracker, rows: Mapping[str, SheetRow]) -> tuple[Landed, ...]:
        """Give case ids to rows that people typed by hand: case id to the row as `read` gave it.

        A row that is no longer as it was read, wherever it stands now, gets nothing and is not in the answer:
        read again. Safe to repeat, as a row that has an id is left alone.

        Raises:
            Trouble: as `flush`.
        """
        outcome = self._pay()
        adopt_rows(self._book, tracker, rows, outcome)
        outcome.again.clear()
        self._settle(outcome)
        return tuple(outcome.landed)

    def _pay(self) -> Outcome:
        """Put right what an earlier call could not, before anything else is written."""
        outcome, self._owed = Outcome(strays=self._owed), []
        try:
            mend(self._book, outcome)
        except BadRequest:
            # Its tab is gone, and what was to be put back with it.
            self._book.forget()
            outcome.strays.clear()
        except Trouble:
            self._owed = outcome.strays
            raise
        return outcome

    def _settle(self, outcome: Outcome) -> Trouble | None:
        """Put right what went astray just now; what is left, and the trouble that stopped it, for later."""
        stopped = None
        try:
            mend(self._book, outcome)
        except Trouble as trouble:
            self._book.forget()
            stopped = trouble
        self._owed = outcome.strays
        return stopped
