"""Polling: what Telegram gave is confirmed only when it is committed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.store.store import Store
from bot.telegram.listen import Listener
from bot.telegram.polling import SILENCE, Poller
from bot.telegram.unheard import NotTaken
from handlers.events import CommandIssued
from tests.bot.sandbox.telegram_room import FORUM, GROUP
from tests.bot.telegram.room import Heard, heard

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def polling(here: Heard, listener: Listener | None = None) -> AsyncIterator[Poller]:
    """A poller at work."""
    take = (listener or here.listener).take
    poller = Poller(here.room.token, take, f"{here.room.base}/telegram")
    task = asyncio.ensure_future(poller.run())
    try:
        yield poller
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: it never was.
    """
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110  # Another loop's progress sets no event.
            await asyncio.sleep(0.02)


async def test_a_command_said_in_a_group_reaches_the_intake(store: Store) -> None:
    """From the group, through the stock client, to an event."""
    async with heard(store) as here, polling(here) as poller:
        await here.room.said("kim", "/find 10423")
        await until(lambda: bool(here.ledger.events))
        event = here.ledger.only
        assert isinstance(event, CommandIssued)
        assert (event.name, event.text, event.account.user) == ("find", "10423", "7000002")
        assert poller.silence(datetime.now(UTC)) == ""


@pytest.mark.parametrize("failures", [1, 2])
async def test_nothing_is_lost_and_nothing_is_decided_twice(store: Store, failures: int) -> None:
    """A hundred updates wait, the database fails now and then: every one is committed, in order."""
    async with heard(store) as here:
        said = [await here.room.said("kim", f"/find {number}") for number in range(100)]
        here.ledger.failing = failures
        async with polling(here):
            await until(lambda: len(here.ledger.events) == 100)
        assert list(here.ledger.events) == [ident.replace("telegram", "tg") for ident in said]
        assert await here.room.updates() == []


async def test_a_failure_is_not_confirmed(store: Store) -> None:
    """While nothing can be committed, Telegram keeps the update."""
    async with heard(store) as here:
        here.ledger.failing = 1_000
        await here.room.said("kim", "/find 1")
        async with polling(here):
            await until(lambda: len(here.ledger.asked) >= 2)
        assert [update["message"]["text"] for update in await here.room.updates()] == ["/find 1"]


async def test_a_process_that_was_killed_loses_nothing(store: Store) -> None:
    """Killed in the middle of a batch, the next process gets all of it and knows what was decided."""
    async with heard(store) as here:
        for number in range(100):
            await here.room.said("kim", f"/find {number}")
        stuck = asyncio.Event()

        async def dies(update: object) -> None:
            if len(here.ledger.events) == 37:
                stuck.set()
                await asyncio.Event().wait()
            await here.listener.take(update)

        first = asyncio.ensure_future(Poller(here.room.token, dies, f"{here.room.base}/telegram").run())
        await stuck.wait()
        async with polling(here):
            await until(lambda: len(here.ledger.events) == 100)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert [event.text for event in here.ledger.events.values() if isinstance(event, CommandIssued)] == [
            str(number) for number in range(100)
        ]


async def test_an_update_that_comes_four_times_is_one_event(store: Store) -> None:
    """Confirmations may get lost; the event's id is the same."""
    async with heard(store) as here:
        here.room.telegram.duplicate = 4
        await here.room.said("kim", "/find 1")
        async with polling(here):
            await until(lambda: not here.room.telegram.room.updates.waiting())
        assert here.ledger.asked == list(here.ledger.events)


async def test_what_was_decided_of_a_batch_is_not_decided_again(store: Store) -> None:
    """One that fails brings back all of its batch: nobody is told twice."""
    async with heard(store) as here:
        for number in range(5):
            await here.room.said("kim", f"/find {number}")
        tried: list[str] = []

        async def fails_once(update: dict[str, Any]) -> None:
            said = update["message"]["text"]
            tried.append(said)
            if said == "/find 3" and tried.count(said) == 1:
                raise NotTaken("TooEarly")

        poller = Poller(here.room.token, fails_once, f"{here.room.base}/telegram")
        task = asyncio.ensure_future(poller.run())
        await until(lambda: not here.room.telegram.room.updates.waiting())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert tried == [f"/find {number}" for number in (0, 1, 2, 3, 3, 4)]


