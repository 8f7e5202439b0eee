from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.store.store import Store
from bot.store.transaction import Seen, StaleCase, UnclaimedEvent
from handlers.case import Case, HistoryLine
from handlers.decision import NOTHING, Audit, Decision
from handlers.effects import Direct, Reply, Say, ShowCard, Whisper
from handlers.form import Fault
from handlers.message import Message
from handlers.place import CaseId, PersonKey, Place
from handlers.scene import Found, Need
from tests.bot.desks import BROKEN, DESK, DESKS, HOME, KIM, NOON, case, command, filed, row, stored

pytestmark = pytest.mark.anyio


async def file(store: Store, filing: Case, event: str = "e1", *effects: object) -> None:
    """File a case, in a transaction of its own."""
    async with store.transaction() as tx:
        assert await tx.seen(command(event)) is None
        await tx.commit(command(event), KIM, filed(filing, *effects), DESK)  # type: ignore[arg-type]  # any effect


async def jobs(store: Store) -> list[tuple[str, str]]:
    """Key and lock of every job that delivers, in the engine's order."""
    found = await store.app.job_manager.list_jobs_async(task="deliver")
    return [(str(job.task_kwargs["key"]), str(job.lock)) for job in found]


async def load(store: Store, need: Need, now: datetime = NOON) -> Found:
    """What a need finds, in a transaction that is then abandoned."""
    async with store.transaction() as tx:
        tx.abandon()
        return await tx.load(need, DESKS, now)


async def test_a_repeated_event_gets_the_answer_it_got_before(store: Store) -> None:
    """Answer and faults of a decision come back, equal, when the event is delivered again."""
    shown = Decision(answer=Message("Logged", facts=(("Order", "1"),)), faults=(Fault("qty", "needed"),))
    async with store.transaction() as tx:
        await tx.seen(command())
        await tx.commit(command(), KIM, shown, DESK)
    async with store.transaction() as tx:
        assert await tx.seen(command()) == Seen(shown)


async def test_of_two_deliveries_at_once_only_one_is_decided(store: Store) -> None:
    """A second replica with the same event waits for the first one's commit and then sees the answer."""
    answers = []

    async def decide() -> None:
        async with store.transaction() as tx:
            seen = await tx.seen(command())
            if seen is None:
                filing = case("BI-2647-0001")
                await tx.commit(command(), KIM, replace(filed(filing), answer=Message("Logged")), DESK)
            answers.append(seen)

    await asyncio.gather(*(decide() for _ in range(8)))
    assert answers.count(None) == 1
    assert [seen for seen in answers if seen] == [Seen(Decision(answer=Message("Logged")))] * 7


async def test_an_abandoned_event_can_be_decided_again(store: Store) -> None:
    """After `abandon` nothing is stored, not even that the event was seen."""
    async with store.transaction() as tx:
        assert await tx.seen(command()) is None
        tx.abandon()
    async with store.transaction() as tx:
        assert await tx.seen(command()) is None


async def test_a_decision_without_a_claimed_event_is_refused(store: Store) -> None:
    """Committing without asking `seen` first is a fault of ours, and is found at once."""
    with pytest.raises(UnclaimedEvent):
        async with store.transaction() as tx:
            await tx.commit(command(), KIM, filed(case()), DESK)


