from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from config.model import Value
from sheets.batch import Flushed, RowWrite, fold
from sheets.errors import BadRequest, Busy, NotAllowed, NoWorkbook, Superseded, Trouble, Unreachable
from sheets.fence import KEPT
from sheets.gateway import BYTES, Gateway, portion
from tests.bot.sandbox.google_world import BOOK, BOT, LEAD, append_cells
from tests.sheets.room import HASH, ITEMS, MONEY, NAMES, Room, case_id, change, ids, new, tracker


def landed(flushed: Flushed) -> list[tuple[str, int]]:
    """Which cases landed, and where."""
    return [(place.case_id, place.row) for place in flushed.landed]


def before_the_write(act: Callable[[], None]) -> Callable[[str], None]:
    """Hands that act once, between the look and the write."""
    done: list[bool] = []

    def hands(call: str) -> None:
        if call.endswith(":batchUpdate") and not done:
            done.append(True)
            act()

    return hands


class TestOneCall:
    def test_new_rows_cost_one_call_once_the_tabs_are_known(self, room: Room) -> None:
        """A burst of cases of two trackers is one request, however many they are."""
        room.gateway.flush([new(1), new(2, MONEY)])
        room.calls()
        flushed = room.gateway.flush(
            [new(number, ITEMS if number % 2 else MONEY) for number in range(3, 203)]
        )
        assert (flushed.requests, len(flushed.landed), room.calls()) == (1, 200, ["trackers:batchUpdate"])

    def test_a_thousand_cases_cost_few_calls(self, room: Room) -> None:
        """The bar is ten for a thousand; what is over the most for one flush waits for the next."""
        writes = [new(number) for number in range(1, 1001)]
        calls = 0
        while writes:
            flushed = room.gateway.flush(writes)
            done = {number for place in flushed.landed for number in place.write_ids}
            assert done
            writes = [write for write in writes if write.id not in done]
            calls += flushed.requests
        assert calls <= 10
        assert len(room.table()) == 1000

    def test_one_call_carries_many_small_changes_and_few_large_rows(self) -> None:
        """A thousand changed states fit one call; rows with long texts are split at what a call may weigh."""
        small = fold([change(number, status="Done") for number in range(1, 1001)])
        large = fold([new(number, what="x" * 30_000) for number in range(1, 101)])

        assert len(portion(small)) == 1000
        assert 1 <= len(portion(large)) * 30_000 <= BYTES

    @pytest.mark.parametrize("hint", [2, 3, 99, None])
    def test_an_update_costs_two_calls_whatever_the_hint(self, room: Room, hint: int | None) -> None:
        """On a short tab the one look finds every row."""
        room.gateway.flush([new(1), new(2)])
        flushed = room.gateway.flush([change(1, status="Done", hint=hint), new(3)])
        assert (flushed.requests, landed(flushed)) == (2, [(case_id(1), 2), (case_id(3), 4)])
        assert room.table()[case_id(1)]["Status"] == "Done"

    def test_nothing_pending_costs_nothing(self, room: Room) -> None:
        """An empty flush makes no call."""
        assert room.gateway.flush([]) == Flushed()


