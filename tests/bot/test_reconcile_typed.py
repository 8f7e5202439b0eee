"""A row that somebody typed by hand becomes one case, whatever happens meanwhile, and its id stands in that row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import count

import pytest

from bot.store.store import Store
from bot.store.transaction import Transaction
from config.tracker import Tracker
from handlers.events import Event
from sheets.batch import Landed
from sheets.errors import Unreachable
from sheets.gateway import Gateway
from sheets.reading import SheetRow
from sheets.rows import Showing
from tests.bot.sandbox.google_world import LEAD
from tests.bot.watch import Watch
from tests.bot.watched import World, google_of_module, store_of_module  # noqa: F401  # fixtures

pytestmark = pytest.mark.anyio
_NUMBERS = count(1)


@pytest.fixture
def watch(store: Store, google: World) -> Iterator[Watch]:
    """A desk with a workbook, and nothing on it."""
    yield Watch(store, google, f"mhj-{next(_NUMBERS)}")
    google.meddle = None


async def only_case(watch: Watch) -> str:
    """The one case there is, whose id stands in the one row there is."""
    [case] = await watch.cases()
    [row] = watch.table()
    assert row.get("Case ID") == case
    return case


async def test_a_complete_row_becomes_a_case_at_once(watch: Watch) -> None:
    """It gets the next id, is credited to the sheet, owned as declared, and its cells stay as they were typed."""
    watch.type_row(order="#10423", sku="ring-204", Issue="brok", Qty="2", Amount="12.5")
    await watch.settle()
    case = await watch.case(await only_case(watch))
    assert case.values == {
        "order_no": "10423",
        "sku": "ring-204",
        "kind": "Broken",
        "qty": 2,
        "amount": "12.50",
    }
    assert (case.status, case.owner, case.reporter, case.source) == ("Open", "kim", "sheet", "sheet")
    [row] = watch.table()
    assert (row["Order #"], row["Issue"], row["Status"], row["Owner"]) == ("#10423", "brok", "Open", "Kim")
    assert await watch.told() == [
        "Row 2 was typed in the sheet by hand. It is a case now; the supplier was not asked."
    ]
    assert case.row_link.endswith("A2")


async def test_a_half_typed_row_waits_until_it_rests(watch: Watch) -> None:
    """While somebody types nothing happens; a row that stays as it is becomes a case that says what is missing."""
    row = watch.type_row(order="10423")
    await watch.settle()
    watch.type_at(row, "Qty", "2")
    await rest(watch, timedelta(minutes=1))
    await watch.settle()
    assert await watch.cases() == []
    await rest(watch, timedelta(minutes=3))
    await watch.settle()
    case = await only_case(watch)
    assert (await watch.told(case))[1] == "Still missing: SKU / item. Fill them in on the row or with Update."
    watch.type_at(row, "SKU / item", "ring")
    await watch.settle()
    assert (await watch.told(case))[2:] == ["SKU / item: — → ring"]


async def rest(watch: Watch, passed: timedelta) -> None:
    """So much time passes for rows that are remembered."""
    async with watch.store.transaction() as tx:
        await tx.connection.execute("UPDATE typed_rows SET since = since - %s", (passed,))


async def test_a_row_says_who_logged_it_when_and_how_it_stands(watch: Watch) -> None:
    """A sheet people already use has these columns: they are believed, and a closed row makes no noise."""
    texts = {"Status": "fixed", "Owner": "Loise", "Logged_by": "Loise", "Logged_at": "2026-11-01 09:00"}
    watch.type_row(order="10423", sku="ring", Resolution="sent", **texts)
    await watch.settle()
    case = await watch.case(await only_case(watch))
    assert (case.status, case.owner, case.reporter) == ("Done", "loise", "loise")
    assert case.opened_at.isoformat() == "2026-11-01T10:00:00+01:00"
    assert (watch.table()[0]["Status"], watch.table()[0]["Logged by"]) == ("fixed", "Loise")
    assert await watch.told() == []


async def test_what_cannot_be_read_of_a_typed_row_is_told_once(watch: Watch) -> None:
    """The case is made all the same; the cells stay."""
    watch.type_row(order="10423", sku="ring", Qty="many", Status="hm")
    for _ in range(2):
        await watch.settle()
    told = await watch.told(await only_case(watch))
    assert [line[:18] for line in told] == ["Row 2 was typed in", "Qty: I cannot read", 'Status: "hm" is no']
    assert (watch.table()[0]["Qty"], watch.table()[0]["Status"]) == ("many", "hm")


async def test_two_rows_that_read_the_same_become_two_cases(watch: Watch) -> None:
    """And so does the same row typed again later."""
    for _ in range(2):
        watch.type_row(order="10423", sku="ring")
    await watch.settle()
    watch.type_row(order="10423", sku="ring")
    await watch.settle()
    assert [row["Case ID"] for row in watch.table()] == await watch.cases()
    assert len(await watch.cases()) == 3


async def test_unticked_boxes_are_no_row(watch: Watch) -> None:
    """A column of boxes shows FALSE in every row that nobody has touched."""
    watch.type_row(Paid="FALSE")
    await rest(watch, timedelta(minutes=3))
    await watch.settle()
    assert await watch.cases() == []


async def test_a_restricted_row_is_told_in_its_own_place(watch: Watch) -> None:
    """Everything that is said of it hangs under its own card, in its tracker's home."""
    watch.type_row(tab="Chargebacks", order="10423")
    await watch.settle()
    [case] = await watch.cases()
    lanes = await watch.rows_of("SELECT DISTINCT lane FROM deliveries WHERE desk = %s")
    assert [row["lane"] for row in lanes] == [f"{case}:home"]


