"""What people do to a workbook by hand is credited once, told once and never reverted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest

from bot.store.store import Store
from sheets.adopt import init_workbook
from tests.bot.sandbox.google_world import BOT, Server, served
from tests.bot.watch import Watch, World, shared_store, world

pytestmark = pytest.mark.anyio
_NUMBERS = count(1)


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


@pytest.fixture(scope="module")
async def store(server: str) -> AsyncIterator[Store]:
    """One database for the module; every test has a desk of its own."""
    async with shared_store(server, "reconcile") as opened:
        yield opened


@pytest.fixture
def watch(store: Store, google: World) -> Watch:
    """A desk with a workbook, and nothing on it."""
    return Watch(store, google, f"mhj-{next(_NUMBERS)}")


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
    assert (await watch.told(), await watch.waiting()) == ([], [])
    assert (await watch.case(case)).version == 2


async def test_a_row_on_a_tab_as_it_is_made_is_no_edit(watch: Watch) -> None:
    """The same on tabs with formats, drop-downs and the desk's own time zone, as `deskbell sheets init` makes them."""
    init_workbook(watch.world.client, watch.desk, "book")
    case = await one_case(watch)
    await watch.settle()
    assert (await watch.told(), (await watch.case(case)).version) == ([], 2)


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


@pytest.mark.parametrize(
    ("header", "typed"),
    [
        ("Order #", "#10423"),
        ("Order #", " 10423 "),
        ("SKU / item", "ring-204 "),
        ("Issue", "broken"),
        ("Qty", "3.0"),
        ("Amount", "12.5"),
        ("Amount", "€12.50"),
        ("Received on", "20/11/2026"),
        ("Received on", "20 Nov 2026"),
        ("Called at", "2026-11-22 09:15:00"),
        ("Paid", "yes"),
        ("What is wrong", "clasp broken"),
        ("Status", "open"),
        ("Owner", "kim"),
    ],
)
async def test_another_way_to_write_the_same_is_no_edit(watch: Watch, header: str, typed: str) -> None:
    """The cell is read again as its column's type: what means what the case has is told to nobody."""
    case = await one_case(watch)
    watch.type_in(case, header, typed)
    await watch.settle()
    assert (await watch.told(), (await watch.case(case)).version) == ([], 2)


async def test_an_edit_told_is_not_told_again(watch: Watch) -> None:
    """To and fro and to again: every edit is told once, however often anybody looks in between."""
    case = await one_case(watch)
    for typed in ("4", "3", "4"):
        watch.type_in(case, "Qty", typed)
        await watch.settle()
    assert await watch.told() == ["Qty: 3 → 4", "Qty: 4 → 3", "Qty: 3 → 4"]


async def test_what_cannot_be_read_is_told_once_and_stays(watch: Watch) -> None:
    """The case keeps its value, the cell keeps its text; typed anew after something else it is told anew."""
    case = await one_case(watch)
    for typed in ("a few", "3", "a few"):
        watch.type_in(case, "Qty", typed)
        await watch.settle()
    assert ((await watch.case(case)).values["qty"], watch.shows(case, "Qty")) == (3, "a few")
    assert [line.split(".")[0] for line in await watch.told()] == ['Qty: I cannot read "a few"'] * 2


async def test_a_cell_that_is_emptied_empties_the_column(watch: Watch) -> None:
    """Nothing is as good an edit as something."""
    case = await one_case(watch)
    watch.type_in(case, "Qty", "")
    await watch.settle()
    assert "qty" not in (await watch.case(case)).values
    assert await watch.told() == ["Qty: 3 → —"]


async def test_the_store_forgets_nothing_that_chat_says_later(watch: Watch) -> None:
    """A text that could not be read is replaced from chat; typed again it is told again."""
    case = await one_case(watch)
    watch.type_in(case, "Qty", "a few")
    await watch.settle()
    await watch.change(case, "chat", qty=5)
    await watch.flush()
    watch.type_in(case, "Qty", "a few")
    await watch.settle()
    assert [line[:22] for line in await watch.told()] == ['Qty: I cannot read "a '] * 2


async def test_a_moment_is_read_in_the_workbook_s_own_time(watch: Watch) -> None:
    """A sheet knows no zone: what is typed means the workbook's (London here), and the case holds the moment."""
    case = await one_case(watch)
    watch.type_in(case, "Called at", "2026-11-22 11:45")
    await watch.settle()
    assert (await watch.case(case)).values["called_at"] == "2026-11-22T12:45+01:00"
    assert await watch.told() == ["Called at: 22 Nov 10:15 → 22 Nov 12:45"]


async def test_a_status_moves_the_case(watch: Watch) -> None:
    """Any state of the flow, in any case and by the desk's words, once its gate is passed; credited to the sheet."""
    case = await one_case(watch)
    watch.type_in(case, "Resolution", "new ring sent")
    watch.type_in(case, "Status", "FIXED")
    await watch.settle()
    now = await watch.case(case)
    assert (now.status, now.closed_at is not None) == ("Done", True)
    assert (watch.shows(case, "Status"), watch.shows(case, "Closed at") != "") == ("FIXED", True)
    assert (await watch.history(case))[-1].endswith(
        "edited the sheet: Resolution: — → new ring sent; Status: Open → Done"
    )
    assert not (await watch.history(case))[-1].startswith("Deskbell")


