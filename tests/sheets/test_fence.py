"""Writes that come late or were overtaken: whatever arrives when, no old cell comes over a newer one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from sheets.batch import RowWrite
from sheets.client import Client
from sheets.errors import Superseded, Unreachable
from sheets.fence import first, next_fence
from sheets.gateway import Gateway
from sheets.rows import JSON
from tests.bot.sandbox.google_world import BOOK, LEAD
from tests.sheets.room import ITEMS, MONEY, NAMES, Room, case_id, change, ids, new


def again(*writes: RowWrite) -> list[RowWrite]:
    """Writes as they come back from the store once they were tried."""
    return [replace(write, doubtful=True) for write in writes]


def late(room: Room, *writes: RowWrite, gateway: Gateway | None = None) -> None:
    """A flush whose write Google keeps for later."""
    room.meddling.delays = 1
    with pytest.raises(Unreachable):
        (gateway or room.gateway).flush(writes)


def lost(room: Room, *writes: RowWrite) -> None:
    """A flush that is carried out and whose answer is lost."""
    late(room, *writes)
    assert room.arrive() == ["done"]


class HeldUp(Client):
    """A client that lets somebody else act once, before a write of its own."""

    before_write: Callable[[], object] | None = None

    def batch_update(
        self, spreadsheet_id: str, batch: Sequence[JSON], ranges: Sequence[str] = (), fields: str = "replies"
    ) -> JSON:
        """Write, after whoever comes before."""
        act, self.before_write = self.before_write, None
        if act is not None:
            act()
        return super().batch_update(spreadsheet_id, batch, ranges, fields)


def held_up(room: Room) -> tuple[Gateway, HeldUp]:
    """A gateway that knows the tabs, and its client."""
    plain = room.client()
    client = HeldUp(plain._http, plain.email)
    gateway = Gateway(BOOK, client, NAMES)
    gateway.read([ITEMS, MONEY])
    return gateway, client


def status(room: Room, number: int = 1) -> str:
    """The status that people read of a case."""
    return room.table()[case_id(number)]["Status"]


POSTED = change(1, ident=5, status="Posted")
ACKNOWLEDGED = change(1, ident=6, status="Acknowledged")
DONE = change(1, ident=7, status="Done")


class TestOvertaken:
    """A flush is held up, another worker takes over and writes newer cells."""

    @pytest.mark.parametrize("tried", [False, True])
    def test_a_flush_that_was_overtaken_before_its_write_writes_nothing(
        self, room: Room, tried: bool
    ) -> None:
        """It says that it is superseded, in doubt, and what the store has then is written."""
        room.gateway.flush([new(1)])
        gateway, client = held_up(room)
        client.before_write = lambda: room.gateway.flush([*again(POSTED), DONE])
        with pytest.raises(Superseded) as raised:
            gateway.flush(again(POSTED) if tried else [POSTED])
        assert (raised.value.doubtful, status(room)) == (True, "Done")
        later = change(1, ident=8, status="Closed")
        assert [place.write_ids for place in gateway.flush([later]).landed] == [(8,)]

    def test_a_flush_that_was_overtaken_before_it_read_anything_writes_nothing(self, room: Room) -> None:
        """A fence for cells that nobody had tried to write is another worker's."""
        room.gateway.flush([new(1)])
        room.gateway.flush([*again(POSTED), DONE])
        with pytest.raises(Superseded):
            room.open().flush([POSTED])
        assert status(room) == "Done"

    def test_a_flush_that_starts_over_looks_whether_it_was_overtaken(self, room: Room) -> None:
        """A tab that got another title meanwhile does not make old cells good."""
        room.gateway.flush([new(1)])
        gateway, client = held_up(room)

        def overtake() -> None:
            room.gateway.flush([*again(POSTED), DONE])
            room.google.rename_tab(BOOK, "Items", "Dinge", LEAD)

        client.before_write = overtake
        with pytest.raises(Superseded):
            gateway.flush(again(POSTED))
        assert room.table("Dinge")[case_id(1)]["Status"] == "Done"

    def test_a_new_row_that_another_worker_appended_is_not_appended_again(self, room: Room) -> None:
        """Nor is what was changed since taken back."""
        room.gateway.flush([new(1)])
        gateway, client = held_up(room)
        newer = [*again(new(2)), change(2, ident=8, status="Done")]
        client.before_write = lambda: room.gateway.flush(newer)
        with pytest.raises(Superseded):
            gateway.flush([new(2), change(2, ident=7, status="Posted")])
        assert (ids(room.rows()), status(room, 2)) == ([case_id(1), case_id(2)], "Done")

    def test_flushes_that_take_turns_do_not_hinder_each_other(self, room: Room) -> None:
        """What another worker wrote of other cells costs no further call."""
        room.gateway.flush([new(1)])
        other = room.open()
        other.flush([new(2)])
        for number in range(3, 9):
            flushed = (room.gateway if number % 2 else other).flush([new(number)])
            assert (flushed.requests, len(flushed.landed)) == (1, 1)