async def test_a_failure_leaves_nothing_behind(store: Store) -> None:
    """An exception before the commit takes case, audit, effects and jobs with it."""

    async def fail() -> None:
        async with store.transaction() as tx:
            await tx.seen(command())
            await tx.commit(
                command(), KIM, filed(case(), ShowCard("k", case().id, "home"), row(case())), DESK
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await load(store, Need(case=case().id)) == Found()
    assert (await jobs(store), await store.outbox(), await store.history(case().id)) == ([], [], ())


async def test_a_case_reads_as_it_was_filed(store: Store) -> None:
    """Everything of a case comes back, with its first version."""
    filing = case(order_no="10423", qty=2, paid=False, photos=("slack:F1/a.png", "slack:F2/b.png"))
    await file(store, filing)
    assert (await load(store, Need(case=filing.id))).case == stored(filing)


async def test_a_case_decided_on_an_old_version_is_refused(store: Store) -> None:
    """Two decisions on the same version of a case: the second is stale and stores nothing."""
    filing = case()
    await file(store, filing)
    await file(store, replace(stored(filing), status="Done"), "e2")
    with pytest.raises(StaleCase):
        await file(store, replace(stored(filing), status="Open"), "e3")
    found = (await load(store, Need(case=filing.id))).case
    assert found is not None
    assert (found.status, found.version) == ("Done", 2)


@pytest.mark.parametrize("text", ["10423", "#10423", " 10423 ", "88", "FD-88", "bi-2647-0001"])
async def test_a_case_is_found_by_its_numbers(store: Store, text: str) -> None:
    """Order, ticket and case id find the case, however they are written."""
    await file(store, case())
    assert (await load(store, Need(search=text))).cases == (stored(case()),)


async def test_other_numbers_find_nothing(store: Store) -> None:
    """A part of a number is not the number, and a blank text is none."""
    await file(store, case())
    assert [(await load(store, Need(search=text))).cases for text in ("1042", " ", "Kim")] == [(), (), ()]


async def test_mine_are_the_open_cases_of_a_person(store: Store) -> None:
    """Closed cases and other people's are left out; the one that changed longest ago comes first."""
    newer = replace(case("BI-2647-0002"), changed_at=NOON.replace(hour=13))
    await file(store, newer, "e1")
    await file(store, case("BI-2647-0001"), "e2")
    await file(store, replace(case("BI-2647-0003"), status="Done"), "e3")
    await file(store, replace(case("BI-2647-0004"), owner=None), "e4")
    found = await load(store, Need(mine=PersonKey("kim")))
    assert [mine.id for mine in found.cases] == ["BI-2647-0001", "BI-2647-0002"]


async def test_a_suppliers_cases_are_the_open_ones_he_was_asked_about_or_logged(store: Store) -> None:
    """Of these trackers only, whoever has them; what was asked of nobody or is over is not his."""
    asked = replace(case("BI-2647-0001"), requested_at=NOON, reporter=PersonKey("kim"))
    await file(store, asked, "e1")
    await file(store, replace(case("BI-2647-0002"), reporter=PersonKey("bowen"), owner=None), "e2")
    await file(store, replace(case("BI-2647-0003"), reporter=PersonKey("kim")), "e3")
    await file(store, replace(asked, id=CaseId("BI-2647-0004"), status="Done"), "e4")
    found = await load(store, Need(mine=PersonKey("bowen"), asked=("broken",)))
    others = await load(store, Need(mine=PersonKey("bowen"), asked=("other",)))
    assert ([his.id for his in found.cases], others.cases) == (["BI-2647-0001", "BI-2647-0002"], ())


async def test_duplicates_are_the_open_cases_with_the_same_key(store: Store) -> None:
    """A closed case of the same order and an open one of another order are no duplicates."""
    await file(store, case("BI-2647-0001", order_no="10423"), "e1")
    await file(store, replace(case("BI-2647-0002", order_no="10423"), status="Done"), "e2")
    await file(store, case("BI-2647-0003", order_no="777"), "e3")
    found = await load(store, Need(next_id_for=BROKEN, same_as=("10423",)))
    assert [alike.id for alike in found.duplicates] == ["BI-2647-0001"]


async def test_case_ids_are_unique_and_never_given_twice(store: Store) -> None:
    """Thirty cases filed at once get thirty numbers in a row; one that came to nothing leaves a gap before them."""
    await load(store, Need(next_id_for=BROKEN))

    async def file_next(number: int) -> CaseId | None:
        event = command(f"e{number}")
        async with store.transaction() as tx:
            await tx.seen(event)
            found = await tx.load(Need(next_id_for=BROKEN), DESKS, NOON)
            assert found.next_id is not None
            await tx.commit(event, KIM, filed(case(found.next_id)), DESK)
            return found.next_id

    ids = await asyncio.gather(*(file_next(number) for number in range(30)))
    assert sorted(str(ident) for ident in ids) == [f"BI-2647-{number:04}" for number in range(2, 32)]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), "BI-2647-0001"),
        (datetime(2026, 11, 22, 23, 1, tzinfo=UTC), "BI-2648-0001"),
        (datetime(2027, 1, 1, 12, 0, tzinfo=UTC), "BI-2653-0001"),
    ],
)
async def test_the_week_of_a_case_id_is_the_desks_own(store: Store, now: datetime, expected: str) -> None:
    """Monday starts at midnight in Amsterdam, and New Year's Day of 2027 is in the last ISO week of 2026."""
    assert (await load(store, Need(next_id_for=BROKEN), now)).next_id == expected