# --- what happens in between ---


class Interrupted(Exception):
    """Somebody pulled the plug."""


class Plug:
    """An intake whose process dies at the first event."""

    async def decide_in(self, tx: Transaction, event: Event, /) -> object:
        """Die."""
        raise Interrupted


async def test_a_crash_before_the_case_is_filed_makes_one_case(watch: Watch) -> None:
    """The row has its id and the case does not exist: the next look files it under that id."""
    watch.type_row(order="10423", sku="ring")
    parts = watch.reconciler.parts
    watch.reconciler.parts = type(parts)(parts.store, Plug(), parts.now, parts.rest)
    with pytest.raises(Interrupted):
        await watch.look()
    watch.reconciler.parts = parts
    assert await watch.cases() == []
    assert "Case ID" in watch.table()[0]
    watch.sort()
    await watch.settle()
    await only_case(watch)


class Failing:
    """The gateway, with a call that fails before or after it took effect."""

    def __init__(self, gateway: Gateway, *, after: bool) -> None:
        self.gateway, self.after = gateway, after
        self.faults: Mapping[str, str] = {}
        self.failed = False

    @property
    def showing(self) -> Showing:
        """As the gateway's."""
        return self.gateway.showing

    def read(self, trackers: Iterable[Tracker], /) -> Mapping[str, Sequence[SheetRow]]:
        """As the gateway."""
        return self.gateway.read(trackers)

    def retire(self) -> None:
        """As the gateway."""
        self.gateway.retire()

    def write_ids(self, tracker: Tracker, rows: Mapping[str, SheetRow], /) -> Sequence[Landed]:
        """Fail once."""
        if self.failed:
            return self.gateway.write_ids(tracker, rows)
        self.failed = True
        if self.after:
            self.gateway.write_ids(tracker, rows)
        raise Unreachable("cut", doubtful=True)


@pytest.mark.parametrize("after", [False, True])
async def test_a_lost_answer_makes_one_case(watch: Watch, after: bool) -> None:
    """Whether the id had landed or not, the row ends with one id and one case."""
    watch.type_row(order="10423", sku="ring")
    failing = Failing(watch.gateway, after=after)
    watch.reconciler.books = lambda _, __: failing
    await watch.look()
    assert ("Case ID" in watch.table()[0], await watch.cases()) == (after, [])
    await watch.settle()
    await only_case(watch)


async def test_a_row_that_moves_before_its_id_is_written_gets_its_own(watch: Watch) -> None:
    """Somebody sorts between the read and the write: no other row gets the id."""
    for number in ("3", "1", "2"):
        await watch.file(order_no=f"100{number}", sku="x")
    await watch.flush()
    watch.type_row(order="1000", sku="typed")

    def sort(call: str) -> None:
        if call.endswith(":batchUpdate"):
            watch.sort(descending=len(watch.world.calls) % 2 == 0)

    watch.world.meddle = sort
    await watch.settle()
    watch.world.meddle = None
    await watch.settle()
    rows = {row["Order #"]: row["Case ID"] for row in watch.table()}
    assert sorted(rows.values()) == await watch.cases()
    assert (await watch.case(rows["1000"])).values["sku"] == "typed"


async def test_a_row_that_is_typed_on_meanwhile_is_one_case(watch: Watch) -> None:
    """Somebody types another cell before the id is written: the row is read again, and becomes one case."""
    row = watch.type_row(order="10423", sku="ring")
    typed = iter(["1", "2"])

    def type_on(call: str) -> None:
        if call.endswith(":batchUpdate") and (text := next(typed, None)):
            watch.type_at(row, "Qty", text)

    watch.world.meddle = type_on
    for _ in range(4):
        await watch.settle()
    assert (await watch.case(await only_case(watch))).values["qty"] == 2


async def test_a_row_deleted_before_it_is_filed_makes_no_case(watch: Watch) -> None:
    """A half-typed row that is taken away was nothing."""
    row = watch.type_row(order="10423")
    await watch.settle()
    watch.world.google.delete_row(watch.book, "Items", row, LEAD)
    await watch.settle()
    assert (await watch.cases(), await watch.rows_of("SELECT id FROM typed_rows WHERE desk = %s")) == ([], [])


async def test_what_the_bot_wrote_by_mistake_is_not_typed(watch: Watch) -> None:
    """A stamp names the cells: in a row typed by hand they count for nothing, and alone they make no row."""
    stamp = "II-2647-9999: resolution status"
    watch.type_row(order="10423", sku="ring-204", Resolution="another case's", Status="Done")
    watch.type_at(2, "Row hash", stamp)
    watch.type_at(3, "Status", "Done")
    watch.type_at(3, "Resolution", "another case's")
    watch.type_at(3, "Row hash", stamp)
    await watch.settle()
    [case] = [await watch.case(ident) for ident in await watch.cases()]
    assert (case.status, case.values) == ("Open", {"order_no": "10423", "sku": "ring-204"})
