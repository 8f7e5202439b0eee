"""Rows that people typed by hand become cases.

An id is reserved for the row and remembered, then written into the row while it is still as it was read, and only
then is the case filed, from the row that shows the id. Whatever dies in between, the next look goes on from there:
a row that shows a reserved id is filed, and a row that changed before it got its id is simply another row.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.reconcile_cells import row_mark
from bot.reconcile_parts import Book, Look, Parts
from bot.store.transaction import event_id
from bot.thread import in_thread
from handlers.adopt import is_complete
from handlers.events import RowTyped
from handlers.place import CaseId
from handlers.scene import Need
from handlers.typed_cells import OWN
from sheets.batch import Landed
from sheets.reading import SheetRow

MOST = 50
"""Rows of a tab that are adopted at one look: each becomes a message, and a channel takes one a second."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A row typed by hand: what it shows, as a mark, and its number among those that show the same."""

    row: SheetRow
    mark: str
    n: int


async def adopt_rows(parts: Parts, book: Book, look: Look) -> int:
    """Make cases of the rows of a tab that have rested or have everything a case needs; how many were filed."""
    filed = 0
    for case_id, row in await _named(parts, look):
        filed += await _file(parts, look, case_id, row)
    wanted = await _reserve(parts, look, _typed(look)) if look.free or look.has_typed else {}
    if not wanted:
        return filed
    landed = await in_thread(lambda: book.write_ids(look.tracker, wanted), book.retire)
    for place in landed:
        row = wanted[place.case_id]
        filed += await _file(parts, look, place.case_id, SheetRow(place.row, place.case_id, row.cells), place)
    return filed


def _typed(look: Look) -> list[Typed]:
    counted: Counter[str] = Counter()
    typed = []
    for row in look.free:
        mark = row_mark(row)
        typed.append(Typed(row, mark, counted[mark]))
        counted[mark] += 1
    return typed


async def _named(parts: Parts, look: Look) -> list[tuple[str, SheetRow]]:
    """Rows that show an id which was reserved and whose case was not filed: somebody died in between."""
    strange = [case_id for case_id in look.rows if case_id not in look.watched]
    if not strange:
        return []
    async with parts.store.transaction() as tx:
        known = await tx.all("ids_known", ids=strange)
    return [(row["id"], look.rows[row["id"]][0]) for row in known if row["is_kept"]]


async def _reserve(parts: Parts, look: Look, typed: Sequence[Typed]) -> dict[str, SheetRow]:
    """Remember the rows, and reserve an id for each that may become a case now; rows by that id."""
    name = {"desk": look.desk.key, "tracker": look.tracker.key}
    rows = json.dumps([{"mark": each.mark, "n": each.n} for each in typed])
    wanted: dict[str, SheetRow] = {}
    async with parts.store.transaction() as tx:
        await tx.do("typed_rows_left", **name, rows=rows)
        await tx.do("typed_rows_seen", **name, rows=rows)
        waiting = await tx.all("typed_rows_waiting", **name, rest=parts.rest)
        known = {(row["mark"], row["n"]): row for row in waiting}
        for each in typed:
            row = known[each.mark, each.n]
            if len(wanted) == MOST or not (row["has_rested"] or _is_complete(look, each.row)):
                continue
            case_id = row["case_id"]
            if case_id is None:
                found = await tx.load(
                    Need(next_id_for=look.tracker), {look.desk.key: look.desk}, look.eyes.now
                )
                case_id = found.next_id
                await tx.do("typed_row_named", **name, mark=each.mark, n=each.n, case_id=case_id)
            wanted[case_id] = each.row
    return wanted


def _is_complete(look: Look, row: SheetRow) -> bool:
    return is_complete(look.tracker, look.desk, look.eyes.cells(row), look.eyes.now)


async def _file(parts: Parts, look: Look, case_id: str, row: SheetRow, place: Landed | None = None) -> int:
    """File the case of a row that shows its id; 1 unless it was filed before."""
    cells = {key: typed for key, typed in _peoples(look, row).items() if key != "case_id"}
    event = RowTyped(
        id=event_id(f"typed:{case_id}"),
        account=look.account,
        place=look.place,
        at=parts.now(),
        desk=look.desk.key,
        tracker=look.tracker.key,
        row=row.row,
        cells={**cells, "case_id": case_id},
    )
    async with parts.store.transaction() as tx:
        if not await tx.do("typed_row_filed", case_id=case_id):
            tx.abandon()
            return 0
        await parts.intake.decide_in(tx, event)
        case = await tx.case(CaseId(case_id))
        link = place.link if place is not None else ""
        if case is not None:
            seen = [{"case_id": case_id, "gid": place.gid if place else 0, "row": row.row, "link": link}]
            await tx.do("rows_seen", rows=json.dumps(seen))
            memory = look.eyes.beside(case, row, {}).memory
            marks = json.dumps({key: list(two) for key, two in memory.items()})
            await tx.do("remember_row", case_id=case_id, seen=marks, edits=0, looked="")
    await parts.store.poke_rows()
    return 1


def _peoples(look: Look, row: SheetRow) -> Mapping[str, str]:
    """What somebody typed in a row; the bot's columns of a row that was copied from another case are not that."""
    cells = look.eyes.cells(row)
    if "bot_key" not in cells:
        return cells
    return {key: typed for key, typed in cells.items() if key not in OWN and key not in ("status", "owner")}
