"""What the listener makes of updates: where they belong, what their buttons mean, and who is answered how."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from bot.intake import TooEarly
from bot.store.store import Store
from bot.telegram.attached import LARGEST
from bot.telegram.listen import MOST_MISTAKES, Listener
from bot.telegram.unheard import NotTaken
from handlers.decision import Audit, Decision
from handlers.effects import Reply
from handlers.events import (
    ButtonPressed,
    CommandIssued,
    Event,
    MessageLogged,
    MessagePosted,
    ReactionAdded,
)
from handlers.form import Fault
from handlers.message import Button, Message
from handlers.place import CaseId, Place
from tests.bot.sandbox.telegram_room import BASIC, FORUM, RETURNS, STAFF, SUPPLIER, png
from tests.bot.sandbox.telegram_room import GROUP as GROUP_PLACE
from tests.bot.telegram.room import GROUP, NOW, Heard, heard

pytestmark = pytest.mark.anyio
DONE = Button("Done", "move", CaseId("II-2611-0001"), "Done")
LATER = NOW + timedelta(days=1)


async def post(here: Heard, chat: int = SUPPLIER, **more: Any) -> str:
    """A message of the bot's with a button; its id."""
    channel = f"{chat}:{more['message_thread_id']}" if more else str(chat)
    (ident,) = await here.listener.placing.presses.keep(channel, (DONE,), LATER)
    markup = {"inline_keyboard": [[{"text": "Done", "callback_data": ident}]]}
    return str((await here.room.say("a request", chat, reply_markup=markup, **more))["message_id"])


def only(here: Heard, kind: type) -> Any:
    """The one event there is, which is of this kind."""
    assert isinstance(here.ledger.only, kind)
    return here.ledger.only


# --- presses ---


async def test_a_press_is_what_its_button_means(store: Store) -> None:
    """Action, case and value are those of our own store; the answer is a toast."""
    async with heard(store) as here:
        here.ledger.answer = Decision(answer=Message(lines=("Noted.",)))
        message = await post(here)
        pressed = here.room.post("press", who="bowen", message=f"telegram:{GROUP}:{message}", button="Done")
        assert (await pressed)["acked"] is False
        await here.take()
        event = only(here, ButtonPressed)
        assert (event.action, event.case, event.value) == ("move", "II-2611-0001", "Done")
        assert (event.message, event.place, event.toast) == (message, Place("telegram", GROUP), 200)
        (press,) = here.room.telegram.room.presses.values()
        assert press.answer == {"toast": "Noted.", "alert": False, "url": None}


async def test_a_press_without_an_answer_is_answered_all_the_same(store: Store) -> None:
    """Else its button would turn for ever; a fault is said, and what is long stays until it is closed."""
    async with heard(store) as here:
        message = await post(here)
        for decision, toast, alert in [
            (Decision(), None, False),
            (Decision(faults=(Fault("a", "No."), Fault("b", "Not that."))), "No.\nNot that.", False),
            (Decision(answer=Message(headline="x" * 90)), "x" * 90, True),
        ]:
            here.room.telegram.room.presses.clear()
            here.ledger.answer = decision
            await here.room.post("press", who="bowen", message=f"telegram:{GROUP}:{message}", button="Done")
            await here.take()
            (press,) = here.room.telegram.room.presses.values()
            answer = press.answer or {}
            assert (answer.get("toast"), bool(answer.get("alert"))) == (toast, alert)


@pytest.mark.parametrize("data", ["x" * 22, "", "\0", "II-2611-0001"])
async def test_a_button_that_is_too_old_or_made_up_does_nothing(store: Store, data: str) -> None:
    """Nothing is decided; whoever pressed is told what to do."""
    async with heard(store) as here:
        query = {
            "id": "1", "from": {"id": 7_000_001, "is_bot": False}, "data": data,
            "message": {"message_id": 1, "chat": {"id": SUPPLIER, "type": "supergroup"}},
        }  # fmt: skip
        await here.listener.take({"update_id": 1, "callback_query": query})
        assert here.ledger.asked == []


