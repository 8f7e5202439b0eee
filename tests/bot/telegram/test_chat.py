"""What the worker sends, as it arrives on Telegram: python-telegram-bot against the sandbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError

from bot.files import FileGone, FileTooLarge
from bot.store.store import Store
from bot.telegram.chat import TelegramChat
from bot.telegram.keyboard import KEPT, KEPT_GUIDE
from bot.telegram.moved import MovedChats
from bot.telegram.presses import Presses
from bot.telegram.threads import Threads
from handlers.events import FileRef
from handlers.message import Button, Message
from handlers.place import CaseId, PersonKey
from handlers.ports import File
from tests.bot.sandbox.telegram_room import BOWEN, KIM, SUPPLIER, png
from tests.bot.telegram.chatting import BASIC, GROUP, TOPIC, Chatting, chatting

pytestmark = pytest.mark.anyio

CARD = Message("II-2647-0001 · Posted", facts=(("Order #", "10423"),))
PHOTO, OTHER = File("ring.png", "image/png", png()), File("label.png", "image/png", png(3, 4))
PAPER = File("invoice.pdf", "application/pdf", b"%PDF-1.7")
OPEN = "Open a chat"


async def shown(c: Chatting, place: str = "telegram:NL-Bowen") -> list[dict[str, Any]]:
    """What a chat shows, oldest first."""
    return list(await c.room.messages(place))


def number(message: object) -> str:
    """The id of a message in its chat; a transcript names the chat before it."""
    return str(message).rpartition(":")[2]


async def test_a_card_is_posted_and_shown_anew(store: Store) -> None:
    """It has an address its members can open, and repeating an edit that changed nothing is no failure."""
    async with chatting(store) as c:
        posted = await c.chat.post(GROUP, CARD, "card")
        assert posted.link == f"https://t.me/c/{str(SUPPLIER).removeprefix('-100')}/{posted.message}"
        done = replace(CARD, headline="II-2647-0001 · Done")
        for _ in range(2):
            await c.chat.edit(GROUP, posted.message, done, "card")
        (message,) = await shown(c)
        assert message["text"] == "II-2647-0001 · Done\n\nOrder #: 10423"


async def test_what_is_said_under_a_post_answers_it_and_is_known_to_belong_there(store: Store) -> None:
    """A reply to either of them finds the same thread."""
    async with chatting(store) as c:
        card = await c.chat.post(GROUP, CARD, "card")
        said = await c.chat.post(GROUP.in_thread(card.message), Message(lines=("Any news?",)), "say")
        below = (await shown(c))[1]
        assert number(below["thread"]) == card.message
        assert await Threads(store).root(str(SUPPLIER), said.message) == card.message


async def test_what_is_said_under_a_deleted_post_is_said_all_the_same(store: Store) -> None:
    """It stands alone then, and still knows its thread."""
    async with chatting(store) as c:
        said = await c.chat.post(GROUP.in_thread("4711"), Message(lines=("Any news?",)), "say")
        assert [message["text"] for message in await shown(c)] == ["Any news?"]
        assert await Threads(store).root(str(SUPPLIER), said.message) == "4711"


async def test_a_button_carries_an_id_that_means_it_in_this_chat_alone(store: Store) -> None:
    """What it means is stored before the message is sent, and for half a year."""
    async with chatting(store) as c:
        button = Button("Acknowledge", "acknowledge", CaseId("II-2647-0001"), "x" * 500)
        await c.chat.post(GROUP, replace(CARD, buttons=(button,)), "card")
        (message,) = await shown(c)
        (drawn,) = message["buttons"]
        assert len(drawn["value"].encode()) <= 64
        presses = Presses(store)
        meant = await presses.read(drawn["value"], GROUP.channel, c.now())
        assert meant is not None
        assert (meant.action, meant.case, meant.value) == ("acknowledge", "II-2647-0001", "x" * 500)
        assert await presses.read(drawn["value"], BASIC.channel, c.now()) is None
        assert await presses.read(drawn["value"], GROUP.channel, c.now() + KEPT + timedelta(days=1)) is None


async def test_a_button_of_a_question_is_good_for_a_day(store: Store) -> None:
    """As long as the form it belongs to."""
    async with chatting(store) as c:
        await c.chat.post(GROUP, Message("Photos", buttons=(Button("Next", "guide-next"),)), "guide")
        (message,) = await shown(c)
        (drawn,) = message["buttons"]
        presses = Presses(store)
        ends = (c.now() + KEPT_GUIDE - timedelta(minutes=1), c.now() + KEPT_GUIDE + timedelta(minutes=1))
        found = [await presses.read(drawn["value"], GROUP.channel, at) for at in ends]
        assert [press is not None for press in found] == [True, False]


async def test_a_topic_is_a_channel_of_its_own(store: Store) -> None:
    """What is posted there lands in it, and its address says so."""
    async with chatting(store) as c:
        posted = await c.chat.post(TOPIC, CARD, "card")
        assert number((await shown(c, "telegram:MHJ/Returns"))[-1]["id"]) == posted.message
        assert posted.link.endswith(f"/4/{posted.message}")


async def test_people_are_rung_by_the_bot_alone(store: Store) -> None:
    """Whom the message names is notified; a name in somebody's words is not, and neither is a link to an account."""
    async with chatting(store) as c:
        hostile = f"@deskbell_bot @bowen /log <a href='tg://user?id={BOWEN}'>x</a> tg://user?id={BOWEN}"
        await c.chat.post(GROUP, Message("Case", (hostile,), mention=(PersonKey("kim"),)), "say")
        (message,) = await shown(c)
        assert message["text"] == f"Kim\nCase\n\n{hostile}"
        kept = c.room.telegram.room.state.chats[SUPPLIER].messages
        kinds = {entity["type"] for each in kept.values() for entity in each.entities}
        assert kinds == {"text_mention", "bold", "code"}


