"""What the store knows of cases as cells: the gateway puts back from it what it hit by mistake on a long tab."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import psycopg

from bot.store import codec
from bot.store.queries import sql
from config.desk import Desk
from config.model import Value
from handlers.case import Case
from handlers.row import new_row, own_cells
from sheets.stray import Known

BOT_KEY = "bot_key"
"""The one cell that only the event knew; it is left as it stands."""


def known_cells(url: str, desk: Desk) -> Known:
    """A look-up of cases' cells by case id. It opens a connection of its own: the gateway works in a thread."""

    def known(ids: Collection[str]) -> Mapping[str, Mapping[str, Value]]:
        with psycopg.connect(url) as connection:
            rows = connection.execute(sql("cases_watched"), {"ids": list(ids)}).fetchall()
        cases = [codec.case(body) for _, body in rows]
        return {case.id: cells_of(case, desk) for case in cases if case.desk == desk.key}

    return known


def cells_of(case: Case, desk: Desk) -> Mapping[str, Value]:
    """Every cell of a case's row that the store can tell."""
    cells = {**new_row(case, desk, "").cells, **own_cells(case, desk)}
    return {key: value for key, value in cells.items() if key != BOT_KEY}
