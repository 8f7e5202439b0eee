"""What the store knows of a case, as the cells of its row."""

from __future__ import annotations

import pytest

from bot.known import known_cells
from bot.wiring import House
from tests.scenarios.room import open_room

pytestmark = pytest.mark.anyio


async def test_the_store_tells_the_cells_that_stand_on_the_row(database_url: str) -> None:
    """For a case that was logged, every known cell equals what people see on its row; an unknown id is left out."""
    async with open_room(database_url) as room:
        case = await room.logged()
        home: House = room.home

        known = known_cells(database_url, home.desks["mhj"])([case.ident, "II-0000-0000"])

        assert set(known) == {case.ident}
        cells = known[case.ident]
        row = case.row
        assert (cells["order_no"], cells["status"], cells["owner"]) == (
            row["Order #"],
            row["Status"],
            row["Owner"],
        )
        assert cells["post_link"] == row["Post"]
