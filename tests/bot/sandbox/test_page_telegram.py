"""What the page makes of Telegram: places, bubbles, what is new, links, and texts that never become tags."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.app import BOT_ADDRESS, Sandbox
from bot.sandbox.page_room import Room
from bot.sandbox.page_tasks import TASKS, tasks_of
from bot.sandbox.page_telegram_read import Bubble, bubbles, places, preview
from bot.sandbox.page_telegram_text import Block, blocks
from bot.sandbox.page_telegram_view import Answering, TelegramView
from bot.sandbox.page_text import Run
from bot.sandbox.people import world_from
from bot.sandbox.telegram_entities import with_found
from tests.bot.sandbox.telegram_room import FORUM, GROUP, RETURNS, STAFF, SUPPLIER, keyboard, png
from tests.bot.sandbox.telegram_room import Room as Running
from tests.bot.sandbox.telegram_room import room as running

pytestmark = pytest.mark.anyio


@pytest.fixture
async def r() -> AsyncIterator[Running]:
    """A running sandbox with Telegram in it."""
    async with running() as started:
        yield started


@pytest.fixture
def room(r: Running) -> Room:
    """What its pages share."""
    made = Room(r.sandbox, r.sandbox.google)
    made.begin()
    return made


def shown(room: Room, who: str = "kim", place: str = GROUP, most: int = 50) -> list[Bubble]:
    """The bubbles of a place as somebody sees them."""
    found = next(each for each in places(room, who) if each.place == place)
    return bubbles(room, who, found, most)[0]


class TestPlaces:
    async def test_a_person_sees_their_groups_topics_and_the_bot(self, room: Room) -> None:
        """Topics stand under their group; the chat with the bot is there before anything was said in it."""
        assert {each.place for each in places(room, "kim")} == {
            GROUP, FORUM, f"{FORUM}/Returns", "telegram:Old group", "telegram:@kim",
        }  # fmt: skip
        assert {each.title for each in places(room, "bowen")} == {"NL-Bowen", "Old group", "Deskbell"}

    async def test_who_is_on_one_platform_only_has_no_places_on_the_other(self, room: Room) -> None:
        """Bowen is not on Slack, Shereen not on Telegram; the page asks for both."""
        assert (room.places("bowen"), places(room, "shereen")) == ([], [])
        assert room.places("shereen") == ["slack:#mhj-support", "slack:@shereen"]
        assert TelegramView(room, "shereen").place is None

    async def test_the_newest_chat_stands_first(self, r: Running, room: Room) -> None:
        """As on Telegram; what was said last stands under the name."""
        await r.said("kim", "Where is it?", f"{FORUM}/Returns")
        found = places(room, "kim")
        assert [each.place for each in found][:2] == [FORUM, f"{FORUM}/Returns"]
        assert preview(room, "kim", found[1])[0] == "You: Where is it?"
        await r.upload("bowen", "ring.png", png())
        supplier = next(each for each in places(room, "kim") if each.place == GROUP)
        assert preview(room, "kim", supplier)[0] == "Bowen: Photo"

    async def test_what_is_said_in_a_topic_stands_there_alone(self, r: Running, room: Room) -> None:
        """The group itself shows what belongs to no topic."""
        await r.said("kim", "To all", FORUM)
        await r.say("To some", chat=STAFF, message_thread_id=RETURNS)
        assert [each.entry["text"] for each in shown(room, place=FORUM)] == ["To all"]
        assert [each.entry["text"] for each in shown(room, place=f"{FORUM}/Returns")][1:] == ["To some"]

    async def test_a_group_that_moved_keeps_what_was_said(self, r: Running, room: Room) -> None:
        """Its place stays one, with the messages of both chats."""
        await r.said("kim", "Before", "telegram:Old group")
        await r.post("group", place="telegram:Old group", act="migrate")
        await r.said("kim", "After", "telegram:Old group")
        said = [each.entry["text"] for each in shown(room, place="telegram:Old group")]
        moved = "The group became a supergroup"
        assert said == ["Before", moved, moved, "After"]


class TestBubbles:
    async def test_an_album_is_one_bubble(self, r: Running, room: Room) -> None:
        """With all its pictures, and the caption of whichever part has one."""
        others = [{"name": "b.png", "base64": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAAA="}]
        await r.upload("bowen", "a.png", png(), album=others, text="Both sides")
        (bubble,) = shown(room)
        assert (bubble.entry["text"], len(bubble.files), len(bubble.parts)) == ("Both sides", 2, 2)
        assert bubble.id == bubble.parts[0]

    async def test_mine_stand_on_the_right_and_runs_under_one_name(self, r: Running, room: Room) -> None:
        """Of two messages of one author the first has the name, the last the tail."""
        for who in ("bowen", "bowen", "kim"):
            await r.said(who, "Hello")
        assert [(each.mine, each.close, each.tail) for each in shown(room)] == [
            (False, False, False),
            (False, True, True),
            (True, False, True),
        ]

    async def test_a_reply_shows_what_it_answers(self, r: Running, room: Room) -> None:
        """Author and words; what was deleted says so, and is gone itself."""
        asked = await r.said("kim", "Which size?")
        await r.said("bowen", "54", thread=asked)
        quote = shown(room)[1].quote
        assert quote is not None
        assert (quote.id, quote.name, quote.text) == (asked, "Kim", "Which size?")
        await r.post("delete", who="kim", message=asked)
        (left,) = shown(room)
        assert left.quote is not None
        assert left.quote.text == "Deleted message"

    async def test_keyboards_keep_their_rows(self, r: Running, room: Room) -> None:
        """Row by row, as the bot sent them."""
        rows = [[{"text": "Acknowledge", "callback_data": "a"}], [{"text": "Done", "callback_data": "d"}]]
        await r.say("Request", reply_markup={"inline_keyboard": rows})
        assert [[key["text"] for key in row] for row in shown(room)[0].rows] == [["Acknowledge"], ["Done"]]

    async def test_only_the_newest_are_drawn_at_first(self, r: Running, room: Room) -> None:
        """Of a long chat the page draws the end, and knows that there is more."""
        for number in range(4):
            await r.said("kim", str(number))
        found, older = bubbles(room, "kim", next(p for p in places(room, "kim") if p.place == GROUP), 2)
        assert ([each.entry["text"] for each in found], older) == (["2", "3"], True)

    async def test_an_edit_changes_the_face_and_nothing_else_does(self, r: Running, room: Room) -> None:
        """So only what changed is drawn again."""
        first, second = await r.said("kim", "One"), await r.said("kim", "Two")
        before = {each.id: each.face for each in shown(room)}
        await r.post("edit", who="kim", message=second, text="Three")
        after = {each.id: each.face for each in shown(room)}
        assert (before[first] == after[first], before[second] == after[second]) == (True, False)
        assert shown(room)[1].entry["edited"] is True


class TestUnread:
    async def test_what_others_write_is_new_until_one_looks(self, r: Running, room: Room) -> None:
        """It counts for everybody in the group but its author, with what is new on Slack."""
        await r.said("bowen", "A new ring leaves tomorrow")
        await r.post("say", who="shereen", place="slack:#mhj-support", text="Good")
        room.look()
        assert [room.count(who) for who in ("kim", "bowen", "shereen")] == [2, 0, 0]
        assert room.telegram_unread.count("kim", (SUPPLIER, None)) == 1
        TelegramView(room, "kim").seen()
        assert room.count("kim") == 1

    async def test_topics_count_apart(self, r: Running, room: Room) -> None:
        """A message in a topic is new there; one that was taken back is not."""
        said = await r.said("stranger", "Look", f"{FORUM}/Returns")
        room.look()
        spots = ((STAFF, RETURNS), (STAFF, None))
        assert [room.telegram_unread.count("kim", spot) for spot in spots] == [1, 0]
        await r.post("delete", who="stranger", message=said)
        assert room.count("kim") == 0

    async def test_what_was_there_before_is_news_to_nobody(self, r: Running) -> None:
        """A sandbox opens with cases; nobody has to click them away."""
        await r.said("bowen", "Said long ago")
        room = Room(r.sandbox, r.sandbox.google)
        room.begin()
        room.look()
        assert room.count("kim") == 0


class TestView:
    async def test_it_opens_at_the_supplier_and_stays_where_the_next_person_is_too(self, room: Room) -> None:
        """Switching from Kim to Bowen keeps the group; to somebody who is not in it, shows theirs."""
        view = TelegramView(room, "kim")
        assert view.place is not None
        assert view.place.place == GROUP
        view.go("telegram:Old group")
        view.be("bowen")
        assert view.place.place == "telegram:Old group"
        view.be("stranger")
        assert view.place.place == FORUM

    async def test_links_lead_to_messages_and_to_the_bot(self, r: Running, room: Room) -> None:
        """A link to a message shows it; one to the bot opens its chat with what START sends along."""
        said = await r.said("kim", "Here", f"{FORUM}/Returns")
        number = said.rpartition(":")[2]
        view = TelegramView(room, "kim")
        assert view.follow(f"https://t.me/c/1000000002/{RETURNS}/{number}") == ""
        assert (view.place and view.place.place, view.target) == (f"{FORUM}/Returns", said)
        assert view.follow("https://t.me/deskbell_bot?start=hello") == ""
        assert (view.place and view.place.place, view.payload) == ("telegram:@kim", "hello")
        assert view.follow("https://elsewhere.example/c/1/2") is None

    async def test_a_link_where_one_may_not_go_says_why(self, r: Running, room: Room) -> None:
        """Nobody reads a group over a link."""
        said = await r.said("kim", "Here", FORUM)
        url = f"https://t.me/c/1000000002/{said.rpartition(':')[2]}"
        assert (
            TelegramView(room, "bowen").follow(url) == "Bowen is not in the Telegram group of that message."
        )
        gone = TelegramView(room, "kim").follow("https://t.me/c/1000000002/999")
        assert gone == "That message is not there any more."

    async def test_a_forced_reply_is_begun_once(self, r: Running, room: Room) -> None:
        """As a client does; whoever drops it is not asked again."""
        await r.say("Which order?", reply_markup={"force_reply": True})
        view = TelegramView(room, "bowen")
        (message,) = r.telegram.room.state.chats[SUPPLIER].messages.values()
        assert (view.ask(message), view.answering) == (True, Answering(message.ident))
        view.answering = None
        assert (view.ask(message), view.answering) == (False, None)


def html(text: str, entities: list[dict[str, Any]]) -> str:
    """All of a text's HTML, blocks with their tags."""
    made = [("".join(run.html for run in block.runs), block.tag) for block in blocks(text, entities)]
    return "".join(f"<{tag}>{inner}</{tag}>" if tag else inner for inner, tag in made)


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    """A message entity."""
    return {"type": kind, "offset": offset, "length": length, **more}


