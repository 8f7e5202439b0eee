"""How updates reach a bot that polls: which, in which order, how often, and to whom of two."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.bot.sandbox.telegram_room import ALL, FORUM, GROUP, SUPPLIER, Room, keyboard, png, room

pytestmark = pytest.mark.anyio
BASIC = "telegram:Old group"


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox."""
    async with room() as started:
        yield started


def texts(updates: list[Any]) -> list[str]:
    """What the messages in updates say."""
    return [update["message"].get("text", update["message"].get("caption", "")) for update in updates]


class TestQueue:
    async def test_an_update_stays_until_it_is_confirmed(self, r: Room) -> None:
        """By an offset beyond it; their numbers grow by one."""
        for text in "abc":
            await r.said("bowen", text)
        first = await r.api("getUpdates")
        assert texts(first) == ["a", "b", "c"]
        numbers = [update["update_id"] for update in first]
        assert numbers == list(range(numbers[0], numbers[0] + 3))
        assert texts(await r.api("getUpdates", offset=numbers[1])) == ["b", "c"]
        assert texts(await r.api("getUpdates")) == ["b", "c"]
        assert await r.api("getUpdates", offset=numbers[2] + 1) == []

    async def test_a_limit_and_a_negative_offset(self, r: Room) -> None:
        """From 1 to 100; a negative one leaves the last ones."""
        for number in range(5):
            await r.said("bowen", str(number))
        assert texts(await r.api("getUpdates", limit=2)) == ["0", "1"]
        assert texts(await r.api("getUpdates", limit=0)) == ["0"]
        assert texts(await r.api("getUpdates", offset=-2)) == ["3", "4"]
        assert texts(await r.api("getUpdates")) == ["3", "4"]

    async def test_a_day_later_it_is_forgotten(self, r: Room) -> None:
        """Telegram keeps nothing longer."""
        await r.said("bowen", "old")
        await r.post("clock", advance="25h")
        await r.said("bowen", "new")
        assert texts(await r.api("getUpdates")) == ["new"]

    async def test_allowed_updates_are_remembered(self, r: Room) -> None:
        """What is not allowed never comes; an empty list is the usual ones, which know no reactions."""
        said = await r.said("bowen", "one")
        await r.api("getUpdates", allowed_updates=["callback_query"])
        await r.said("bowen", "two")
        assert texts(await r.api("getUpdates")) == ["one"]
        await r.api("getUpdates", allowed_updates=[])
        await r.said("bowen", "three")
        await r.post("react", who="bowen", message=said, emoji="👍")
        assert texts(await r.api("getUpdates")) == ["one", "three"]

    async def test_each_is_delivered_as_often_as_switched(self, r: Room) -> None:
        """With the same number, although it was confirmed."""
        await r.post("duplicate", service="telegram", times=3)
        await r.said("bowen", "hello")
        seen = [(await r.api("getUpdates"))[0]["update_id"]]
        for _ in range(2):
            seen += [update["update_id"] for update in await r.api("getUpdates", offset=seen[0] + 1)]
        assert len(seen) == 3
        assert len(set(seen)) == 1
        assert await r.api("getUpdates", offset=seen[0] + 1) == []


