"""What the worker relies on of every chat platform: one class of tests, inherited by each backend.

A new platform adds a `Backend` and a subclass in `test_chat.py`, and has to pass.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.message import Message
from handlers.place import Place
from handlers.ports import Chat, File

CARD = Message("II-2647-0001 · Posted")
PHOTO = File("ring.jpg", "image/jpeg", b"picture")


@dataclass(frozen=True, slots=True)
class Backend:
    """One platform with a channel and somebody in it.

    `shown` are the first words of what everybody sees in a channel, threads included. `lose_answer` lets the next
    call take effect and fail all the same, `cut` lets it fail before that.
    """

    chat: Chat
    place: Place
    nowhere: Place
    user: str
    shown: Callable[[Place], Awaitable[list[str]]]
    lose_answer: Callable[[], None]
    cut: Callable[[], None]


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
        """It is found there by its key, and not in the channel."""
        async with self.open() as backend:
            root = await backend.chat.post(backend.place, CARD, "root")
            thread = replace(backend.place, thread=root.message)
            reply = await backend.chat.post(thread, Message("A word."), "say")
            assert await backend.shown(backend.place) == [CARD.headline, "A word."]
            assert await backend.chat.find(thread, "say", since()) == reply
            assert await backend.chat.find(backend.place, "say", since()) is None

    async def test_what_landed_without_an_answer_is_found_by_its_key(self) -> None:
        """The call failed and the message is there: its key tells, and no other key does."""
        async with self.open() as backend:
            backend.lose_answer()
            with pytest.raises(Exception):  # noqa: B017, PT011  # Every vendor has errors of its own.
                await backend.chat.post(backend.place, CARD, "root")
            assert await backend.chat.find(backend.place, "root", since()) is not None
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
            assert await backend.chat.has_files(thread, "photos", since())
            assert not await backend.chat.has_files(thread, "others", since())
