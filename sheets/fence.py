"""Fences: of a write and its repetition Google carries out one, however late the first is carried out.

A call whose answer was lost may still be carried out minutes later; by then it was looked for, not found and
repeated. So a write that carries pending cells also creates developer metadata on each tab it touches, with ids
that follow from the cells it carries. A repetition carries the same cells and creates the same ids; an id can be
there once in a workbook, and a batch is carried out whole or not at all: whichever comes second is refused.

An id that is there already says the rest: no write with that id is under way any more, and what it brought can be
seen. Whoever finds it there looks again and then needs no fence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sheets.batch import CaseWrite
from sheets.rows import JSON

KEY = "deskbell.fence"
"""The key of the metadata; its value is the turn, which counts the tab's writes."""
KEPT = 200
"""Turns for which a fence stands. Flushes of a workbook lie 1.5 s apart, so that is five minutes, and Google gives a
call up after three (Sheets API, "Usage limits"). A tab may hold 30,000 characters of metadata (Sheets guide,
"Read and write metadata"); these are about 8,000."""
_HALF = 2**30
"""An id is a positive number of 32 bits (`DeveloperMetadata.metadataId`); fences use the upper half."""


def planted(sheet: JSON) -> dict[int, int]:
    """The fences on a sheet, as `spreadsheets.get` tells of it: ids, and the turn of each."""
    return {
        item["metadataId"]: int(item["metadataValue"])
        for item in sheet.get("developerMetadata") or []
        if item.get("metadataKey") == KEY and str(item.get("metadataValue", "")).isdigit()
    }


def fences(new: Iterable[CaseWrite], changed: Iterable[CaseWrite]) -> set[int]:
    """The ids for a write of these cases of one tab.

    New rows and changed ones have one each, after their oldest cells. A repetition carries at least those again, as
    the oldest cells go first, unless it found that they have landed; then the write has, and it is seen.
    """
    oldest = [[min(case.write_ids) for case in cases if case.write_ids] for cases in (new, changed)]
    return {_HALF + (2 * min(ids) + kind) % _HALF for kind, ids in enumerate(oldest) if ids}


def plant(gid: int, standing: Mapping[int, int], wanted: Iterable[int]) -> tuple[list[JSON], dict[int, int]]:
    """The requests that plant fences on a tab, and what stands there once they are carried out.

    Those that stand long enough are taken down in the same breath.
    """
    turn = max(standing.values(), default=0) + 1
    new = dict.fromkeys(sorted(wanted), turn)
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