class TestPolling:
    async def test_a_poll_waits_until_there_is_something(self, r: Room) -> None:
        """And answers at once then; the act that caused it knows that it was taken."""
        async with r.polling() as got:
            answer = await r.post("say", who="bowen", place=GROUP, text="hello")
            assert (answer["acked"], texts(got)) == (True, ["hello"])
            assert await r.post("settle") == {"settled": True}

    async def test_a_poll_that_waited_in_vain_is_empty(self, r: Room) -> None:
        """After its time-out."""
        assert await r.api("getUpdates", timeout=1) == []

    async def test_a_second_poller_ends_the_first(self, r: Room) -> None:
        """With 409; what comes then is the second one's."""
        first = asyncio.ensure_future(r.call("getUpdates", timeout=20))
        await r.telegram.room.polling.reach()
        second = asyncio.ensure_future(r.call("getUpdates", timeout=20))
        assert (await first).json() == {
            "ok": False,
            "error_code": 409,
            "description": "Conflict: terminated by other getUpdates request; "
            "make sure that only one bot instance is running",
        }
        await r.said("bowen", "hello")
        assert texts((await second).json()["result"]) == ["hello"]

    async def test_a_poller_that_died_is_not_there(self, r: Room) -> None:
        """Its connection is closed, and nothing is lost: the next one gets everything."""
        with pytest.raises(httpx.ReadTimeout):
            await r.http.get(f"/telegram/bot{r.token}/getUpdates", params={"timeout": 20}, timeout=0.2)
        await r.said("bowen", "hello")
        assert texts(await r.updates()) == ["hello"]

    async def test_the_vendor_may_end_the_poll(self, r: Room) -> None:
        """As by another poller, or as a network does."""
        for reason, status in (("conflict", 409), ("cut", None)):
            poll = asyncio.ensure_future(r.call("getUpdates", timeout=20))
            await r.telegram.room.polling.reach()
            await r.post("disconnect", service="telegram", reason=reason)
            if status:
                assert (await poll).status_code == status
            else:
                with pytest.raises(httpx.RemoteProtocolError):
                    await poll
        assert (await r.denied("disconnect", service="telegram", reason="rain"))[0] == 400

    async def test_nobody_waits_for_a_bot_that_is_away(self, r: Room) -> None:
        """What was said is not acknowledged, and settles no sooner."""
        answer = await r.post("say", who="bowen", place=GROUP, text="hello")
        assert answer["acked"] is False
        assert await r.post("settle") == {"settled": False}


