"""Fences: once cells were dealt with, no earlier try to write them is carried out, however late it comes.

A call whose answer was lost may still be carried out minutes later; by then it was looked for, not found and
repeated. Another worker may take over while a flush is held up between its look and its write. So every write of
pending cells also creates developer metadata on each tab it touches. An id can be there once in a workbook, and a
batch is carried out whole or not at all: of two writes with the same id whichever comes second is refused.

The id follows from the oldest pending cells that were taken for the tab, whether or not something of them is left to
write, and from how many writes with these as their oldest were carried out already: those fences stand, and the next
of the chain is taken. A repetition takes at least the same cells and sees the same fences, so it makes the same id, or
one that is refused because it stands. Where nothing is left to write but an earlier try may be under way, the fence is
planted alone, before the store forgets the cells.

Who is refused, or finds a fence for cells that nobody had tried to write yet, was overtaken: what it carries may be
old. It writes nothing (`Superseded`), and the next flush takes its cells from the store anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import count

from sheets.rows import JSON

KEY = "deskbell.fence"
"""The key of the metadata; its value is the turn, which counts the tab's writes."""
KEPT = 200
"""Turns for which a fence stands. Flushes of a workbook lie 1.5 s apart, so that is five minutes, and Google gives a
call up after three (Sheets API, "Usage limits"). A tab may hold 30,000 characters of metadata (Sheets guide,
"Read and write metadata"); these are about 8,000."""
_HALF = 2**30
"""An id is a positive number of 32 bits (`DeveloperMetadata.metadataId`); fences use the upper half."""
_LINKS = 8
"""Ids from one chain's beginning to the next one's."""


def planted(sheet: JSON) -> dict[int, int]:
    """The fences on a sheet, as `spreadsheets.get` tells of it: ids, and the turn of each."""
    return {
        item["metadataId"]: int(item["metadataValue"])
        for item in sheet.get("developerMetadata") or []
        if item.get("metadataKey") == KEY and str(item.get("metadataValue", "")).isdigit()
    }


def first(oldest: int) -> int:
    """The first fence of the chain of the cells with this id."""
    return _link(oldest, 0)


def next_fence(oldest: int, taken: Collection[int]) -> int:
    """The fence for a write whose oldest cells have this id: the first of its chain that is not taken.

    Chains of neighbours may meet; then one goes on where the other stands.
    """
    return next(ident for number in count() if (ident := _link(oldest, number)) not in taken)


def _link(oldest: int, number: int) -> int:
    return _HALF + (_LINKS * oldest + number) % _HALF


def plant(gid: int, standing: Mapping[int, int], wanted: int | None) -> tuple[list[JSON], dict[int, int]]:
    """The requests that plant a fence on a tab, if one is wanted, and what stands there once they are carried out.

    Those that stand long enough are taken down in the same breath.
    """
    turn = max(standing.values(), default=0) + 1
    new = {} if wanted is None else {wanted: turn}
    old = [ident for ident, planted_at in standing.items() if new and planted_at <= turn - KEPT]
    batch: list[JSON] = []
    for ident in new:
        fence = {"metadataId": ident, "metadataKey": KEY, "metadataValue": str(turn), "visibility": "PROJECT"}
        batch.append(
            {"createDeveloperMetadata": {"developerMetadata": {**fence, "location": {"sheetId": gid}}}}
        )
    for ident in old:
        lookup = {"developerMetadataLookup": {"metadataId": ident}}
        batch.append({"deleteDeveloperMetadata": {"dataFilter": lookup}})
    return batch, {ident: at for ident, at in standing.items() if ident not in old} | new
