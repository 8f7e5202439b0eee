from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event

import pytest

from bot import clock
from bot.flush import Flusher
from bot.intake import Intake
from bot.pace import Pace
from bot.rows_told import tell_rows
from bot.store.store import Store
from config.texts import text
from handlers.case import Case
from handlers.effects import Effect
from sheets.batch import Flushed, RowWrite
from sheets.errors import Busy, NoWorkbook, Trouble, Unreachable
from tests.bot.books import FakeBook
from tests.bot.desks import DESK, DESKS, KIM, case, command, filed, row, stored

pytestmark = pytest.mark.anyio
AT_ONCE = Pace(spacing=timedelta(), spacing_a_case=timedelta(), stillness=timedelta())
IDLE_SHEET = "sheet:mhj/book"


class Work:
    """A store, a workbook and a flusher on them."""

    def __init__(self, store: Store, pace: Pace = AT_ONCE) -> None:
        self.store = store
        self.book = FakeBook()
        self.flusher = Flusher(store, DESKS, lambda _, __: self.book, clock.now, lambda: 0.0, pace)

    async def file(self, *idents: str, soon: bool = False) -> None:
        """File new cases, each with its row."""
        for ident in idents:
            filing = case(f"BI-2647-{ident}", order_no=ident)
            await self.store_case(filing, row(filing, soon=soon), event=ident)

    async def store_case(self, filing: Case, *effects: Effect, event: str) -> None:
        """Store a case with these effects."""
        async with self.store.transaction() as tx:
            await tx.seen(command(event))
            await tx.commit(command(event), KIM, filed(filing, *effects), DESK)

    async def flush(self) -> None:
        """One flush, as the engine would run it."""
        await self.flusher.flush("mhj", "book")

    async def again(self) -> None:
        """One flush, with every wait of the workbook over."""
        async with self.store.transaction() as tx:
            await tx.connection.execute("UPDATE workbooks SET not_before = NULL")
            await tx.connection.execute("UPDATE paused SET retry_at = now()")
        await self.flush()

    async def waiting(self) -> list[str]:
        """Cases whose cells are not on the sheet yet, and why if they are paused."""
        return [f"{write.case} {write.reason}".strip() for write in await self.store.pending_writes()]

    async def leads(self) -> list[str]:
        """Keys of the messages queued for the leads."""
        return [line.key for line in await self.store.outbox() if line.kind == "Reply"]


@pytest.fixture
async def work(store: Store) -> Work:
    """Everything it takes to write a workbook."""
    return Work(store)


async def test_everything_that_waits_goes_in_one_call(work: Work) -> None:
    """Fifty cases and their changes cost one flush, in the order they were filed."""
    await work.file(*(f"{number:04}" for number in range(50)))
    await work.store_case(
        stored(case("BI-2647-0007", order_no="0007")),
        row(case("BI-2647-0007"), new=False, status="Done"),
        event="x",
    )
    await work.flush()
    assert (len(work.book.flushes), len(work.book.rows), await work.waiting()) == (1, 50, [])
    assert work.book.cells("order_no", "status")[7] == ("0007", "Done")


async def test_an_empty_workbook_is_not_called(work: Work) -> None:
    """A poke too many costs nothing."""
    await work.flush()
    assert work.book.flushes == []


async def test_a_row_that_landed_is_told_to_its_case_once(work: Work) -> None:
    """The case learns its link; a second flush of the same row tells nothing again."""
    await work.file("0001")
    await work.flush()
    intake = Intake(work.store, DESKS, clock.now)
    assert [
        await tell_rows(work.store, intake, clock.now),
        await tell_rows(work.store, intake, clock.now),
    ] == [1, 0]
    async with work.store.transaction() as tx:
        now = await tx.case(case("BI-2647-0001").id)
    assert now is not None
    assert now.row_link == "https://sheet/BI-2647-0001"
    await work.store_case(now, row(now, new=False, status="Done"), event="x")
    await work.flush()
    assert await tell_rows(work.store, intake, clock.now) == 0


async def test_a_row_whose_answer_was_lost_is_looked_for(work: Work) -> None:
    """After a cut the same write comes again as a doubtful one, and there is one row."""
    await work.file("0001")
    work.book.fail_after = [Unreachable("cut", doubtful=True)]
    await work.flush()
    assert await work.waiting() == ["BI-2647-0001"]
    await work.again()
    assert (work.book.cells("order_no"), work.book.doubted) == ([("0001",)], [(), (1,)])


