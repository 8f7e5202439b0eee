"""The stamp of a row: which case, and which of its columns, the bot meant when it last changed cells there.

It is written with the cells and travels with them, so that a row that was hit by mistake can be told from one that a
person edited by whoever looks next, however long after and in whatever process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

STAMP = "row_hash"
"""The bot's own column that holds it, which is hidden."""
_STAMP = re.compile(r"(?P<case>[A-Z]+-\d+-\d+): (?P<columns>[a-z0-9_ ]+)")


def stamp(case_id: str, columns: Iterable[str]) -> str:
    """The stamp for cells of a case, by their column keys."""
    return f"{case_id}: {' '.join(sorted(columns))}"


def meant(cells: Mapping[str, str]) -> str:
    """The case that the stamp of a row names; empty where it has none. `cells` are its texts by column key."""
    found = _STAMP.fullmatch(cells.get(STAMP, ""))
    return found["case"] if found is not None else ""


def strayed(case_id: str, cells: Mapping[str, str]) -> frozenset[str]:
    """The columns of a row in which the bot wrote what belongs to another case, the stamp's too; else none.

    A stamp that came along with the bot's key of its case was moved by people and says nothing about the row. Only
    the store knows whose key that is.

    Args:
        case_id: the row's own case; empty for a row that has none.
        cells: what the row shows by column key, its stamp and the bot's key included.
    """
    found = _STAMP.fullmatch(cells.get(STAMP, ""))
    if found is None or found["case"] == case_id or (not case_id and "bot_key" in cells):
        # A row with the bot's key and no id was copied from a case, stamp and all, or lost its id.
        return frozenset()
    return frozenset({STAMP, *found["columns"].split()})
