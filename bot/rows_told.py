"""Lets cases know of their rows: each in a transaction of its own, so that a thousand rows hold nobody up."""

from __future__ import annotations

from bot.deliver import Decides
from bot.store.statements import Row
from bot.store.store import Store
from bot.store.transaction import event_id
from handlers.events import RowGone, RowRecorded
from handlers.place import SYSTEM, CaseId, Place
from handlers.ports import Clock


async def tell_rows(store: Store, intake: Decides, now: Clock) -> int:
    """Tell every case that does not know yet where its row is, or that it is gone; how many there were.

    Safe to repeat and to run twice at once: a row is taken by one worker, and an event that comes again changes
    nothing.
    """
    told = 0
    while True:
        async with store.behind(), store.transaction(relaxed=True) as tx:
            row = await tx.one("row_to_tell")
            if row is None:
                return told
            await intake.decide_in(tx, _event(row, now))
            await tx.do("row_told", case_id=row["case_id"])
        told += 1


def _event(row: Row, now: Clock) -> RowRecorded | RowGone:
    case, place = CaseId(row["case_id"]), Place("sheet", row["case_id"])
    if row["gone_at"] is not None:
        ident = event_id(f"gone:{case}:{row['gone_at'].isoformat()}")
        return RowGone(id=ident, account=SYSTEM.account, place=place, at=now(), case=case)
    ident = event_id(f"row:{case}:{row['link']}")
    return RowRecorded(id=ident, account=SYSTEM.account, place=place, at=now(), case=case, link=row["link"])
