from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg
import pytest

from bot import clock, upkeep
from bot.intake import Intake
from bot.pace import Pace
from bot.store.store import Store
from bot.worker import Outside, Worker, every
from handlers.card import card
from handlers.effects import Reply, Say, ShowCard
from handlers.message import Message
from tests.bot.books import FakeBook
from tests.bot.chats import FakeChat
from tests.bot.desks import DESK, DESKS, HOME, KIM, case, command, filed, row
from tests.bot.refusals import refusal

pytestmark = pytest.mark.anyio
AT_ONCE = Pace(spacing=timedelta(), spacing_a_case=timedelta(), stillness=timedelta())
HELLO = Message(lines=("hello",))


class Bench:
    """A worker with a chat and a workbook."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.chat = FakeChat()
        self.book = FakeBook()
        outside = Outside({"slack": self.chat}, lambda _, __: self.book, card)
        intake = Intake(store, DESKS, clock.now)
        self.worker = Worker(store, DESKS, outside, intake, clock.now, random=lambda: 0.0, pace=AT_ONCE)

    async def file(self, number: int) -> None:
        """File a case with everything a filed case has."""
        filing = case(f"BI-2647-{number:04}", order_no=str(number))
        effects = (
            row(filing),
            ShowCard(f"{number}:home", filing.id, "home"),
            ShowCard(f"{number}:supplier", filing.id, "supplier"),
            Say(f"{number}:say", filing.id, "home", HELLO),
        )
        async with self.store.transaction() as tx:
            await tx.seen(command(f"e{number}"))
            await tx.commit(command(f"e{number}"), KIM, filed(filing, *effects), DESK)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The worker at work, as `deskbell worker` runs it."""
        task = asyncio.ensure_future(self.worker.run())
        yield
        task.cancel()
        await asyncio.wait([task])

    async def until_idle(self) -> None:
        """Wait until the running worker has nothing left to do."""
        async with asyncio.timeout(20):
            while not await self._is_idle():  # noqa: ASYNC110  # The database is asked, nothing tells.
                await asyncio.sleep(0.05)

    async def _is_idle(self) -> bool:
        async with self.store.transaction() as tx:
            return await tx.one("unfinished") is None


@pytest.fixture
async def bench(store: Store) -> Bench:
    """Everything it takes to work."""
    return Bench(store)


async def test_what_was_committed_is_done(bench: Bench) -> None:
    """Twenty cases: a row, two posts and a word in the thread each; every case knows its row and its posts."""
    for number in range(20):
        await bench.file(number)
    async with bench.running():
        await bench.until_idle()
    assert (len(bench.book.rows), len(bench.chat.shown)) == (20, 60)
    assert await bench.store.outbox() == []
    async with bench.store.transaction() as tx:
        done = await tx.case(case("BI-2647-0007").id)
    assert done is not None
    assert all((done.row_link, done.home_link, done.post_link))


async def test_a_lane_keeps_its_order_through_a_retry(bench: Bench) -> None:
    """What is said under a card waits while the card is tried again; the other lane goes on."""
    bench.chat.fail = [refusal("internal_error")]
    await bench.file(1)
    await bench.worker.run_until_idle()
    home = [shown.key for shown in bench.chat.shown if shown.place.channel == HOME.channel]
    assert home == ["BI-2647-0001:home", "1:say"]


async def test_a_stop_returns_what_is_under_way(bench: Bench, store: Store) -> None:
    """A worker that is told to stop leaves nothing marked as running."""
    for number in range(5):
        await bench.file(number)
    async with bench.running():
        await asyncio.sleep(0.05)
    assert list(await store.app.job_manager.list_jobs_async(status="doing")) == []
    await bench.worker.run_until_idle()
    assert (len(bench.book.rows), len(bench.chat.shown)) == (5, 15)


