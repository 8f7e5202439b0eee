"""Stamps that name another case: left by a write that went astray, or brought along by a sort or a paste."""

from __future__ import annotations

import asyncio
from itertools import count

import psycopg
import pytest

from bot.store.store import Store
from tests.bot.watch import Watch
from tests.bot.watched import World, google_of_module, store_of_module  # noqa: F401  # fixtures

pytestmark = pytest.mark.anyio
_NUMBERS = count(1)
HIDDEN = ("Bot key", "Row hash")
"""The headers of the last columns, which nobody sees and a sort of the visible ones leaves behind."""


@pytest.fixture
def watch(store: Store, google: World) -> Watch:
    """A desk with a workbook, and nothing on it."""
    return Watch(store, google, f"stray-{next(_NUMBERS)}")


async def two_changed(watch: Watch) -> tuple[str, str]:
    """Two cases whose rows were both changed from chat, and so are stamped; top to bottom."""
    first = await watch.one_case()
    second = (await watch.file(order_no="10001", sku="chain", resolution="as it was")).id
    await watch.settle()
    await watch.change(first, "one", detail="one")
    await watch.change(second, "two", detail="two")
    await watch.settle()
    return first, second


def keys(watch: Watch, *cases: str) -> list[str]:
    """The bot's keys in the rows of these cases."""
    return [watch.shows(case, "Bot key") for case in cases]


def sort_what_is_seen(watch: Watch) -> None:
    """Sort the columns before the hidden ones by order number."""
    within = {"sheetId": 0, "startRowIndex": 1, "startColumnIndex": 0}
    within["endColumnIndex"] = watch.grid()[0].index(HIDDEN[0])
    by = [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]
    watch.world.client.batch_update(watch.book, [{"sortRange": {"range": within, "sortSpecs": by}}])


async def test_a_sort_of_the_visible_columns_is_no_hit(watch: Watch) -> None:
    """It leaves keys and stamps behind: what people type is followed, and both go back to their rows."""
    first, second = await two_changed(watch)
    before = keys(watch, first, second)
    sort_what_is_seen(watch)
    assert keys(watch, second, first) == before
    watch.type_in(first, "What is wrong", "typed in the first")
    watch.type_in(second, "What is wrong", "typed in the second")
    await watch.settle()
    assert await watch.told() == [
        "What is wrong: one → typed in the first",
        "What is wrong: two → typed in the second",
    ]
    assert [watch.shows(case, "What is wrong") for case in (first, second)] == [
        "typed in the first",
        "typed in the second",
    ]
    assert keys(watch, first, second) == before
    for case in (first, second):
        assert watch.shows(case, "Row hash").partition(":")[0] in ("", case)


async def test_a_pasted_row_is_an_edit(watch: Watch) -> None:
    """A row that is pasted over another whose id is typed again: what it shows is followed, and not undone."""
    first, second = await two_changed(watch)
    before = keys(watch, first, second)
    for header in ("What is wrong", *HIDDEN):
        watch.type_in(second, header, watch.shows(first, header))
    await watch.settle()
    assert await watch.told() == ["What is wrong: two → one"]
    assert (await watch.case(second)).values["detail"] == "one"
    assert keys(watch, first, second) == before


async def test_a_real_hit_leaves_the_row_its_key(watch: Watch) -> None:
    """The stamp alone came along with the cells: they are put right and told to nobody."""
    first, second = await two_changed(watch)
    watch.type_in(second, "What is wrong", "one")
    watch.type_in(second, "Row hash", watch.shows(first, "Row hash"))
    await watch.settle()
    assert (watch.shows(second, "What is wrong"), await watch.told()) == ("two", [])


@pytest.mark.parametrize(
    "columns", ["bot_key detail", "detail gone_column", "gone_column", "evidence", "case_id"]
)
async def test_every_stamp_is_dealt_with(watch: Watch, columns: str) -> None:
    """A hit of the bot's key, or of a column that is not declared any more: the row is at rest afterwards."""
    first, second = await two_changed(watch)
    before = keys(watch, first, second)
    if "bot_key" in columns:
        watch.type_in(second, "Bot key", before[0])
    if "detail" in columns:
        watch.type_in(second, "What is wrong", "one")
    watch.type_in(second, "Row hash", f"{first}: {columns}")
    await watch.settle()
    await watch.look()
    assert (await watch.waiting(), await watch.told()) == ([], [])
    assert (watch.shows(second, "What is wrong"), keys(watch, first, second)) == ("two", before)
    assert watch.shows(second, "Row hash").partition(":")[0] in ("", second)


async def test_a_look_locks_the_row_before_the_case(watch: Watch) -> None:
    """As whoever tells cases of their rows does: in the other order each would wait for the other."""
    case = await watch.one_case()
    watch.type_in(case, "Qty", "9")
    async with watch.store.transaction() as tx:
        tx.abandon()
        await tx.connection.execute("SELECT 1 FROM sheet_rows WHERE case_id = %s FOR UPDATE", (case,))
        look = asyncio.create_task(watch.look())
        await _until_it_waits(watch)
        try:
            await tx.connection.execute("SELECT 1 FROM cases WHERE id = %s FOR NO KEY UPDATE NOWAIT", (case,))
            is_free = True
        except psycopg.errors.LockNotAvailable:
            is_free = False
    await look
    assert is_free


async def _until_it_waits(watch: Watch) -> None:
    """Until somebody waits for a lock in the database."""
    async with watch.store.transaction() as tx:
        tx.abandon()
        waits = (
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        while not await (await tx.connection.execute(waits)).fetchall():
            await tx.connection.execute("SELECT pg_stat_clear_snapshot()")
            await asyncio.sleep(0.01)