async def test_a_long_text_becomes_several_messages(store: Store) -> None:
    """Nothing of it is lost; the buttons are under the first, which is the one that is posted."""
    async with chatting(store) as c:
        words = " ".join(f"word{number}" for number in range(1_200))
        posted = await c.chat.post(
            GROUP, Message("Reply", (words,), buttons=(Button("Show", "show"),)), "say"
        )
        said = await shown(c)
        assert len(said) == 3
        assert " ".join(" ".join(str(message["text"]) for message in said).split()) == f"Reply {words}"
        assert [bool(message["buttons"]) for message in said] == [True, False, False]
        assert number(said[0]["id"]) == posted.message


async def test_a_part_that_fails_leaves_doubt(store: Store) -> None:
    """Where the first of two messages is there and the second is refused, nobody may take it for not sent."""
    async with chatting(store) as c:
        words = " ".join(f"word{number}" for number in range(1_000))
        await c.chat.post(GROUP, CARD, "card")
        c.room.sandbox.faults.switch("telegram", "503", skip=1, times=1)
        with pytest.raises(NetworkError, match="only a part"):
            await c.chat.post(GROUP, Message("Reply", (words,)), "say")


async def test_a_part_that_comes_too_fast_waits(store: Store) -> None:
    """The first of two messages is there, so the second is sent as soon as Telegram takes it."""
    async with chatting(store) as c:
        words = " ".join(f"word{number}" for number in range(1_000))
        c.room.sandbox.faults.switch("telegram", "429", skip=1, times=1)
        await c.chat.post(GROUP, Message("Reply", (words,)), "say")
        assert len(await shown(c)) == 2


async def test_a_whisper_is_a_private_message(store: Store) -> None:
    """Somebody who has opened a chat with the bot reads it there, and the group sees nothing."""
    async with chatting(store) as c:
        await c.room.said("kim", "/start", "telegram:@kim")
        await c.chat.whisper(GROUP, str(KIM), Message(lines=("For you.",)))
        assert await shown(c) == []
        assert [message["text"] for message in await shown(c, "telegram:@kim")][-1] == "For you."


