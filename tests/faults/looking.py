"""Looks at everything once it is quiet: the store, the sheets, every message, and what the vendors carried out."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from bot.store import codec
from config.desk import Desk
from config.load import load_desks
from config.texts import text
from config.tracker import Tracker
from handlers.case import Case
from handlers.effects import RecordRow
from handlers.row import new_row, own_cells
from sheets.header import all_columns
from sheets.rows import Showing, shown
from tests.faults.checker import Seen, SeenCase, SeenRow
from tests.sandbox_process import SandboxProcess
from tests.slack_desk import slack_desks

DESK = load_desks(slack_desks())["mhj"]
QUIET_SECONDS = 60.0
"""Within this time after the faults stop nothing may be pending (bar.md, claim 4)."""
ORDER, CASE_ID, STATUS = "Order #", "Case ID", "Status"
TOLD_KEY = re.compile(r":told$")

UNFINISHED = """
SELECT 'an effect: ' || key || ' (' || state || ')' AS what FROM deliveries WHERE state IN ('waiting', 'trying')
UNION ALL SELECT 'cells of ' || case_id FROM sheet_writes
UNION ALL SELECT 'news of the row of ' || case_id FROM sheet_rows WHERE NOT is_told
UNION ALL SELECT 'a job: ' || task_name || ' ' || args::text || ' (' || status || ')' FROM procrastinate_jobs
    WHERE status IN ('todo', 'doing')
