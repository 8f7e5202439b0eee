"""What the store knows of cases as cells: the gateway puts back from it what it hit by mistake on a long tab."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import psycopg

from bot.store import codec
from bot.store.queries import sql
from config.desk import Desk
from config.model import Value
from handlers.typed_cells import row_cells
from sheets.stray import Known


def known_cells(url: str, desk: Desk) -> Known:
    """A look-up of cases' cells by case id. It opens a connection of its own: the gateway works in a thread."""

    def known(ids: Collection[str]) -> Mapping[str, Mapping[str, Value]]:
        with psycopg.connect(url) as connection:
            rows = connection.execute(sql("cases_watched"), {"ids": list(ids)}).fetchall()
        cases = [codec.case(body) for _, body in rows]
        return {case.id: row_cells(case, desk) for case in cases if case.desk == desk.key}

    return known
