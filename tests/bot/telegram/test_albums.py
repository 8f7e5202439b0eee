"""Albums: many updates become one message, whatever dies in between."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.telegram_speaking import upload
from bot.store.store import Store
from bot.telegram.albums import QUIET, part, together
from bot.telegram.listen import Listener
from handlers.decision import Audit, Decision
from handlers.events import CommandIssued, MessageLogged, MessagePosted
from tests.bot.sandbox.telegram_room import BOWEN, png
from tests.bot.telegram.room import GROUP, NAMES, NOW, Heard, heard
from tests.bot.telegram.test_polling import polling, until

pytestmark = pytest.mark.anyio
AT_ONCE = timedelta(0)


async def album(
    here: Heard, *pictures: int, text: str = "", thread: str | None = None, who: int = 7_000_002
) -> list[Any]:
    """Have Kim, or somebody else, send so many pictures as an album; the updates, not taken yet."""
    there = here.room.telegram.room
    shared = [(f"{number}.png", png(number, number)) for number in pictures]
    await upload(there, there.state.users[who], "NL-Bowen", thread, shared, text)
    return await here.room.updates()


async def test_an_album_is_one_message(store: Store) -> None:
    """All its files in order, its caption, and the id of its first part."""
    async with heard(store) as here:
        for update in await album(here, 2, 3, 4, text="broken, look"):
            await here.listener.take(update)
        assert here.ledger.asked == []
        assert await here.listener.albums.gather(AT_ONCE) is False
        event = here.ledger.only
        assert isinstance(event, MessagePosted)
        assert (event.text, event.message, len(event.files)) == ("broken, look", "1", 3)
        assert event.id.startswith(f"tg:{GROUP}:album:")
        assert [file.name for file in event.files] == ["photo-1.jpg", "photo-2.jpg", "photo-3.jpg"]


async def test_an_album_is_gathered_once_it_is_quiet(store: Store) -> None:
    """Until then its parts wait, by themselves and through polling."""
    async with heard(store) as here:
        for update in await album(here, 2, 3):
            await here.listener.take(update)
        assert await here.listener.albums.gather(QUIET) is True
        assert here.ledger.asked == []
        gathering = asyncio.ensure_future(here.listener.run())
        try:
            await until(lambda: bool(here.ledger.events))
        finally:
            gathering.cancel()
            await asyncio.gather(gathering, return_exceptions=True)


async def test_an_album_carries_a_command_and_answers_a_message(store: Store) -> None:
    """`/log …` as its caption logs with all its files; a reply is one in its thread."""
    async with heard(store) as here:
        post = await here.room.say("the request")
        ident = f"telegram:{GROUP}:{post['message_id']}"
        for text, thread in (("/log item-issue", None), ("here", ident), ("/log", None)):
            for update in await album(here, 2, 3, text=text, thread=thread):
                await here.listener.take(update)
            await here.listener.albums.gather(AT_ONCE)
        command, reply, bare = here.ledger.events.values()
        assert isinstance(command, CommandIssued)
        assert (command.name, command.text, len(command.files)) == ("log", "item-issue", 2)
        assert isinstance(reply, MessagePosted)
        assert (reply.place.thread, reply.on_ours) == (str(post["message_id"]), True)
        assert not isinstance(bare, MessageLogged)


async def test_a_killed_process_leaves_its_album_to_the_next(store: Store) -> None:
    """Killed between the parts, or after the decision and before the mark: one event, with every file."""
    async with heard(store) as here:
        updates = await album(here, 2, 3, 4)
        await here.listener.take(updates[0])
        # The first process dies here; another one goes on, which dies after it decided.
        second = Listener(here.telegram, store, here.ledger.receive, lambda: NOW, names=NAMES)
        for update in updates:
            await second.take(update)
        here.ledger.failing = 1
        await second.albums.gather(AT_ONCE)
        assert here.ledger.events == {}
        third = Listener(here.telegram, store, here.ledger.receive, lambda: NOW, names=NAMES)
        assert await third.albums.gather(AT_ONCE) is False
        event = here.ledger.only
        assert isinstance(event, MessagePosted)
        assert len(event.files) == 3


async def test_two_processes_make_the_same_event(store: Store) -> None:
    """However many gather, and however often a part comes again, the event's id is one."""
    async with heard(store) as here:
        updates = await album(here, 2, 3)
        for update in [*updates, *updates]:
            await here.listener.take(update)
        other = Listener(here.telegram, store, here.ledger.receive, lambda: NOW, names=NAMES)
        await asyncio.gather(here.listener.albums.gather(AT_ONCE), other.albums.gather(AT_ONCE))
        for update in updates[1:]:
            await here.listener.take(update)
        assert await here.listener.albums.gather(AT_ONCE) is False
        assert len(here.ledger.events) == 1


