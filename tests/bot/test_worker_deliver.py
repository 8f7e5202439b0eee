from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from bot import clock, tell
from bot.acts import Performer
from bot.deliver import Deliverer
from bot.engine import register
from bot.intake import Intake
from bot.outcomes import GaveUp, Later
from bot.store.store import Store
from config.texts import text
from handlers.card import card
from handlers.case import Case
from handlers.effects import Direct, Effect, Reply, Say, ShowCard, Whisper
from handlers.events import FileRef
from handlers.message import Message
from handlers.place import PersonKey
from handlers.scene import Need
from tests.bot.chats import FakeChat
from tests.bot.desks import DESK, DESKS, HOME, KIM, LEADS, SUPPLIER, case, command, filed, stored
from tests.bot.refusals import refusal

pytestmark = pytest.mark.anyio
HELLO = Message(lines=("hello",))
CUT = aiohttp.ServerDisconnectedError()


class Work:
    """A store, a chat and a deliverer on them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.chat = FakeChat()
        intake = Intake(store, DESKS, clock.now)
        performer = Performer(DESKS, {"slack": self.chat}, card)
        self.deliverer = Deliverer(store, DESKS, performer, intake, clock.now, random=lambda: 0.0)

    async def file(self, *effects: Effect, event: str = "e1", filing: Case | None = None) -> None:
        """File a case (or store it again) with these effects."""
        async with self.store.transaction() as tx:
            await tx.seen(command(event))
            await tx.commit(command(event), KIM, filed(filing or case(), *effects), DESK)

    async def state(self, key: str) -> tuple[str, int]:
        """How a delivery stands, and how often it failed."""
        found = await self.store.outbox(("waiting", "trying", "landed", "gave_up"))
        return next((line.state, line.failures) for line in found if line.key == key)

    async def try_again(self, key: str) -> timedelta:
        """A try that ends with `Later`: how long it is to wait."""
        with pytest.raises(Later) as later:
            await self.deliverer.deliver(key)
        return later.value.after


@pytest.fixture
async def work(store: Store) -> Work:
    """Everything it takes to deliver."""
    return Work(store)


HOME_CARD = ShowCard("card", case().id, "home")


async def test_a_first_card_is_posted_and_the_case_knows_its_link(work: Work) -> None:
    """The post is stored, its thread belongs to the case, and what follows is decided in the same transaction."""
    await work.file(HOME_CARD)
    await work.deliverer.deliver("card")
    assert work.chat.said("C0HOME") == ["BI-2647-0001 · Broken items · Open"]
    async with work.store.transaction() as tx:
        found = await tx.load(Need(at=HOME.in_thread("1.0")), DESKS, clock.now())
    assert found.slot == "home"
    assert found.case is not None
    assert (found.case.home_link, found.case.version) == ("https://chat/C0HOME/1.0", 2)
    assert await work.state("card") == ("landed", 0)


async def test_a_second_card_changes_the_first(work: Work) -> None:
    """The post is edited in place and shows the case as it is when the job runs."""
    await work.file(HOME_CARD)
    await work.deliverer.deliver("card")
    async with work.store.transaction() as tx:
        now = await tx.case(case().id)
    assert now is not None
    await work.file(replace(HOME_CARD, key="again"), event="e2", filing=replace(now, status="Done"))
    await work.deliverer.deliver("again")
    assert work.chat.said("C0HOME") == ["BI-2647-0001 · Broken items · Done"]


async def test_a_card_that_shows_the_case_already_is_left_alone(work: Work) -> None:
    """Two cards of the same version cost one call."""
    await work.file(HOME_CARD, replace(HOME_CARD, key="again"))
    await work.deliverer.deliver("card")
    await work.deliverer.deliver("again")
    edits = [shown.edits for shown in work.chat.shown]
    await work.file(replace(HOME_CARD, key="third"), event="e2", filing=case("BI-2647-0002"))
    await work.deliverer.deliver("third")
    assert (work.chat.calls, edits) == (["post", "edit"], [1])


async def test_a_delivery_that_landed_is_never_repeated(work: Work) -> None:
    """A job that comes back finds its effect done and sends nothing."""
    await work.file(Reply("reply", HOME, HELLO))
    for _ in range(3):
        await work.deliverer.deliver("reply")
    assert work.chat.calls == ["post"]


@pytest.mark.parametrize("kind", ["card", "say", "reply", "direct", "files"])
async def test_an_answer_that_was_cut_off_is_looked_for_and_not_sent_twice(work: Work, kind: str) -> None:
    """The vendor did it and the answer was lost: the next try finds it, for every kind that can be found."""
    photo = FileRef("slack", "F1", "a.png")
    await work.file(
        HOME_CARD,
        Say("say", case().id, "home", HELLO, (photo,)),
        Reply("reply", HOME, HELLO),
        Direct("direct", "mhj", PersonKey("kim"), HELLO),
    )
    for key in ("card", "say", "reply", "direct"):
        work.chat.fail_after = [CUT] if key == kind else []
        if key == kind:
            await work.try_again(key)
            assert await work.state(key) == ("trying", 1)
        await work.deliverer.deliver(key)
    if kind == "files":
        work.chat.fail_after = [CUT]
        await work.try_again("say:files")
    await work.deliverer.deliver("say:files")
    assert work.chat.said("C0HOME") == ["BI-2647-0001 · Broken items · Open", "hello", "hello"]
    assert work.chat.said("DU1") == ["hello"]
    assert work.chat.uploads == [(HOME.in_thread("1.0"), ("a.png",), "say:files")]


async def test_a_call_that_never_arrived_is_sent_again(work: Work) -> None:
    """Looked for and not found: the message is posted, once."""
    await work.file(Reply("reply", HOME, HELLO))
    work.chat.fail = [CUT]
    await work.try_again("reply")
    await work.deliverer.deliver("reply")
    assert (work.chat.calls, work.chat.said("C0HOME")) == (["post", "find", "post"], ["hello"])


async def test_a_doubtful_whisper_is_not_repeated(work: Work) -> None:
    """It cannot be looked for, so it is not shown twice, and the ledger says so."""
    await work.file(Whisper("whisper", HOME, "U1", HELLO))
    work.chat.fail_after = [CUT]
    await work.try_again("whisper")
    await work.deliverer.deliver("whisper")
    assert len(work.chat.whispers) == 1
    (line,) = await work.store.outbox(("landed",))
    assert line.reason == text("outcome.not_repeated")


async def test_a_whisper_that_was_refused_for_haste_is_repeated(work: Work) -> None:
    """429 means it certainly was not shown."""
    await work.file(Whisper("whisper", HOME, "U1", HELLO))
    work.chat.fail = [refusal("ratelimited", 429, {"Retry-After": "0"})]
    assert await work.try_again("whisper") == timedelta(0)
    await work.deliverer.deliver("whisper")
    assert [user for user, _ in work.chat.whispers] == ["U1"]


async def test_haste_in_one_channel_holds_back_that_channel_only(work: Work) -> None:
    """After a 429 nobody calls for that channel until its time is over; another channel is served at once."""
    await work.file(Reply("a", HOME, HELLO), Reply("b", HOME, HELLO), Reply("c", SUPPLIER, HELLO))
    work.chat.fail = [refusal("ratelimited", 429, {"Retry-After": "30"})]
    assert await work.try_again("a") == timedelta(seconds=30)
    waits = [await work.try_again("b"), await work.try_again("a")]
    await work.deliverer.deliver("c")
    assert work.chat.calls == ["post", "post"]
    assert [round(wait.total_seconds()) for wait in waits] == [30, 31]
    assert await work.state("a") == ("waiting", 0)


async def test_what_cannot_arrive_is_a_dead_letter_and_the_leads_hear_of_it_once(work: Work) -> None:
    """The reason is kept for people, one message goes to the leads, and the effect is not tried again by itself."""
    await work.file(Reply("long", HOME, HELLO))
    work.chat.fail = [refusal("msg_too_long")]
    with pytest.raises(GaveUp):
        await work.deliverer.deliver("long")
    await work.deliverer.deliver("long")
    await work.deliverer.deliver("dead-letter:long")
    assert await work.state("long") == ("gave_up", 1)
    assert work.chat.said("C0LEADS") == [text("outcome.dead_letter")]
    assert [line.reason for line in await work.store.outbox(("gave_up",))] == [text("outcome.too_long")]


async def test_a_dead_letter_can_be_sent_again_by_a_person(work: Work) -> None:
    """`retry` queues it once more; what is not a dead letter is refused."""
    await work.file(Reply("long", HOME, HELLO))
    work.chat.fail = [refusal("msg_too_long")]
    with pytest.raises(GaveUp):
        await work.deliverer.deliver("long")
    assert [await work.store.retry("long"), await work.store.retry("long")] == [True, False]
    await work.deliverer.deliver("long")
    assert work.chat.said("C0HOME") == ["hello"]


async def test_each_death_of_a_dead_letter_is_told(work: Work) -> None:
    """One that dies again after a person revived it is told again, each time once."""
    await work.file(Reply("long", HOME, HELLO))
    for _ in range(3):
        work.chat.fail = [refusal("msg_too_long")]
        with pytest.raises(GaveUp):
            await work.deliverer.deliver("long")
        await work.deliverer.deliver("long")
        await work.store.retry("long")
    letters = sorted(line.key for line in await work.store.outbox() if tell.is_telling(line.key))
    assert letters == ["dead-letter:long", "dead-letter:long:again-1", "dead-letter:long:again-2"]


async def test_a_letter_to_the_leads_that_dies_makes_no_further_letters(work: Work) -> None:
    """Otherwise one bad channel would fill the outbox for ever."""
    await work.file(Reply("long", LEADS, HELLO))
    work.chat.refuse = {"C0LEADS": refusal("msg_too_long")}
    for key in ("long", "dead-letter:long"):
        with pytest.raises(GaveUp):
            await work.deliverer.deliver(key)
    assert sorted(line.key for line in await work.store.outbox()) == ["dead-letter:long", "long"]


async def test_a_channel_without_the_bot_waits_and_resumes_by_itself(work: Work) -> None:
    """The leads are told once, others of that channel wait without a call, and all of it goes on afterwards."""
    await work.file(Reply("a", HOME, HELLO), Reply("b", HOME, HELLO))
    work.chat.refuse = {"C0HOME": refusal("not_in_channel")}
    assert await work.try_again("a") == timedelta(seconds=60)
    await work.try_again("b")
    await work.deliverer.deliver(next(line.key for line in await work.store.outbox() if "paused" in line.key))
    assert work.chat.said("C0LEADS") == [text("outcome.paused")]
    assert [pause.what for pause in await work.store.paused()] == ["slack:C0HOME"]
    assert (await work.store.queue_age()).total_seconds() == 0
    work.chat.refuse = {}
    work.deliverer.holds.release("slack:C0HOME")
    for key in ("a", "b"):
        await work.deliverer.deliver(key)
    assert (work.chat.said("C0HOME"), await work.store.paused()) == (["hello", "hello"], [])


async def test_a_pause_ends_with_the_first_delivery_of_whoever_works_then(work: Work, store: Store) -> None:
    """The process that paused a channel is gone; another delivery lands there, and nothing is said to wait."""
    await work.file(Reply("a", HOME, HELLO))
    work.chat.refuse = {"C0HOME": refusal("not_in_channel")}
    await work.try_again("a")
    after = Work(store)
    await after.file(Reply("b", HOME, HELLO), event="e2", filing=case("BI-2647-0002"))
    await after.deliverer.deliver("b")
    assert await store.paused() == []


async def test_a_deleted_card_is_posted_anew(work: Work) -> None:
    """When the post is gone, the next card makes a new one instead of failing for ever."""
    await work.file(HOME_CARD)
    await work.deliverer.deliver("card")
    async with work.store.transaction() as tx:
        now = await tx.case(case().id)
    assert now is not None
    await work.file(replace(HOME_CARD, key="again"), event="e2", filing=now)
    work.chat.fail = [refusal("message_not_found")]
    await work.try_again("again")
    await work.deliverer.deliver("again")
    assert [shown.ident for shown in work.chat.shown] == ["1.0", "2.0"]


async def test_a_surprise_is_tried_a_few_times_and_then_seen_by_a_person(work: Work) -> None:
    """A fault of our own does not run for ever and does not vanish."""
    await work.file(Reply("reply", HOME, HELLO))
    work.chat.refuse = {"C0HOME": RuntimeError("bug")}
    for _ in range(4):
        await work.try_again("reply")
    with pytest.raises(GaveUp):
        await work.deliverer.deliver("reply")
    assert await work.state("reply") == ("gave_up", 5)


async def test_what_is_said_under_a_post_that_does_not_exist_is_a_dead_letter(work: Work) -> None:
    """There is no thread to write in, and waiting would hold back the lane."""
    await work.file(Say("say", case().id, "supplier", HELLO))
    with pytest.raises(GaveUp):
        await work.deliverer.deliver("say")
    assert [line.reason for line in await work.store.outbox(("gave_up",))] == [text("outcome.no_post")]


async def test_a_card_given_up_on_in_doubt_is_not_posted_twice(work: Work) -> None:
    """A later card of the same post looks for what an earlier, doubtful one may have sent."""
    await work.file(HOME_CARD, replace(HOME_CARD, key="again"))
    work.chat.fail_after = [CUT]
    await work.try_again("card")
    await work.deliverer.deliver("again")
    assert work.chat.calls == ["post", "find", "edit"]
    assert len(work.chat.shown) == 1


async def test_every_delivery_has_its_line_in_the_audit_trail(work: Work) -> None:
    """What was done to the world is written down with its key, and is no noise in the case's history."""
    await work.file(HOME_CARD)
    await work.deliverer.deliver("card")
    async with work.store.transaction() as tx:
        rows = await (
            await tx.connection.execute("SELECT event_id, facts FROM audit WHERE action = 'delivered'")
        ).fetchall()
    assert [(row["event_id"], row["facts"]["effect"]) for row in rows] == [("card", "ShowCard")]
    assert [line.what for line in await work.store.history(case().id)] == ["logged the case"]


async def test_the_engine_runs_what_was_committed(work: Work) -> None:
    """A worker takes the jobs of a commit, in the order of their lane, and leaves nothing waiting."""

    async def nothing(*_: str) -> None:
        await asyncio.sleep(0)

    register(work.store.app, work.deliverer.deliver, nothing, nothing, random=lambda: 0.0)
    await work.file(HOME_CARD, Say("say", case().id, "home", HELLO), Reply("reply", SUPPLIER, HELLO))
    while await work.store.outbox():
        await work.store.app.run_worker_async(
            wait=False, concurrency=5, install_signal_handlers=False, listen_notify=False
        )
    assert work.chat.said("C0HOME") == ["BI-2647-0001 · Broken items · Open", "hello"]
    assert work.chat.said("C0SUPPLIER") == ["hello"]


async def test_a_case_reads_back_after_its_card(work: Work) -> None:
    """A card that landed leaves the case's own moments as they were: nobody touched it."""
    await work.file(HOME_CARD)
    await work.deliverer.deliver("card")
    async with work.store.transaction() as tx:
        now = await tx.case(case().id)
    assert now == replace(stored(case()), home_link="https://chat/C0HOME/1.0", version=2)
