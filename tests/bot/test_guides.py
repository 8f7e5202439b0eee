"""Forms that are asked one question at a time, on a real store: what is asked, stored and shown."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.guides import expire
from bot.intake import TooEarly
from bot.outcomes import GaveUp, Later, NotDeliverable
from bot.store.guides import keep
from bot.store.store import Store
from handlers.decision import NOTHING
from handlers.events import Event
from handlers.guide import LIFE
from handlers.message import Button, Message
from tests.bot.guided import STAFF, SUPPLIER, Room, photo, texts
from tests.bot.refusals import refusal

pytestmark = pytest.mark.anyio


@pytest.fixture
def room(store: Store) -> Room:
    """Nobody has said anything yet."""
    return Room(store)


async def test_an_item_issue_is_logged_question_by_question(room: Room) -> None:
    """Choices, a conditional question, an album, a skipped one: the case holds them all, and one message each."""
    asked = await room.ask("agent", "/log item-issue")
    assert (asked.headline, asked.footer) == ("Item Issue · Order #", "order_no= · 1 of 8")
    await room.say("agent", "10423")
    await room.say("agent", "FD-88")
    await room.press("agent", "Incorrect")
    await room.say("agent", "ring-7")
    await room.say("agent", "1")
    asked = await room.press("agent", "Skip")
    asked = await room.say("agent", "a plain band came")
    assert asked.headline == "Item Issue · Received instead"
    await room.say("agent", "ring-8")
    await room.say("agent", "", files=(photo("a"), photo("b")))
    await room.press("agent", "Next")
    asked = await room.press("agent", "Refund")
    assert asked.headline == "Item Issue: is this right?"
    asked = await room.press("agent", "Log it")
    [case] = await room.cases()
    assert case.values == {
        "order_no": "10423",
        "ticket": "88",
        "kind": "Incorrect",
        "sku": "ring-7",
        "qty": 1,
        "detail": "a plain band came",
        "got_instead": "ring-8",
        "photos": ("telegram:id-a/a.jpg", "telegram:id-b/b.jpg"),
        "wish": "Refund",
    }
    assert case.id in texts(asked)
    assert await room.open("agent") is None


LINE = '/log item-issue 10423 FD-88 Missing ring-7 1 "box was empty" Refund'
PART = "/log item-issue 10423 FD-88 Missing ring-7"


async def filled(room: Room, who: str = "agent", channel: str = "") -> Message:
    """A form of which only the last question is left."""
    return await room.ask(
        who, "/log item-issue order=10423 ticket=88 kind=Missing sku=ring-7 qty=1 detail=empty", channel
    )


class TestQuestions:
    async def test_what_was_said_on_the_line_is_not_asked_again(self, room: Room) -> None:
        """Only what is missing is, and the summary shows all of it."""
        asked = await room.ask("agent", PART)
        assert asked.headline == "Item Issue · Qty affected"
        await room.say("agent", "2")
        await room.say("agent", "box was empty")
        asked = await room.press("agent", "Refund")
        assert asked.facts == (
            ("Order #", "10423"),
            ("FD ticket", "88"),
            ("Issue", "Missing"),
            ("SKU / item", "ring-7"),
            ("Qty affected", "2"),
            ("Received on", "(empty)"),
            ("What is wrong", "box was empty"),
            ("Customer wants", "Refund"),
        )

    async def test_a_fault_asks_that_question_again_with_the_reason(self, room: Room) -> None:
        """At once, and nothing that was typed is kept."""
        await room.ask("agent", "/log item-issue")
        asked = await room.say("agent", "x")
        assert asked.headline == "Item Issue · Order #"
        assert (
            "x is not an order number: 3 to 20 letters, digits or dashes, like 10423 or MHJ-10423."
            in asked.lines
        )
        asked = await room.say("agent", "10423")
        assert asked.headline == "Item Issue · FD ticket"

    async def test_a_fault_on_the_line_is_asked_first(self, room: Room) -> None:
        """With its reason, before what is only missing."""
        asked = await room.ask(
            "agent", '/log item-issue 10423 FD-88 missing ring-7 none "box was empty" Refund'
        )
        assert asked.headline == "Item Issue · Qty affected"
        assert "none is not a quantity: a whole number from 1 to 10000." in asked.lines

    async def test_choices_may_be_typed(self, room: Room) -> None:
        """In any case, or as an unambiguous beginning; the key before an answer does no harm."""
        await room.ask("agent", "/log item-issue order=10423 ticket=88")
        asked = await room.say("agent", "kind=mISS")
        assert asked.headline == "Item Issue · SKU / item"

    async def test_back_goes_where_it_came_from(self, room: Room) -> None:
        """The answer that was there may be kept."""
        await room.ask("agent", "/log item-issue")
        await room.say("agent", "10423")
        asked = await room.press("agent", "Back")
        assert (asked.headline, "So far: 10423" in asked.lines) == ("Item Issue · Order #", True)
        asked = await room.press("agent", "Keep it")
        assert asked.headline == "Item Issue · FD ticket"
        asked = await room.say("agent", "back")
        await room.do(room.command("agent", "/back"))
        assert "This is where it began." in room.asked("11").lines

    async def test_what_is_needed_is_not_skipped(self, room: Room) -> None:
        """Neither by the command nor by the word; what may be left out is."""
        await room.ask("agent", "/log item-issue")
        for said in (room.command("agent", "/skip"), room.words("agent", "Skip")):
            await room.do(said)
            assert room.asked("11").headline == "Item Issue · Order #"
            assert "This is needed before the case can go on." in room.asked("11").lines

    async def test_an_answer_can_be_changed_before_it_is_sent(self, room: Room) -> None:
        """From the summary, by the button of its question; other answers may then be asked or dropped."""
        await filled(room)
        await room.press("agent", "Refund")
        await room.press("agent", "Change…")
        await room.press("agent", "Issue")
        asked = await room.press("agent", "Incorrect")
        assert asked.headline == "Item Issue · Received instead"
        await room.say("agent", "ring-8")
        asked = await room.say("agent", "", files=(photo("a"),))
        assert "So far: one file" in asked.lines
        asked = await room.press("agent", "Next")
        assert ("Received instead", "ring-8") in asked.facts
        asked = await room.say("agent", "kind=Missing")
        assert "ring-8" not in texts(asked)
        await room.say("agent", "yes")
        [case] = await room.cases()
        assert (case.values["kind"], "got_instead" in case.values) == ("Missing", False)

    async def test_albums_and_photos_are_one_answer(self, room: Room) -> None:
        """More may come until Next; the same one twice counts once, and a word with them does no harm."""
        await room.ask("agent", '/log item-issue 10423 FD-88 Broken ring-7 1 "bent clasp" Refund')
        assert room.asked("11").headline == "Item Issue · Photos"
        asked = await room.press("agent", "Next")
        assert "No photo has arrived here yet" in texts(asked)
        asked = await room.say("agent", "here")
        assert "This asks for photos. Send them, press Next when all are there, or Back." in asked.lines
        await room.say("agent", "two of them", files=(photo("a"), photo("b")))
        asked = await room.say("agent", "", files=(photo("b"), photo("c")))
        assert "So far: 3 files" in asked.lines
        await room.say("agent", "done")
        await room.press("agent", "Log it")
        [case] = await room.cases()
        assert case.values["photos"] == tuple(f"telegram:id-{name}/{name}.jpg" for name in "abc")

    async def test_photos_that_come_early_are_kept(self, room: Room) -> None:
        """For the question that takes them, with their caption as the answer to the one that is asked."""
        await room.ask("agent", "/log item-issue 10423 FD-88 Broken ring-7 1 wish=Refund")
        asked = await room.say("agent", "bent clasp", files=(photo("a"),))
        assert ("Photos", "one file") in asked.facts

    async def test_secrets_are_never_kept(self, room: Room) -> None:
        """What looks like a card's number is asked again; the stored form does not have it."""
        await room.ask("agent", "/log item-issue")
        asked = await room.say("agent", "4111 1111 1111 1111 cvv 123")
        assert asked.headline == "Item Issue · Order #"
        kept = await room.open("agent")
        assert kept is not None
        assert "4111" not in repr(kept.guide)

    @pytest.mark.parametrize(
        "said",
        [
            "\u202e\u200b\u0000",
            "<b>x</b> <a href='tg://user?id=11'>Kim</a> @kim /cancel",
            "a" * 4096,
            "=" * 4096,
            "," * 4096,
            "\ud800",
            "%s {form} {0}",
        ],
    )
    async def test_hostile_words_are_words(self, room: Room, said: str) -> None:
        """Wherever they are said, the form stands and goes on."""
        await room.ask("agent", "/log item-issue ticket=88 order=10423 kind=Missing")
        for _ in range(3):
            await room.say("agent", said)
            assert await room.open("agent") is not None
        await filled(room)
        await room.say("agent", said)
        await room.press("agent", "Refund")
        await room.say("agent", said)
        await room.press("agent", "Log it")
        assert len(await room.cases()) == 1