class TestWhatIsWritten:
    def test_a_row_shows_what_was_logged(self, room: Room) -> None:
        """Texts, amounts, dates and moments stand under their headers as people read them."""
        room.gateway.flush(
            [
                new(
                    1,
                    amount="1250.5",
                    received_on="2026-11-20",
                    logged_by="kim",
                    logged_at="2026-07-20T09:30:00Z",
                )
            ]
        )
        assert room.rows() == [
            {
                "Order #": "10001",
                "Qty": "1",
                "Amount": "1,250.50",
                "Received on": "2026-11-20",
                "Case ID": case_id(1),
                "Status": "Open",
                "Logged at": "2026-07-20 10:30",
                "Logged by": "Kim",
            }
        ]

    def test_no_formula_is_born(self, room: Room) -> None:
        """What looks like one is the text it is; the truth log counts none."""
        room.gateway.flush([new(1, resolution="=IMPORTXML(1)", sku="+44")])
        row = room.rows()[0]
        assert (row["Resolution"], row["SKU / item"]) == ("=IMPORTXML(1)", "+44")
        assert [entry for entry in room.world.truth.entries if "formulas" in str(entry)] == []

    def test_columns_are_found_by_header_wherever_they_stand(self, room: Room) -> None:
        """Moved columns, people's own columns and aliases are taken as they are."""
        room.google.move_columns(BOOK, "Items", 1, 12, LEAD)
        room.google.insert_column(BOOK, "Items", 3, LEAD)
        room.google.edit(BOOK, "Items", 1, room.column("Order #"), "order no", LEAD)
        room.gateway.flush([new(1)])
        row = room.rows()[0]
        assert (row["order no"], row["Case ID"]) == ("10001", case_id(1))

    def test_the_link_leads_to_the_row(self, room: Room) -> None:
        """The confirmation links to the row that was written."""
        place = room.gateway.flush([new(1), new(2)]).landed[1]
        assert place.link == f"https://docs.google.com/spreadsheets/d/{BOOK}/edit#gid=0&range=A3"

    def test_columns_that_are_no_longer_declared_are_passed_over(self, room: Room) -> None:
        """A write that waited while the declaration changed does not hold up the others."""
        assert len(room.gateway.flush([new(1, given_up="x")]).landed) == 1

    def test_an_update_never_writes_the_case_id(self, room: Room) -> None:
        """A row's identity is only written when the row is made."""
        room.gateway.flush([new(1), new(2)])
        room.gateway.flush([change(2, case_id="II-0000-0000", status="Done")])
        assert ids(room.rows()) == [case_id(1), case_id(2)]


class TestNothingTwice:
    @pytest.mark.parametrize("kind", ["applied-503", "applied-cut"])
    @pytest.mark.parametrize("restarted", [True, False])
    def test_an_append_whose_answer_was_lost_is_not_repeated(
        self, room: Room, kind: str, restarted: bool
    ) -> None:
        """The store marks it, and that is enough for whichever process comes next."""
        room.gateway.flush([new(1)])
        room.world.faults.switch("sheets", kind, times=1)
        with pytest.raises(Unreachable) as raised:
            room.gateway.flush([new(2)])
        assert raised.value.doubtful
        gateway = room.open() if restarted else room.gateway
        flushed = gateway.flush([new(2, doubtful=True), change(2, status="Done")])
        assert landed(flushed) == [(case_id(2), 3)]
        assert [row["Status"] for row in room.rows()] == ["Open", "Done"]

    @pytest.mark.parametrize("kind", ["503", "cut"])
    def test_an_append_that_did_not_land_is_made_up_for(self, room: Room, kind: str) -> None:
        """Doubtful, looked for, not there: appended."""
        room.world.faults.switch("sheets", kind, times=1, skip=2)
        with pytest.raises(Unreachable):
            room.gateway.flush([new(1)])
        assert landed(room.gateway.flush([new(1, doubtful=True)])) == [(case_id(1), 2)]
        assert ids(room.rows()) == [case_id(1)]

    def test_a_full_quota_leaves_no_doubt(self, room: Room) -> None:
        """429 means that nothing was done."""
        room.gateway.flush([new(1)])
        room.world.faults.switch("sheets", "429", times=1)
        with pytest.raises(Busy) as raised:
            room.gateway.flush([new(2)])
        assert not raised.value.doubtful
        assert room.gateway.flush([new(2)]).requests == 1

    def test_a_case_that_is_on_the_sheet_is_not_appended_again(self, room: Room) -> None:
        """Where the case ids are read anyway, a row that is there counts as landed."""
        room.gateway.flush([new(1)])
        flushed = room.open().flush([new(1, doubtful=True), change(1, status="Done")])
        assert landed(flushed) == [(case_id(1), 2)]
        assert ids(room.rows()) == [case_id(1)]

    def test_a_row_that_holds_only_its_id_is_filled_in(self, room: Room) -> None:
        """A new row of which only the id was left when the bot went down is no finished row."""
        room.gateway.flush([new(1)])
        for header in ("Order #", "Qty", "Status"):
            room.type_in(2, header, "")
        room.open().flush([new(1, doubtful=True)])
        assert room.rows() == [{"Order #": "10001", "Qty": "1", "Status": "Open", "Case ID": case_id(1)}]


