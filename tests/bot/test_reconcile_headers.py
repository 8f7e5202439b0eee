"""A header that goes missing while cases are logged: each has one row when it is back."""

from __future__ import annotations

from itertools import count

import pytest

from bot.store.store import Store
from tests.bot.sandbox.google_world import BOT, LEAD
from tests.bot.watch import Watch
from tests.bot.watched import World, google_of_module, store_of_module  # noqa: F401  # fixtures

pytestmark = pytest.mark.anyio
_NUMBERS = count(1)


@pytest.fixture
def watch(store: Store, google: World) -> Watch:
    """A desk with a workbook, and nothing on it."""
    return Watch(store, google, f"head-{next(_NUMBERS)}")


def header(watch: Watch, old: str, text: str) -> None:
    """Type over a header."""
    watch.world.google.edit(watch.book, "Items", 1, _header(watch).index(old) + 1, text, LEAD)


def _header(watch: Watch) -> list[str]:
    return watch.world.google.grid(watch.book)["Items"][0]


async def waits_are_over(watch: Watch) -> None:
    """Let every wait of the workbooks be over."""
    async with watch.store.transaction() as tx:
        await tx.connection.execute("UPDATE paused SET retry_at = now()")


@pytest.mark.parametrize("restarted", [True, False])
async def test_a_case_logged_while_its_header_goes_missing_has_one_row(watch: Watch, restarted: bool) -> None:
    """Written before anybody knew, cleared, looked at, and written again: by this process or the next."""
    await watch.file(order_no="1", sku="ring-1")
    await watch.flush()
    header(watch, "SKU / item", "")
    await watch.file(order_no="2", sku="ring-2")
    await watch.flush()
    assert await watch.paused() == [f"sheet:{watch.desk.key}/book/item"]
    if restarted:
        watch.gateway = watch.open()
    await watch.look()
    header(watch, "", "SKU / item")
    await watch.look()
    await waits_are_over(watch)
    await watch.settle()
    assert [(row["Order #"], row["SKU / item"]) for row in watch.table()] == [
        ("1", "ring-1"),
        ("2", "ring-2"),
    ]
    assert (await watch.told(), await watch.waiting(), await watch.paused()) == ([], [], [])


async def test_a_header_put_right_is_noticed_within_seconds(watch: Watch) -> None:
    """A tab is tried every ten seconds, whether a flush or a look found its fault; a whole workbook every minute."""
    header(watch, "SKU / item", "")
    await watch.file(order_no="1")
    await watch.flush()
    found = [await tried_soon(watch)]
    await watch.look()
    found.append(await tried_soon(watch))
    watch.world.google.unshare(watch.book, BOT)
    await waits_are_over(watch)
    await watch.flush()
    found.append(await tried_soon(watch))
    tab = f"sheet:{watch.desk.key}/book/item"
    assert found == [{tab: True}, {tab: True}, {tab: True, f"sheet:{watch.desk.key}/book": False}]


async def tried_soon(watch: Watch) -> dict[str, bool]:
    """What waits for a person, and whether it is tried again within ten seconds from now."""
    rows = await watch.rows_of(
        "SELECT what, retry_at <= clock_timestamp() + interval '10 s' AS soon FROM paused WHERE desk = %s"
    )
    return {row["what"]: row["soon"] for row in rows}