class TestEnds:
    async def test_cancel_drops_it(self, room: Room) -> None:
        """By button, by word and by command; nothing is filed, and what was answered is forgotten."""
        for cancel in (
            lambda: room.pressed("agent", room.button("Cancel", "11")),
            lambda: room.words("agent", "cancel"),
            lambda: room.command("agent", "/cancel"),
        ):
            await filled(room)
            await room.do(cancel())
            assert room.asked("11").lines == ("Item Issue: cancelled, nothing was done.",)
            assert await room.open("agent") is None
        async with room.store.transaction() as tx:
            rows = await (
                await tx.connection.execute("SELECT DISTINCT body::text AS body FROM guides")
            ).fetchall()
            kept = await (
                await tx.connection.execute(
                    "SELECT count(*) AS n FROM deliveries WHERE effect::text LIKE '%10423%'"
                )
            ).fetchone()
        assert [row["body"] for row in rows] == ["{}"]
        assert kept is not None
        assert kept["n"] == 0
        assert await room.cases() == []

    async def test_a_new_form_ends_the_older_one(self, room: Room) -> None:
        """In the same place, with a word; in another place both stay."""
        await room.ask("agent", "/log item-issue")
        await room.ask("agent", "/log item-issue", STAFF)
        await room.ask("agent", "/log refund")
        [first, _, third] = room.chat.shown
        assert first.message.lines == (
            "Item Issue: dropped, as you began something else here. Nothing was done.",
        )
        assert third.message.headline == "BIG5 Refund · Order #"
        assert await room.open("agent", STAFF) is not None

    async def test_nobody_goes_on_for_a_day(self, room: Room) -> None:
        """It is ended once, whichever process looks first, and says so where it was asked."""
        await room.ask("agent", "/log item-issue")
        desks = {room.desk.key: room.desk}
        room.now += LIFE - timedelta(minutes=1)
        assert await expire(room.store, desks, lambda: room.now) == 0
        room.now += timedelta(minutes=1)
        async with asyncio.TaskGroup() as group:
            looks = [group.create_task(expire(room.store, desks, lambda: room.now)) for _ in range(3)]
        assert sorted(look.result() for look in looks) == [0, 0, 1]
        await room.deliver()
        assert "nobody went on with it for 24 hours" in room.asked("11").lines[0]
        assert await room.open("agent") is None

    async def test_what_comes_after_its_time_is_told_so(self, room: Room) -> None:
        """Even before anybody has looked."""
        await room.ask("agent", "/log item-issue")
        room.now += LIFE
        asked = await room.say("agent", "10423")
        assert "nobody went on with it for 24 hours" in asked.lines[0]

    async def test_without_a_form_there_is_nothing_to_take_back(self, room: Room) -> None:
        """The three commands say so."""
        for name in ("skip", "back", "cancel"):
            await room.do(room.command("agent", f"/{name}"))
            assert "You have no form open here" in room.asked("11").lines[0]

    async def test_somebody_who_may_not_any_more_goes_on_with_nothing(self, room: Room) -> None:
        """Whoever was switched off meanwhile is refused, and the form is gone."""
        await filled(room)
        people = {**room.desk.people, "agent": room.desk.people["agent"].model_copy(update={"active": False})}
        room.desk = room.desk.model_copy(update={"people": people})
        room.restart()
        asked = await room.say("agent", "Refund")
        assert "switched off" in asked.lines[0]
        assert await room.open("agent") is None

    async def test_what_was_said_last_is_decided_by_the_rules_of_then(self, room: Room) -> None:
        """The right to log is asked again when the form is sent."""
        await filled(room)
        await room.press("agent", "Refund")
        people = {
            **room.desk.people,
            "agent": room.desk.people["agent"].model_copy(update={"roles": ("exec",)}),
        }
        room.desk = room.desk.model_copy(update={"people": people})
        room.restart()
        asked = await room.press("agent", "Log it")
        assert "You may not log on Item Issue" in asked.lines[0]
        assert await room.cases() == []


