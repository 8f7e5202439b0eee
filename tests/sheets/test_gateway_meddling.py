from __future__ import annotations

import random
from dataclasses import replace

import pytest

from sheets.batch import RowWrite
from sheets.errors import Moved, Superseded
from sheets.gateway import Gateway
from tests.bot.sandbox.google_world import BOOK, LEAD
from tests.sheets.meddlers import FOREIGN, TAB, Meddlers
from tests.sheets.room import Room, change, new

INTERLEAVINGS = 300
"""The bar: people sort, insert, delete, rename, move and edit while the bot writes, 300 times."""


def prepare(room: Room, meddlers: Meddlers) -> None:
    """Six cases, one row typed by hand, and a column of people's own."""
    landed = room.gateway.flush(
        [new(number, sku=f"sku-{number}", resolution=f"was {number}") for number in range(1, 7)]
    )
    column = len(room.google.grid(BOOK)[TAB][0]) + 1
    room.google.edit(BOOK, TAB, 1, column, FOREIGN, LEAD)
    for place in landed.landed:
        room.type_in(place.row, FOREIGN, f"colour of {place.case_id}")
    meddlers.cases |= {
        case: {k: v for k, v in row.items() if k != "Case ID"} for case, row in room.table().items()
    }
    meddlers.type_row()


def writes(dice: random.Random, first_new: int, ident: int) -> list[RowWrite]:
    """A handful of updates and one or two new cases."""
    found = [
        change(
            number,
            ident=ident + number,
            status=f"state {ident}",
            resolution=f"done {ident}",
            hint=dice.randint(2, 8),
        )
        for number in dice.sample(range(1, 7), dice.randint(1, 3))
    ]
    return found + [
        new(first_new + extra, sku=f"sku-{first_new + extra}") for extra in range(dice.randint(0, 2))
    ]


def note(meddlers: Meddlers, write: RowWrite) -> None:
    """Put in the book what a landed write must have left on the sheet."""
    texts = {
        "status": "Status",
        "resolution": "Resolution",
        "sku": "SKU / item",
        "order_no": "Order #",
        "qty": "Qty",
    }
    row = meddlers.cases.setdefault(write.case_id, {})
    row |= {texts[key]: str(value) for key, value in write.cells.items()}


def flush_all(gateway: Gateway, meddlers: Meddlers, pending: list[RowWrite]) -> list[RowWrite]:
    """Flush once as the worker does; what is still pending comes back."""
    meddlers.busy = {write.case_id for write in pending}
    try:
        done = gateway.flush(pending)
    except Moved:
        return pending
    except Superseded:
        # To the store whatever was taken is doubtful until a flush says otherwise.
        return [replace(write, doubtful=True) for write in pending]
    places = [(place.case_id, place.row) for place in done.landed]
    meddlers.log.append(f"landed {places} held {len(done.held)} gone {done.gone} corrected {done.corrected}")
    assert done.spoiled == ()
    landed = {number for place in done.landed for number in place.write_ids}
    gone = {number for _, numbers in done.gone for number in numbers}
    for write in pending:
        if write.id in landed:
            note(meddlers, write)
        if write.id in gone:
            assert write.case_id not in meddlers.cases, "\n".join(meddlers.log)
    return [write for write in pending if write.id not in landed | gone]


@pytest.mark.parametrize("seed", range(INTERLEAVINGS // 10))
def test_whatever_people_do_meanwhile_every_cell_ends_where_it_belongs(room: Room, seed: int) -> None:
    """Ten flushes, each with people at work between its calls: no wrong row, nothing of anybody's lost."""
    dice = random.Random(seed)
    meddlers = Meddlers(room, dice)
    prepare(room, meddlers)

    def hands(call: str) -> None:
        if dice.random() < 0.6:
            meddlers.act(edits=not call.endswith(":batchUpdate"))

    pending: list[RowWrite] = []
    for turn in range(10):
        pending += writes(dice, 100 + 10 * turn, 1000 * (turn + 1))
        pending = [replace(write, id=1000 * (turn + 1) + index) for index, write in enumerate(pending)]
        with room.hands(hands):
            pending = flush_all(room.gateway, meddlers, pending)
    meddlers.settle()
    for _ in range(3):
        pending = flush_all(room.gateway, meddlers, pending)
    assert pending == []
    meddlers.check()
