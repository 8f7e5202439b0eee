"""Cells that people changed become events of their cases; cells of the bot's own are put right.

What people were told is remembered in the transaction that tells it, so a crash in between neither forgets an
edit nor tells it twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.reconcile_cells import Beside, Memory, row_mark
from bot.reconcile_parts import Look, Parts
from bot.store import codec
from bot.store.transaction import Transaction, event_id
from bot.thread import in_thread
from handlers.case import Case
from handlers.events import SheetEdited
from handlers.place import CaseId
from sheets.reading import SheetRow

BATCH = 500
"""Cases compared at a time."""


async def follow_edits(parts: Parts, look: Look) -> int:
    """Follow what people changed in the rows of a tab; how many rows there were.

    A row is left for the next look while cells of it are still to be written, and while its id stands on several.
    """
    changed = await in_thread(lambda: _changed(look))
    followed = 0
    for start in range(0, len(changed), BATCH):
        for case_id, row in await _doubtful(parts, look, changed[start : start + BATCH]):
            followed += await _follow(parts, look, case_id, row)
    return followed


def _changed(look: Look) -> list[tuple[str, SheetRow]]:
    """The rows at rest that are not as they were, or whose case is not, when nothing was left to do about them."""
    return [
        (case_id, row)
        for case_id, known in look.watched.items()
        if not known["is_pending"]
        and known["gone_at"] is None
        and not known["is_owed"]
        and (row := look.only(case_id)) is not None
        and known["looked"] != looked(known["version"], row)
    ]


def looked(version: int, row: SheetRow) -> str:
    """What is remembered of a row about which nothing is left to do: its case's version and its mark."""
    return f"{version}:{row_mark(row)}"


async def _doubtful(
    parts: Parts, look: Look, changed: Sequence[tuple[str, SheetRow]]
) -> list[tuple[str, SheetRow]]:
    """The rows that do not simply show what their case has; the others are remembered as looked at."""
    async with parts.store.transaction() as tx:
        found = await tx.all("cases_watched", ids=[case_id for case_id, _ in changed])
    bodies = {row["id"]: row["body"] for row in found}

    def compare() -> dict[str, str]:
        clean: dict[str, str] = {}
        for case_id, row in changed:
            case = codec.case(bodies[case_id])
            beside = look.eyes.beside(case, row, {})
            if beside.is_clean and not beside.memory and not look.watched[case_id]["has_memory"]:
                clean[case_id] = looked(case.version, row)
        return clean

    clean = await in_thread(compare)
    if clean:
        rows = [{"case_id": case_id, "looked": state} for case_id, state in clean.items()]
        async with parts.store.transaction() as tx:
            await tx.do("rows_looked", rows=json.dumps(rows))
    return [(case_id, row) for case_id, row in changed if case_id not in clean]


async def _follow(parts: Parts, look: Look, case_id: str, row: SheetRow) -> int:
    """Compare one row with its case, which is locked, and let it follow; 1 if there was anything.

    The row is locked before its case: whoever tells cases of their rows has only the row to go by at first.
    """
    async with parts.store.transaction() as tx:
        await tx.one("row_to_follow", case_id=case_id)
        case = await _case_at_rest(tx, look, case_id)
        kept = await tx.one("row_memory", case_id=case_id)
        if case is None or kept is None or kept["is_pending"]:
            tx.abandon()
            return 0
        known = _memory(kept["seen"])
        beside = look.eyes.beside(case, row, known)
        if beside.is_clean:
            await _remember(tx, case, beside.memory, kept["edits"], looked(case.version, row))
            return 0
        number = int(kept["edits"]) + 1
        await parts.intake.decide_in(tx, _event(parts, look, case, beside, number))
        after = await tx.case(case.id) or case
        memory = look.eyes.beside(after, row, {}).memory
        await _remember(tx, after, memory, number, "")
    return 1


async def _case_at_rest(tx: Transaction, look: Look, case_id: str) -> Case | None:
    """The case, locked, unless it has changed since the row was read."""
    found = await tx.one("case_to_change", id=case_id)
    case = codec.case(found["body"]) if found is not None else None
    return case if case is not None and case.version == look.watched[case_id]["version"] else None


def _event(parts: Parts, look: Look, case: Case, beside: Beside, number: int) -> SheetEdited:
    return SheetEdited(
        id=event_id(f"edited:{case.id}:{number}"),
        account=look.account,
        place=look.place,
        at=parts.now(),
        case=CaseId(case.id),
        cells={**beside.edited, **beside.wrong},
    )


def _memory(stored: str) -> Memory:
    return {key: tuple(marks) for key, marks in json.loads(stored).items()}


async def _remember(tx: Transaction, case: Case, memory: Memory, edits: int, state: str) -> None:
    seen = json.dumps({key: list(marks) for key, marks in memory.items()})
    await tx.do("remember_row", case_id=case.id, seen=seen, edits=edits, looked=state)