class TestCarriedOutLate:
    """Google may carry a call out minutes after it was given up on (usage limits: up to 180 s)."""

    def late(self, room: Room, *writes: RowWrite) -> None:
        """A flush whose write Google keeps for later."""
        room.meddling.delays = 1
        with pytest.raises(Unreachable):
            room.gateway.flush(list(writes))

    def test_a_new_row_that_was_repeated_meanwhile_is_not_there_twice(self, room: Room) -> None:
        """It was looked for, not found, and appended again by another process: the late call is refused."""
        room.gateway.flush([new(1)])
        self.late(room, new(2), new(3))
        assert landed(room.open().flush([new(2, doubtful=True), new(3, doubtful=True), new(4)])) == [
            (case_id(2), 3),
            (case_id(3), 4),
            (case_id(4), 5),
        ]
        assert room.arrive() == ["refused"]
        assert ids(room.rows()) == [case_id(1), case_id(2), case_id(3), case_id(4)]

    def test_a_new_row_that_arrives_between_look_and_write_is_not_written_again(self, room: Room) -> None:
        """The repetition is refused, and the next one finds the row."""
        room.gateway.flush([new(1)])
        self.late(room, new(2))
        arrived: list[str] = []
        again = [new(2, doubtful=True), new(3, doubtful=True)]
        with room.hands(before_the_write(lambda: arrived.extend(room.arrive()))), pytest.raises(Superseded):
            room.gateway.flush(again)
        flushed = room.gateway.flush(again)
        assert (arrived, landed(flushed)) == (["done"], [(case_id(2), 3), (case_id(3), 4)])
        assert ids(room.rows()) == [case_id(1), case_id(2), case_id(3)]

    def test_a_late_change_does_not_come_over_a_newer_one(self, room: Room) -> None:
        """A status never moves backwards on the sheet either."""
        room.gateway.flush([new(1)])
        self.late(room, change(1, ident=5, status="Acknowledged"))
        room.gateway.flush([change(1, ident=5, status="Acknowledged"), change(1, ident=6, status="Done")])
        assert room.arrive() == ["refused"]
        assert room.table()[case_id(1)]["Status"] == "Done"

    def test_a_case_left_behind_meanwhile_is_safe_as_well(self, room: Room) -> None:
        """Of two delayed rows the first alone is repeated: the late call as a whole is refused."""
        room.gateway.flush([new(1)])
        self.late(room, new(2), new(3))
        room.gateway.flush([new(2, doubtful=True)])
        assert room.arrive() == ["refused"]
        room.gateway.flush([new(3, doubtful=True)])
        assert ids(room.rows()) == [case_id(1), case_id(2), case_id(3)]

    def test_a_tab_that_waits_for_its_header_keeps_the_other_tab_s_fence(self, room: Room) -> None:
        """Each tab has fences of its own: what is repeated of one makes the late call void for both."""
        room.gateway.flush([new(1), new(2, MONEY)])
        self.late(room, new(3), new(4, MONEY))
        room.type_in(1, "Status", "Stand")
        room.gateway.flush([new(3, doubtful=True), new(4, MONEY, doubtful=True)])
        room.type_in(1, "Stand", "Status")
        assert room.arrive() == ["refused"]
        room.gateway.flush([new(3, doubtful=True)])
        assert (ids(room.rows()), ids(room.rows("Money box"))) == (
            [case_id(1), case_id(3)],
            [case_id(2), case_id(4)],
        )

    def test_fences_are_taken_down_again(self, room: Room) -> None:
        """A tab can hold 30,000 characters of metadata: after many flushes no more stand than are of use."""
        for number in range(1, KEPT + 20):
            room.gateway.flush([new(number)])
        assert len(room.fences()) == KEPT


