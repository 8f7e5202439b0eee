"""Every chat platform, and the double that stands for one, does what the worker relies on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from bot.slack.chat import SlackChat
from handlers.place import Place
from tests.bot.chats import FakeChat
from tests.bot.slack.room import CSR, room
from tests.contract.chat import Backend, ChatContract

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def slack() -> AsyncIterator[Backend]:
    """The real adapter on the Slack emulator."""
    async with room() as r:

        async def shown(place: Place) -> list[str]:
            said = await r.transcript(f"slack:#{CSR}")
            return [message["text"] for message in said if message["visible_to"] is None]

        yield Backend(
            chat=SlackChat(r.slack, {}),
            place=Place("slack", r.channel()),
            nowhere=Place("slack", "C0NOWHERE"),
            user=r.user("kim"),
            shown=shown,
            lose_answer=lambda: r.sandbox.faults.switch("slack", "applied-cut", times=1),
            cut=lambda: r.sandbox.faults.switch("slack", "cut", times=1),
        )


@asynccontextmanager
async def double() -> AsyncIterator[Backend]:
    """The small program that other tests use instead."""
    chat = FakeChat(refuse={"C0NOWHERE": LookupError("no such channel")})

    async def shown(place: Place) -> list[str]:
        return chat.said(place.channel)

    yield Backend(
        chat=chat,
        place=Place("slack", "C1"),
        nowhere=Place("slack", "C0NOWHERE"),
        user="UKIM",
        shown=shown,
        lose_answer=lambda: chat.fail_after.append(ConnectionError()),
        cut=lambda: chat.fail.append(ConnectionError()),
    )


class TestSlack(ChatContract):
    def open(self) -> AbstractAsyncContextManager[Backend]:
        """Slack."""
        return slack()


class TestDouble(ChatContract):
    def open(self) -> AbstractAsyncContextManager[Backend]:
        """The double."""
        return double()
