"""Rows on which the bot wrote what belongs to another case, because somebody moved them at that very moment.

The gateway puts such a row right itself, in the same breath. Where it could not, as its process died or Google gave no
answer, the row still says so by its stamp, and is put right here from the store before anything in it counts as typed.

A sort of the visible columns leaves the hidden ones behind, and a pasted row brings its own along: then the stamp names
another case, too, but the bot's key beside it is that case's. What such a row shows is people's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.reconcile_parts import Look, Parts
from bot.reconcile_rows import queue_cells
from bot.store import codec
from bot.store.transaction import event_id
from handlers.decision import Audit
from handlers.place import SYSTEM, CaseId
from handlers.typed_cells import UNKEPT
from sheets.reading import SheetRow
from sheets.stamp import STAMP, meant

Keys = Mapping[str, str]
"""The bot's key of each case's row, by case id."""


async def put_right(parts: Parts, look: Look) -> Look:
    """Queue what rows lack that were hit by mistake; they are left out of what is left of the look.

    A row that only got another's hidden columns gets its own back and is followed once it has them.
    """
    stamped = {case_id: row for case_id in look.watched if (row := look.only(case_id)) and row.strayed}
    if not stamped:
        return look
    async with parts.store.transaction() as tx:
        ids = sorted({*stamped, *(meant(row.cells) for row in stamped.values())})
        keys = {str(row["case_id"]): str(row["event_id"]) for row in await tx.all("bot_keys", ids=ids)}
    for case_id, row in stamped.items():
        # What is still to be written of a row comes first; the stamp stays until then.
        if not look.watched[case_id]["is_pending"]:
            await _put_right(parts, look, case_id, row, keys)
    return replace(look, watched={key: row for key, row in look.watched.items() if key not in stamped})


def is_hit(row: SheetRow, keys: Keys) -> bool:
    """Whether the bot wrote on a row whose stamp names another case, and people did not bring that stamp there.

    A write leaves the row its own key; where the key itself was written, it proves nothing.
    """
    key = keys.get(meant(row.cells))
    return bool(UNKEPT & row.strayed) or key is None or row.cells.get("bot_key") != key


async def _put_right(parts: Parts, look: Look, case_id: str, row: SheetRow, keys: Keys) -> None:
    columns = row.strayed if is_hit(row, keys) else {*UNKEPT, STAMP}
    # The stamp is always among them: a write that cannot replace it takes it away.
    more = dict.fromkeys(columns & UNKEPT, keys.get(case_id, "")) | {STAMP: ""}
    async with parts.store.transaction() as tx:
        found = await tx.one("case_to_change", id=case_id)
        if found is None:
            return
        await queue_cells(tx, look, codec.case(found["body"]), columns, more)
        audit = Audit("put_right", CaseId(case_id), "", {"columns": ", ".join(sorted(columns))})
        key = event_id(f"strayed:{look.place.channel}")
        await tx.audit(parts.now(), key, SYSTEM, [audit], look.desk.key)
