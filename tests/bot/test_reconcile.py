"""What people do to a workbook by hand is credited once, told once and never reverted."""

from __future__ import annotations

from itertools import count

import pytest

from bot.store.store import Store
from sheets.adopt import init_workbook
from tests.bot.watch import Watch
from tests.bot.watched import World, google_of_module, store_of_module  # noqa: F401  # fixtures

pytestmark = pytest.mark.anyio
_NUMBERS = count(1)


@pytest.fixture
def watch(store: Store, google: World) -> Watch:
    """A desk with a workbook, and nothing on it."""
    return Watch(store, google, f"mhj-{next(_NUMBERS)}")


async def test_a_row_that_nobody_touched_is_no_edit(watch: Watch) -> None:
    """Every type of value reads back as what the bot wrote: nothing is told, nothing is written."""
    case = await watch.one_case()
    await watch.look()
    assert (await watch.told(), await watch.waiting()) == ([], [])
    assert (await watch.case(case)).version == 2


async def test_a_row_on_a_tab_as_it_is_made_is_no_edit(watch: Watch) -> None:
    """The same on tabs with formats, drop-downs and the desk's own time zone, as `deskbell sheets init` makes them."""
    init_workbook(watch.world.client, watch.desk, "book")
    case = await watch.one_case()
    await watch.settle()
    assert (await watch.told(), (await watch.case(case)).version) == ([], 2)


async def test_an_edit_is_followed_told_and_left_as_typed(watch: Watch) -> None:
    """The case holds what was typed, its thread says so once, and the cell stays as it was typed."""
    case = await watch.one_case()
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
    case = await watch.one_case()
    watch.type_in(case, header, typed)
    await watch.settle()
    assert (await watch.told(), (await watch.case(case)).version) == ([], 2)


async def test_an_edit_told_is_not_told_again(watch: Watch) -> None:
    """To and fro and to again: every edit is told once, however often anybody looks in between."""
    case = await watch.one_case()
    for typed in ("4", "3", "4"):
        watch.type_in(case, "Qty", typed)
        await watch.settle()
    assert await watch.told() == ["Qty: 3 → 4", "Qty: 4 → 3", "Qty: 3 → 4"]


async def test_what_cannot_be_read_is_told_once_and_stays(watch: Watch) -> None:
    """The case keeps its value, the cell keeps its text; typed anew after something else it is told anew."""
    case = await watch.one_case()
    for typed in ("a few", "3", "a few"):
        watch.type_in(case, "Qty", typed)
        await watch.settle()
    assert ((await watch.case(case)).values["qty"], watch.shows(case, "Qty")) == (3, "a few")
    assert [line.split(".")[0] for line in await watch.told()] == ['Qty: I cannot read "a few"'] * 2


async def test_a_cell_that_is_emptied_empties_the_column(watch: Watch) -> None:
    """Nothing is as good an edit as something."""
    case = await watch.one_case()
    watch.type_in(case, "Qty", "")
    await watch.settle()
    assert "qty" not in (await watch.case(case)).values
    assert await watch.told() == ["Qty: 3 → —"]


async def test_the_store_forgets_nothing_that_chat_says_later(watch: Watch) -> None:
    """A text that could not be read is replaced from chat; typed again it is told again."""
    case = await watch.one_case()
    watch.type_in(case, "Qty", "a few")
    await watch.settle()
    await watch.change(case, "chat", qty=5)
    await watch.flush()
    watch.type_in(case, "Qty", "a few")
    await watch.settle()
    assert [line[:22] for line in await watch.told()] == ['Qty: I cannot read "a '] * 2


async def test_a_moment_is_read_in_the_workbook_s_own_time(watch: Watch) -> None:
    """A sheet knows no zone: what is typed means the workbook's (London here), and the case holds the moment."""
    case = await watch.one_case()
    watch.type_in(case, "Called at", "2026-11-22 11:45")
    await watch.settle()
    assert (await watch.case(case)).values["called_at"] == "2026-11-22T12:45+01:00"
    assert await watch.told() == ["Called at: 22 Nov 2026, 10:15 → 22 Nov 2026, 12:45"]


async def test_a_status_moves_the_case(watch: Watch) -> None:
    """Any state of the flow, in any case and by the desk's words, once its gate is passed; credited to the sheet."""
    case = await watch.one_case()
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
    case = await watch.one_case()
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