class TestOthers:
    async def test_in_a_group_only_a_reply_to_the_question_answers(self, room: Room) -> None:
        """What its person says beside it, and what others reply, is talk."""
        await room.ask("agent", "/log item-issue", STAFF)
        question = room.last(STAFF).ident
        for talk in (
            room.words("agent", "10423", STAFF),
            room.words("agent", "10423", STAFF, reply_to="0.5"),
            room.words("agent2", "10423", STAFF, reply_to=question),
            room.words("agent", "10423", STAFF, reply_to=question, edited=True),
        ):
            assert await room.do(talk) == NOTHING
        asked = await room.say("agent", "10423", STAFF)
        assert asked.headline == "Item Issue · FD ticket"
        assert room.last(STAFF).place.thread is not None

    async def test_somebody_elses_press_is_told_whose_form_it_is(self, room: Room) -> None:
        """For a moment, to them alone; the form stays where it is."""
        await room.ask("agent", "/log item-issue order=10423 ticket=88", STAFF)
        decision = await room.do(room.pressed("lead", room.button("Missing", STAFF), STAFF))
        assert decision.answer is not None
        assert decision.answer.lines == ("This form is Agent's. Start your own with /log.",)
        assert room.asked(STAFF).headline == "Item Issue · Issue"

    async def test_a_button_of_an_earlier_question_changes_nothing(self, room: Room) -> None:
        """Nor does one of a form that is closed, or one that is none of its own."""
        await room.ask("agent", "/log item-issue order=10423 ticket=88")
        press = room.button("Missing", "11")
        await room.press("agent", "Missing")
        decision = await room.do(room.pressed("agent", press))
        assert decision.answer is not None
        assert decision.answer.lines == ("That was answered already; the form is one step further.",)
        kept = await room.open("agent")
        assert kept is not None
        for what in (
            "",
            "choice",
            "choice:=summary:0",
            "choice:sku:9999",
            "nonsense:sku",
            "::::",
            "change:sku:0",
        ):
            stray = Button("x", "guide", None, f"{kept.guide.id}:{what}")
            decision = await room.do(room.pressed("agent", stray))
            assert decision.answer is not None
        assert room.asked("11").headline == "Item Issue · SKU / item"
        await room.press("agent", "Cancel")
        decision = await room.do(room.pressed("agent", press))
        assert decision.answer is not None
        assert decision.answer.lines == ("This form is closed. Start a new one any time.",)

    async def test_a_restricted_form_is_asked_in_private(self, room: Room) -> None:
        """In the group is only said that it is."""
        await room.do(room.command("loise", "/log chargeback", STAFF))
        assert "our private chat" in room.asked(STAFF).lines[0]
        assert room.asked("15").headline == "Shopify Chargebacks · Order #"

    async def test_a_form_that_turns_out_restricted_goes_on_in_private(self, room: Room) -> None:
        """The question before it was not: both messages say where it goes on."""
        await room.do(room.logged("loise", "the bank wrote", STAFF))
        await room.press("loise", "Shopify Chargebacks", STAFF)
        group = [shown.message.lines[0] for shown in room.chat.shown if shown.place.channel == STAFF]
        assert group[0] == "Log this message: it goes on in our private chat."
        assert room.asked("15").headline == "Shopify Chargebacks · Order #"

    async def test_a_question_waits_for_who_has_not_opened_the_chat(self, room: Room) -> None:
        """Whoever does, and says anything, is asked."""
        room.chat.refuse["15"] = NotDeliverable("they never pressed Start")
        with pytest.raises(GaveUp):
            await room.do(room.command("loise", "/log chargeback", STAFF))
        room.chat.refuse.clear()
        await room.do(room.command("loise", "/help"))
        assert room.asked("15").headline == "Shopify Chargebacks · Order #"

    async def test_among_suppliers_the_desk_is_asked_in_private(self, room: Room) -> None:
        """The supplier himself is asked where he is, and is answered there."""
        await room.ask("agent", LINE, STAFF)
        [case] = await room.cases()
        await room.do(room.command("agent", f"/update {case.id}", SUPPLIER))
        assert "our private chat" in room.asked(SUPPLIER).lines[0]
        await room.do(room.command("bowen", f"/update {case.id}", SUPPLIER))
        assert room.asked(SUPPLIER).headline == f"Update {case.id}: what shall I change?"
        await room.do(room.command("bowen", "/find 10423", SUPPLIER))
        assert case.id in texts(room.asked(SUPPLIER))
        assert [user for user, _ in room.chat.whispers] == ["11"]

    async def test_a_supplier_answers_what_is_asked_of_him(self, room: Room) -> None:
        """By a button of his request and a reply; the case has it."""
        await room.ask("agent", LINE, STAFF)
        [case] = await room.cases()
        [request] = [shown for shown in room.chat.shown if shown.place.channel == SUPPLIER]
        answer = next(button for button in request.message.buttons if button.action == "answer")
        await room.do(room.pressed("bowen", answer, SUPPLIER))
        assert (room.asked(SUPPLIER).headline, room.asked(SUPPLIER).mention) == (answer.label, ("bowen",))
        asked = await room.say("bowen", "3SNL00012345", SUPPLIER)
        assert "is this right?" in asked.headline
        await room.press("bowen", "Save", SUPPLIER)
        [case] = await room.cases()
        assert "3SNL00012345" in case.values.values()