class TestPeopleMeanwhile:
    def test_a_row_sorted_away_is_left_as_it_was_and_the_case_written_where_it_is(self, room: Room) -> None:
        """The row that was hit has its own values again, the case has the new ones."""
        room.gateway.flush([new(number, resolution=f"was {number}") for number in range(1, 5)])

        def sort() -> None:
            room.google.sort(BOOK, "Items", 1, LEAD, descending=True)

        with room.hands(before_the_write(sort)):
            flushed = room.gateway.flush([change(1, resolution="done", status="Done")])
        assert (landed(flushed), flushed.corrected, flushed.requests) == ([(case_id(1), 5)], 2, 4)
        assert {case: (row["Resolution"], row["Status"]) for case, row in room.table().items()} == {
            case_id(4): ("was 4", "Open"),
            case_id(3): ("was 3", "Open"),
            case_id(2): ("was 2", "Open"),
            case_id(1): ("done", "Done"),
        }

    def test_what_a_person_typed_over_it_stays(self, room: Room) -> None:
        """A cell that was hit and then typed in by its owner is not touched again."""
        room.gateway.flush([new(1), new(2)])
        acts = [
            lambda: room.google.sort(BOOK, "Items", 1, LEAD, descending=True),
            lambda: room.type_in(2, "Resolution", "mine"),
        ]

        def hands(call: str) -> None:
            if (
                acts
                and call in ("trackers:batchUpdate", "values:batchGet")
                and (call[0] == "t" or len(acts) == 1)
            ):
                acts.pop(0)()

        with room.hands(hands):
            room.gateway.flush([change(1, resolution="done")])
        assert [row["Resolution"] for row in room.rows()] == ["mine", "done"]

    def test_a_new_row_goes_below_what_people_add_and_is_found_whatever_they_delete(self, room: Room) -> None:
        """A hundred rows deleted at that moment: the case is still found, at the cost of one look."""
        room.gateway.flush([new(number) for number in range(1, 121)])
        with room.hands(before_the_write(lambda: room.google.delete_row(BOOK, "Items", 2, LEAD, count=100))):
            flushed = room.gateway.flush([new(121)])
        assert (landed(flushed), flushed.requests) == ([(case_id(121), 22)], 2)

    def test_a_deleted_row_is_gone_and_said_to_be(self, room: Room) -> None:
        """An update of a case whose row is nowhere is reported, not appended."""
        room.gateway.flush([new(1), new(2)])
        room.google.delete_row(BOOK, "Items", 2, LEAD)
        flushed = room.gateway.flush([change(1, status="Done", ident=7), change(2, status="Done", ident=8)])
        assert (flushed.gone, landed(flushed)) == (((case_id(1), (7,)),), [(case_id(2), 2)])

    @pytest.mark.parametrize("when", ["between flushes", "before the write"])
    def test_a_tab_that_gets_another_name_is_still_written(self, room: Room, when: str) -> None:
        """The tab is known by its id, and by its mark after a restart."""
        room.gateway.flush([new(1)])

        def rename() -> None:
            room.google.rename_tab(BOOK, "Items", "Old items", LEAD)

        if when == "between flushes":
            rename()
            room.gateway = room.open()
        with room.hands(before_the_write(rename if when == "before the write" else lambda: None)):
            flushed = room.gateway.flush([new(2), change(1, status="Done")])
        assert landed(flushed) == [(case_id(1), 2), (case_id(2), 3)]
        assert room.table("Old items")[case_id(1)]["Status"] == "Done"

    def test_tabs_that_swap_their_names_keep_their_rows(self, room: Room) -> None:
        """A case is written on the tab it is on, whatever that tab is called by then."""
        room.gateway.flush([new(1), new(2, MONEY)])

        def swap() -> None:
            for old, title in (("Items", "x"), ("Money box", "Items"), ("x", "Money box")):
                room.google.rename_tab(BOOK, old, title, LEAD)

        with room.hands(before_the_write(swap)):
            flushed = room.gateway.flush([change(1, status="Done"), new(3)])
        assert landed(flushed) == [(case_id(1), 2), (case_id(3), 3)]
        assert room.table("Money box")[case_id(1)]["Status"] == "Done"
        assert ids(room.rows("Items")) == [case_id(2)]

    def test_a_column_that_moves_at_that_moment_takes_its_cells_along(self, room: Room) -> None:
        """Nothing stays under a wrong header, neither of an updated row nor of a new one."""
        room.gateway.flush([new(1, sku="ring", resolution="was 1")])
        with room.hands(before_the_write(lambda: room.google.insert_column(BOOK, "Items", 2, LEAD))):
            flushed = room.gateway.flush([change(1, resolution="done"), new(2, sku="chain")])
        assert sorted(landed(flushed)) == [(case_id(1), 2), (case_id(2), 3)]
        assert room.table() == {
            case_id(1): {
                "Order #": "10001",
                "SKU / item": "ring",
                "Qty": "1",
                "Resolution": "done",
                "Case ID": case_id(1),
                "Status": "Open",
            },
            case_id(2): {
                "Order #": "10002",
                "SKU / item": "chain",
                "Qty": "2",
                "Case ID": case_id(2),
                "Status": "Open",
            },
        }

    def test_trouble_while_putting_right_is_no_trouble_of_the_rows(self, room: Room) -> None:
        """What landed is said to have landed; the rest is put right before anything else is written."""
        room.gateway.flush([new(1, resolution="was 1"), new(2, resolution="was 2")])

        def sort() -> None:
            room.google.sort(BOOK, "Items", 1, LEAD, descending=True)
            room.world.faults.switch("sheets", "429", times=1, skip=1)

        with room.hands(before_the_write(sort)):
            flushed = room.gateway.flush([change(1, resolution="done"), new(3)])
        assert (landed(flushed), type(flushed.stopped)) == ([(case_id(3), 4)], Busy)
        again = room.gateway.flush([change(1, resolution="done")])
        assert landed(again) == [(case_id(1), 3)]
        assert [row.get("Resolution") for row in room.rows()] == ["was 2", "done", None]