async def test_a_row_that_was_refused_for_haste_is_not_doubtful(work: Work) -> None:
    """429 means that nothing was done: no look is spent on it, and nothing is called before its time."""
    await work.file("0001")
    work.book.fail = [Busy(30)]
    await work.flush()
    await work.flush()
    assert len(work.book.flushes) == 1
    await work.again()
    assert (work.book.cells("order_no"), work.book.doubted) == ([("0001",)], [(), ()])


async def test_a_doubt_outlives_a_clean_refusal(work: Work) -> None:
    """Cut first and refused afterwards: the row may still be there from the first try."""
    await work.file("0001")
    work.book.fail_after = [Unreachable("cut", doubtful=True)]
    await work.flush()
    work.book.fail = [Busy()]
    await work.again()
    await work.again()
    assert (work.book.cells("order_no"), work.book.doubted) == ([("0001",)], [(), (1,), (1,)])


async def test_cells_taken_by_a_killed_worker_are_doubtful(work: Work) -> None:
    """A process that died after the mark leaves writes that the next flush looks for."""
    await work.file("0001")
    async with work.store.transaction() as tx:
        await tx.all("take_writes", desk="mhj", document="book", patient=True, limit=10)
    await work.flush()
    assert work.book.doubted == [(1,)]


async def test_a_tracker_without_its_header_waits_and_resumes_by_itself(work: Work) -> None:
    """Its writes wait with the reason, the leads hear of it once, and the next look that works ends the pause."""
    await work.file("0001")
    work.book.held = {"broken": "The header Order # is missing."}
    await work.flush()
    await work.flush()
    await work.again()
    assert len(work.book.flushes) == 2
    assert await work.waiting() == ["BI-2647-0001 The header Order # is missing."]
    assert [key.split(":20")[0] for key in await work.leads()] == ["paused:sheet:mhj/book/broken"]
    assert (await work.store.queue_age()).total_seconds() < 5
    work.book.held = {}
    await work.again()
    assert (work.book.cells("order_no"), await work.store.paused(), await work.waiting()) == (
        [("0001",)],
        [],
        [],
    )
    assert work.book.doubted == [(), (), ()]


@pytest.mark.parametrize("trouble", [NoWorkbook(), Unreachable("answer 503", doubtful=False)])
async def test_rows_are_never_given_up_on(work: Work, trouble: Trouble) -> None:
    """However often a workbook fails, its rows wait, and land when it is back."""
    await work.file("0001")
    work.book.fail = [trouble] * 3
    for _ in range(4):
        await work.again()
    assert (work.book.cells("order_no"), await work.waiting()) == ([("0001",)], [])


async def test_a_workbook_that_is_gone_pauses_whole(work: Work) -> None:
    """The leads are told in words, with what to do."""
    await work.file("0001")
    work.book.fail = [NoWorkbook()]
    await work.flush()
    assert [(pause.what, pause.reason) for pause in await work.store.paused()] == [
        (IDLE_SHEET, str(NoWorkbook()))
    ]
    assert len(await work.leads()) == 1


async def test_a_surprise_keeps_the_rows_and_is_not_swallowed(work: Work) -> None:
    """A fault of our own shows in the log of the engine, and the writes are doubtful from then on."""
    await work.file("0001")
    work.book.fail = [RuntimeError("bug")]
    with pytest.raises(RuntimeError):
        await work.flush()
    await work.again()
    assert (work.book.cells("order_no"), work.book.doubted[-1]) == ([("0001",)], (1,))


async def test_a_row_that_people_deleted_is_told_once(work: Work) -> None:
    """The case is kept and learns that its row is gone; its later cells do not wait for ever."""
    await work.file("0001")
    await work.flush()
    intake = Intake(work.store, DESKS, clock.now)
    await tell_rows(work.store, intake, clock.now)
    work.book.rows.clear()
    for number in range(2):
        async with work.store.transaction() as tx:
            now = await tx.case(case("BI-2647-0001").id)
        assert now is not None
        await work.store_case(now, row(now, new=False, status="Done"), event=f"x{number}")
        await work.flush()
        await tell_rows(work.store, intake, clock.now)
    history = [line.what for line in await work.store.history(case("BI-2647-0001").id)]
    assert (history.count(text("history.row_gone")), await work.waiting()) == (1, [])