class TestUpdates:
    async def test_an_update_begins_with_what_to_change(self, room: Room) -> None:
        """Only that is sent: what somebody else changed meanwhile stays."""
        await room.ask("agent", LINE)
        [case] = await room.cases()
        asked = await room.ask("agent", f"/update {case.id}")
        assert ("SKU / item", "ring-7") in asked.facts
        asked = await room.press("agent", "SKU / item")
        assert asked.headline == f"Update {case.id} · SKU / item"
        await room.say("agent", "ring-9")
        await room.do(room.command("lead", f"/update {case.id} qty=3"))
        asked = await room.press("agent", "Save")
        [case] = await room.cases()
        assert (case.values["sku"], case.values["qty"]) == ("ring-9", 3)
        assert asked.lines == (f"{case.id} is updated.",)

    async def test_an_assignment_is_one_press(self, room: Room) -> None:
        """A form with a single choice needs no summary."""
        await room.ask("agent", LINE)
        [case] = await room.cases()
        await room.ask("agent", f"/assign {case.id}")
        asked = await room.press("agent", "Kim")
        [case] = await room.cases()
        assert (case.owner, asked.lines) == ("kim", (f"{case.id} is now with Kim.",))

    async def test_a_likely_duplicate_is_asked_about(self, room: Room) -> None:
        """One press says what to do, after a complete line as well as after a form."""
        await room.ask("agent", LINE)
        asked = await room.ask("agent", LINE)
        assert (asked.headline, asked.footer) == ("Item Issue · What shall I do?", "")
        await room.press("agent", "Log it anyway")
        assert len(await room.cases()) == 2
        await filled(room)
        await room.press("agent", "Refund")
        asked = await room.press("agent", "Log it")
        assert asked.headline == "Item Issue · What shall I do?"
        await room.press("agent", "Log it anyway")
        assert len(await room.cases()) == 3

    async def test_a_message_is_logged(self, room: Room) -> None:
        """The tracker is asked first, then its form goes on in the same message, with the words in it."""
        await room.do(room.logged("agent", "the clasp is bent", files=(photo("a"),)))
        asked = await room.press("agent", "Item Issue")
        assert asked.headline == "Item Issue · Order #"
        for said in ("10423", "88", "Broken", "ring-7", "1", "skip", "refund"):
            asked = await room.say("agent", said)
        assert "the clasp is bent" in texts(asked)
        await room.say("agent", "ok")
        [case] = await room.cases()
        assert case.values["photos"] == ("telegram:id-a/a.jpg",)

    async def test_a_move_that_cannot_be_taken_back_is_confirmed(self, room: Room) -> None:
        """Its form has nothing to ask but that."""
        await room.ask("agent", LINE)
        [case] = await room.cases()
        asked = await room.ask("agent", f"/done {case.id}")
        assert asked.headline.startswith("To ")

    async def test_a_form_that_moved_a_case_says_where_to(self, room: Room) -> None:
        """In the words of the command."""
        await room.ask("agent", LINE)
        [case] = await room.cases()
        await room.ask("agent", f"/done {case.id}")
        await room.say("agent", "a new one is on its way")
        asked = await room.press("agent", "Confirm")
        assert asked.lines == (f"{case.id} is now Done.",)

    async def test_a_word_in_a_thread_that_needs_more_asks_for_it(self, room: Room) -> None:
        """Right there, of the one who said it."""
        await room.ask("agent", LINE)
        [case] = await room.cases()
        home = next(shown for shown in room.chat.shown if shown.key == f"{case.id}:home")
        word = room.words("kim", "done", STAFF, home.ident)
        await room.do(replace(word, place=word.place.in_thread(home.ident)))
        asked = room.asked(STAFF)
        assert (asked.headline, asked.mention) == ("To Done · Resolution", ("kim",))
        await room.say("kim", "a new ring was sent", STAFF)
        await room.press("kim", "Confirm", STAFF)
        [case] = await room.cases()
        assert case.values["resolution"] == "a new ring was sent"