async def test_a_part_that_comes_too_late_is_not_lost(store: Store) -> None:
    """It makes a message of its own."""
    async with heard(store) as here:
        *early, late = await album(here, 2, 3, 4)
        for update in early:
            await here.listener.take(update)
        await here.listener.albums.gather(AT_ONCE)
        await here.listener.take(late)
        await here.listener.albums.gather(AT_ONCE)
        assert [
            len(event.files) for event in here.ledger.events.values() if isinstance(event, MessagePosted)
        ] == [2, 1]


async def test_who_goes_on_in_a_group_waits_for_no_album_but_their_own(store: Store) -> None:
    """Words after an album say that it is complete; that of somebody else may still be on its way."""
    async with heard(store) as here:
        for update in await album(here, 2, 3, who=BOWEN):
            await here.listener.take(update)
        *early, late = await album(here, 4, 5, 6)
        for update in early:
            await here.listener.take(update)
        await here.room.said("bowen", "these are broken")
        for update in [*await here.room.updates(), late]:
            await here.listener.take(update)
        assert [len(event.files) for event in here.ledger.events.values()] == [2, 0]
        await here.listener.albums.gather(AT_ONCE)
        assert [len(event.files) for event in here.ledger.events.values()] == [2, 0, 3]


async def test_a_caption_is_scrubbed_before_it_is_stored(store: Store) -> None:
    """Nobody may keep a card number for a second, and its author is told; what was taken is not kept at all."""
    async with heard(store) as here:
        here.ledger.answer = Decision(audit=(Audit("said"),))
        await here.room.said("kim", "/start", "telegram:@kim")
        await here.room.updates()
        for update in await album(here, 2, 3, text="his card 4242 4242 4242 4242"):
            await here.listener.take(update)
        async with store.pool.connection() as connection:
            query = "SELECT string_agg(part::text, '') AS kept FROM album_parts"
            before = await (await connection.execute(query)).fetchone()
            await here.listener.albums.gather(AT_ONCE)
            after = await (await connection.execute(query)).fetchone()
        assert before is not None
        assert "his card" in before["kept"]
        assert "4242 4242" not in before["kept"]
        assert after == {"kept": "{}{}"}
        await here.listener.voice.finish()
        (*_, told) = await here.room.messages("telegram:@kim")
        assert "was masked" in told["text"]


async def test_an_album_that_fails_by_our_mistake_is_put_aside(store: Store) -> None:
    """After a few tries it holds up nobody any more."""
    async with heard(store) as here:
        for update in await album(here, 2, 3):
            await here.listener.take(update)
        here.ledger.failing, here.ledger.error = 3, KeyError
        left = [await here.listener.albums.gather(AT_ONCE) for _ in range(3)]
        assert left == [True, True, False]


async def test_an_album_comes_through_polling(store: Store) -> None:
    """From the group to one event, with a listener that gathers."""
    async with heard(store) as here, polling(here):
        gathering = asyncio.ensure_future(here.listener.run())
        await here.room.telegram.room.polling.reach()
        there = here.room.telegram.room
        await upload(
            there, there.state.users[7_000_002], "NL-Bowen", None, [("a.png", png()), ("b.png", png(4, 4))]
        )
        await until(lambda: bool(here.ledger.events))
        gathering.cancel()
        await asyncio.gather(gathering, return_exceptions=True)
        assert isinstance(here.ledger.only, MessagePosted)


def test_what_is_kept_of_a_part_is_little() -> None:
    """Who, where, when, its words and its file; of the message it answers whose it is."""
    message = {
        "message_id": 3, "date": 5, "media_group_id": "g", "photo": [{"file_id": "f"}], "caption": "x\0y",
        "document": {"file_id": "d", "file_name": "\0 4242 4242 4242 4242.pdf"},
        "from": {"id": 5, "is_bot": False, "first_name": "Kim"}, "chat": {"id": -1, "type": "group", "title": "NL"},
        "reply_to_message": {"message_id": 2, "text": "secret", "from": {"id": 9, "first_name": "Bowen"}},
    }  # fmt: skip
    kept = part(message, {})
    assert kept == {
        "message_id": 3, "date": 5, "media_group_id": "g", "photo": [{"file_id": "f"}], "caption": "xy",
        "document": {"file_id": "d", "file_name": kept["document"]["file_name"]},
        "from": {"id": 5, "is_bot": False}, "chat": {"id": -1, "type": "group"},
        "reply_to_message": {"message_id": 2, "from": {"id": 9, "is_bot": True}},
    }  # fmt: skip
    assert "4242 4242" not in kept["document"]["file_name"]
    assert together([{**kept, "caption": ""}, kept])["caption"] == "xy"