async def test_a_button_carried_to_another_chat_does_nothing(store: Store) -> None:
    """An id is good in the channel that it was made for."""
    async with heard(store) as here:
        (ident,) = await here.listener.placing.presses.keep(str(STAFF), (DONE,), LATER)
        markup = {"inline_keyboard": [[{"text": "Done", "callback_data": ident}]]}
        sent = await here.room.say("a request", reply_markup=markup)
        await here.room.post(
            "press", who="bowen", message=f"telegram:{GROUP}:{sent['message_id']}", button="Done"
        )
        await here.take()
        assert here.ledger.asked == []
        (press,) = here.room.telegram.room.presses.values()
        assert "too old" in (press.answer or {})["toast"]


async def test_a_press_on_a_deleted_message_in_a_topic_is_found(store: Store) -> None:
    """Telegram does not say the topic then; the message is known as one of a thread."""
    async with heard(store) as here:
        channel = f"{STAFF}:{RETURNS}"
        (ident,) = await here.listener.placing.presses.keep(channel, (DONE,), LATER)
        await here.listener.placing.threads.keep(channel, str(STAFF), "30", "20")
        query = {
            "id": "1", "from": {"id": 7_000_002, "is_bot": False}, "data": ident,
            "message": {"message_id": 30, "date": 0, "chat": {"id": STAFF, "type": "supergroup"}},
        }  # fmt: skip
        await here.listener.take({"update_id": 1, "callback_query": query})
        assert only(here, ButtonPressed).place == Place("telegram", channel, "20")


# --- threads and topics ---


async def test_replies_to_replies_are_in_the_posts_thread(store: Store) -> None:
    """A reply names one message; whatever hangs under a post belongs to the post, at any depth."""
    async with heard(store) as here:
        first = f"telegram:{GROUP}:{await post(here)}"
        reply = await here.room.said("bowen", "we look", thread=first)
        deeper = await here.room.said("kim", "thanks", thread=reply)
        await here.room.said("bowen", "/done", thread=deeper)
        await here.take()
        root = first.rpartition(":")[2]
        assert [event.place.thread for event in here.ledger.events.values()] == [root, root, root]
        posted = [event for event in here.ledger.events.values() if isinstance(event, MessagePosted)]
        assert [(event.on_ours, event.reply_to) for event in posted] == [
            (True, root),
            (False, reply.rpartition(":")[2]),
        ]


async def test_talk_among_people_is_in_no_posts_thread(store: Store) -> None:
    """A reply to somebody's own words hangs under these words, and nothing is remembered of it."""
    async with heard(store) as here:
        words = await here.room.said("bowen", "lunch?")
        reply = await here.room.said("kim", "yes", thread=words)
        await here.take()
        *_, event = here.ledger.events.values()
        assert event.place.thread == words.rpartition(":")[2]
        assert await here.listener.placing.threads.root(GROUP, reply.rpartition(":")[2]) is None


async def test_a_topic_is_part_of_the_channel(store: Store) -> None:
    """Commands, replies and reactions in a topic belong to it, although a reaction does not say so."""
    async with heard(store) as here:
        message = await post(here, STAFF, message_thread_id=RETURNS)
        ident = f"telegram:{STAFF}:{message}"
        reply = await here.room.said("kim", "ok", f"{FORUM}/Returns", thread=ident)
        await here.room.post("react", who="kim", message=reply, emoji="👍")
        await here.room.post("press", who="kim", message=ident, button="Done")
        await here.take()
        assert {event.place.channel for event in here.ledger.events.values()} == {f"{STAFF}:{RETURNS}"}
        assert [type(event) for event in here.ledger.events.values()] == [
            MessagePosted,
            ReactionAdded,
            ButtonPressed,
        ]


