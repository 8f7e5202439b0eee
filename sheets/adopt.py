"""`deskbell sheets init`: workbooks, tabs and headers made or adopted, so that the gateway finds all it needs.

What is there is looked at, what should be is compared with it, and the difference is one batch of requests, which
Google carries out whole or not at all. A second run finds no difference and sends nothing. Headers are adopted by
their text or an alias, columns are never moved, and nothing that a person wrote is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from zlib import crc32

from config.desk import Desk
from config.tracker import Tracker
from sheets import drive
from sheets.adopt_check import Sign, check
from sheets.adopt_seen import SeenBook, SeenTab, see_book
from sheets.adopt_tab import Step, plan, steps
from sheets.client import Client
from sheets.header import all_columns, header_map
from sheets.notation import letters, quoted
from sheets.rows import JSON

__all__ = ["Sign", "check", "init", "init_workbook"]


def init(client: Client, desk: Desk, *, dry_run: bool = False) -> list[str]:
    """Create or adopt every workbook of a desk. Safe to repeat.

    Returns:
        A line for everything that was done, or with `dry_run` would be done; none when there is nothing to do.

    Raises:
        Trouble: as every call to Google; the workbooks before it are done.
    """
    return [
        line for document in desk.documents for line in init_workbook(client, desk, document, dry_run=dry_run)
    ]


def init_workbook(client: Client, desk: Desk, document: str, *, dry_run: bool = False) -> list[str]:
    """Create or adopt one workbook of a desk, by its key; one read and one write, or only the read.

    A workbook that had to be made, and tabs that were not there under their names, cost two or three calls more.

    Returns:
        As `init`.

    Raises:
        Trouble: as every call to Google. Nothing was done, or, where it is doubtful, perhaps all of it.
    """
    title = desk.documents[document].title
    trackers = [tracker for tracker in desk.trackers.values() if tracker.document == document]
    lines, spreadsheet_id = _workbook(client, desk, document, dry_run=dry_run)
    if not trackers:
        return lines
    seen = (
        SeenBook(desk.timezone, {}) if spreadsheet_id is None else see_book(client, spreadsheet_id, trackers)
    )
    todo = list(_steps(client, spreadsheet_id, seen, desk, trackers))
    requests = [request for step in todo for request in step.requests]
    if requests and spreadsheet_id is not None and not dry_run:
        client.batch_update(spreadsheet_id, requests)
    return [*lines, *(f"{title}: {step.says}" for step in todo)]


def _workbook(client: Client, desk: Desk, document: str, *, dry_run: bool) -> tuple[list[str], str | None]:
    """The workbook's id, which is looked up or made where none is declared; None where a dry run would make it."""
    declared = desk.documents[document]
    if declared.spreadsheet is not None:
        return [], declared.spreadsheet
    name = drive.label(desk.key, document)
    shelf = drive.look_up(client, name)
    found, lines = shelf.workbook, []
    if found is None:
        where = f"in the folder {drive.SHELF}" if shelf.folder else "in the bot's own Drive"
        lines.append(f"{declared.title}: new workbook {where}")
        if dry_run:
            return lines, None
        found = drive.create(client, declared.title, name, shelf.folder)
    elif shelf.hidden and shelf.folder is not None:
        lines.append(f"{declared.title}: put into the folder {drive.SHELF}")
        if not dry_run:
            drive.put(client, found, shelf.folder)
    if shelf.folder is None and (shelf.workbook is None or shelf.hidden):
        lines.append(
            f"{declared.title}: nobody but {client.email} can open it. Make a folder named {drive.SHELF} on Drive, "
            "share it with that address as an editor, and run this again: the workbook moves there"
        )
    lines.append(
        f"{declared.title}: put this line under [documents.{document}] of the desk.toml of {desk.key}: "
        f'spreadsheet = "{found}"'
    )
    return lines, found


def _steps(
    client: Client, spreadsheet_id: str | None, seen: SeenBook, desk: Desk, trackers: Sequence[Tracker]
) -> Iterator[Step]:
    """Everything there is to do to one workbook."""
    if seen.zone != desk.timezone:
        wanted = {"properties": {"timeZone": desk.timezone}, "fields": "timeZone"}
        says = f"time zone {desk.timezone} instead of {seen.zone or 'none'}"
        yield Step(says, [{"updateSpreadsheetProperties": wanted}])
    free = _first_free(client, spreadsheet_id, seen, trackers)
    blank, ids = seen.blank, set(seen.ids)
    for tracker in trackers:
        tab = seen.tabs.get(tracker.key)
        if tab is None:
            yield _new_tab(desk, tracker, blank, ids)
            blank = None
        else:
            for step in steps(plan(tab, tracker, desk, free.get(tracker.key, 0))):
                yield replace(step, says=f"tab “{tab.title}”: {step.says}")


def _new_tab(desk: Desk, tracker: Tracker, blank: SeenTab | None, ids: set[int]) -> Step:
    """The step that makes a tracker's tab, out of the blank tab of a new workbook if there still is one."""
    columns = len(all_columns(tracker))
    if blank is not None:
        tab = replace(blank, title=tracker.tab)
        renamed = {"sheetId": blank.gid, "title": tracker.tab}
        start: JSON = {"updateSheetProperties": {"properties": renamed, "fields": "title"}}
        says = f"tab “{blank.title}” becomes “{tracker.tab}” with {columns} columns"
    else:
        tab = SeenTab(_new_id(desk, tracker, ids), tracker.tab, columns=columns, frozen=1)
        grid = {"rowCount": tab.rows, "columnCount": columns, "frozenRowCount": 1}
        facts = {"sheetId": tab.gid, "title": tracker.tab, "gridProperties": grid}
        start = {"addSheet": {"properties": facts}}
        says = f"new tab “{tracker.tab}” with {columns} columns"
    made = [request for step in steps(plan(tab, tracker, desk, 0)) for request in step.requests]
    return Step(says, [start, *made])


def _new_id(desk: Desk, tracker: Tracker, ids: set[int]) -> int:
    """An id for a new tab that no other tab has: the same one every time, so that a repeat cannot make two."""
    number = crc32(f"{desk.key}/{tracker.key}".encode()) & 0x7FFFFFFF
    while number in ids:
        number = (number + 1) & 0x7FFFFFFF
    ids.add(number)
    return number


def _first_free(
    client: Client, spreadsheet_id: str | None, seen: SeenBook, trackers: Sequence[Tracker]
) -> dict[str, int]:
    """The first column (0 is A) with nothing in it nor to its right, for tabs that need new columns.

    A column that has no header may hold something further down: it is looked at before anything is put there.
    """
    free: dict[str, int] = {}
    beyond: dict[str, str] = {}
    for tracker in trackers:
        tab = seen.tabs.get(tracker.key)
        if tab is not None and header_map(tab.header, all_columns(tracker)).missing:
            free[tracker.key] = start = len(tab.header)
            if start < tab.columns:
                beyond[tracker.key] = f"{quoted(tab.title)}!{letters(start)}:{letters(tab.columns - 1)}"
    if beyond and spreadsheet_id is not None:
        for key, rows in zip(beyond, client.values(spreadsheet_id, list(beyond.values())), strict=True):
            free[key] += max(map(len, rows), default=0)
    return free
