"""What may have been sent to a platform that cannot be asked: a supplier never gets it twice, others are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot import clock
from bot.acts import Performer
from bot.adoption import Adoption
from bot.deliver import Deliverer
from bot.intake import Intake
from bot.outcomes import GaveUp, Later
from bot.store.store import Store
from bot.telegram.address import address
from config.desk import Channel, Person
from config.texts import text
from handlers.card import card
from handlers.case import Case
from handlers.decision import Decision
from handlers.effects import Direct, Effect, Reply, Say, ShowCard, Whisper
from handlers.events import ButtonPressed, FileRef, MessagePosted
from handlers.message import Message
from handlers.place import Account, CaseId, EventId, PersonKey, Place
from tests.bot.chats import FakeChat
from tests.bot.desks import DESK, HOME, KIM, NOON, case, command, filed

pytestmark = pytest.mark.anyio
GROUP = Place("telegram", "-401")
BOWEN = Account("telegram", "", "7")
DESK_THERE = DESK.model_copy(
    update={
        "slack_team": "T1",
        "people": {**DESK.people, "bowen": Person(name="Bowen", roles=("supplier",), telegram=7)},
        "channels": {
            **DESK.channels,
            "supplier": Channel(name="supplier", place=GROUP.key, kind="supplier"),
        },
    }
)
DESKS = {"mhj": DESK_THERE}
HELLO = Message(lines=("hello",))
REQUEST = ShowCard("request", case().id, "supplier")
CASE = replace(case(), requested_at=NOON)


class Work:
    """A store, a chat that can be asked and one that cannot, and a deliverer on them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.slack, self.telegram = FakeChat(), FakeChat(platform="telegram", looks=False)
        self.intake = Intake(store, DESKS, clock.now)
        performer = Performer(DESKS, {"slack": self.slack, "telegram": self.telegram}, card)
        self.deliverer = Deliverer(store, DESKS, performer, self.intake, clock.now, random=lambda: 0.0)
        self.adoption = Adoption(store, DESKS, self.intake, clock.now, address)

    async def file(self, *effects: Effect, event: str = "e1", filing: Case = CASE) -> None:
        """File a case (or store it again) with these effects."""
        async with self.store.transaction() as tx:
            await tx.seen(command(event))
            await tx.commit(command(event), KIM, filed(filing, *effects), DESK_THERE)

    async def case(self) -> Case:
        """The case as it is."""
        async with self.store.transaction() as tx:
            found = await tx.case(case().id)
        assert found is not None
        return found

    async def lost(self, key: str) -> None:
        """A try that arrives and whose answer does not."""
        self.telegram.fail_after = [NetworkError("cut")]
        with pytest.raises(Later):
            await self.deliverer.deliver(key)

    async def doubted(self, key: str = "request") -> None:
        """A try whose answer is lost, and the next one that gives up."""
        await self.lost(key)
        with pytest.raises(GaveUp):
            await self.deliverer.deliver(key)

    async def states(self) -> dict[str, str]:
        """How every delivery stands."""
        found = await self.store.outbox(("waiting", "trying", "landed", "gave_up"))
        return {line.key: line.state for line in found}

    async def press(self, action: str, value: str = "", **more: object) -> Decision:
        """Bowen presses a button in his group, or whoever `account` is where `place` is."""
        facts = {"account": BOWEN, "place": GROUP, "message": "1", "case": case().id, "id": EventId("press")}
        event = ButtonPressed(
            **{**facts, **more}, at=clock.now(), guided=True, action=action, value=value  # type: ignore[arg-type]  # facts by name
        )  # fmt: skip
        return await self.adoption.receive(event)

    async def reply(self, shows: CaseId | None, thread: str = "1.0", *, on_ours: bool = True) -> Decision:
        """Bowen answers a message in his group."""
        place = GROUP.in_thread(thread)
        event = MessagePosted(
            id=EventId(f"tg:-401:{thread}:reply"), account=BOWEN, place=place, at=clock.now(), guided=True,
            text="On its way", message="9", reply_to=thread, shows=shows, on_ours=on_ours,
        )  # fmt: skip
        return await self.adoption.receive(event)

    async def again(self, key: str = "request", ident: str = "again") -> list[str]:
        """Kim presses *Send it again* at home; what she is told."""
        decision = await self.press("resend", key, account=KIM.account, place=HOME, id=EventId(ident))
        whispers = [effect for effect in decision.effects if isinstance(effect, Whisper)]
        return [line for whisper in whispers for line in whisper.message.lines]