async def test_a_reaction_may_be_on_a_post_of_ours_unless_it_is_on_somebodys_words(store: Store) -> None:
    """What is not known may be ours, so it comes again while a post is being made."""
    async with heard(store) as here:
        words = await here.room.said("kim", "hello")
        for message in (words, f"telegram:{GROUP}:{await post(here)}"):
            await here.room.post("react", who="bowen", message=message, emoji="👍")
        await here.take()
        found = [event for event in here.ledger.events.values() if isinstance(event, ReactionAdded)]
        assert [event.on_ours for event in found] == [False, True]


async def test_a_group_that_moved_is_still_the_declared_one(store: Store) -> None:
    """The service message is remembered; what is said in the new group is said in the old one."""
    async with heard(store) as here:
        await here.room.said("kim", "/find 1", BASIC)
        await here.room.post("group", place=BASIC, act="migrate")
        await here.room.said("kim", "/find 2", BASIC)
        await here.take()
        first, second = here.ledger.events.values()
        assert first.place == second.place == Place("telegram", "-4000001")
        assert second.id.split(":")[1] != "-4000001"
        assert await here.listener.placing.moved.now("-4000001") == second.id.split(":")[1]


# --- private chats, logging, strangers ---


async def test_what_answers_nothing_in_private_asks_for_help(store: Store) -> None:
    """As a direct message does on Slack; with a word of ours it is that command. The id stays the same."""
    async with heard(store) as here:
        await here.room.said("kim", "/start", "telegram:@kim")
        for text in ("hello?", "find 10423"):
            await here.room.said("kim", text, "telegram:@kim")
        await here.take()
        told = [
            (event.name, event.text)
            for event in here.ledger.events.values()
            if isinstance(event, CommandIssued)
        ]
        assert told == [("help", ""), ("help", ""), ("find", "10423")]
        assert all(
            event.place.direct and event.place.channel == "7000002" for event in here.ledger.events.values()
        )


async def test_an_answer_in_private_is_no_question(store: Store) -> None:
    """Something came of it: nobody asks for help."""
    async with heard(store) as here:
        here.ledger.answer = Decision(
            effects=(Reply("k", Place("telegram", "7000002"), Message(lines=("Next?",))),)
        )
        await here.room.said("kim", "/start", "telegram:@kim")
        await here.take()
        here.ledger.events.clear()
        await here.room.said("kim", "10423", "telegram:@kim")
        await here.take()
        assert isinstance(here.ledger.only, MessagePosted)


async def test_a_message_is_logged_by_a_reply(store: Store) -> None:
    """Its words, its link; a refusal reaches whoever asked in private, where nobody else reads it."""
    async with heard(store) as here:
        await here.room.said("kim", "/start", "telegram:@kim")
        words = await here.room.said("bowen", "the box was wet")
        here.ledger.answer = Decision(answer=Message(lines=("You may not.",)))
        await here.room.said("kim", "/log", thread=words)
        await here.take()
        event = list(here.ledger.events.values())[-1]
        assert isinstance(event, MessageLogged)
        assert event.text == "the box was wet"
        assert event.link.startswith("https://t.me/c/1000000001/")
        assert [message["text"] for message in await here.room.messages("telegram:@kim")][
            -1
        ] == "You may not."
        assert "You may not." not in [message["text"] for message in await here.room.messages()]


async def test_a_stranger_is_passed_on_like_anybody(store: Store) -> None:
    """Who may do what is decided, and written down, by the handlers."""
    async with heard(store) as here:
        await here.room.said("stranger", "/find 1", FORUM)
        await here.take()
        assert only(here, CommandIssued).account.user == "7000009"


# --- what is too large, too early, or our mistake ---


def _document(size: int, **more: Any) -> dict[str, Any]:
    """An update with a document of Bowen's of this size."""
    message = {
        "message_id": 1, "date": 1, "from": {"id": 7_000_001, "is_bot": False},
        "chat": {"id": SUPPLIER, "type": "supergroup"},
        "document": {"file_id": "d", "file_name": "film.zip", "file_size": size}, **more,
    }  # fmt: skip
    return {"update_id": 1, "message": message}