class TestText:
    @pytest.mark.parametrize(
        ("text", "entities", "expected"),
        [
            ("a <b> & c", [], "a &lt;b&gt; &amp; c"),
            ("bold", [entity("bold", 0, 4)], "<strong>bold</strong>"),
            ("🙂 ok", [entity("italic", 3, 2)], "🙂 <em>ok</em>"),
            ("abc", [entity("bold", 0, 2), entity("italic", 1, 2)],
             "<strong>a</strong><strong><em>b</em></strong><em>c</em>"),
            ("say it", [entity("blockquote", 0, 3)], "<blockquote>say</blockquote> it"),
            ("x", [entity("code", 0, 1)], "<code>x</code>"),
            ("@kim", [entity("mention", 0, 4)], '<span class="coloured">@kim</span>'),
            ("new", [entity("some_future_type", 0, 3)], "new"),
        ],
    )  # fmt: skip
    def test_entities_show_as_telegram_shows_them(
        self, text: str, entities: list[dict[str, Any]], expected: str
    ) -> None:
        """Offsets count UTF-16 units; what is unknown is the text it is."""
        assert html(text, entities) == expected

    def test_links_are_kept_apart(self) -> None:
        """A link is a run of its own with its address, styled or not."""
        linked = entity("text_link", 4, 3, url="https://a.example/?x=1&y=2")
        assert blocks("see row now", [linked, entity("bold", 4, 3)]) == [
            Block(
                "",
                (
                    Run("see "),
                    Run("<strong>row</strong>", "https://a.example/?x=1&y=2"),
                    Run(" now"),
                ),
            )
        ]
        (block,) = blocks("a.example", [entity("url", 0, 9)])
        assert block.runs == (Run("a.example", "http://a.example"),)

    def test_only_addresses_lead_somewhere(self) -> None:
        """What looks like a script's address is shown and leads nowhere."""
        (block,) = blocks("x", [entity("text_link", 0, 1, url="javascript:alert(1)")])
        assert block.runs == (Run("x"),)

    @given(st.text(alphabet="<>&\"'/@#:. \nab=\x00🙂", max_size=50))
    def test_no_text_makes_a_tag_of_its_own(self, text: str) -> None:
        """Whatever somebody writes, the only tags are the page's own."""
        own = r'</?(strong|em|u|s|code|span)( class="\w+")?>'
        made = html(text, [*with_found(text, []), entity("bold", 1, 3)])
        assert re.search("<", re.sub(own, "", made)) is None