"""
PENDING = "SELECT what FROM (" + UNFINISHED + ") AS unfinished ORDER BY what LIMIT 20"


@asynccontextmanager
async def store_of(sandbox: SandboxProcess) -> AsyncIterator[AsyncConnection[dict[str, Any]]]:
    """A connection of our own to the bot's database."""
    url = await sandbox.database()
    async with await AsyncConnection.connect(url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


async def pending(store: AsyncConnection[dict[str, Any]]) -> list[str]:
    """A line for what still waits, twenty at most."""
    return [row["what"] for row in await (await store.execute(PENDING)).fetchall()]


async def quiet(sandbox: SandboxProcess, seconds: float = QUIET_SECONDS) -> float:
    """Wait until nothing is pending, but no longer than this; how many seconds it took."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    async with store_of(sandbox) as store:
        # Another process's work sets no event.
        while await pending(store) and loop.time() - begun < seconds:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return loop.time() - begun


async def outbox(sandbox: SandboxProcess) -> str:
    """What `deskbell outbox` says."""
    told = {"DATABASE_URL": await sandbox.database(), "DESKBELL_DATA": str(sandbox.data)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "outbox", env={**os.environ, **told}, stdout=PIPE, stderr=PIPE
    )
    said, _ = await process.communicate()
    return said.decode()


async def look(sandbox: SandboxProcess, typed: Mapping[str, tuple[str, str]] | None = None) -> Seen:
    """Everything the checker asks for; `typed` is handed through."""
    truth = await sandbox.truth()
    grids = [(await sandbox.get("grid", workbook=book))["tabs"] for book in sandbox.books]
    async with store_of(sandbox) as store:
        cases = [codec.case(row["body"]) for row in await _all(store, "SELECT body::text AS body FROM cases")]
        audit = await _all(
            store, "SELECT case_id, action, facts FROM audit WHERE case_id IS NOT NULL OR facts ? 'key'"
        )
        events = await _all(store, "SELECT case_id, event_id FROM audit WHERE action = 'logged'")
        dead = await _all(store, "SELECT key FROM deliveries WHERE state = 'gave_up'")
        left = await pending(store)
    keys = {row["case_id"]: row["event_id"] for row in events}
    posted = [entry for entry in truth if entry["effect"] == "chat.postMessage" and _key(entry)]
    letters = {_key(entry) for entry in posted}
    return Seen(
        cases=[seen_case(case, DESK, keys.get(case.id, "")) for case in cases],
        rows=list(_rows(DESK, grids)),
        keys=[_key(entry) for entry in posted],
        acknowledged=[row["case_id"] for row in audit if row["action"] == "acknowledged"],
        told=_told(posted),
        delivered=_delivered(audit),
        statuses=statuses(truth, DESK),
        pending=left,
        silent=[row["key"] for row in dead if f"dead-letter:{row['key']}" not in letters],
        typed=typed or {},
    )


async def _all(store: AsyncConnection[dict[str, Any]], query: str) -> list[dict[str, Any]]:
    return await (await store.execute(query)).fetchall()


# --- what there has to be ---


def seen_case(case: Case, desk: Desk, key: str) -> SeenCase:
    """What a case of the store must look like outside: its cells as people read them, and its posts."""
    tracker = desk.trackers[case.tracker]
    record: RecordRow = new_row(case, desk, key)
    values = {**record.cells, **own_cells(case, desk)}
    showing = Showing(ZoneInfo(desk.timezone), {key: person.name for key, person in desk.people.items()})
    cells = {
        column.header: shown(column, values[column.key], showing)
        for column in all_columns(tracker)
        if column.key in values
    }
    posts = ("home", "supplier") if case.requested_at is not None else ("home",)
    return SeenCase(case.id, str(case.values.get("order_no", "")), cells, posts)


# --- what there is ---


def _rows(desk: Desk, grids: Sequence[Mapping[str, list[list[str]]]]) -> Iterable[SeenRow]:
    tabs = {tracker.tab for tracker in desk.trackers.values()}
    for rows in (rows for grid in grids for title, rows in grid.items() if title in tabs and rows):
        header = rows[0]
        for row in rows[1:]:
            cells = dict(zip(header, [*row, *[""] * len(header)], strict=False))
            if any(row):
                yield SeenRow(cells.get(CASE_ID, ""), cells)


def _key(entry: Mapping[str, Any]) -> str:
    metadata = entry.get("metadata") or {}
    return str(metadata.get("event_payload", {}).get("key", ""))


def _told(posted: Iterable[Mapping[str, Any]]) -> list[str]:
    """The cases in whose home thread it was said that they are acknowledged."""
    pattern = re.compile(
        re.escape(text("acknowledge.told", who="\0", case="\1")).replace("\0", ".+").replace("\1", "(.+)")
    )
    roots = {entry["ts"]: _key(entry).partition(":")[0] for entry in posted if _key(entry).endswith(":home")}
    return [
        roots.get(entry["thread_ts"], "")
        for entry in posted
        if entry["thread_ts"] and TOLD_KEY.search(_key(entry)) and pattern.search(entry["shown"])
    ]


def _delivered(audit: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Effect keys and cases that have their line; a card's many effects are one post."""
    found: set[str] = set()
    for line in audit:
        facts = line["facts"]
        if line["action"] == "recorded":
            found.add(line["case_id"])
        elif line["action"] == "delivered":
            slot = facts["key"].rpartition(":")[2]
            found.add(f"{line['case_id']}:{slot}" if facts["effect"] == "ShowCard" else facts["key"])
    return frozenset(found)


# --- statuses, in the order people saw them ---


@dataclass(slots=True)
class _Tab:
    """A tab played back from the truth log, as far as case ids and statuses go."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    header: dict[str, int] = field(default_factory=dict)

    def write(self, row: int, column: int, rows: Sequence[Sequence[Any]]) -> list[int]:
        """Take written cells over; the rows whose status was written."""
        for down, values in enumerate(rows):
            for right, value in enumerate(values):
                self.cells[row + down, column + right] = str(value)
                if row + down == 1:
                    self.header[str(value)] = column + right
        status = self.header.get(STATUS, 0)
        return [row + down for down, values in enumerate(rows) if column <= status < column + len(values)]


def statuses(truth: Iterable[Mapping[str, Any]], desk: Desk) -> dict[str, list[int]]:
    """For every card and every row the statuses it showed, in order, as their numbers in the flow."""
    found: dict[str, list[int]] = defaultdict(list)
    tabs: dict[tuple[str, str], _Tab] = defaultdict(_Tab)
    trackers = {tracker.prefix: tracker for tracker in desk.trackers.values()}
    for entry in truth:
        if entry["effect"] in ("appendCells", "updateCells"):
            tab = tabs[entry["spreadsheet"], entry["tab"]]
            for row in tab.write(entry["row"], entry["column"], entry["rows"]):
                case = tab.cells.get((row, tab.header.get(CASE_ID, 0)), "")
                _note(
                    found, f"on the row of {case}", trackers, case, desk, tab.cells[row, tab.header[STATUS]]
                )
        elif entry["effect"] in ("chat.postMessage", "chat.update") and _key(entry).endswith(
            (":home", ":supplier")
        ):
            key = _key(entry)
            status = entry["shown"].splitlines()[0].rpartition(" · ")[2]
            _note(found, f"on {key}", trackers, key.partition(":")[0], desk, status)
    return dict(found)


def _note(
    found: dict[str, list[int]],
    place: str,
    trackers: Mapping[str, Tracker],
    case: str,
    desk: Desk,
    status: str,
) -> None:
    tracker = trackers.get(case.partition("-")[0])
    states = desk.flow_of(tracker).states if tracker is not None else ()
    if status in states:
        found[place].append(states.index(status))