class TestTypedSince:
    """A person typed into a cell after the last look; the chat changed the same column in the same minute."""

    def write(self, told: str | None = None) -> RowWrite:
        """What the chat changed of case 1."""
        was: dict[str, Value] = {"resolution": "", "qty": 1, "status": "Open"}
        write = change(1, resolution="from chat", qty=5, status="Done")
        return replace(write, was=was, told=lambda _, text: text == told)

    def shows(self, room: Room) -> tuple[str | None, str | None]:
        """Resolution and status of case 1."""
        row = room.table()[case_id(1)]
        return row.get("Resolution"), row.get("Status")

    def test_what_a_person_typed_stays_and_the_rest_is_written(self, room: Room) -> None:
        """It is the look's to follow; the write counts as done."""
        room.gateway.flush([new(1)])
        room.type_in(2, "Resolution", "mine")
        assert landed(room.gateway.flush([self.write()])) == [(case_id(1), 2)]
        assert self.shows(room) == ("mine", "Done")

    def test_a_cell_that_shows_what_the_case_held_is_written(self, room: Room) -> None:
        """Also where it is spaced or written differently."""
        room.gateway.flush([new(1)])
        room.type_in(2, "Status", " Open ")
        room.type_in(2, "Qty", "1.0")
        room.gateway.flush([self.write()])
        assert (*self.shows(room), room.table()[case_id(1)]["Qty"]) == ("from chat", "Done", "5")

    def test_a_text_that_was_told_is_written_over(self, room: Room) -> None:
        """What a case could not follow waited in its cell; what is said in chat afterwards counts."""
        room.gateway.flush([new(1)])
        room.type_in(2, "Resolution", "unreadable")
        room.gateway.flush([self.write(told="unreadable")])
        assert self.shows(room) == ("from chat", "Done")

    def test_an_emptied_cell_is_typed_in_as_well(self, room: Room) -> None:
        """Nothing is as good an edit as something."""
        room.gateway.flush([new(1)])
        room.type_in(2, "Status", "")
        room.gateway.flush([self.write()])
        assert self.shows(room) == ("from chat", None)

    def test_what_an_earlier_try_wrote_is_nobody_s_edit(self, room: Room) -> None:
        """Its answer was lost; meanwhile the chat has changed the same column again."""
        room.gateway.flush([new(1)])
        room.world.faults.switch("sheets", "applied-cut", times=1, skip=1)
        with pytest.raises(Unreachable):
            room.gateway.flush([self.write()])
        later = replace(change(1, ident=901, resolution="later"), was={"resolution": "from chat"})
        room.gateway.flush([replace(self.write(), doubtful=True), later])
        assert self.shows(room) == ("later", "Done")

    def test_a_word_typed_in_other_letters_is_an_edit(self, room: Room) -> None:
        """As it is for reconciliation, which follows it."""
        room.gateway.flush([new(1, resolution="from stock")])
        room.type_in(2, "Resolution", "FROM stock")
        room.gateway.flush([replace(self.write(), was={"resolution": "from stock"})])
        assert self.shows(room) == ("FROM stock", "Done")

    def test_what_must_not_stay_is_written_over_whatever_it_is(self, room: Room) -> None:
        """A write that says nothing of what was there, as one that masks a card number, leaves nothing alone."""
        room.gateway.flush([new(1)])
        room.type_in(2, "Resolution", "4111 1111 1111 1111")
        room.gateway.flush([change(1, resolution="[card]"), self.write()])
        assert self.shows(room) == ("from chat", "Done")

    def test_a_row_that_moved_meanwhile_is_written_where_it_stands(self, room: Room) -> None:
        """What the bot itself wrote on a wrong row is never taken for a person's."""
        room.gateway.flush([new(1), new(2, resolution="was 2")])

        def sort() -> None:
            room.google.sort(BOOK, "Items", 1, LEAD, descending=True)

        with room.hands(before_the_write(sort)):
            room.gateway.flush([self.write()])
        assert self.shows(room) == ("from chat", "Done")
        assert room.table()[case_id(2)]["Resolution"] == "was 2"