@pytest.fixture
async def work(store: Store) -> Work:
    """Everything it takes to deliver."""
    return Work(store)


async def test_a_request_that_may_have_been_sent_is_not_sent_twice(work: Work) -> None:
    """It is a dead letter; its owner and the leads are asked, each with a button that sends it again."""
    await work.file(REQUEST)
    await work.doubted()
    assert work.telegram.calls == ["post"]
    await work.deliverer.deliver("in-doubt:request")
    await work.deliverer.deliver("dead-letter:request")
    asked = {shown.place.channel: shown.message for shown in work.slack.shown}
    assert set(asked) == {"DU1", "C0LEADS"}
    assert asked["DU1"].lines == (text("outcome.may_have_been_sent"),)
    buttons = {
        (button.action, button.case, button.value) for each in asked.values() for button in each.buttons
    }
    assert buttons == {("resend", case().id, "request")}


async def test_where_a_case_is_with_the_supplier_whoever_logged_it_is_asked(work: Work) -> None:
    """The supplier does not know what he was not sent, and may not have it sent."""
    await work.file(REQUEST, filing=replace(CASE, owner=PersonKey("bowen")))
    await work.doubted()
    await work.deliverer.deliver("in-doubt:request")
    assert [shown.place.channel for shown in work.slack.shown] == ["DU1"]


@pytest.mark.parametrize("kind", ["words", "files"])
async def test_words_and_files_for_a_supplier_are_not_sent_twice(work: Work, kind: str) -> None:
    """He would act on them twice."""
    photo = FileRef("slack", "F1", "a.png")
    await work.file(REQUEST, Say("words", case().id, "supplier", HELLO, (photo,)))
    await work.deliverer.deliver("request")
    if kind == "files":
        await work.deliverer.deliver("words")
    await work.doubted("words" if kind == "words" else "words:files")
    assert (len(work.telegram.shown), len(work.telegram.uploads)) == ((2, 0) if kind == "words" else (2, 1))


async def test_a_person_has_it_sent_again_and_it_goes_once(work: Work) -> None:
    """However often the button is pressed."""
    await work.file(REQUEST)
    await work.doubted()
    told = [*await work.again(), *await work.again(ident="again-2")]
    await work.deliverer.deliver("request")
    await work.deliverer.deliver("request")
    assert told == [text("resend.told", case=case().id)] * 2
    assert work.telegram.calls == ["post", "post"]
    assert (await work.states())["request"] == "landed"
    assert (await work.case()).post_link


async def test_the_outbox_sends_it_again_as_well(work: Work) -> None:
    """And when that try leaves a doubt, it is asked about anew."""
    await work.file(REQUEST)
    await work.doubted()
    assert await work.store.retry("request")
    await work.doubted()
    assert work.telegram.calls == ["post", "post"]
    assert "in-doubt:request:again-1" in await work.states()


@pytest.mark.parametrize(
    ("key", "why"), [("home", "landed"), ("other", "of another case"), ("none", "no effect")]
)
async def test_a_button_sends_nothing_again_but_what_is_in_doubt(work: Work, key: str, why: str) -> None:
    """What it names is a client's word: good only for a doubtful dead letter of the case it names."""
    await work.file(ShowCard("home", case().id, "home"))
    await work.deliverer.deliver("home")
    other = replace(CASE, id=CaseId("BI-2647-0002"))
    await work.file(ShowCard("other", other.id, "supplier"), event="e2", filing=other)
    await work.doubted("other")
    before = await work.states()
    await work.again(key)
    after = await work.states()
    assert {each: after[each] for each in before} == before, why