@pytest.mark.parametrize(("caption", "told"), [("/log item-issue", True), ("nice film", False)])
async def test_a_file_that_is_too_large_is_said_to_whoever_sent_it(
    store: Store, caption: str, told: bool
) -> None:
    """What was meant for us goes on without it, and says so; what people send each other is theirs."""
    async with heard(store) as here:
        here.ledger.answer = Decision(audit=(Audit("said"),))
        await here.listener.take(_document(LARGEST + 1, caption=caption))
        await here.listener.voice.finish()
        assert only(here, CommandIssued if told else MessagePosted).files == ()
        said = [message["text"] for message in await here.room.messages()]
        assert [text.split(":")[0] for text in said] == (["I did not take film.zip"] if told else [])


async def test_a_file_of_the_largest_size_is_taken(store: Store) -> None:
    """20 MB is what a bot can download."""
    async with heard(store) as here:
        await here.listener.take(_document(LARGEST, caption="/log item-issue"))
        assert [file.name for file in only(here, CommandIssued).files] == ["film.zip"]


async def test_what_comes_too_early_comes_again(store: Store) -> None:
    """However often: it is the intake that knows when it is not too early any more."""
    async with heard(store) as here:
        here.ledger.failing, here.ledger.error = MOST_MISTAKES + 3, TooEarly
        update = _document(1)
        for _ in range(MOST_MISTAKES + 3):
            with pytest.raises(NotTaken, match="TooEarly") as not_taken:
                await here.listener.take(update)
            assert not_taken.value.is_early
        await here.listener.take(update)
        assert len(here.ledger.events) == 1


async def test_a_mistake_of_ours_is_told_and_put_aside(store: Store) -> None:
    """After a few tries, so that it does not hold up everybody else."""
    async with heard(store) as here:
        await here.room.said("kim", "/start", "telegram:@kim")
        await here.take()
        here.ledger.failing, here.ledger.error = MOST_MISTAKES, ZeroDivisionError
        await here.room.said("kim", "/find 1")
        (update,) = await here.room.updates()
        for _ in range(MOST_MISTAKES - 1):
            with pytest.raises(NotTaken, match="ZeroDivisionError"):
                await here.listener.take(update)
        await here.listener.take(update)
        await here.listener.voice.finish()
        (*_, last) = await here.room.messages("telegram:@kim")
        assert last["text"].startswith("Something went wrong on my side")


async def test_a_mistake_that_deliveries_make_at_once_is_put_aside(store: Store) -> None:
    """Telegram may repeat an update while it is still being tried; the tries after the last are as that one."""
    async with heard(store) as here:
        tries = MOST_MISTAKES + 1
        at_once = asyncio.Barrier(tries)

        async def receive(_: Event) -> Decision:
            await at_once.wait()
            raise ZeroDivisionError

        listener = Listener(here.telegram, store, receive, lambda: NOW)
        await here.room.said("kim", "/find 1")
        (update,) = await here.room.updates()
        ends = await asyncio.gather(*(listener.take(update) for _ in range(tries)), return_exceptions=True)
        await listener.voice.finish()
        assert Counter(type(end) for end in ends) == {NotTaken: MOST_MISTAKES - 1, type(None): 2}


async def test_telegram_away_keeps_nothing_from_being_decided(store: Store) -> None:
    """A toast that cannot be shown is no reason to decide again."""
    async with heard(store) as here:
        message = await post(here)
        await here.telegram.identity()
        await here.room.post("press", who="bowen", message=f"telegram:{GROUP}:{message}", button="Done")
        (update,) = await here.room.updates()
        await here.room.post("faults", service="telegram", kind="503")
        await here.listener.take(update)
        await here.listener.voice.finish()
        assert len(here.ledger.events) == 1


async def test_a_photo_comes_with_its_words(store: Store) -> None:
    """A picture in a reply is said with its caption."""
    async with heard(store) as here:
        first = f"telegram:{GROUP}:{await post(here)}"
        await here.room.upload("bowen", "a.png", png(), GROUP_PLACE, thread=first)
        await here.take()
        event = only(here, MessagePosted)
        assert [file.media_type for file in event.files] == ["image/jpeg"]
