"""Rows that people moved, deleted, brought back or doubled, and case ids that they typed over."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from bot.reconcile_parts import Book, Look, Parts
from bot.store import codec
from bot.store.statements import Row
from bot.store.transaction import Transaction, event_id
from bot.thread import in_thread
from config.model import Value
from config.texts import text
from handlers.case import Case
from handlers.decision import Audit
from handlers.effects import Say
from handlers.events import RowRecorded
from handlers.follow import by_sheet
from handlers.message import Message
from handlers.place import SYSTEM, CaseId
from handlers.typed_cells import row_cells
from sheets.reading import SheetRow

MANY = 20
"""So many rows that go at once are believed to be gone only when the next look does not find them either: whoever
writes a tab anew with a script empties it first."""
SHOWN_ROWS = 8


async def keep_places(parts: Parts, look: Look) -> None:
    """Keep where rows are, and tell of those that are gone, back, or there several times."""
    at_rest = {case_id: row for case_id, row in look.watched.items() if not row["is_pending"]}
    gone = [
        case_id for case_id, row in at_rest.items() if case_id not in look.rows and row["gone_at"] is None
    ]
    await _moved(parts, look)
    await _gone(parts, look, gone)
    for case_id, known in at_rest.items():
        rows = look.rows.get(case_id, ())
        if rows and (known["gone_at"] is not None or known["is_owed"]):
            await _back(parts, look, case_id, rows[0], known)
        if len(rows) > 1 and not known["was_doubled"]:
            await _doubled(parts, look, case_id, [row.row for row in rows])


async def _moved(parts: Parts, look: Look) -> None:
    """Where a row is is a hint for the next flush; its case need not be told of every sort."""
    places = [
        {"case_id": case_id, "row": rows[0].row}
        for case_id, rows in look.rows.items()
        if case_id in look.watched and look.watched[case_id]["row"] != rows[0].row
    ]
    found = [
        case_id for case_id in look.rows if case_id in look.watched and look.watched[case_id]["was_missing"]
    ]
    if places or found:
        async with parts.store.transaction() as tx:
            await tx.do("rows_moved", rows=json.dumps(places))
            await tx.do("rows_found", case_ids=found)


async def _gone(parts: Parts, look: Look, gone: list[str]) -> None:
    """The worker tells the cases of rows that are gone, as it does when a flush finds out."""
    if not gone:
        return
    sure = gone
    if len(gone) >= MANY:
        sure = [case_id for case_id in gone if look.watched[case_id]["was_missing"]]
    async with parts.store.transaction() as tx:
        await tx.do("rows_missing", case_ids=gone)
        await tx.do("rows_gone", case_ids=sure)
    if sure:
        await parts.store.poke_rows()


async def _back(parts: Parts, look: Look, case_id: str, row: SheetRow, known: Row) -> None:
    """A row that was gone is there again: its case knows, and it gets what was not written meanwhile."""
    async with parts.store.transaction() as tx:
        await _pay(tx, look, case_id)
        link = re.sub(r"(?<=range=A)\d+$", str(row.row), known["link"])
        if await tx.one("row_back", case_id=case_id, row=row.row, link=link) is None:
            return
        event = RowRecorded(
            id=event_id(f"back:{case_id}:{known['gone_at'].isoformat()}"),
            account=look.account,
            place=look.place,
            at=parts.now(),
            case=CaseId(case_id),
            link=link,
        )
        await parts.intake.decide_in(tx, event)


async def _pay(tx: Transaction, look: Look, case_id: str) -> None:
    """Queue what a row lacks that was gone: as the case has it now, for later cells may have landed before.

    The row is locked before its case, as everywhere.
    """
    owed = await tx.one("take_owed", case_id=case_id)
    found = await tx.one("case_to_change", id=case_id) if owed is not None else None
    if found is not None and owed is not None:
        await queue_cells(tx, look, codec.case(found["body"]), json.loads(owed["owed"]).keys())


async def queue_cells(
    tx: Transaction, look: Look, case: Case, columns: Collection[str], more: Mapping[str, Value] | None = None
) -> None:
    """Queue these columns of a case's row as the case has them now; what no row has any more is passed over.

    `more` are cells that the case itself does not know.
    """
    has = row_cells(case, look.desk)
    known = has.keys() | {column.key for column in look.tracker.columns}
    cells: dict[str, Value] = {key: has.get(key, "") for key in sorted(known & {*columns} - {"case_id"})}
    cells |= more or {}
    write = {
        "document": look.document,
        "tracker": look.tracker.key,
        "case_id": case.id,
        "new": False,
        "soon": False,
    }
    writes = [{**write, "cells": json.loads(codec.cells_json(cells))}]
    await tx.do("queue_writes", desk=look.desk.key, writes=json.dumps(writes))
    tx.workbooks.add((look.desk.key, look.document))


async def _doubled(parts: Parts, look: Look, case_id: str, rows: list[int]) -> None:
    """Tell the case's own thread, once, that its id stands on several rows."""
    shown = ", ".join(map(str, rows[:SHOWN_ROWS])) + (" …" if len(rows) > SHOWN_ROWS else "")
    async with parts.store.transaction() as tx:
        memory = await tx.one("remember_doubled", case_id=case_id)
        if memory is None:
            return
        key = event_id(f"doubled:{case_id}:{memory['edits']}")
        said = Message(lines=(text("sheet.doubled", case=case_id, rows=shown),))
        await tx.queue([Say(f"{key}:told", CaseId(case_id), "home", said)], look.desk.key, parts.now())
        audit = Audit("doubled", CaseId(case_id), text("history.doubled", rows=shown))
        await tx.audit(parts.now(), key, by_sheet(look.desk, look.account), [audit], look.desk.key)