class TestWorld:
    async def test_a_form_survives_a_restart(self, room: Room) -> None:
        """Another process goes on where the first one ended."""
        await filled(room)
        room.restart()
        await room.press("agent", "Refund")
        room.restart()
        await room.press("agent", "Log it")
        assert len(await room.cases()) == 1

    async def test_what_comes_again_changes_nothing(self, room: Room) -> None:
        """Each four times: one case, and one message for each."""
        answers = [room.words("agent", said) for said in ("1", "box was empty", "Refund", "yes")]
        events: list[Event] = [room.command("agent", PART), *answers]
        for event in events:
            for _ in range(4):
                await room.do(event)
        assert len(await room.cases()) == 1
        assert len([shown for shown in room.chat.shown if shown.place.channel == "11"]) == 5

    async def test_two_answers_at_once_are_two_answers(self, room: Room) -> None:
        """One after the other, whichever is first; two commands at once leave one form."""
        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(
                    room.intake.receive(room.command("agent", "/log item-issue order=10423 ticket=88"))
                )
        await room.deliver()
        kept = await room.open("agent")
        assert kept is not None
        shown = next(shown for shown in room.chat.shown if shown.ident == kept.message)
        press = next(button for button in shown.message.buttons if button.label == "Missing")
        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(room.intake.receive(room.pressed("agent", press)))
        kept = await room.open("agent")
        assert kept is not None
        assert (kept.guide.at, kept.guide.answers["kind"], kept.guide.version) == ("sku", "Missing", 2)

    async def test_two_confirmations_at_once_file_one_case(self, room: Room) -> None:
        """The second finds the form closed."""
        await filled(room)
        await room.press("agent", "Refund")
        press = room.button("Log it", "11")
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(room.intake.receive(room.pressed("agent", press)))
        assert len(await room.cases()) == 1

    async def test_answers_may_come_before_the_question_is_there(self, room: Room) -> None:
        """In private they are taken; the messages follow in order, and the last stands."""
        room.delivers = False
        await room.do(room.command("agent", "/log item-issue"))
        await room.do(room.words("agent", "10423"))
        await room.do(room.words("agent", "88"))
        await room.deliver()
        assert [shown.message.lines[0] for shown in room.chat.shown[:2]] == [
            "Order #: 10423",
            "FD ticket: 88",
        ]
        assert room.asked("11").headline == "Item Issue · Issue"

    async def test_a_reply_to_a_question_that_is_only_just_posted_has_to_come_again(self, room: Room) -> None:
        """Among others nobody knows yet whether it is one."""
        room.delivers = False
        command = room.command("agent", "/log item-issue", STAFF)
        await room.do(command)
        reply = room.words("agent", "10423", STAFF, reply_to="1.0")
        assert await room.do(reply) == NOTHING
        async with room.store.transaction() as tx:
            await tx.do("mark_trying", key=f"{command.id}:guide:first", revised=0, tried_at=None)
        with pytest.raises(TooEarly):
            await room.do(reply)
        assert await room.do(replace(reply, on_ours=False)) == NOTHING
        await room.deliver()
        await room.do(reply)
        kept = await room.open("agent", STAFF)
        assert kept is not None
        assert kept.guide.answers["order_no"] == "10423"

    async def test_a_question_that_was_deleted_is_asked_anew(self, room: Room) -> None:
        """Below, and the form stands there from then on."""
        await room.ask("agent", "/log item-issue order=10423 ticket=88")
        room.chat.fail.append(refusal("message_not_found"))
        with pytest.raises(Later):
            await room.do(room.pressed("agent", room.button("Missing", "11")))
        await room.deliver()
        assert room.asked("11").headline == "Item Issue · SKU / item"
        assert room.last("11").ident == "2.0"
        await room.press("agent", "Back")
        assert room.last("11").ident == "2.0"

    async def test_a_form_of_another_version_is_dropped_with_a_word(self, room: Room) -> None:
        """One that is about what is not asked any more."""
        await room.ask("agent", "/log item-issue")
        kept = await room.open("agent")
        assert kept is not None
        async with room.store.transaction() as tx:
            await keep(tx, replace(kept.guide, at="no_such_question"), room.now)
        asked = await room.say("agent", "10423")
        assert "does not fit what is asked here any more" in asked.lines[0]

    async def test_a_form_that_cannot_be_read_any_more_stands_in_nobodys_way(self, room: Room) -> None:
        """Its person begins another one."""
        await room.ask("agent", "/log item-issue")
        async with room.store.transaction() as tx:
            await tx.connection.execute("""UPDATE guides SET body = '{"id": 1}'""")
        assert await room.do(room.words("agent", "10423")) == NOTHING
        asked = await room.ask("agent", "/log item-issue")
        assert asked.headline == "Item Issue · Order #"