class TestTwoLostAnswers:
    def test_the_second_write_does_not_come_over_the_third(self, room: Room) -> None:
        """The first was carried out and its answer lost, the second comes after the third: it is refused."""
        room.gateway.flush([new(1)])
        lost(room, POSTED)
        late(room, *again(POSTED), ACKNOWLEDGED)
        room.open().flush([*again(POSTED, ACKNOWLEDGED), DONE])
        assert (room.arrive(), status(room)) == (["refused"], "Done")

    def test_nor_after_many(self, room: Room) -> None:
        """Every write that was carried out lengthens the chain by one."""
        room.gateway.flush([new(1)])
        tried: list[RowWrite] = []
        for ident in range(5, 25):
            tried.append(change(1, ident=ident, status=f"Step {ident}"))
            lost(room, *again(*tried[:-1]), tried[-1])
        late(room, *again(*tried), change(1, ident=25, status="Old"))
        room.gateway.flush([*again(*tried), change(1, ident=26, status="Done")])
        assert (room.arrive(), status(room)) == (["refused"], "Done")


class TestOldestCells:
    """The oldest cells need no write any more when the repetition is made."""

    def carried(self) -> Sequence[RowWrite]:
        """What is delayed: cells of case 1, younger ones of case 2."""
        oldest = replace(change(1, ident=5, resolution="from chat"), was={"resolution": ""})
        return oldest, change(2, ident=6, status="Posted")

    def test_that_were_typed_in_meanwhile(self, room: Room) -> None:
        """The repetition leaves them alone, and makes the same fence all the same."""
        room.gateway.flush([new(1), new(2)])
        late(room, *self.carried())
        room.type_in(2, "Resolution", "typed by hand")
        room.gateway.flush([*again(*self.carried()), change(2, ident=7, status="Done")])
        assert (room.arrive(), status(room, 2)) == (["refused"], "Done")
        assert room.table()[case_id(1)]["Resolution"] == "typed by hand"

    def test_whose_row_was_deleted_meanwhile(self, room: Room) -> None:
        """The row that came in its place is not written on either."""
        room.gateway.flush([new(1), new(2)])
        late(room, *self.carried())
        room.google.delete_row(BOOK, "Items", 2, LEAD)
        room.gateway.flush([*again(*self.carried()), change(2, ident=7, status="Done")])
        assert (room.arrive(), status(room, 2)) == (["refused"], "Done")

    def test_when_nothing_else_is_to_be_written(self, room: Room) -> None:
        """The store forgets the cells only once nothing can bring them any more."""
        room.gateway.flush([new(1), new(2)])
        oldest, _ = self.carried()
        late(room, oldest)
        room.type_in(2, "Resolution", "typed by hand")
        flushed = room.gateway.flush(again(oldest))
        assert [place.write_ids for place in flushed.landed] == [(5,)]
        assert (room.arrive(), room.table()[case_id(1)]["Resolution"]) == (["refused"], "typed by hand")

    def test_on_one_tab_of_two(self, room: Room) -> None:
        """Each tab's fence follows from what was taken for it."""
        room.gateway.flush([new(1), new(2, MONEY)])
        carried = [change(1, ident=5, status="Posted"), change(2, MONEY, ident=6, status="Posted")]
        late(room, *carried)
        room.gateway.flush([*again(*carried), change(2, MONEY, ident=7, status="Done")])
        assert room.arrive() == ["refused"]
        assert room.table("Money box")[case_id(2)]["Status"] == "Done"


def test_a_chain_goes_on_where_its_ids_are_taken() -> None:
    """The same cells and the same standing fences make the same id."""
    one = next_fence(5, set())
    two = next_fence(5, {one})
    assert (one, next_fence(5, {one}), len({one, two, next_fence(6, set())})) == (first(5), two, 3)


@pytest.mark.parametrize("oldest", [1, 2**27 - 1, 2**40 + 3])
def test_an_id_is_a_positive_number_of_32_bits(oldest: int) -> None:
    """However long a store has been counting, and however long a chain is."""
    taken: set[int] = set()
    for _ in range(20):
        taken.add(next_fence(oldest, taken))
    assert len(taken) == 20
    assert all(2**30 <= ident < 2**31 for ident in taken)