async def test_a_supplier_has_nothing_sent_again(work: Work) -> None:
    """It is the desk's word that counts."""
    await work.file(REQUEST)
    await work.doubted()
    refused = await work.press("resend", "request", message=None)
    assert [line.action for line in refused.audit] == ["refused"]
    assert (await work.states())["request"] == "gave_up"


async def test_no_second_request_is_made_while_the_first_is_in_doubt(work: Work) -> None:
    """A later card of that post is put down as done; whichever goes shows the case as it is by then."""
    await work.file(REQUEST)
    await work.doubted()
    await work.file(replace(REQUEST, key="later"), event="e2", filing=await work.case())
    await work.deliverer.deliver("later")
    assert work.telegram.calls == ["post"]
    (line,) = [line for line in await work.store.outbox(("landed",)) if line.key == "later"]
    assert line.reason == text("outcome.in_doubt")


@pytest.mark.parametrize("is_decided", [True, False], ids=["given up", "still to be tried"])
async def test_a_press_under_the_request_shows_that_it_is_there(work: Work, is_decided: bool) -> None:
    """It becomes the case's post, what follows follows, and the press counts."""
    await work.file(REQUEST)
    await (work.doubted() if is_decided else work.lost("request"))
    await work.press("acknowledge", message="1.0")
    found = await work.case()
    assert (found.acknowledged_by, found.post_link) == ("bowen", "https://web.telegram.org/a/#-401")
    states = await work.states()
    assert states["request"] == "landed"
    for key in [key for key in states if key.startswith("deskbell:landed:")]:
        await work.deliverer.deliver(key)
    assert work.telegram.calls == ["post", "edit"]


async def test_an_answer_to_the_request_shows_that_it_is_there(work: Work) -> None:
    """The words reach the case as any answer does."""
    await work.file(REQUEST)
    await work.doubted()
    await work.reply(case().id)
    assert (await work.states())["request"] == "landed"
    assert [line.what for line in await work.store.history(case().id)][-1].endswith("On its way")


async def test_only_the_request_is_taken_for_the_request(work: Work) -> None:
    """Not what stands in a thread, not what is said elsewhere, not what shows no case, nor what is not ours."""
    await work.file(REQUEST)
    await work.doubted()
    async with work.store.pool.connection() as connection:
        await connection.execute(
            "INSERT INTO threads (platform, chat, message, channel, thread)"
            " VALUES ('telegram', '-401', '4', '-401', '3')"
        )
    await work.press("show", message="4", id=EventId("1"))
    await work.press("show", message="1.0", place=Place("telegram", "-1002"), id=EventId("2"))
    await work.reply(None)
    await work.reply(case().id, "2.0", on_ours=False)
    assert (await work.states())["request"] == "gave_up"


async def test_what_others_read_is_said_again_and_says_so(work: Work) -> None:
    """At home, to a person, in an answer: rather twice than never."""
    home = DESK_THERE.channels["csr"].model_copy(update={"place": "telegram:-1009"})
    work.deliverer.performer.desks = {
        "mhj": DESK_THERE.model_copy(
            update={
                "channels": {**DESK_THERE.channels, "csr": home},
                "people": {"kim": Person(name="Kim", roles=("csr",), telegram=8)},
            }
        )
    }
    await work.file(
        ShowCard("home", case().id, "home"),
        Say("say", case().id, "home", HELLO, (FileRef("slack", "F1", "a.png"),)),
        Direct("direct", "mhj", PersonKey("kim"), HELLO),
        Reply("reply", Place("telegram", "-1009"), HELLO),
    )
    for key in ("home", "say", "say:files", "direct", "reply"):
        await work.lost(key)
        await work.deliverer.deliver(key)
    again = text("outcome.said_already")
    repeated = [shown.message for shown in work.telegram.shown if shown.message.lines[:1] == (again,)]
    assert [message.lines[1:] for message in repeated[1:]] == [("hello",), ("hello",), ("hello",)]
    assert len(work.telegram.uploads) == 2
    assert [shown.message.lines for shown in work.telegram.shown].count((text("outcome.files_already"),)) == 1


