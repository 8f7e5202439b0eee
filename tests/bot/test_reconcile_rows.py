"""Rows that go, come back, move or stand twice; tabs and workbooks that are not in order; what a look costs."""

from __future__ import annotations

from itertools import count

import pytest

from bot import engine
from bot.reconcile import RECONCILE, ask, ask_all, register
from bot.store.store import SHEET_QUEUE, Store
from tests.bot.sandbox.google_world import BOT
from tests.bot.watch import Watch
from tests.bot.watched import World, google_of_module, store_of_module  # noqa: F401  # fixtures

pytestmark = pytest.mark.anyio
_NUMBERS = count(1)


@pytest.fixture
def watch(store: Store, google: World) -> Watch:
    """A desk with a workbook, and nothing on it."""
    return Watch(store, google, f"mhj-{next(_NUMBERS)}")


async def test_a_row_that_goes_is_told_and_one_that_comes_back_too(watch: Watch) -> None:
    """The case is kept without a row; when somebody takes the deletion back, it has its row again."""
    case = await watch.one_case()
    row = watch.row_of(case)
    texts = watch.grid()[row - 1]
    watch.delete(case)
    await watch.settle()
    assert ((await watch.case(case)).row_link, len(await watch.told())) == ("", 1)
    for column, text in enumerate(texts, 1):
        watch.world.google.edit(watch.book, "Items", row, column, text, "kim@example.com")
    await watch.settle()
    assert (await watch.case(case)).row_link.endswith(f"A{row}")
    assert len(await watch.told()) == 1


async def test_a_tab_that_is_emptied_for_a_moment_loses_nothing(watch: Watch) -> None:
    """Many rows that go at once are believed gone when the next look agrees, not before."""
    for number in range(25):
        await watch.file(order_no=f"10{number:03}", sku="x")
    await watch.flush()
    await watch.look()
    watch.world.google.delete_row(watch.book, "Items", 2, "kim@example.com", count=25)
    await watch.look()
    await watch.flush()
    assert await watch.told() == []
    await watch.look()
    await watch.flush()
    assert len(await watch.told()) == 25


async def test_sorting_inserting_and_moving_is_no_edit(watch: Watch) -> None:
    """People arrange the tab as they like."""
    first = await watch.one_case()
    await watch.file(order_no="99", sku="b")
    await watch.file(order_no="5", sku="c")
    await watch.settle()
    google, book = watch.world.google, watch.book
    google.insert_column(book, "Items", 1, "kim@example.com", count=2)
    google.insert_row(book, "Items", 2, "kim@example.com", count=2)
    watch.sort("Order #", descending=True)
    google.move_columns(book, "Items", 4, 1, "kim@example.com")
    await watch.settle()
    watch.type_in(first, "Qty", "8")
    await watch.settle()
    assert await watch.told() == ["Qty: 3 → 8"]


async def test_one_look_is_one_call(watch: Watch) -> None:
    """Both tabs are read in one call, however many rows there are."""
    await watch.one_case()
    watch.world.calls.clear()
    await watch.look()
    assert watch.world.calls == ["values:batchGet"]


async def test_a_case_with_cells_to_write_is_left_for_later(watch: Watch) -> None:
    """What chat changed and the sheet does not show yet is no edit of anybody's."""
    case = await watch.one_case()
    await watch.change(case, "chat", qty=7)
    watch.type_in(case, "SKU / item", "ring-205")
    await watch.look()
    assert await watch.told() == []
    await watch.settle()
    assert ((await watch.case(case)).values["qty"], watch.shows(case, "Qty")) == (7, "7")
    assert await watch.told() == ["SKU / item: ring-204 → ring-205"]


async def test_a_paused_workbook_is_not_read(watch: Watch) -> None:
    """A workbook the bot may not open is told to the leads once, waits, and goes on by itself."""
    case = await watch.one_case()
    watch.world.google.unshare(watch.book, BOT)
    await watch.look()
    watch.world.calls.clear()
    await watch.look()
    assert (watch.world.calls, len(await watch.leads())) == ([], 1)
    watch.world.google.share(watch.book, BOT)
    await over(watch)
    watch.type_in(case, "Qty", "8")
    await watch.look()
    assert (await watch.told(), await watch.paused()) == (["Qty: 3 → 8"], [])


async def test_a_missing_header_pauses_its_tracker_alone(watch: Watch) -> None:
    """The other tab is followed, the leads are told once, and it goes on by itself when the header is back."""
    case = await watch.one_case()
    closed = (await watch.file("secret", order_no="1055")).id
    await watch.settle()
    column = watch.grid()[0].index("Qty") + 1
    watch.type_at(1, "Qty", "How many")
    watch.type_in(case, "Issue", "Missing")
    watch.type_in(closed, "Order #", "1056", "Chargebacks")
    await watch.look()
    await watch.look()
    assert (await watch.told(), len(await watch.leads())) == (["Order #: 1055 → 1056"], 1)
    watch.world.google.edit(watch.book, "Items", 1, column, "Qty", "kim@example.com")
    await watch.look()
    assert (await watch.told(case), await watch.paused()) == (["Issue: Broken → Missing"], [])


