from __future__ import annotations

from sheets.reading import SheetRow
from tests.bot.sandbox.google_world import BOOK, LEAD
from tests.sheets.room import ITEMS, MONEY, Room, case_id, new, tracker


def test_every_row_is_read_with_its_texts_by_column(room: Room) -> None:
    """Several tabs in one call, once they are known; blank cells are left out."""
    room.gateway.flush([new(1, amount="12.50", logged_by="kim"), new(2, MONEY, received_on="2026-11-20")])
    room.calls()
    found = room.gateway.read([ITEMS, MONEY])
    assert room.calls() == ["values:batchGet"]
    assert found == {
        "item-issue": [
            SheetRow(
                2,
                case_id(1),
                {
                    "order_no": "10001",
                    "qty": "1",
                    "amount": "12.50",
                    "case_id": case_id(1),
                    "status": "Open",
                    "logged_by": "Kim",
                },
            )
        ],
        "refund": [
            SheetRow(
                2,
                case_id(2),
                {
                    "order_no": "10002",
                    "qty": "2",
                    "received_on": "2026-11-20",
                    "case_id": case_id(2),
                    "status": "Open",
                },
            )
        ],
    }


def test_what_people_typed_is_read_as_its_column_means_it(room: Room) -> None:
    """A date in their own spelling and an amount with a thousands mark are dates and amounts."""
    room.gateway.flush([new(1)])
    room.type_in(2, "Received on", "03/04/2026")
    room.type_in(2, "Amount", "1,200.5")
    room.type_in(2, "Resolution", "sent back")
    cells = room.gateway.read([ITEMS])["item-issue"][0].cells
    assert (cells["received_on"], cells["amount"], cells["resolution"]) == (
        "2026-04-03",
        "1200.50",
        "sent back",
    )


def test_a_row_counts_when_people_filled_something_in(room: Room) -> None:
    """A row typed by hand has no id and is a case; a row with only a note in a foreign column is none."""
    room.gateway.flush([new(1)])
    room.type_in(3, "SKU / item", "ring")
    room.google.edit(BOOK, "Items", 1, 30, "Notes", LEAD)
    room.google.edit(BOOK, "Items", 5, 30, "call back", LEAD)
    assert [(row.row, row.case_id) for row in room.gateway.read([ITEMS])["item-issue"]] == [
        (2, case_id(1)),
        (3, ""),
    ]


def test_a_tab_that_is_not_in_order_is_left_out_and_named(room: Room) -> None:
    """The others are read; the sentence says what is wrong."""
    room.gateway.read([ITEMS, MONEY])
    room.type_in(1, "Status", "Stand")
    assert list(room.gateway.read([ITEMS, MONEY])) == ["refund"]
    assert "no column “Status”" in room.gateway.faults["item-issue"]
    assert list(room.gateway.read([ITEMS, MONEY, tracker("request", "Requests")])) == ["refund"]
    assert set(room.gateway.faults) == {"item-issue", "request"}


def test_a_renamed_tab_is_read_under_its_new_name(room: Room) -> None:
    """The mark that `init` leaves tells which tab it is."""
    room.gateway.flush([new(1)])
    room.google.rename_tab(BOOK, "Items", "Old items", LEAD)
    assert [row.case_id for row in room.gateway.read([ITEMS])["item-issue"]] == [case_id(1)]


class TestWriteIds:
    def typed(self, room: Room) -> SheetRow:
        """A case, and below it a row typed by hand, as it is read."""
        room.gateway.flush([new(1)])
        room.type_in(3, "SKU / item", "ring")
        room.type_in(3, "Qty", "2")
        return room.gateway.read([ITEMS])["item-issue"][1]

    def test_a_row_typed_by_hand_gets_its_id(self, room: Room) -> None:
        """And keeps what was typed."""
        row = self.typed(room)
        landed = room.gateway.write_ids(ITEMS, {case_id(9): row})
        assert [(place.case_id, place.row) for place in landed] == [(case_id(9), 3)]
        assert room.table()[case_id(9)] == {"SKU / item": "ring", "Qty": "2", "Case ID": case_id(9)}

    def test_it_is_found_where_it_was_moved_to(self, room: Room) -> None:
        """Between the reading and the writing somebody sorts."""
        row = self.typed(room)
        room.google.move_rows(BOOK, "Items", 3, 2, LEAD)
        assert [place.row for place in room.gateway.write_ids(ITEMS, {case_id(9): row})] == [2]

    def test_a_row_that_was_changed_or_has_an_id_gets_none(self, room: Room) -> None:
        """It is read again, and then gets one: repeating it does no harm."""
        row = self.typed(room)
        room.type_in(3, "Qty", "3")
        assert room.gateway.write_ids(ITEMS, {case_id(9): row}) == ()
        changed = room.gateway.read([ITEMS])["item-issue"][1]
        assert len(room.gateway.write_ids(ITEMS, {case_id(9): changed})) == 1
        assert room.gateway.write_ids(ITEMS, {case_id(9): changed}) == ()
        assert [row.get("Case ID") for row in room.rows()] == [case_id(1), case_id(9)]

    def test_an_id_that_lands_on_a_wrong_row_is_taken_back(self, room: Room) -> None:
        """Somebody sorts at that very moment: the row that was hit has its own id again."""
        row = self.typed(room)

        def hands(call: str) -> None:
            if (
                call.endswith(":batchUpdate")
                and room.column("SKU / item") == 2
                and room.rows()[-1].get("SKU / item")
            ):
                room.google.move_rows(BOOK, "Items", 3, 2, LEAD)

        with room.hands(hands):
            assert room.gateway.write_ids(ITEMS, {case_id(9): row}) == ()
        assert [each.get("Case ID") for each in room.rows()] == [None, case_id(1)]
        assert [place.row for place in room.gateway.write_ids(ITEMS, {case_id(9): row})] == [2]