async def test_history_is_what_people_read_oldest_first(store: Store) -> None:
    """Audit lines with a sentence are history; a line without one is audit only."""
    await file(store, case())
    more = Decision(audit=(Audit("moved", case().id, "moved it to Done"), Audit("refused", case().id)))
    async with store.transaction() as tx:
        await tx.seen(command("e2"))
        await tx.commit(command("e2"), KIM, more, DESK)
    expected = (HistoryLine(NOON, "Kim", "logged the case"), HistoryLine(NOON, "Kim", "moved it to Done"))
    assert await store.history(case().id) == expected
    assert (await load(store, Need(case=case().id, with_history=True))).history == expected


async def test_every_effect_gets_one_job_in_its_lane_in_order(store: Store) -> None:
    """Effects under one post share a lane and keep their order; a key that is known gets no second job."""
    ident, said = case().id, Message("hello")
    effects = (
        ShowCard("card", ident, "home"),
        Say("say", ident, "home", said),
        ShowCard("request", ident, "supplier"),
        Reply("reply", HOME.in_thread("7.1"), said),
        Whisper("whisper", HOME, "U1", said),
        Direct("direct", "mhj", PersonKey("kim"), said),
    )
    await file(store, case(), "e1", *effects)
    await file(store, stored(case()), "e2", *effects, Say("say 2", ident, "home", said))
    assert await jobs(store) == [
        ("card", f"{ident}:home"),
        ("say", f"{ident}:home"),
        ("request", f"{ident}:supplier"),
        ("reply", "slack:C0HOME:7.1"),
        ("whisper", "slack:C0HOME:U1"),
        ("direct", "mhj:@kim"),
        ("say 2", f"{ident}:home"),
    ]


async def test_a_card_that_waits_is_not_queued_again(store: Store) -> None:
    """A second card of the same post adds nothing while the first waits; a card of the other post does."""
    ident = case().id
    await file(store, case(), "e1", ShowCard("first", ident, "home"))
    again = (ShowCard("second", ident, "home"), ShowCard("request", ident, "supplier"))
    await file(store, stored(case()), "e2", *again)
    assert [key for key, _ in await jobs(store)] == ["first", "request"]


async def test_a_card_that_is_under_way_is_followed_by_the_next(store: Store) -> None:
    """Once somebody sends a card, a change needs one of its own; and what was read before the change is not sent."""
    ident = case().id
    await file(store, case(), "e1", ShowCard("first", ident, "home"))
    await file(store, stored(case()), "e2", ShowCard("second", ident, "home"))
    assert await store.one("mark_trying", key="first", revised=0, tried_at=None) is None
    assert await store.one("mark_trying", key="first", revised=1, tried_at=None) == {"key": "first"}
    await file(store, stored(stored(case())), "e3", ShowCard("third", ident, "home"))
    assert [key for key, _ in await jobs(store)] == ["first", "third"]


async def test_a_workbook_is_poked_once_however_many_rows_wait(store: Store) -> None:
    """Ten commits leave one flush waiting, under the workbook's own lock; cells that may wait ask for none."""
    for number in range(10):
        await file(store, case(f"BI-2647-{number:04}"), f"e{number}", row(case(f"BI-2647-{number:04}")))
    await store.settle()
    flushes = await store.app.job_manager.list_jobs_async(task="flush")
    assert [(job.lock, job.task_kwargs) for job in flushes] == [
        ("workbook:mhj/book", {"desk": "mhj", "document": "book"})
    ]


async def test_cells_that_may_wait_poke_nothing(store: Store) -> None:
    """A write that may wait for company leaves the workbook alone; the tick finds it."""
    await file(store, case(), "e1", row(case(), soon=True))
    await store.settle()
    assert list(await store.app.job_manager.list_jobs_async(task="flush")) == []


async def test_a_thread_nobody_posted_belongs_to_no_case(store: Store) -> None:
    """A place without a thread, or in a stranger's thread, finds nothing."""
    assert await load(store, Need(at=HOME)) == Found()
    assert await load(store, Need(at=Place("slack", "C0HOME", "9.9"))) == Found()


async def test_nothing_waits_in_an_empty_store(store: Store) -> None:
    """An event with nothing to store leaves the queue empty and its age zero."""
    async with store.transaction() as tx:
        await tx.seen(command())
        await tx.commit(command(), KIM, NOTHING, DESK)
    assert (await store.outbox(), (await store.queue_age()).total_seconds()) == ([], 0)