class TestHearing:
    @pytest.mark.parametrize(
        ("text", "is_heard"),
        [
            ("hello", False),
            ("/log item-issue", True),
            ("please /log it", True),
            ("/log@deskbell_bot x", True),
            ("/log@another_bot x", False),
            ("ask @Deskbell_Bot", True),
            ("ask @deskbell_bots", False),
        ],
    )
    async def test_privacy_mode_hides_what_is_not_for_the_bot(
        self, r: Room, text: str, *, is_heard: bool
    ) -> None:
        """Where it is a member; commands, mentions and replies come through."""
        said = await r.said("bowen", text, BASIC)
        assert texts(await r.updates()) == ([text] if is_heard else [])
        await r.post("edit", who="bowen", message=said, text=text + " …")
        assert len(await r.updates()) == is_heard

    async def test_replies_to_the_bot_are_heard(self, r: Room) -> None:
        """And those to others are not; an administrator hears everything, and so does a bot without privacy."""
        chat = r.telegram.room.state.named("Old group")
        assert chat is not None
        sent = await r.say("Please", chat.id)
        request = f"telegram:{chat.id}:{sent['message_id']}"
        reply = await r.said("bowen", "yes", BASIC, thread=request)
        await r.said("kim", "good", BASIC, thread=reply)
        heard = await r.updates()
        assert texts(heard) == ["yes"]
        assert heard[0]["message"]["reply_to_message"]["text"] == "Please"
        await r.said("bowen", "all of it")
        await r.post("group", place=BASIC, act="privacy_off")
        await r.said("bowen", "this too", BASIC)
        assert texts(await r.updates()) == ["all of it", "this too"]
        assert (await r.api("getMe"))["can_read_all_group_messages"] is True

    async def test_reactions_reach_an_administrator_who_asked(self, r: Room) -> None:
        """With what was there before; the same again is nothing."""
        await r.updates()
        said = await r.said("bowen", "hello")
        for emoji in ("👍", "👍", "👀", ""):
            await r.post("react", who="bowen", message=said, emoji=emoji)
        changes = [
            (update["message_reaction"]["old_reaction"], update["message_reaction"]["new_reaction"])
            for update in (await r.updates())[1:]
        ]
        thumb, eyes = {"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "👀"}
        assert changes == [([], [thumb]), ([thumb], [eyes]), ([eyes], [])]
        plain = await r.said("bowen", "/log", BASIC)
        await r.post("react", who="bowen", message=plain, emoji="👍")
        assert [list(update)[1] for update in await r.updates()] == ["message"]

    async def test_an_album_comes_as_several_updates(self, r: Room) -> None:
        """With one `media_group_id`; the caption is on the first."""
        more = [
            {"name": name, "base64": base64.b64encode(data).decode()}
            for name, data in (("b.png", png(4, 4)), ("notes.txt", b"text"))
        ]
        await r.upload("bowen", "a.png", png(), text="/log item-issue", album=more)
        messages = [update["message"] for update in await r.updates()]
        assert [message.get("caption") for message in messages] == ["/log item-issue", None, None]
        assert messages[0]["caption_entities"][0]["type"] == "bot_command"
        albums = [message.get("media_group_id") for message in messages]
        assert (albums[0] == albums[1] is not None, albums[2]) == (True, None)
        assert messages[2]["document"]["file_name"] == "notes.txt"

    async def test_a_deletion_is_told_to_nobody(self, r: Room) -> None:
        """Bots do not learn of it."""
        said = await r.said("bowen", "typo")
        await r.updates()
        await r.post("delete", who="bowen", message=said)
        assert await r.updates() == []

    async def test_the_bots_own_words_are_no_updates(self, r: Room) -> None:
        """Neither what it says nor what it changes."""
        sent = await r.say("one")
        await r.api("editMessageText", chat_id=SUPPLIER, message_id=sent["message_id"], text="two")
        assert await r.updates() == []


class TestGroups:
    async def test_the_bot_hears_what_becomes_of_it(self, r: Room) -> None:
        """Thrown out, taken in again, made an administrator."""
        await r.updates()
        for act in ("kick", "add", "promote"):
            await r.post("group", place=GROUP, act=act)
        told = [(list(update)[1], update) for update in await r.updates()]
        seats = [
            (update["my_chat_member"]["old_chat_member"]["status"],
             update["my_chat_member"]["new_chat_member"]["status"])
            for kind, update in told if kind == "my_chat_member"
        ]  # fmt: skip
        assert seats == [("administrator", "kicked"), ("kicked", "member"), ("member", "administrator")]
        assert told[2][1]["message"]["new_chat_members"][0]["is_bot"] is True
        assert (await r.denied("group", place=GROUP, act="promote"))[0] == 409

    async def test_a_migration_is_two_service_messages(self, r: Room) -> None:
        """One in each chat; people go on in the new one, and what they reply to from before is lost."""
        before = await r.said("bowen", "/log", BASIC)
        made = await r.post("group", place=BASIC, act="migrate")
        await r.said("bowen", "/help", BASIC, thread=before)
        first, old, new, later = [update["message"] for update in await r.updates()]
        assert old["migrate_to_chat_id"] == made["chat_id"] == new["chat"]["id"] == later["chat"]["id"]
        assert new["migrate_from_chat_id"] == first["chat"]["id"]
        assert "reply_to_message" not in later
        assert (await r.denied("group", place=BASIC, act="migrate"))[0] == 409

    async def test_topics_are_opened_and_closed(self, r: Room) -> None:
        """In forums; in a closed one nobody writes."""
        made = await r.post("group", place=FORUM, act="topic", name="Refunds")
        assert made["topic"] == f"{FORUM}/Refunds"
        await r.said("kim", "hello", made["topic"])
        await r.post("group", place=made["topic"], act="close_topic")
        assert (await r.denied("say", who="kim", place=made["topic"], text="x"))[0] == 409
        await r.post("group", place=made["topic"], act="reopen_topic")
        opened, said, closed, again = [update["message"] for update in await r.updates()]
        assert opened["forum_topic_created"]["name"] == "Refunds"
        threads = {message["message_thread_id"] for message in (opened, said, closed, again)}
        assert threads == {opened["message_id"]}
        assert ("forum_topic_closed" in closed, "forum_topic_reopened" in again) == (True, True)
        assert (await r.denied("group", place=GROUP, act="topic", name="x"))[0] == 409
        assert (await r.denied("group", place=GROUP, act="close_topic"))[0] == 404
        assert (await r.denied("group", place=GROUP, act="dance"))[0] == 400

    async def test_blocking_is_told(self, r: Room) -> None:
        """And letting in again; a first start is not, it is only said."""
        await r.updates()
        await r.said("bowen", "/start", "telegram:@bowen")
        await r.post("group", place="telegram:@bowen", act="block")
        await r.post("group", place="telegram:@bowen", act="block")
        await r.post("group", place="telegram:@bowen", act="unblock")
        start, *changes = await r.updates()
        assert start["message"]["text"] == "/start"
        statuses = [each["my_chat_member"]["new_chat_member"]["status"] for each in changes]
        assert statuses == ["kicked", "member"]
        assert (await r.denied("group", place="telegram:@nobody", act="block"))[0] == 404


class TestFaults:
    async def test_a_fault_spoils_the_answer_and_the_truth_knows(self, r: Room) -> None:
        """Applied or not; a 429 says when to try again."""
        expected = [("429", 429, 0), ("500", 500, 0), ("503", 503, 0), ("applied-503", 503, 1)]
        for kind, status, applied in expected:
            before = len(r.effects())
            await r.post("faults", service="telegram", kind=kind, times=1)
            answer = await r.call("sendMessage", chat_id=SUPPLIER, text=kind)
            assert (answer.status_code, answer.json()["ok"]) == (status, False)
            assert len(r.effects()) - before == applied
            if status == 429:
                assert answer.json()["parameters"] == {"retry_after": 1}
        for kind, applied in (("cut", 0), ("applied-cut", 1)):
            before = len(r.effects())
            await r.post("faults", service="telegram", kind=kind, times=1)
            with pytest.raises(httpx.RemoteProtocolError):
                await r.call("sendMessage", chat_id=SUPPLIER, text=kind)
            assert len(r.effects()) - before == applied

    async def test_a_slow_call_is_carried_out_late(self, r: Room) -> None:
        """And answered truly."""
        r.telegram.room.slow_seconds = 0.01
        await r.post("faults", service="telegram", kind="slow", times=1)
        assert (await r.say("late"))["text"] == "late"

    async def test_polling_has_a_line_of_its_own(self, r: Room) -> None:
        """So that the k-th call counts no polls; a confirmation may get lost in it."""
        await r.said("bowen", "hello")
        first = (await r.api("getUpdates"))[0]["update_id"]
        await r.post("faults", service="telegram-polling", kind="applied-cut", times=1)
        with pytest.raises(httpx.RemoteProtocolError):
            await r.call("getUpdates", offset=first + 1)
        assert await r.api("getUpdates") == []
        assert r.sandbox.faults.calls["telegram-polling"] == 3
        assert "telegram" not in r.sandbox.faults.calls

    async def test_a_download_is_a_call_too(self, r: Room) -> None:
        """It can be cut."""
        sent = await r.api("sendPhoto", {"photo": ("x.png", png())}, chat_id=SUPPLIER)
        facts = await r.api("getFile", file_id=sent["photo"][0]["file_id"])
        for kind in ("cut", "applied-cut"):
            await r.post("faults", service="telegram", kind=kind, times=1)
            with pytest.raises(httpx.RemoteProtocolError):
                await r.http.get(f"/telegram/file/bot{r.token}/{facts['file_path']}")


async def test_a_press_is_shown_what_the_bot_answered(r: Room) -> None:
    """Presses of one person follow each other; a link needs no bot."""

    async def answer(update: Any) -> None:
        if "callback_query" in update:
            ident = update["callback_query"]["id"]
            await r.api("answerCallbackQuery", callback_query_id=ident, text=update["callback_query"]["data"])

    row = json.loads(keyboard("Done", "Later"))["inline_keyboard"][0]
    markup = {"inline_keyboard": [row, [{"text": "Row", "url": "https://docs.example/1"}]]}
    sent = await r.say("Please", reply_markup=markup)
    message = f"telegram:{SUPPLIER}:{sent['message_id']}"
    async with r.polling(answer):
        presses = [
            r.post("press", who="bowen", message=message, button=button) for button in ("done", "LATER")
        ]
        toasts = [each["toast"] for each in await asyncio.gather(*presses)]
    assert toasts == ["done", "later"]
    opened = await r.post("press", who="bowen", message=message, button="Row")
    assert opened == {"url": "https://docs.example/1"}
    status, sentence = await r.denied("press", who="bowen", message=message, button="No")
    assert (status, sentence) == (404, "the message has no button 'No'; it has Done, Later, Row")


async def test_allowed_updates_may_be_anything(r: Room) -> None:
    """What is no list changes nothing."""
    await r.api("getUpdates", allowed_updates=ALL)
    await r.api("getUpdates", allowed_updates="{}")
    assert "message_reaction" in (await r.api("getWebhookInfo"))["allowed_updates"]
