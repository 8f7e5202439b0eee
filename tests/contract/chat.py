"""What the worker relies on of every chat platform: one class of tests, inherited by each backend.

A new platform adds a `Backend` and a subclass in `test_chat.py`, and has to pass.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.events import ButtonPressed
from handlers.message import Button, Message
from handlers.place import CaseId, PersonKey, Place
from handlers.ports import Chat, File

CARD = Message("II-2647-0001 · Posted")
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x0dIHDR" + b"\x00\x00\x00\x02\x00\x00\x00\x03\x08\x02"
PHOTO = File("ring.png", "image/png", PICTURE)
HOSTILE = "@kim @channel <!channel> <b>x</b> *y* /log & tg://user?id=7000002 <@UKIM> https://example.com"


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as everybody in a channel sees it: its text, its buttons, its files, and whom it rings."""

    id: str
    text: str
    buttons: tuple[str, ...] = ()
    files: int = 0
    rung: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backend:
    """One platform with a channel and somebody in it; `kim` is the desk's key of hers.

    `seen` is what everybody sees in a channel, threads included, oldest first. `press` lets somebody press the button
    of that label under a message, and gives what the adapter tells of it. `lose_answer` lets the next call take effect
    and fail all the same, `cut` lets it fail before that.
    """

    chat: Chat
    place: Place
    nowhere: Place
    user: str
    seen: Callable[[Place], Awaitable[list[Seen]]]
    press: Callable[[Seen, str], Awaitable[ButtonPressed]]
    lose_answer: Callable[[], None]
    cut: Callable[[], None]

    async def shown(self, place: Place) -> list[str]:
        """The first line of every message."""
        return [message.text.partition("\n")[0] for message in await self.seen(place)]


def since() -> datetime:
    """A moment before anything was posted."""
    return datetime.now(UTC) - timedelta(minutes=1)


