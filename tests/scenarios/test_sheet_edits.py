"""People work in the workbooks as they always did: what they type there is followed, told in the thread and kept."""

from __future__ import annotations

import pytest

from bot.reconcile import RECONCILE, Reconciler, ask_all, register
from bot.wiring import gateway_of
from config.desk import Desk
from sheets.gateway import Gateway
from tests.scenarios.room import Room

pytestmark = pytest.mark.anyio
LEAD = "lead@example.com"


class Hands:
    """Somebody who has the workbook open beside the chat."""

    def __init__(self, room: Room, document: str = "report_issue", tab: str = "Item Issue") -> None:
        self.room = room
        self.tab = tab
        self.document = document
        self.spreadsheet = next(each.id for each in room.sandbox.world.workbooks if each.key == document)
        room.google.share(self.spreadsheet, LEAD)

    @property
    def grid(self) -> list[list[str]]:
        """What they see."""
        return self.room.google.grid(self.spreadsheet)[self.tab]

    def type(self, order: str, **cells: str) -> None:
        """Type into the row of an order (or a new one), by header; `_` stands for a blank."""
        column = self.grid[0].index("Order #")
        rows = [row[column] if len(row) > column else "" for row in self.grid]
        row = rows.index(order) + 1 if order in rows else len(rows) + 1
        for header, text in {"Order #": order, **cells}.items():
            place = self.grid[0].index(header.replace("_", " ")) + 1
            self.room.google.edit(self.spreadsheet, self.tab, row, place, text, LEAD)

    def delete(self, order: str) -> None:
        """Take the row of an order out."""
        column = self.grid[0].index("Order #")
        row = next(
            n for n, cells in enumerate(self.grid, 1) if len(cells) > column and cells[column] == order
        )
        self.room.google.delete_row(self.spreadsheet, self.tab, row, LEAD)

    def sort(self, header: str) -> None:
        """Sort the tab."""
        self.room.google.sort(self.spreadsheet, self.tab, self.grid[0].index(header) + 1, LEAD)


async def look(room: Room) -> None:
    """What the tick does, and everything that follows."""
    if RECONCILE not in room.home.store.app.tasks:
        books: dict[str, Gateway] = {}

        def book(desk: Desk, document: str) -> Gateway:
            if document not in books:
                books[document] = gateway_of(room.home.settings, desk, document)
            return books[document]

        home = room.home
        watch = Reconciler(home.store, home.desks, book, home.intake, home.now, lambda: 0.0)
        register(home.store.app, watch)
    for _ in range(2):
        await ask_all(room.home.store, room.home.desks)
        await room.settle()


async def test_an_edit_is_told_at_home_and_shown_to_the_supplier(room: Room) -> None:
    """Quantity and status typed into the row: the thread says so once, both cards follow, the cells stay."""
    case = await room.logged()
    Hands(room).type(case.order, Qty_affected="2", Status="wip")
    await look(room)
    assert (case.row["Qty affected"], case.row["Status"]) == ("2", "wip")
    told = [line for line in case.home if "Changed by hand" in line]
    assert len(told) == 1
    assert "Qty affected: 1 → 2" in told[0]
    assert "Status: Posted → In progress" in told[0]
    assert "In progress" in case.card.text
    assert "In progress" in case.request.text


async def test_the_supplier_s_thread_hears_nothing_of_the_sheet(room: Room) -> None:
    """What is typed in the sheet is the desk's; the supplier sees his card change and no more."""
    case = await room.logged()
    Hands(room).type(case.order, Defect_tag="clasp", Resolution="we pay")
    await look(room)
    assert room.thread("supplier", case.request.id) == []
    assert "we pay" not in case.request.text


async def test_a_case_is_closed_from_the_sheet(room: Room) -> None:
    """Without a resolution the case stays open and says what is missing; with it the case is done."""
    case = await room.logged()
    Hands(room).type(case.order, Status="Done")
    await look(room)
    assert "Status: Done needs Resolution" in case.home[-1]
    Hands(room).type(case.order, Resolution="refunded")
    await look(room)
    assert ((await room.case(case.ident)).status, case.row["Status"]) == ("Done", "Done")
    assert case.row["Closed at"] != ""


async def test_a_row_typed_by_hand_becomes_a_case(room: Room) -> None:
    """It gets an id in its own row and a card at home; the supplier is not asked until somebody does."""
    order = room.order()
    Hands(room).type(order, **{
        "FD ticket": "88", "Issue": "Missing", "SKU / item": "ring-9", "Qty affected": "1", "What is wrong": "empty",
        "Customer wants": "Refund",
    })  # fmt: skip
    await look(room)
    row = room.row(order)
    assert (row["Status"], row["Source"], row["Owner"]) == ("Open", "sheet", "Bowen")
    card = room.post("csr", row["Case ID"])
    assert any("was typed in the sheet by hand" in line for line in room.thread("csr", card.id))
    assert [post for post in room.posts("supplier") if row["Case ID"] in post.text] == []
    await room.say("agent", "csr", f"/update {row['Case ID']} qty=3")
    assert room.row(order)["Qty affected"] == "3"


async def test_a_row_that_is_deleted_is_told_and_its_case_kept(room: Room) -> None:
    """The case, its card and its history stay; the thread says that the row is gone."""
    case = await room.logged()
    card = case.card.id
    Hands(room).delete(case.order)
    await look(room)
    assert any("is gone from the sheet" in line for line in room.thread("csr", card))
    assert (await room.case(case.ident)).status == "Posted"


async def test_sorting_changes_nothing_and_later_cells_find_their_row(room: Room) -> None:
    """Somebody sorts by another column: no edit is seen, and the acknowledgement lands in the right row."""
    cases = [await room.logged() for _ in range(3)]
    Hands(room).sort("Case ID")
    Hands(room).sort("Order #")
    await look(room)
    await room.press("bowen", cases[1].request.id, "Acknowledge")
    assert [case.row["Acknowledged by"] for case in cases] == ["", "Bowen", ""]
    assert not any("Changed by hand" in line for case in cases for line in case.home)


async def test_a_restricted_row_is_told_to_its_people_alone(room: Room) -> None:
    """What is typed on the chargebacks' tab is told in their channel and nowhere else."""
    order = room.order()
    hands = Hands(room, "chargebacks", "Shopify Chargebacks")
    hands.type(order, **{
        "Dispute ID": "DP-77", "Stage": "Chargeback", "Network / method": "Visa", "Reason": "general", "Amount": "120",
        "Currency": "EUR", "Opened on": "2026-11-20",
    })  # fmt: skip
    await look(room)
    ident = room.row(order, "chargebacks", "Shopify Chargebacks")["Case ID"]
    assert ident
    assert room.post("chargebacks", ident)
    others = [channel for channel in room.places if channel != "chargebacks"]
    assert not any(ident in message.text for channel in others for message in room.seen(channel))
