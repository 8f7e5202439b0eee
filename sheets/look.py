"""The look before a write: where the rows of some cases stand, and what else is worth remembering of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sheets.client import Client
from sheets.errors import Moved
from sheets.notation import runs
from sheets.sight import Ask, Sight, see
from sheets.tab import Tab

SMALL = 50_000
"""Cells up to which a tab is read whole before its rows are updated (well under a megabyte): then anything
that a person moves at that very moment can be put back from what was read. Of a longer tab only the rows
hinted at are read, or the case ids, and what else was hit is put back from the store."""
MOST_HINTS = 40
"""Rows asked for one by one; more make the address of the call too long (about 8,000 characters)."""


@dataclass(frozen=True, slots=True)
class Want:
    """What must be known of a tab: the rows of cases (case id to row hint), or all of them."""

    tab: Tab
    hints: Mapping[str, int | None]
    scan: bool
    """Whether it must be certain where a case is not, too."""
    restore: bool = True
    """Whether rows will be updated, so that what they hold is worth remembering."""
    whole: bool = False
    """Whether every row is wanted with all its cells, however long the tab."""
    doubtful: Collection[str] = ()
    """Cases whose rows, where they are there, are wanted with all their cells: one may hold nothing but its id."""


@dataclass(frozen=True, slots=True)
class View:
    """What the look found: where cases stand, and rows with all their cells (`full`, None where not read)."""

    sight: Sight
    places: Mapping[str, int]
    full: Sight | None


def look(client: Client, spreadsheet_id: str, wants: Sequence[Want]) -> list[View]:
    """Read what is wanted of several tabs: in one call while the hints hold, else in two.

    The rows of doubtful cases of a long tab take one more. A tab whose header changed is brought up to date;
    whether it still has all columns is for the caller.

    Raises:
        Moved: the columns, or doubtful rows, moved again between the calls.
    """
    asks = [_ask(want) for want in wants]
    sights = see(client, spreadsheet_id, asks)
    again: list[int] = []
    for number, (want, ask, sight) in enumerate(zip(wants, asks, sights, strict=True)):
        old_column = want.tab.columns.get("case_id", 0)
        want.tab.update(sight)
        column = want.tab.columns.get("case_id", old_column)
        if (ask.what == "column" and column != ask.column) or (
            ask.what == "rows"
            and any(sight.text(row or 0, column) != case for case, row in want.hints.items())
        ):
            again.append(number)
    fulls = [sight if ask.what != "column" else None for ask, sight in zip(asks, sights, strict=True)]
    if again:
        more = [Ask(wants[number].tab.title, "column", _id_column(wants[number].tab)) for number in again]
        for number, sight in zip(again, see(client, spreadsheet_id, more), strict=True):
            if sight.header != wants[number].tab.header:
                raise Moved
            sights[number] = sight
    views = [_view(*found) for found in zip(wants, sights, fulls, strict=True)]
    return _doubtful_rows(client, spreadsheet_id, wants, views)


def _doubtful_rows(
    client: Client, spreadsheet_id: str, wants: Sequence[Want], views: list[View]
) -> list[View]:
    """The views, with the rows of doubtful cases where a column was all that was read; a call only for those."""
    asks: dict[int, Ask] = {}
    for number, (want, view) in enumerate(zip(wants, views, strict=True)):
        rows = [view.places[case] for case in want.doubtful if case in view.places]
        if rows and view.full is None:
            ranges = runs(rows)
            title = want.tab.title
            asks[number] = (
                Ask(title, "rows", rows=ranges) if len(ranges) <= MOST_HINTS else Ask(title, "whole")
            )
    for number, sight in zip(asks, see(client, spreadsheet_id, list(asks.values())), strict=True):
        want, view = wants[number], views[number]
        found = sight.places(_id_column(want.tab))
        if sight.header != want.tab.header or any(
            found.get(case) != view.places[case] for case in want.doubtful if case in view.places
        ):
            raise Moved
        views[number] = replace(view, full=sight)
    return views


def _ask(want: Want) -> Ask:
    tab = want.tab
    if want.whole or (want.restore and tab.cells <= SMALL):
        return Ask(tab.title, "whole")
    rows = [row for row in want.hints.values() if row and row > 1]
    if want.scan or len(rows) < len(want.hints) or len(rows) > MOST_HINTS or max(rows) > tab.row_count:
        return Ask(tab.title, "column", _id_column(tab))
    return Ask(tab.title, "rows", rows=[(row, row) for row in sorted(set(rows))])


def _id_column(tab: Tab) -> int:
    return tab.columns.get("case_id", 0)


def _view(want: Want, sight: Sight, full: Sight | None) -> View:
    if sight.all_ids:
        want.tab.last = sight.last
    return View(sight, sight.places(_id_column(want.tab)), full)