async def test_an_edit_is_repeated_without_a_word(work: Work) -> None:
    """It leaves no doubt; and where the message is gone by then, the request is posted anew."""
    await work.file(REQUEST)
    await work.deliverer.deliver("request")
    await work.file(
        replace(REQUEST, key="again"), event="e2", filing=replace(await work.case(), status="Done")
    )
    await work.lost("again")
    work.telegram.fail = [BadRequest("Message to edit not found")]
    with pytest.raises(Later):
        await work.deliverer.deliver("again")
    await work.deliverer.deliver("again")
    assert work.telegram.calls == ["post", "edit", "edit", "post"]
    assert text("outcome.said_already") not in work.telegram.shown[-1].message.lines


async def test_what_never_left_is_sent_without_a_question(work: Work) -> None:
    """No connection was made: nothing can have arrived."""
    await work.file(REQUEST)
    refused = NetworkError("httpx.ConnectError")
    refused.__cause__ = httpx.ConnectError("refused")
    work.telegram.fail = [refused]
    with pytest.raises(Later):
        await work.deliverer.deliver("request")
    await work.deliverer.deliver("request")
    assert (await work.states())["request"] == "landed"


async def test_whoever_has_to_wait_for_the_pace_is_not_marked(work: Work) -> None:
    """A worker that dies while something waits for its turn leaves no doubt behind."""
    await work.file(REQUEST)
    work.telegram.waits = [timedelta(seconds=3)]
    with pytest.raises(Later) as later:
        await work.deliverer.deliver("request")
    assert later.value.after == timedelta(seconds=3)
    assert (await work.states())["request"] == "waiting"
    await work.deliverer.deliver("request")
    assert (await work.states())["request"] == "landed"


async def test_a_file_that_cannot_be_had_leaves_no_doubt(work: Work) -> None:
    """Nothing was sent, so it is sent as soon as the file is there; a program never is."""
    photo, program = FileRef("slack", "F1", "a.png"), FileRef("slack", "F2", "a.png.exe")
    await work.file(
        REQUEST,
        Say("words", case().id, "supplier", HELLO, (photo,)),
        Say("more", case().id, "supplier", HELLO, (program,)),
    )
    for key in ("request", "words", "more"):
        await work.deliverer.deliver(key)
    work.slack.fail = [TimeoutError()]
    with pytest.raises(Later):
        await work.deliverer.deliver("words:files")
    await work.deliverer.deliver("words:files")
    with pytest.raises(GaveUp, match="is a program"):
        await work.deliverer.deliver("more:files")
    assert [names for _, names, _ in work.telegram.uploads] == [("a.png",)]


async def test_a_group_that_asks_to_slow_down_holds_back_nobody_else(work: Work) -> None:
    """Its own messages wait for as long as Telegram says, without having failed."""
    await work.file(
        Reply("a", GROUP, HELLO), Reply("b", GROUP, HELLO), Reply("c", Place("telegram", "-402"), HELLO)
    )
    work.telegram.fail = [RetryAfter(timedelta(seconds=30))]
    waits = []
    for key in ("a", "b"):
        with pytest.raises(Later) as later:
            await work.deliverer.deliver(key)
        waits.append(round(later.value.after.total_seconds()))
    await work.deliverer.deliver("c")
    assert (waits, work.telegram.said("-402"), work.telegram.said(GROUP.channel)) == ([30, 30], ["hello"], [])
    assert (await work.states())["a"] == "waiting"


async def test_whoever_is_told_too_much_privately_holds_up_no_group(work: Work) -> None:
    """Telegram's word is for the one chat; what was asked for in a group is not said there."""
    await work.file(Whisper("whisper", GROUP, "8", HELLO), Reply("reply", GROUP, HELLO))
    work.telegram.fail = [RetryAfter(60)]
    with pytest.raises(Later):
        await work.deliverer.deliver("whisper")
    await work.deliverer.deliver("reply")
    assert [shown.message for shown in work.telegram.shown] == [HELLO]
