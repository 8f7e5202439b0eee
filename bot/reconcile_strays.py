"""Rows on which the bot wrote what belongs to another case, because somebody moved them at that very moment.

The gateway puts such a row right itself, in the same breath. Where it could not, as its process died or Google gave no
answer, the row still says so by its stamp, and is put right here from the store before anything in it counts as typed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.reconcile_parts import Look, Parts
from bot.reconcile_rows import queue_cells
from bot.store import codec
from bot.store.transaction import event_id
from handlers.decision import Audit
from handlers.place import SYSTEM, CaseId


async def put_right(parts: Parts, look: Look) -> Look:
    """Queue what rows lack that were hit by mistake; they are left out of what is left of the look."""
    hit = {case_id: row.strayed for case_id in look.watched if (row := look.only(case_id)) and row.strayed}
    for case_id, columns in hit.items():
        # What is still to be written of a row comes first; the stamp stays until then.
        if not look.watched[case_id]["is_pending"]:
            await _put_right(parts, look, case_id, columns)
    return replace(look, watched={key: row for key, row in look.watched.items() if key not in hit})


async def _put_right(parts: Parts, look: Look, case_id: str, columns: Collection[str]) -> None:
    async with parts.store.transaction() as tx:
        found = await tx.one("case_to_change", id=case_id)
        if found is None:
            return
        await queue_cells(tx, look, codec.case(found["body"]), columns)
        audit = Audit("put_right", CaseId(case_id), "", {"columns": ", ".join(sorted(columns))})
        key = event_id(f"strayed:{look.place.channel}")
        await tx.audit(parts.now(), key, SYSTEM, [audit], look.desk.key)