class ChatContract:
    """The claims of `handlers.ports.Chat`."""

    def open(self) -> AbstractAsyncContextManager[Backend]:
        """A backend with nothing on it."""
        raise NotImplementedError

    async def test_a_post_lands_and_can_be_changed(self) -> None:
        """It has a link, and shows what it was last changed to, however often that is repeated."""
        async with self.open() as backend:
            posted = await backend.chat.post(backend.place, CARD, "root")
            assert "://" in posted.link
            for _ in range(2):
                await backend.chat.edit(backend.place, posted.message, Message("II-2647-0001 · Done"), "root")
            assert await backend.shown(backend.place) == ["II-2647-0001 · Done"]

    async def test_a_reply_lands_in_its_thread(self) -> None:
        """It is found there by its key, and not in the channel, where the platform can be asked."""
        async with self.open() as backend:
            root = await backend.chat.post(backend.place, CARD, "root")
            thread = replace(backend.place, thread=root.message)
            reply = await backend.chat.post(thread, Message("A word."), "say")
            assert await backend.shown(backend.place) == [CARD.headline, "A word."]
            found = await backend.chat.find(thread, "say", since())
            assert found == (reply if backend.chat.looks else None)
            assert await backend.chat.find(backend.place, "say", since()) is None

    async def test_what_landed_without_an_answer_is_found_by_its_key(self) -> None:
        """The call failed and the message is there: its key tells, and no other key does.

        A platform that cannot be asked says that it `looks` for nothing, so nobody takes None for an answer.
        """
        async with self.open() as backend:
            backend.lose_answer()
            with pytest.raises(Exception):  # noqa: B017, PT011  # Every vendor has errors of its own.
                await backend.chat.post(backend.place, CARD, "root")
            found = await backend.chat.find(backend.place, "root", since())
            assert (found is not None) is backend.chat.looks
            assert await backend.chat.find(backend.place, "another", since()) is None
            assert await backend.shown(backend.place) == [CARD.headline]

    async def test_what_never_landed_is_not_found(self) -> None:
        """The call failed before it arrived: nothing is there."""
        async with self.open() as backend:
            backend.cut()
            with pytest.raises(Exception):  # noqa: B017, PT011  # Every vendor has errors of its own.
                await backend.chat.post(backend.place, CARD, "root")
            assert await backend.chat.find(backend.place, "root", since()) is None
            assert await backend.shown(backend.place) == []

    async def test_nothing_is_posted_where_there_is_no_channel(self) -> None:
        """It is said by an error, not by silence."""
        async with self.open() as backend:
            with pytest.raises(Exception):  # noqa: B017, PT011  # Every vendor has errors of its own.
                await backend.chat.post(backend.nowhere, CARD, "root")

    async def test_a_whisper_is_nothing_that_others_see(self) -> None:
        """It is for one person, and cannot be looked up."""
        async with self.open() as backend:
            await backend.chat.whisper(backend.place, backend.user, Message("For you."))
            assert await backend.shown(backend.place) == []

    async def test_a_direct_conversation_is_the_same_every_time(self) -> None:
        """And what is posted there is not in a channel."""
        async with self.open() as backend:
            direct = await backend.chat.direct(backend.user)
            assert direct == await backend.chat.direct(backend.user)
            assert direct.direct
            await backend.chat.post(direct, Message("Rings."), "nudge")
            assert await backend.shown(backend.place) == []

    async def test_files_are_known_by_their_key(self) -> None:
        """Before they are uploaded they are not there; afterwards they are, under this key alone."""
        async with self.open() as backend:
            root = await backend.chat.post(backend.place, CARD, "root")
            thread = replace(backend.place, thread=root.message)
            assert not await backend.chat.has_files(thread, "photos", since())
            await backend.chat.upload(thread, [PHOTO], "photos")
            assert await backend.chat.has_files(thread, "photos", since()) is backend.chat.looks
            assert not await backend.chat.has_files(thread, "others", since())

    async def test_files_are_one_message_in_the_thread(self) -> None:
        """Several photos arrive together, below the post."""
        async with self.open() as backend:
            root = await backend.chat.post(backend.place, CARD, "root")
            await backend.chat.upload(replace(backend.place, thread=root.message), [PHOTO, PHOTO], "photos")
            assert sum(message.files for message in await backend.seen(backend.place)) == 2

    async def test_an_upload_that_is_cut_leaves_nothing(self) -> None:
        """The call failed before it arrived; the next one brings the files once."""
        async with self.open() as backend:
            root = await backend.chat.post(backend.place, CARD, "root")
            thread = replace(backend.place, thread=root.message)
            backend.cut()
            with pytest.raises(Exception):  # noqa: B017, PT011  # Every vendor has errors of its own.
                await backend.chat.upload(thread, [PHOTO], "photos")
            await backend.chat.upload(thread, [PHOTO], "photos")
            assert sum(message.files for message in await backend.seen(backend.place)) == 1

    async def test_a_pressed_button_comes_back_as_what_it_means(self) -> None:
        """Action, case and value are those that were posted, however the platform carries them."""
        async with self.open() as backend:
            button = Button("Done", "move", CaseId("II-2647-0001"), "Done · " + "x" * 500)
            posted = await backend.chat.post(backend.place, replace(CARD, buttons=(button,)), "root")
            (message,) = await backend.seen(backend.place)
            assert message.buttons == ("Done",)
            pressed = await backend.press(message, "Done")
            assert (pressed.action, pressed.case, pressed.value) == ("move", button.case, button.value)
            assert (pressed.message, pressed.place.channel) == (posted.message, backend.place.channel)

    async def test_an_edit_takes_buttons_away(self) -> None:
        """Nobody can press what is over."""
        async with self.open() as backend:
            button = Button("Done", "move", CaseId("II-2647-0001"))
            posted = await backend.chat.post(backend.place, replace(CARD, buttons=(button,)), "root")
            await backend.chat.edit(backend.place, posted.message, CARD, "root")
            assert [message.buttons for message in await backend.seen(backend.place)] == [()]

    async def test_words_of_people_are_shown_and_do_nothing(self) -> None:
        """They stand there as they were typed, and ring nobody; the bot itself rings whom it names."""
        async with self.open() as backend:
            await backend.chat.post(backend.place, Message("Case", (HOSTILE,), quote=HOSTILE), "a")
            await backend.chat.post(backend.place, Message("Case", mention=(PersonKey("kim"),)), "b")
            quiet, rings = await backend.seen(backend.place)
            assert quiet.text.count(HOSTILE) == 2
            assert (quiet.rung, rings.rung) == ((), ("@kim",))

    async def test_a_long_text_is_shown_to_its_end(self) -> None:
        """In one message or in several; its buttons are there once."""
        async with self.open() as backend:
            words = " ".join(f"word{number}" for number in range(1_000))
            message = Message("Reply", (words,), buttons=(Button("Show", "show"),))
            await backend.chat.post(backend.place, message, "say")
            seen = await backend.seen(backend.place)
            assert " ".join(" ".join(each.text for each in seen).split()) == f"Reply {words}"
            assert [each.buttons for each in seen if each.buttons] == [("Show",)]