async def over(watch: Watch) -> None:
    """Every wait is over."""
    async with watch.store.transaction() as tx:
        await tx.connection.execute("UPDATE paused SET retry_at = now()")


# --- the same id twice ---


async def test_an_id_that_stands_twice_is_told_once_and_nothing_is_followed(watch: Watch) -> None:
    """A row copied to make another: told once; when the copy's id is cleared it becomes a case of its own."""
    case = await watch.one_case()
    copy = [
        text if name != "Order #" else "10424"
        for name, text in zip(watch.grid()[0], watch.grid()[1], strict=False)
    ]
    for column, text in enumerate(copy, 1):
        watch.world.google.edit(watch.book, "Items", 3, column, text, "kim@example.com")
    await watch.settle()
    assert [line.split(" of")[0] for line in await watch.told()] == [
        f"The case id {case} stands on rows 2, 3"
    ]
    watch.type_at(3, "Case ID", "")
    await watch.settle()
    _, adopted = await watch.cases()
    assert ((await watch.case(adopted)).values["order_no"], (await watch.case(case)).values["order_no"]) == (
        "10424",
        "10423",
    )
    assert (watch.shows(adopted, "Order #"), watch.shows(case, "Order #")) == ("10424", "10423")
    assert watch.shows(adopted, "Bot key") != watch.shows(case, "Bot key")


async def test_a_row_that_had_no_id_for_a_while_gets_what_chat_said_last(watch: Watch) -> None:
    """What could not be written is written when the row is back, and nobody is said to have emptied the cell."""
    case = await watch.one_case()
    watch.type_in(case, "Case ID", "oops")
    await watch.change(case, "first", resolution="first")
    await watch.flush()
    await watch.look()
    await watch.change(case, "second", resolution="second")
    await watch.settle()
    assert (watch.shows(case, "Resolution"), (await watch.case(case)).values["resolution"]) == (
        "second",
        "second",
    )
    assert [line for line in await watch.told() if line.startswith("Resolution")] == []


# --- how a look is asked for ---


async def _nothing(*_: str) -> None:
    """A task of the engine's that is not looked at here."""


async def test_a_look_takes_turns_with_the_flush(watch: Watch) -> None:
    """It has the flush's lock, waits once however often it is asked for, and the engine runs it."""
    case = await watch.one_case()
    app = watch.store.app
    engine.register(app, _nothing, watch.flusher.flush, _nothing, lambda: 0.0)
    register(app, watch.reconciler)
    watch.type_in(case, "Qty", "9")
    await ask_all(watch.store, {watch.desk.key: watch.desk})
    await ask(watch.store, watch.desk.key, "book")
    jobs = list(await app.job_manager.list_jobs_async(task=RECONCILE, status="todo"))
    assert [(job.lock, job.task_kwargs) for job in jobs] == [
        (f"workbook:{watch.desk.key}/book", {"desk": watch.desk.key, "document": "book"})
    ]
    await app.run_worker_async(queues=[SHEET_QUEUE], wait=False, install_signal_handlers=False)
    assert await watch.told() == ["Qty: 3 → 9"]


async def test_an_unknown_workbook_is_nothing(watch: Watch) -> None:
    """A declaration that is gone is looked at by nobody."""
    watch.world.calls.clear()
    await watch.reconciler.reconcile("gone", "book")
    await watch.reconciler.reconcile(watch.desk.key, "gone")
    assert watch.world.calls == []


async def test_a_row_hit_by_mistake_is_put_right_by_whoever_comes_next(watch: Watch, google: World) -> None:
    """Somebody sorts while the bot writes, and dies before it has put the row right: it is nobody's edit."""
    case = await watch.one_case()
    other = (await watch.file(order_no="10001", sku="chain", resolution="as it was")).id
    await watch.settle()
    await watch.change(case, "done", status="Done", resolution="sent")
    hands = [watch.sort, lambda: google.google.faults.switch("sheets", "429", times=1)]

    def meddle(call: str) -> None:
        if hands and (call.endswith(":batchUpdate") or len(hands) == 1):
            hands.pop(0)()

    google.meddle = meddle
    await watch.flush()
    google.meddle = None
    assert (watch.shows(other, "Status"), watch.shows(other, "Resolution")) == ("Done", "sent")
    watch.gateway = watch.open()
    await watch.look()
    await watch.settle()
    assert (watch.shows(other, "Status"), watch.shows(other, "Resolution")) == ("Open", "as it was")
    assert (watch.shows(case, "Status"), watch.shows(case, "Resolution")) == ("Done", "sent")
    assert (await watch.told(), (await watch.case(other)).status) == ([], "Open")
