"""What people do to a workbook by hand is credited once, told once and never reverted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.store.store import Store
from tests.bot.sandbox.google_world import Server, served
from tests.bot.watch import Watch, World, world

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def google_server() -> Iterator[Server]:
    """One listening server for the module."""
    with served() as server:
        yield server


@pytest.fixture(scope="module")
def google(google_server: Server) -> Iterator[World]:
    """One Google for the module: its key is slow to make."""
    made = world(google_server)
    yield made
    made.client.close()


@pytest.fixture
async def watch(store: Store, google: World) -> Watch:
    """A desk with one case on its sheet, looked at once."""
    return Watch(store, google)


async def one_case(watch: Watch) -> str:
    """A case whose row is on the sheet and was looked at."""
    values = {
        "order_no": "10423", "sku": "ring-204", "kind": "Broken", "qty": 3, "amount": "12.50", "paid": True,
        "received_on": "2026-11-20", "called_at": "2026-11-22T10:15+01:00", "detail": "clasp\nbroken",
    }  # fmt: skip
    case = await watch.file(**values)
    await watch.flush()
    await watch.look()
    return case.id


async def test_a_row_that_nobody_touched_is_no_edit(watch: Watch) -> None:
    """Every type of value reads back as what the bot wrote: nothing is told, nothing is written."""
    case = await one_case(watch)
    await watch.look()
    assert (await watch.told(), await watch.store.pending_writes()) == ([], [])
    assert (await watch.case(case)).version == 2


async def test_an_edit_is_followed_told_and_left_as_typed(watch: Watch) -> None:
    """The case holds what was typed, its thread says so once, and the cell stays as it was typed."""
    case = await one_case(watch)
    watch.type_in(case, "Qty", "2")
    watch.type_in(case, "Issue", "miss")
    await watch.settle()
    now = await watch.case(case)
    assert (now.values["qty"], now.values["kind"]) == (2, "Missing")
    assert (watch.shows(case, "Qty"), watch.shows(case, "Issue")) == ("2", "miss")
    assert sorted(await watch.told()) == ["Issue: Broken → Missing", "Qty: 3 → 2"]