async def test_a_stop_is_heeded_though_the_database_answers_it_with_an_error() -> None:
    """Cancelled in the middle of a pipeline, psycopg may raise an error of its own: upkeep ends all the same."""
    begun = asyncio.Event()

    async def step() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise psycopg.OperationalError("the pipeline was broken off") from None

    task = asyncio.ensure_future(every(timedelta(seconds=0.01), step))
    await begun.wait()
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5)
    assert done == {task}


async def test_jobs_of_a_dead_worker_are_returned_and_finished(bench: Bench, store: Store) -> None:
    """A killed worker's delivery is done by the next one; its flush is ended, and the tick asks for a new one."""
    await bench.file(1)
    await store.settle()
    jobs = store.app.job_manager
    dead = await jobs.register_worker()
    while await jobs.fetch_job(queues=None, worker_id=dead):
        pass
    async with store.transaction() as tx:
        await tx.connection.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"
        )
    assert [await upkeep.return_stalled(store), await upkeep.return_stalled(store)] == [3, 0]
    await bench.worker.run_until_idle()
    assert (len(bench.book.rows), len(bench.chat.shown)) == (1, 3)


async def test_a_living_workers_jobs_are_left_alone(bench: Bench, store: Store) -> None:
    """A job whose worker still says that it lives is not taken from it."""
    await bench.file(1)
    jobs = store.app.job_manager
    await jobs.fetch_job(queues=None, worker_id=await jobs.register_worker())
    assert await upkeep.return_stalled(store) == 0


async def test_a_delivery_whose_job_is_gone_gets_a_new_one(bench: Bench, store: Store) -> None:
    """However a job was lost, its effect is not."""
    async with store.transaction() as tx:
        await tx.seen(command())
        await tx.commit(command(), KIM, filed(case(), Reply("reply", HOME, HELLO)), DESK)
    async with store.transaction() as tx:
        await tx.connection.execute("DELETE FROM procrastinate_jobs")
    assert [await store.rescue(), await store.rescue(timedelta(0)), await store.rescue(timedelta(0))] == [
        0,
        1,
        0,
    ]
    await bench.worker.run_until_idle()
    assert bench.chat.said("C0HOME") == ["hello"]


async def test_the_worker_comes_back_when_the_database_was_away(bench: Bench, server: str) -> None:
    """Every connection is cut while it works, listener included; afterwards nothing is lost and nothing twice."""
    async with bench.running():
        for number in range(6):
            await bench.file(number)
            await asyncio.sleep(0.05)
            if number % 2:
                await _cut_everybody(server)
        await bench.until_idle()
    assert sorted(str(row["order_no"]) for row in bench.book.rows) == [str(number) for number in range(6)]
    assert sorted(shown.key for shown in bench.chat.shown) == sorted(
        key
        for number in range(6)
        for key in (f"{number}:say", f"BI-2647-{number:04}:home", f"BI-2647-{number:04}:supplier")
    )


async def test_old_events_are_forgotten_and_dead_letters_are_not(bench: Bench, store: Store) -> None:
    """What no platform repeats goes; what a person has not seen to stays."""
    async with store.transaction() as tx:
        await tx.seen(command())
        await tx.commit(command(), KIM, filed(case(), Reply("a", HOME, HELLO), Reply("b", HOME, HELLO)), DESK)
        await tx.connection.execute("UPDATE events SET stored_at = now() - interval '1 year'")
        await tx.connection.execute("UPDATE deliveries SET state = 'gave_up' WHERE key = 'a'")
        await tx.connection.execute(
            "UPDATE deliveries SET state = 'landed', landed_at = now() - interval '1 year' WHERE key = 'b'"
        )
    await upkeep.prune(store)
    assert [line.key for line in await store.outbox(("gave_up", "landed"))] == ["a"]
    async with store.transaction() as tx:
        tx.abandon()
        assert await tx.seen(command()) is None


async def _cut_everybody(server: str) -> None:
    """End every other connection to the server's test databases, as a restart does; gone when this returns."""
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname LIKE 'test_%' AND pid <> pg_backend_pid()"
        )
