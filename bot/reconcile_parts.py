"""What every part of a look at a workbook is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.deliver import Decides
from bot.reconcile_cells import Eyes
from bot.store.statements import Row
from bot.store.store import Store
from config.desk import Desk
from config.tracker import Tracker
from handlers.place import Account, Place
from handlers.ports import Clock
from sheets.batch import Landed
from sheets.reading import SheetRow
from sheets.rows import Showing


class Book(Protocol):
    """One workbook's gateway, used by one thread at a time. Every method may raise `sheets.errors.Trouble`."""

    faults: Mapping[str, str]

    @property
    def showing(self) -> Showing:
        """How values are shown in it."""
        ...

    def read(self, trackers: Iterable[Tracker], /) -> Mapping[str, Sequence[SheetRow]]:
        """Every row of these trackers' tabs by the tracker's key; `faults` has what is wrong with the others."""
        ...

    def retire(self) -> None:
        """Nobody waits for its thread any more: begin no other call."""
        ...

    def write_ids(self, tracker: Tracker, rows: Mapping[str, SheetRow], /) -> Sequence[Landed]:
        """Give case ids to rows that still are as they were read; the ones that got theirs."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What is used: the store, who decides, the moment it is, and how long a half-typed row has to rest."""

    store: Store
    intake: Decides
    now: Clock
    rest: timedelta


@dataclass(frozen=True, slots=True)
class Look:
    """One tracker's tab as it was just read, and what is known of its rows.

    `rows` are those with a case id, by that id, top to bottom; `free` those without one. `watched` is a row of the
    query of that name for every case whose row ever was on the tab.
    """

    eyes: Eyes
    document: str
    rows: Mapping[str, Sequence[SheetRow]]
    free: Sequence[SheetRow]
    watched: Mapping[str, Row]
    has_typed: bool
    """Whether rows typed by hand are remembered that may be gone by now."""

    @property
    def desk(self) -> Desk:
        """The desk."""
        return self.eyes.desk

    @property
    def tracker(self) -> Tracker:
        """The tracker."""
        return self.eyes.tracker

    @property
    def account(self) -> Account:
        """Whoever types in the workbook: Google does not say who."""
        return Account("sheet", "", f"{self.desk.key}/{self.document}")

    @property
    def place(self) -> Place:
        """The tab."""
        return Place("sheet", f"{self.desk.key}/{self.document}/{self.tracker.key}")

    def only(self, case_id: str) -> SheetRow | None:
        """The row of a case; None where it has none, or where its id stands on several."""
        rows = self.rows.get(case_id, ())
        return rows[0] if len(rows) == 1 else None


def by_id(rows: Iterable[SheetRow]) -> tuple[dict[str, list[SheetRow]], list[SheetRow]]:
    """Rows with a case id by that id, and rows without one.

    A row is blank when it shows nothing but unticked boxes, and what the bot wrote there by mistake.
    """
    named: dict[str, list[SheetRow]] = {}
    free: list[SheetRow] = []
    for row in rows:
        if row.case_id:
            named.setdefault(row.case_id, []).append(row)
        elif _is_typed(row):
            free.append(row)
    return named, free


def _is_typed(row: SheetRow) -> bool:
    strayed = row.strayed
    return any(text not in ("", "FALSE") for key, text in row.cells.items() if key not in strayed)