class TestStamps:
    def test_a_changed_row_says_for_which_case_and_columns_it_was_changed(self, room: Room) -> None:
        """New rows have no stamp: what was appended never hit a row of somebody else's."""
        room.gateway.flush([new(1), new(2)])
        room.gateway.flush([change(1, status="Done", resolution="sent")])
        assert room.stamps() == {case_id(1): "II-2647-0001: resolution status"}

    def test_a_stamp_names_only_columns_that_there_are(self, room: Room) -> None:
        """What is not declared any more is not written, and nobody could put it right."""
        room.gateway.flush([new(1)])
        room.gateway.flush([change(1, status="Done", gone_column="x")])
        assert room.stamps() == {case_id(1): "II-2647-0001: status"}

    @pytest.mark.parametrize("fault", ["429", "cut"])
    def test_a_row_hit_by_mistake_says_so_to_another_process(self, room: Room, fault: str) -> None:
        """The call that would put it right fails: whoever reads the tab knows which cells nobody typed."""
        room.gateway.flush([new(1), new(2)])

        def sort() -> None:
            room.google.sort(BOOK, "Items", 1, LEAD, descending=True)
            room.world.faults.switch("sheets", fault, times=1, skip=1)

        with room.hands(before_the_write(sort)):
            room.gateway.flush([change(1, status="Done")])
        rows = room.open().read([ITEMS])["item-issue"]
        assert {row.case_id: row.strayed for row in rows} == {
            case_id(1): frozenset(),
            case_id(2): {"status", "row_hash"},
        }

    def test_another_case_s_stamp_stays_until_its_cells_are_dealt_with(self, room: Room) -> None:
        """A change of other cells does not hide what is still wrong in the row."""
        room.gateway.flush([new(1), new(2)])
        room.type_in(3, HASH, "II-2647-0001: resolution")
        room.gateway.flush([change(2, status="Done")])
        assert room.stamps() == {case_id(2): "II-2647-0001: resolution"}
        room.gateway.flush([change(2, resolution="as it was", ident=901)])
        assert room.stamps() == {case_id(2): "II-2647-0002: resolution"}


