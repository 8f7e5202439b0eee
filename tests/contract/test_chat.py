"""Every chat platform, and the double that stands for one, does what the worker relies on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.slack.chat import SlackChat
from bot.store.store import Store
from bot.telegram.chat import TelegramChat
from bot.telegram.pace import Paces
from handlers.events import ButtonPressed
from handlers.message import Message
from handlers.place import Account, EventId, PersonKey, Place
from tests.bot.chats import FakeChat
from tests.bot.sandbox.telegram_room import KIM, SUPPLIER
from tests.bot.slack.room import CSR, room
from tests.bot.telegram.chatting import PEOPLE
from tests.bot.telegram.room import NOW, heard
from tests.contract.chat import Backend, ChatContract, Seen

pytestmark = pytest.mark.anyio


def seen(message: dict[str, Any]) -> Seen:
    """A message out of a transcript of the sandbox, whichever the platform."""
    labels = tuple(button["label"] for button in message["buttons"])
    return Seen(message["id"], message["text"], labels, len(message["files"]), tuple(message["mentions"]))


def pressed(events: list[Any]) -> ButtonPressed:
    """The one press among events."""
    (event,) = [event for event in events if isinstance(event, ButtonPressed)]
    return event


@asynccontextmanager
async def slack() -> AsyncIterator[Backend]:
    """The real adapter on the Slack emulator."""
    async with room() as r:

        async def in_channel(_: Place) -> list[Seen]:
            said = await r.transcript(f"slack:#{CSR}")
            return [seen(message) for message in said if message["visible_to"] is None]

        async def press(message: Seen, label: str) -> ButtonPressed:
            async with r.listening():
                await r.do("press", who="kim", message=message.id, button=label)
            return pressed(r.program.heard)

        yield Backend(
            chat=SlackChat(r.slack, {PersonKey("kim"): r.user("kim")}),
            place=Place("slack", r.channel()),
            nowhere=Place("slack", "C0NOWHERE"),
            user=r.user("kim"),
            seen=in_channel,
            press=press,
            lose_answer=lambda: r.sandbox.faults.switch("slack", "applied-cut", times=1),
            cut=lambda: r.sandbox.faults.switch("slack", "cut", times=1),
        )


@asynccontextmanager
async def telegram(store: Store) -> AsyncIterator[Backend]:
    """The real adapter on the Telegram emulator."""
    async with heard(store) as here:
        await here.room.said("kim", "/start", "telegram:@kim")

        async def in_channel(_: Place) -> list[Seen]:
            return [seen(message) for message in await here.room.messages()]

        async def press(message: Seen, label: str) -> ButtonPressed:
            await here.room.post("press", who="kim", message=message.id, button=label)
            await here.take()
            return pressed(list(here.ledger.events.values()))

        faults = here.room.sandbox.faults
        yield Backend(
            chat=TelegramChat(here.telegram, store, PEOPLE, lambda: NOW, Paces(lambda: NOW)),
            place=Place("telegram", str(SUPPLIER)),
            nowhere=Place("telegram", "-100999"),
            user=str(KIM),
            seen=in_channel,
            press=press,
            lose_answer=lambda: faults.switch("telegram", "applied-cut", times=1),
            cut=lambda: faults.switch("telegram", "cut", times=1),
        )


@asynccontextmanager
async def double() -> AsyncIterator[Backend]:
    """The small program that other tests use instead."""
    chat = FakeChat(refuse={"C0NOWHERE": LookupError("no such channel")})

    async def in_channel(place: Place) -> list[Seen]:
        said = [told(each.ident, each.message) for each in chat.shown if each.place.channel == place.channel]
        return said + [
            Seen("", "", files=len(names)) for at, names, _ in chat.uploads if at.channel == place.channel
        ]

    async def press(message: Seen, label: str) -> ButtonPressed:
        shown = next(each for each in chat.shown if each.ident == message.id)
        button = next(button for button in shown.message.buttons if button.label == label)
        return ButtonPressed(
            id=EventId("press"), account=Account("slack", "T1", "UKIM"), place=shown.place, at=datetime.now(UTC),
            action=button.action, case=button.case, value=button.value, message=message.id,
        )  # fmt: skip

    yield Backend(
        chat=chat,
        place=Place("slack", "C1"),
        nowhere=Place("slack", "C0NOWHERE"),
        user="UKIM",
        seen=in_channel,
        press=press,
        lose_answer=lambda: chat.fail_after.append(ConnectionError()),
        cut=lambda: chat.fail.append(ConnectionError()),
    )


def told(ident: str, message: Message) -> Seen:
    """What a message says, for the double."""
    parts = (message.headline, *message.lines, message.quote)
    labels = tuple(button.label for button in message.buttons)
    rung = tuple(f"@{person}" for person in message.mention)
    return Seen(ident, "\n".join(part for part in parts if part), labels, rung=rung)


class TestSlack(ChatContract):
    def open(self) -> AbstractAsyncContextManager[Backend]:
        """Slack."""
        return slack()


class TestTelegram(ChatContract):
    @pytest.fixture(autouse=True)
    def on(self, store: Store) -> None:
        """What it keeps is kept in a store of the test's own."""
        self.store = store

    def open(self) -> AbstractAsyncContextManager[Backend]:
        """Telegram."""
        return telegram(self.store)


class TestDouble(ChatContract):
    def open(self) -> AbstractAsyncContextManager[Backend]:
        """The double."""
        return double()