async def test_cells_that_may_wait_are_left_until_they_have_company(store: Store) -> None:
    """Alone they wait; with anything urgent of the workbook they go along."""
    work = Work(store, Pace(spacing=timedelta()))
    await work.file("0001", soon=True)
    await work.flush()
    assert work.book.flushes == []
    await work.file("0002")
    await work.flush()
    assert work.book.flushes == [(1, 2)]


async def test_in_a_rush_cells_that_may_wait_stay_behind(store: Store) -> None:
    """A flush of many new rows needs no look; updates would make it two calls, so they wait their time out."""
    work = Work(store, Pace(spacing=timedelta(), rush=3, spacing_a_case=timedelta()))
    await work.file("0001", soon=True)
    await work.file("0002", "0003", "0004")
    await work.flush()
    assert work.book.flushes == [(2, 3, 4)]


async def test_two_flushes_keep_their_distance(store: Store) -> None:
    """The first flush of an idle workbook starts at once, the second one spacing later."""
    work = Work(store, Pace(spacing=timedelta(seconds=0.3)))
    started = clock.now()
    for ident in ("0001", "0002"):
        await work.file(ident)
        await work.flush()
    assert len(work.book.flushes) == 2
    assert clock.now() - started >= timedelta(seconds=0.3)


async def test_every_row_has_its_line_in_the_audit_trail(work: Work) -> None:
    """What was written to the sheet is in the trail, one line a case and flush."""
    await work.file("0001", "0002")
    await work.flush()
    async with work.store.transaction() as tx:
        cursor = await tx.connection.execute(
            "SELECT case_id FROM audit WHERE action = 'recorded' ORDER BY case_id"
        )
        rows = await cursor.fetchall()
    assert [row["case_id"] for row in rows] == ["BI-2647-0001", "BI-2647-0002"]


def test_the_fake_workbook_appends_a_doubtful_row_once() -> None:
    """The program the tests stand on does what the gateway promises."""
    book = FakeBook()
    tracker = DESK.trackers["broken"]
    for doubtful in (False, True):
        book.flush([RowWrite(1, tracker, "BI-1", {"order_no": "1"}, new=True, doubtful=doubtful)])
    assert book.cells("order_no") == [("1",)]


@pytest.mark.parametrize("gone", ["desk", "document", "tracker"])
async def test_cells_of_what_is_not_declared_any_more_wait_and_hold_up_nobody(work: Work, gone: str) -> None:
    """No flush is asked for again and again; the outbox says why they wait, and declared again they are written."""
    await work.file("0001")
    undeclared = {
        "desk": {},
        "document": {"mhj": DESK.model_copy(update={"documents": {}})},
        "tracker": {"mhj": DESK.model_copy(update={"trackers": {}})},
    }
    work.flusher.desks = undeclared[gone]
    await work.flush()
    async with work.store.transaction() as tx:
        asked = await tx.all("workbooks_waiting")
    reason = text("outcome.not_declared")
    assert (asked, work.book.flushes, await work.waiting()) == ([], [], [f"BI-2647-0001 {reason}"])
    work.flusher.desks = DESKS
    await work.again()
    assert (work.book.cells("order_no"), await work.store.paused()) == ([("0001",)], [])


@dataclass
class SlowBook(FakeBook):
    """Takes its time for every flush."""

    begun: Event = field(default_factory=Event)
    may_end: Event = field(default_factory=Event)

    def flush(self, writes: Sequence[RowWrite], /) -> Flushed:
        """Not before it may end."""
        self.begun.set()
        self.may_end.wait(10)
        return super().flush(writes)


async def test_a_book_whose_flush_is_broken_off_is_retired(store: Store) -> None:
    """Its thread goes on alone: what it knows is not for two, and it begins no other call."""
    work, slow = Work(store), SlowBook()
    work.book = slow
    await work.file("0001")
    flush = asyncio.ensure_future(work.flush())
    await asyncio.to_thread(slow.begun.wait, 10)
    assert not slow.is_retired
    flush.cancel()
    with pytest.raises(asyncio.CancelledError):
        await flush
    assert (slow.is_retired, await work.waiting()) == (True, ["BI-2647-0001"])
    slow.may_end.set()