class TestLongTabs:
    ROWS = 2500
    """More rows than a tab may have to be read whole before an update."""

    def fill(self, room: Room) -> None:
        """Many cases, each with a status and a resolution."""
        rows = [
            [f"{number:05}", "", number, "", "", f"was {number}", case_id(number), "Open"]
            for number in range(1, self.ROWS + 1)
        ]
        room.world.batch(append_cells(*rows)).raise_for_status()
        room.gateway.read([ITEMS])

    def test_an_update_with_a_right_hint_reads_only_its_row(self, room: Room) -> None:
        """Two calls and no whole column, however long the tab."""
        self.fill(room)
        flushed = room.gateway.flush([change(1234, status="Done", hint=1235)])
        assert (landed(flushed), flushed.requests) == ([(case_id(1234), 1235)], 2)

    @pytest.mark.parametrize("hint", [7, None, 999_999])
    def test_an_update_with_a_wrong_hint_reads_the_case_ids(self, room: Room, hint: int | None) -> None:
        """A hint is a hint: the row is found all the same, with one more call at most."""
        self.fill(room)
        flushed = room.gateway.flush([change(1234, status="Done", hint=hint)])
        assert landed(flushed) == [(case_id(1234), 1235)]
        assert flushed.requests <= 3

    def test_a_row_hit_by_mistake_is_put_back_from_the_store(self, room: Room) -> None:
        """On a tab too long to be remembered whole the store knows what stood there."""

        def known(cases: object) -> dict[str, dict[str, str]]:
            return {
                case_id(number): {"status": "Open", "resolution": f"was {number}"}
                for number in range(1, 9999)
            }

        self.fill(room)
        room.gateway = room.open(known)
        with room.hands(before_the_write(lambda: room.google.insert_row(BOOK, "Items", 5, LEAD))):
            flushed = room.gateway.flush([change(1234, status="Done", resolution="done", hint=1235)])
        assert (landed(flushed), flushed.spoiled) == ([(case_id(1234), 1236)], ())
        table = room.table()
        assert [
            (table[case][name])
            for case in (case_id(1233), case_id(1234))
            for name in ("Status", "Resolution")
        ] == [
            "Open",
            "was 1233",
            "Done",
            "done",
        ]

    def test_without_a_store_it_is_blanked_and_named(self, room: Room) -> None:
        """What cannot be known is not left wrong, and a person is told where to look."""
        self.fill(room)
        with room.hands(before_the_write(lambda: room.google.insert_row(BOOK, "Items", 5, LEAD))):
            flushed = room.gateway.flush([change(1234, resolution="done", hint=1235)])
        assert len(flushed.spoiled) == 1
        assert "Row 1235 of the tab “Items”" in flushed.spoiled[0]
        assert "Resolution" in flushed.spoiled[0]
        assert "Resolution" not in room.table()[case_id(1233)]