async def test_who_never_opened_a_chat_is_asked_to(store: Store) -> None:
    """The group reads that there is something, not what."""
    async with chatting(store) as c:
        await c.chat.whisper(GROUP, str(BOWEN), Message(lines=("For you.",)))
        (message,) = await shown(c)
        assert str(message["text"]).startswith("Bowen\n")
        assert "For you." not in str(message["text"])
        (button,) = message["buttons"]
        assert button["label"] == OPEN
        assert button["url"].endswith("?start=hello")


async def test_a_direct_message_to_somebody_who_blocked_the_bot_fails(store: Store) -> None:
    """It is Telegram's own refusal, for the table of outcomes."""
    async with chatting(store) as c:
        await c.room.said("kim", "/start", "telegram:@kim")
        await c.room.post("group", place="telegram:@kim", act="block")
        place = await c.chat.direct(str(KIM))
        assert place == await c.chat.direct(str(KIM))
        with pytest.raises(Forbidden):
            await c.chat.post(place, Message(lines=("Rings.",)), "nudge")


async def test_photos_are_one_album_and_papers_are_documents(store: Store) -> None:
    """Several files are one reply to the post, and each of them is known to belong to it."""
    async with chatting(store) as c:
        card = await c.chat.post(GROUP, CARD, "card")
        thread = GROUP.in_thread(card.message)
        await c.chat.upload(thread, [PHOTO, OTHER], "two")
        await c.chat.upload(thread, [PHOTO, PAPER], "mixed")
        await c.chat.upload(thread, [PHOTO], "one")
        assert c.room.effects()[1:] == ["sendMediaGroup"] * 4 + ["sendPhoto"]
        sent = (await shown(c))[1:]
        assert {number(message["thread"]) for message in sent} == {card.message}
        roots = [await Threads(store).root(str(SUPPLIER), number(message["id"])) for message in sent]
        assert roots == [card.message] * 5


async def test_more_files_than_an_album_holds_are_two(store: Store) -> None:
    """Telegram takes ten at a time."""
    async with chatting(store) as c:
        await c.chat.upload(GROUP, [replace(PAPER, name=f"{number}.pdf") for number in range(12)], "many")
        albums = [message["album"] for message in await shown(c)]
        assert [albums.count(album) for album in dict.fromkeys(albums)] == [10, 2]


async def test_a_picture_that_is_no_photo_is_sent_as_a_document(store: Store) -> None:
    """Telegram shows no picture that is twenty times as wide as it is high; it still arrives."""
    async with chatting(store) as c:
        await c.chat.upload(GROUP, [replace(PHOTO, content=png(4_000, 10))], "wide")
        assert c.room.effects() == ["sendDocument"]


async def test_a_file_somebody_sent_is_fetched(store: Store) -> None:
    """Its bytes come as they were; one that is gone, or larger than 20 MB, is said to be."""
    async with chatting(store) as c:
        await c.room.upload("bowen", "invoice.pdf", b"%PDF-1.7")
        state = c.room.telegram.room.state
        (kept,) = state.files.values()
        found = await c.chat.fetch(FileRef("telegram", kept.id, "invoice.pdf"))
        assert (found.name, found.media_type, found.content) == (
            "invoice.pdf",
            "application/pdf",
            b"%PDF-1.7",
        )
        with pytest.raises(FileGone):
            await c.chat.fetch(FileRef("telegram", "nothing", "x.pdf"))
        kept.content = b"x" * (20 * 1024 * 1024 + 1)
        with pytest.raises(FileTooLarge):
            await c.chat.fetch(FileRef("telegram", kept.id, "invoice.pdf"))


async def test_a_group_that_has_another_id_is_followed(store: Store) -> None:
    """At once, and from then on; a post of the old group is gone, and not another message of the same number."""
    async with chatting(store) as c:
        card = await c.chat.post(BASIC, CARD, "card")
        await c.room.post("group", place="telegram:Old group", act="migrate")
        said = await c.chat.post(BASIC, Message(lines=("Any news?",)), "say")
        await c.chat.post(BASIC, Message(lines=("Once more.",)), "again")
        texts = [message["text"] for message in await shown(c, "telegram:Old group") if message["text"]]
        assert texts[-2:] == ["Any news?", "Once more."]
        assert said.link.startswith("https://t.me/c/")
        with pytest.raises(BadRequest, match="not found"):
            await c.chat.edit(BASIC, f"{card.message}@{BASIC.channel}", CARD, "card")