async def test_a_status_that_takes_a_certain_person_is_told_once(watch: Watch) -> None:
    """Whether it is followed or refused by the rules: it is not told again with every other edit of the row."""
    case = (await watch.file("secret", order_no="1055", resolution="won")).id
    await watch.settle()
    watch.type_in(case, "Status", "Done", "Chargebacks")
    await watch.settle()
    watch.type_in(case, "Resolution", "lost", "Chargebacks")
    await watch.settle()
    assert [line.split(":")[0] for line in await watch.told()] == ["Status", "Resolution"]


async def test_a_status_that_means_nothing_is_kept_and_counts_as_open(watch: Watch) -> None:
    """The cell stays, it is told once, and a closed case is open again."""
    case = await watch.one_case()
    await watch.change(case, "chat", status="Done", resolution="sent")
    await watch.settle()
    watch.type_in(case, "Status", "hmm?")
    await watch.settle()
    assert ((await watch.case(case)).status, watch.shows(case, "Status")) == ("In progress", "hmm?")
    assert len(await watch.told()) == 1


async def test_an_owner_is_whoever_the_cell_names(watch: Watch) -> None:
    """A name gives the case to that person, a blank cell to nobody, a stranger's is told."""
    case = await watch.one_case()
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
    case = await watch.one_case()
    before = watch.table()
    for header in ("Logged at", "Logged by", "Source", "Closed at"):
        watch.type_in(case, header, "2001-01-01")
    await watch.settle()
    assert (watch.table(), await watch.told()) == (before, [])


@pytest.mark.parametrize("typed", ["", "II-0000-9999", "x"])
async def test_a_case_id_is_put_right(watch: Watch, typed: str) -> None:
    """A row whose id was typed over or emptied gets it back: it is known by the bot's key. It is no new row."""
    case = await watch.one_case()
    before = watch.table()
    watch.type_in(case, "Case ID", typed)
    await watch.settle()
    assert (watch.table(), await watch.cases(), await watch.told()) == (before, [case], [])


async def test_files_are_only_told(watch: Watch) -> None:
    """What somebody types under photos is no file; it is told once and stays."""
    case = await watch.one_case()
    watch.type_in(case, "Photos", "see album")
    await watch.settle()
    assert await watch.told() == ["Photos: — → see album"]
    assert "photos" not in (await watch.case(case)).values


async def test_a_card_number_is_masked_in_the_sheet_too(watch: Watch) -> None:
    """It reaches neither the database nor the thread, and does not stay in the cell."""
    case = await watch.one_case()
    watch.type_in(case, "What is wrong", "paid with 4111 1111 1111 1111")
    await watch.settle()
    assert "4111" not in watch.shows(case, "What is wrong")
    assert watch.shows(case, "What is wrong") == (await watch.case(case)).values["detail"]
    assert len(await watch.told()) == 2
    assert not await remembered(watch, "4111 1111")


async def test_a_secret_is_not_remembered(watch: Watch) -> None:
    """A cell with a password in it is told as unreadable, without the password; only a mark of it is kept."""
    case = await watch.one_case()
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


async def test_a_cell_typed_since_the_last_look_is_not_written_over(watch: Watch) -> None:
    """Chat and a person change the same cell in the same minute: the person's stays, is followed and told."""
    case = await watch.one_case()
    watch.type_in(case, "Qty", "7")
    await watch.change(case, "chat", qty=5, kind="Missing")
    await watch.settle()
    now = await watch.case(case)
    assert (now.values["qty"], now.values["kind"]) == (7, "Missing")
    assert (watch.shows(case, "Qty"), watch.shows(case, "Issue")) == ("7", "Missing")
    assert await watch.told() == ["Qty: 5 → 7"]


async def test_a_status_typed_since_the_last_look_is_not_written_over(watch: Watch) -> None:
    """It passes the gates as any other, from where the chat has taken the case."""
    case = await watch.one_case()
    watch.type_in(case, "Resolution", "sent")
    watch.type_in(case, "Status", "Done")
    await watch.change(case, "chat", status="In progress")
    await watch.settle()
    assert ((await watch.case(case)).status, watch.shows(case, "Status")) == ("Done", "Done")
    assert "Status: In progress → Done" in await watch.told()


async def test_what_was_followed_is_written_over_by_what_chat_says_later(watch: Watch) -> None:
    """Told or followed, the cell's text is known to the case: the next change in chat reaches the sheet."""
    case = await watch.one_case()
    watch.type_in(case, "Qty", "7")
    watch.type_in(case, "Issue", "miss")
    await watch.settle()
    await watch.change(case, "chat", qty=5, kind="Incorrect")
    await watch.settle()
    assert (watch.shows(case, "Qty"), watch.shows(case, "Issue")) == ("5", "Incorrect")
    assert len(await watch.told()) == 2