class TestHeld:
    def test_a_missing_header_holds_its_tracker_and_no_other(self, room: Room) -> None:
        """One clear sentence; the other trackers go on; it resumes by itself."""
        room.type_in(1, "Status", "Stand")
        writes = [new(1), new(2, MONEY)]
        flushed = room.gateway.flush(writes)
        assert [(held.tracker_key, held.write_ids) for held in flushed.held] == [("item-issue", (1,))]
        assert "“Items” has no column “Status”" in flushed.held[0].reason
        assert landed(flushed) == [(case_id(2), 2)]
        room.type_in(1, "Stand", "Status")
        assert landed(room.gateway.flush(writes[:1])) == [(case_id(1), 2)]

    def test_a_header_that_stands_there_twice_holds_its_tracker(self, room: Room) -> None:
        """Which one is meant cannot be known."""
        room.type_in(1, "SKU / item", "status")
        assert "more than once" in room.gateway.flush([new(1)]).held[0].reason

    def test_a_missing_tab_holds_its_tracker(self, room: Room) -> None:
        """The workbook is there, the tab is not."""
        away = tracker("request", "Requests")
        flushed = room.gateway.flush([new(1, away), new(2)])
        assert "no tab “Requests”" in flushed.held[0].reason
        assert landed(flushed) == [(case_id(2), 2)]

    def test_a_header_that_goes_missing_at_that_moment_takes_nothing_along(self, room: Room) -> None:
        """What was written under it is taken back, and written when it is right again."""
        room.gateway.flush([new(1, resolution="was 1")])
        writes = [change(1, resolution="done"), new(2, resolution="new")]
        with room.hands(before_the_write(lambda: room.type_in(1, "Resolution", "Answer"))):
            flushed = room.gateway.flush(writes)
        assert (landed(flushed), [held.tracker_key for held in flushed.held]) == ([], ["item-issue"])
        assert [row.get("Answer") for row in room.rows()] == ["was 1", None]
        room.type_in(1, "Answer", "Resolution")
        writes = [replace(write, doubtful=write.id in flushed.unlaid) for write in writes]
        assert sorted(landed(room.gateway.flush(writes))) == [(case_id(1), 2), (case_id(2), 3)]
        assert [row.get("Resolution") for row in room.rows()] == ["done", "new"]


class TestRefused:
    @pytest.mark.parametrize(
        ("spoil", "expected"),
        [
            (lambda room: room.google.unshare(BOOK, BOT), NotAllowed),
            (lambda room: room.google.share(BOOK, BOT, "reader"), NotAllowed),
        ],
    )
    def test_no_permission_is_raised(
        self, room: Room, spoil: Callable[[Room], None], expected: type[Trouble]
    ) -> None:
        """The workbook as a whole cannot be written: that is no matter of one tracker."""
        spoil(room)
        with pytest.raises(expected):
            room.gateway.flush([new(1)])

    def test_no_workbook_is_raised(self, room: Room) -> None:
        """A wrong id in the declaration."""
        with pytest.raises(NoWorkbook):
            Gateway("nowhere", room.client(), NAMES).flush([new(1)])

    def test_a_protected_tab_is_raised_in_googles_words(self, room: Room) -> None:
        """Where nothing moved, a 400 is not tried for ever; a person reads what Google says."""
        room.gateway.flush([new(1)])
        protection = {"range": {"sheetId": 0}, "editors": {"users": [LEAD]}}
        room.world.batch({"addProtectedRange": {"protectedRange": protection}}, who=LEAD).raise_for_status()
        room.calls()
        with pytest.raises(BadRequest, match="protected cell"):
            room.gateway.flush([new(2)])
        assert len(room.calls()) <= 3


def test_a_token_that_ran_out_is_renewed_without_a_word(room: Room) -> None:
    """Google refuses an old token before it does anything, so the call is simply sent again."""
    room.gateway.flush([new(1)])
    room.world.now += 7200
    assert landed(room.gateway.flush([new(2)])) == [(case_id(2), 3)]