async def test_what_follows_in_a_group_that_moved_meanwhile_answers_nothing_there(store: Store) -> None:
    """Nobody heard of the move before: the thread's number is another message's there, and an answer finds its case."""
    async with chatting(store) as c:
        card = await c.chat.post(BASIC, CARD, "card")
        await c.room.post("group", place="telegram:Old group", act="migrate")
        said = await c.chat.post(BASIC.in_thread(card.message), Message(lines=("Any news?",)), "say")
        last = (await shown(c, "telegram:Old group"))[-1]
        assert (last["text"], last["thread"]) == ("Any news?", None)
        now = await MovedChats(store).now(BASIC.channel)
        assert await Threads(store).root(now, said.message) == f"{card.message}@{BASIC.channel}"


@pytest.mark.parametrize("file", [PHOTO, PAPER], ids=["photo", "paper"])
async def test_files_for_a_group_that_moved_meanwhile_answer_nothing_there(store: Store, file: File) -> None:
    """As words do."""
    async with chatting(store) as c:
        card = await c.chat.post(BASIC, CARD, "card")
        await c.room.post("group", place="telegram:Old group", act="migrate")
        await c.chat.upload(BASIC.in_thread(card.message), [file], "files")
        assert (await shown(c, "telegram:Old group"))[-1]["thread"] is None


async def test_a_card_in_a_group_that_moved_meanwhile_is_gone(store: Store) -> None:
    """Whatever has its number in the new group stays as it is."""
    async with chatting(store) as c:
        for key in ("1", "2"):
            card = await c.chat.post(BASIC, CARD, key)
        await c.room.post("group", place="telegram:Old group", act="migrate")
        before = await shown(c, "telegram:Old group")
        with pytest.raises(BadRequest, match="to edit not found"):
            await c.chat.edit(BASIC, card.message, Message("Another card"), "2")
        assert await shown(c, "telegram:Old group") == before


def test_nobody_can_ask_telegram_what_it_got() -> None:
    """So whatever may have landed is told apart from what did."""
    assert TelegramChat.looks is False


async def test_posts_of_a_group_that_moved_are_not_taken_for_new_messages(store: Store) -> None:
    """The new group counts its messages from 1; the post that had this number before is known to be another one."""
    async with chatting(store) as c:
        async with store.pool.connection() as connection:
            await connection.execute(
                "SET session_replication_role = replica"
            )  # without the case it belongs to
            await connection.execute(
                "INSERT INTO posts (case_id, slot, platform, channel, message, link, shown_version)"
                " VALUES ('II-1', 'home', 'telegram', %s, '1', '', 1), ('II-2', 'home', 'telegram', %s, '1', '', 1)",
                (BASIC.channel, GROUP.channel),
            )
            await connection.execute("SET session_replication_role = origin")
        await c.room.post("group", place="telegram:Old group", act="migrate")
        for _ in range(2):
            await c.chat.post(BASIC, CARD, "card")
        async with store.pool.connection() as connection:
            rows = await (await connection.execute("SELECT message FROM posts ORDER BY case_id")).fetchall()
        assert [row["message"] for row in rows] == [f"1@{BASIC.channel}", "1"]


async def test_at_its_own_pace_it_is_never_told_to_slow_down(store: Store) -> None:
    """Telegram counts, and what is sent when its turn has come is never too much."""
    async with chatting(store) as c:
        c.room.telegram.pace = True
        c.room.telegram.room.state.now = lambda: c.now().timestamp()
        waits = []
        for number in range(25):
            while (wait := c.chat.turn(GROUP, str(number), 1)) is not None:
                waits.append(wait)
                c.now.pass_by(wait.total_seconds())
            await c.chat.post(GROUP, Message(lines=(f"line {number}",)), str(number))
        assert len(await shown(c)) == 25
        assert len(waits) == 1