async def test_what_comes_too_early_holds_up_its_own_chat_alone(store: Store) -> None:
    """It is not confirmed, and what was said after it there waits for it; elsewhere life goes on."""
    async with heard(store) as here:
        for text, place in (("1", GROUP), ("early", GROUP), ("2", FORUM), ("3", GROUP), ("4", FORUM)):
            await here.room.said("kim", text, place)
        tried: list[str] = []
        waiting: list[list[str]] = []

        async def too_early(update: dict[str, Any]) -> None:
            said = update["message"]["text"]
            tried.append(said)
            if said == "early" and tried.count(said) < 3:
                waiting.append([each.body["text"] for each in here.room.telegram.room.updates.waiting()])
                raise NotTaken("TooEarly", is_early=True)

        poller = Poller(here.room.token, too_early, f"{here.room.base}/telegram")
        task = asyncio.ensure_future(poller.run())
        await until(lambda: not here.room.telegram.room.updates.waiting())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert tried == ["1", "early", "2", "4", "early", "early", "3"]
        assert waiting[1] == ["early", "2", "3", "4"]


async def test_what_is_held_back_at_the_end_comes_to_the_next_process(store: Store) -> None:
    """A process that ends confirms no more than it decided."""
    async with heard(store) as here:
        await here.room.said("kim", "early")
        await here.room.said("kim", "after", FORUM)
        tried = 0

        async def too_early(update: dict[str, Any]) -> None:
            nonlocal tried
            if update["message"]["text"] == "early":
                tried += 1
                raise NotTaken("TooEarly", is_early=True)

        task = asyncio.ensure_future(Poller(here.room.token, too_early, f"{here.room.base}/telegram").run())
        await until(lambda: tried > 1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert [update["message"]["text"] for update in await here.room.updates()] == ["early", "after"]


async def test_what_somebody_else_has_confirmed_is_waited_for_no_longer(store: Store) -> None:
    """Else nothing would be confirmed any more, and nothing new would come after a hundred updates."""
    async with heard(store) as here:
        await here.room.said("kim", "early")

        async def too_early(update: dict[str, Any]) -> None:
            if update["message"]["text"] == "early":
                here.room.telegram.room.updates.clear()
                raise NotTaken("TooEarly", is_early=True)
            await here.listener.take(update)

        task = asyncio.ensure_future(Poller(here.room.token, too_early, f"{here.room.base}/telegram").run())
        await here.room.telegram.room.polling.reach()
        await here.room.said("kim", "after")
        await until(lambda: not here.room.telegram.room.updates.waiting())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert len(here.ledger.events) == 1


async def test_a_second_poller_is_told_and_tried_again(store: Store) -> None:
    """409 is said by `/healthz` once nothing has come for a while, and polling goes on by itself."""
    async with heard(store) as here, polling(here) as poller:
        await here.room.telegram.room.polling.reach()
        await here.room.telegram.drop_connections("conflict")
        later = datetime.now(UTC) + SILENCE + timedelta(seconds=1)
        await until(lambda: "only one process may" in poller.silence(later))
        await here.room.said("kim", "/find 1")
        await until(lambda: bool(here.ledger.events))


async def test_the_first_question_is_tried_until_it_is_answered(store: Store) -> None:
    """Telegram away at the start is no reason to give up; until it answers, polling is ill."""
    async with heard(store) as here:
        await here.telegram.identity()
        await here.room.post("faults", service="telegram", kind="503", times=1)
        await here.room.said("kim", "/find 1")
        async with polling(here) as poller:
            assert poller.silence(datetime.now(UTC)) == "no answer from Telegram yet"
            await until(lambda: bool(here.ledger.events))


async def test_a_reader_that_stumbles_does_not_stop_polling(store: Store) -> None:
    """A mistake of ours is tried a few times and then put aside; what comes after it is heard."""
    async with heard(store) as here:
        here.ledger.failing, here.ledger.error = 3, KeyError
        await here.room.said("kim", "/find 1")
        await here.room.said("kim", "/find 2")
        async with polling(here):
            await until(lambda: bool(here.ledger.events))
        assert isinstance(here.ledger.only, CommandIssued)
        assert here.ledger.only.text == "2"
        async with store.pool.connection() as connection:
            rows = await (await connection.execute("SELECT reason FROM quarantine")).fetchall()
        assert [row["reason"] for row in rows] == ["mistake: KeyError"]


@pytest.mark.parametrize("kind", ["429", "503", "cut", "applied-cut"])
async def test_a_question_that_fails_is_asked_again(store: Store, kind: str) -> None:
    """Telegram busy, away, gone in the middle of an answer: what it had to tell comes a little later, once."""
    async with heard(store) as here, polling(here):
        await here.room.telegram.room.polling.reach()
        await here.room.post("faults", service="telegram-polling", kind=kind, times=1)
        await here.room.said("kim", "/find 1")
        await here.room.said("kim", "/find 2")
        await until(lambda: len(here.ledger.events) == 2)