async def put_ids_back(parts: Parts, book: Book, look: Look) -> Look:
    """Write the id of a case into its row where people typed over it; what is left of the look to be dealt with.

    A row is known by the bot's key in it, as long as no other row has the id of its case. It is dealt with from
    the next look on.
    """
    missing = [case_id for case_id in look.watched if case_id not in look.rows]
    nameless = await _nameless(parts, look) if missing else []
    if not nameless:
        return look
    async with parts.store.transaction() as tx:
        keys = {row["event_id"]: str(row["case_id"]) for row in await tx.all("bot_keys", ids=missing)}
    owned = [(keys[key], row) for row in nameless if (key := row.cells["bot_key"]) in keys]
    wanted = _one_each((case, row) for case, row in owned if not look.watched[case]["is_pending"])
    if wanted:
        landed = await in_thread(lambda: book.write_ids(look.tracker, wanted), book.retire)
        lines = [Audit("put_right", CaseId(row.case_id), "", {"columns": "case_id"}) for row in landed]
        async with parts.store.transaction() as tx:
            await tx.audit(parts.now(), event_id(f"ids:{look.place.channel}"), SYSTEM, lines, look.desk.key)
    owners = {case for case, _ in owned}
    claimed = {row.row for _, row in owned}
    return replace(
        look,
        rows={case: rows for case, rows in look.rows.items() if not claimed & {row.row for row in rows}},
        free=[row for row in look.free if row.row not in claimed],
        watched={case: known for case, known in look.watched.items() if case not in owners},
    )


async def _nameless(parts: Parts, look: Look) -> list[SheetRow]:
    """Rows of cases, by the bot's key in them, that have no id or one that no case has."""
    strange = [case_id for case_id in look.rows if case_id not in look.watched]
    async with parts.store.transaction() as tx:
        cases = {row["id"] for row in await tx.all("ids_known", ids=strange) if not row["is_kept"]}
    named = [row for case_id in strange if case_id not in cases for row in look.rows[case_id]]
    return [row for row in (*look.free, *named) if row.cells.get("bot_key")]


def _one_each(found: Iterable[tuple[str | None, SheetRow]]) -> dict[str, SheetRow]:
    """The row of each case that has exactly one."""
    rows: dict[str, list[SheetRow]] = {}
    for case_id, row in found:
        if case_id is not None:
            rows.setdefault(case_id, []).append(row)
    return {case_id: some[0] for case_id, some in rows.items() if len(some) == 1}