async def test_a_status_waits_for_its_gate(watch: Watch) -> None:
    """What is missing is told once; when it is filled in, wherever that happens, the case moves by itself."""
    case = await one_case(watch)
    watch.type_in(case, "Status", "Done")
    await watch.settle()
    watch.type_in(case, "Qty", "2")
    await watch.settle()
    assert (await watch.case(case)).status == "Open"
    assert [line[:30] for line in await watch.told()] == ["Status: Done needs Resolution.", "Qty: 3 → 2"]
    await watch.change(case, "chat", resolution="refunded")
    await watch.settle()
    assert ((await watch.case(case)).status, watch.shows(case, "Status")) == ("Done", "Done")
    assert (await watch.told())[-1] == "Status: Open → Done"


async def test_a_status_that_means_nothing_is_kept_and_counts_as_open(watch: Watch) -> None:
    """The cell stays, it is told once, and a closed case is open again."""
    case = await one_case(watch)
    await watch.change(case, "chat", status="Done", resolution="sent")
    await watch.settle()
    watch.type_in(case, "Status", "hmm?")
    await watch.settle()
    assert ((await watch.case(case)).status, watch.shows(case, "Status")) == ("In progress", "hmm?")
    assert len(await watch.told()) == 1


async def test_an_owner_is_whoever_the_cell_names(watch: Watch) -> None:
    """A name gives the case to that person, a blank cell to nobody, a stranger's is told."""
    case = await one_case(watch)
    owners = []
    for typed in ("loise", "", "Nobody Known"):
        watch.type_in(case, "Owner", typed)
        await watch.settle()
        owners.append((await watch.case(case)).owner)
    assert owners == ["loise", None, None]
    assert [line[:21] for line in await watch.told()] == [
        "It is now with Loise.", "It is now with nobody", "With: I cannot read \"",
    ]  # fmt: skip


async def test_the_bot_s_own_columns_are_put_right(watch: Watch) -> None:
    """What somebody typed over logged at, logged by or source is the store's again; nobody is bothered."""
    case = await one_case(watch)
    before = watch.table()
    for header in ("Logged at", "Logged by", "Source", "Closed at"):
        watch.type_in(case, header, "2001-01-01")
    await watch.settle()
    assert (watch.table(), await watch.told()) == (before, [])


@pytest.mark.parametrize("typed", ["", "II-0000-9999", "x"])
async def test_a_case_id_is_put_right(watch: Watch, typed: str) -> None:
    """A row whose id was typed over or emptied gets it back: it is known by the bot's key. It is no new row."""
    case = await one_case(watch)
    before = watch.table()
    watch.type_in(case, "Case ID", typed)
    await watch.settle()
    assert (watch.table(), await watch.cases(), await watch.told()) == (before, [case], [])


async def test_files_are_only_told(watch: Watch) -> None:
    """What somebody types under photos is no file; it is told once and stays."""
    case = await one_case(watch)
    watch.type_in(case, "Photos", "see album")
    await watch.settle()
    assert await watch.told() == ["Photos: — → see album"]
    assert "photos" not in (await watch.case(case)).values


async def test_a_card_number_is_masked_in_the_sheet_too(watch: Watch) -> None:
    """It reaches neither the database nor the thread, and does not stay in the cell."""
    case = await one_case(watch)
    watch.type_in(case, "What is wrong", "paid with 4111 1111 1111 1111")
    await watch.settle()
    assert "4111" not in watch.shows(case, "What is wrong")
    assert watch.shows(case, "What is wrong") == (await watch.case(case)).values["detail"]
    assert len(await watch.told()) == 2
    assert not await remembered(watch, "4111")


async def test_a_secret_is_not_remembered(watch: Watch) -> None:
    """A cell with a password in it is told as unreadable, without the password; only a mark of it is kept."""
    case = await one_case(watch)
    watch.type_in(case, "What is wrong", "my password is hunter2secret")
    await watch.settle()
    assert len(await watch.told()) == 1
    assert not await remembered(watch, "hunter2secret")


async def remembered(watch: Watch, words: str) -> bool:
    """Whether these words stand anywhere in the database."""
    tables = (
        "events",
        "cases",
        "audit",
        "deliveries",
        "sheet_writes",
        "sheet_rows",
        "typed_rows",
        "procrastinate_jobs",
    )
    for table in tables:
        rows = await watch.rows_of(f"SELECT t::text AS line FROM {table} AS t WHERE %s::text IS NOT NULL")
        if any(words in row["line"] for row in rows):
            return True
    return False


async def test_a_row_that_goes_is_told_and_one_that_comes_back_too(watch: Watch) -> None:
    """The case is kept without a row; when somebody takes the deletion back, it has its row again."""
    case = await one_case(watch)
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
    first = await one_case(watch)
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
    await one_case(watch)
    watch.world.calls.clear()
    await watch.look()
    assert watch.world.calls == ["values:batchGet"]


async def test_a_case_with_cells_to_write_is_left_for_later(watch: Watch) -> None:
    """What chat changed and the sheet does not show yet is no edit of anybody's."""
    case = await one_case(watch)
    await watch.change(case, "chat", qty=7)
    watch.type_in(case, "SKU / item", "ring-205")
    await watch.look()
    assert await watch.told() == []
    await watch.settle()
    assert ((await watch.case(case)).values["qty"], watch.shows(case, "Qty")) == (7, "7")
    assert await watch.told() == ["SKU / item: ring-204 → ring-205"]


async def test_a_paused_workbook_is_not_read(watch: Watch) -> None:
    """A workbook the bot may not open is told to the leads once, waits, and goes on by itself."""
    case = await one_case(watch)
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
    case = await one_case(watch)
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
    case = await one_case(watch)
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