class TestTasks:
    async def test_without_a_supplier_on_telegram_nothing_is_different(self) -> None:
        """The list is what it was."""
        plain = Room(*_parts({"kim": {"telegram": 7}})).sandbox
        assert tasks_of(plain) == TASKS

    async def test_they_tick_for_what_really_happened(self, r: Running, room: Room) -> None:
        """A photo that reached a Slack thread, words to the group, a row after questions with a way out."""
        keys = [task.key for task in room.tasks.listed]
        assert keys[keys.index("reply") + 1] == "guided"
        request = await r.say("Request")
        truth = r.sandbox.truth
        truth.record("slack", "files.completeUploadExternal", thread_ts="1.0")
        room.tasks.look()
        assert room.tasks.done == set()
        asked = f"telegram:{SUPPLIER}:{request['message_id']}"
        await r.upload("bowen", "ring.png", png(), thread=asked)
        truth.record("slack", "files.completeUploadExternal", thread_ts="1.0")
        await r.say("Kim from MHJ: please hurry")
        room.tasks.look()
        assert room.tasks.done == {"reply", "send"}
        truth.record(
            "sheets", "appendCells", by=BOT_ADDRESS, tab="Out of Stock", spreadsheet="b", rows=[["Bowen"]]
        )
        room.tasks.look()
        assert "guided" not in room.tasks.done
        await r.say("Which order?", reply_markup=json.loads(keyboard("Cancel")))
        truth.record(
            "sheets", "appendCells", by=BOT_ADDRESS, tab="Out of Stock", spreadsheet="b", rows=[["Bowen"]]
        )
        room.tasks.look()
        assert "guided" in room.tasks.done


def _parts(people: dict[str, Any]) -> tuple[Any, Any]:
    sandbox = Sandbox(world_from({"people": people, "channels": {}, "telegram": {}}))
    return sandbox, sandbox.google
