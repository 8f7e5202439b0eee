"""New rows that were laid out for a header that had changed: each case ends with one row, and with all of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheets.batch import RowWrite
from tests.bot.sandbox.google_world import BOOK, LEAD, append_cells
from tests.sheets.room import ITEMS, Room, case_id, new

SKU = 2
"""Where the column stands whose header is blanked, from 1."""
LONG = 2500
"""More rows than a tab may have to be read whole before an update."""


def header(room: Room, text: str) -> None:
    """Type over the header of the SKUs."""
    room.google.edit(BOOK, "Items", 1, SKU, text, LEAD)


def log(room: Room, number: int, *, old: int = 0) -> RowWrite:
    """A case logged right after the header was blanked, before the gateway knows of it; its write, still pending."""
    if old:
        lines: list[list[object]] = [
            ["1", f"sku-{row}", 1, "", "", "", case_id(row)] for row in range(1, old + 1)
        ]
        room.world.batch(append_cells(*lines)).raise_for_status()
    room.gateway.read([ITEMS])
    write = new(number, sku=f"sku-{number}")
    header(room, "")
    flushed = room.gateway.flush([write])
    assert flushed.landed == ()
    assert flushed.unlaid == {write.id}
    return replace(write, doubtful=True)


def rows(room: Room) -> list[tuple[str, str | None, str | None]]:
    """Case, SKU and status of every row."""
    return [(row.get("Case ID", ""), row.get("SKU / item"), row.get("Status")) for row in room.rows()]


@pytest.mark.parametrize("looked", [True, False])
@pytest.mark.parametrize("restarted", [True, False])
def test_a_row_cleared_but_for_its_id_is_filled_in_and_not_appended_again(
    room: Room, looked: bool, restarted: bool
) -> None:
    """Whether or not the tab was looked at meanwhile, and whichever process comes next."""
    room.gateway.flush([new(1, sku="sku-1")])
    write = log(room, 2)
    room.gateway = room.open() if restarted else room.gateway
    header(room, "SKU / item")
    if looked:
        room.gateway.read([ITEMS])
    room.gateway.flush([write])
    assert rows(room) == [(case_id(1), "sku-1", "Open"), (case_id(2), "sku-2", "Open")]


def test_the_gateway_that_cleared_it_does_not_have_to_be_told(room: Room) -> None:
    """The same gateway knows of the row, although its write comes as a certain one."""
    write = log(room, 1)
    header(room, "SKU / item")
    room.gateway.read([ITEMS])
    room.gateway.flush([replace(write, doubtful=False)])
    assert rows(room) == [(case_id(1), "sku-1", "Open")]


def test_what_is_not_landed_and_not_on_the_tab_is_certain(room: Room) -> None:
    """A case that was held before anything was written is no matter of doubt."""
    header(room, "")
    assert room.gateway.flush([new(1)]).unlaid == frozenset()


@pytest.mark.parametrize("restarted", [True, False])
def test_on_a_long_tab_as_well(room: Room, restarted: bool) -> None:
    """Only its case ids are read before a new row; the row in doubt is read besides."""
    write = log(room, 9000, old=LONG)
    room.gateway = room.open() if restarted else room.gateway
    header(room, "SKU / item")
    room.gateway.read([ITEMS])
    flushed = room.gateway.flush([write])
    assert [place.row for place in flushed.landed] == [LONG + 2]
    assert rows(room)[LONG:] == [(case_id(9000), "sku-9000", "Open")]


def test_a_finished_row_of_a_long_tab_is_not_written_again(room: Room) -> None:
    """The row in doubt turns out to hold everything: what a person typed over it since stays."""
    room.gateway.flush([new(1, sku="sku-1")])
    lines: list[list[object]] = [["1", "x", 1, "", "", "", case_id(row)] for row in range(2, LONG)]
    room.world.batch(append_cells(*lines)).raise_for_status()
    room.type_in(2, "SKU / item", "mine")
    gateway = room.open()
    gateway.read([ITEMS])
    flushed = gateway.flush([new(1, doubtful=True, sku="sku-1")])
    # Two calls to look, and one for the fence that keeps the earlier try from coming late.
    assert ([place.row for place in flushed.landed], flushed.requests) == ([2], 3)
    assert rows(room)[0] == (case_id(1), "mine", "Open")
