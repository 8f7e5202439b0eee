"""Digests at their times: on a real store, with a clock that a test moves."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from bot import digests
from bot.digest_told import tell
from bot.store.store import Store
from config.settings import load_settings
from tests.bot.guided import texts
from tests.bot.rung import LINE, Rung, at

pytestmark = pytest.mark.anyio
FRIDAY = at("2026-11-20 15:00")


@pytest.fixture
def room(store: Store) -> Rung:
    """Friday afternoon in Amsterdam."""
    return Rung(store, now=FRIDAY)


async def look(room: Rung, now: datetime, clocks: int = 1) -> list[str]:
    """Every clock process looks for digests; what was sent then, by the keys of the digests."""
    room.now, before = now, len(room.chat.shown)
    desks = {room.desk.key: room.desk}
    await asyncio.gather(*(digests.tick(room.store, desks, lambda: room.now) for _ in range(clocks)))
    await room.deliver()
    keys = [shown.key for shown in room.chat.shown[before:]]
    return sorted({key.split(":")[2] for key in keys if key.startswith("digest:")})


async def test_a_digest_that_was_declared_today_waits_for_its_next_time(room: Rung) -> None:
    """A bot that starts in the afternoon does not ring with the morning's."""
    await room.log()
    assert await look(room, FRIDAY) == []
    assert await look(room, FRIDAY + timedelta(minutes=1)) == []


async def test_leads_get_theirs_on_working_days_only(room: Rung) -> None:
    """Nothing at the weekend, once on Monday morning, then on Tuesday again; with what is open."""
    await look(room, FRIDAY)
    await room.log()
    for weekend in ("2026-11-21 12:00", "2026-11-22 12:00", "2026-11-23 08:59"):
        assert "stale_daily" not in await look(room, at(weekend))
    assert "stale_daily" in await look(room, at("2026-11-23 09:00"))
    assert await look(room, at("2026-11-23 09:00") + timedelta(seconds=5)) == []
    [told] = [shown.message for shown in room.chat.shown if ":stale_daily:" in shown.key]
    assert "of 1 open" in texts(told)
    assert told.buttons == ()
    assert "mhj-2026-11-23-1-open.png" in [name for _, names, _ in room.chat.uploads for name in names]
    assert "stale_daily" in await look(room, at("2026-11-24 09:30"))


async def test_two_clocks_send_one(room: Rung) -> None:
    """However they meet, one of them finds the digest, and its date is written down once."""
    await look(room, FRIDAY, clocks=2)
    await room.log()
    for day in ("2026-11-23", "2026-11-24", "2026-11-25"):
        await look(room, at(f"{day} 09:10"), clocks=3)
    keys = [shown.key for shown in room.chat.shown if ":stale_daily:" in shown.key]
    assert keys == [f"digest:mhj:stale_daily:2026-11-{day}" for day in (23, 24, 25)]


async def test_after_days_of_downtime_the_latest_is_sent_once(room: Rung) -> None:
    """Not those of the days that were missed; and none before its time."""
    await look(room, FRIDAY)
    await room.log()
    assert "stale_daily" in await look(room, at("2026-11-26 14:00"))
    keys = [shown.key for shown in room.chat.shown if ":stale_daily:" in shown.key]
    assert keys == ["digest:mhj:stale_daily:2026-11-26"]


async def test_what_missed_its_day_waits_for_the_next(room: Rung) -> None:
    """A clock that wakes in the night sends nothing until the morning."""
    await look(room, FRIDAY)
    assert await look(room, at("2026-11-24 01:00")) == []
    assert "stale_daily" in await look(room, at("2026-11-24 09:00"))


async def test_people_get_their_day_and_the_supplier_his_list(room: Rung) -> None:
    """Only who has something there: the agent's case is with the supplier."""
    await look(room, FRIDAY)
    await room.log(LINE)
    await look(room, at("2026-11-23 09:10"))
    sent = {
        shown.key.split(":")[2]: shown.place.channel for shown in room.chat.shown if "digest:" in shown.key
    }
    assert set(sent) == {"stale_daily", "chargebacks_daily", "supplier_daily"}


async def test_everybody_may_ask_how_things_stand(room: Rung) -> None:
    """`/digest` now, for the one who asks."""
    await room.log()
    told = await room.ask("agent", "/digest")
    assert "1 open" in texts(told)
    told = await room.ask("bowen", "/digest")
    assert "one case waits for you" in texts(told)


async def test_the_operator_sees_and_sends_it(room: Rung, database_url: str) -> None:
    """`deskbell digest --dry-run` prints every channel's and sends nothing; without it, each once a day."""
    await room.log()
    settings = load_settings().model_copy(update={"database_url": SecretStr(database_url)})
    said: list[str] = []
    assert await tell(settings, "mhj", said.append, dry_run=True) == 0
    printed = "\n".join(said)
    assert ("1 open" in printed, "0 open" in printed, await room.store.outbox()) == (True, True, [])
    said.clear()
    for _ in range(2):
        await tell(settings, "mhj", said.append, dry_run=False)
    assert [line.partition(": ")[2] for line in said] == ["queued."] * 2 + ["today's is sent already."] * 2
    assert [line.kind for line in await room.store.outbox()] == ["Reply", "ShowPicture"] * 2


async def test_a_desk_that_there_is_not_is_said(database_url: str) -> None:
    """With a status of its own."""
    said: list[str] = []
    settings = load_settings().model_copy(update={"database_url": SecretStr(database_url)})
    assert await tell(settings, "nowhere", said.append, dry_run=True) == 1
    assert said == ["There is no desk called nowhere, or it has no daily digest for a channel."]


async def test_a_picture_that_cannot_be_looked_for_is_not_sent_twice(room: Rung) -> None:
    """The words say the same: a try that may have landed is the last one."""
    room.chat.looks = False
    await look(room, FRIDAY)
    room.now = at("2026-11-23 09:00")
    await digests.tick(room.store, {room.desk.key: room.desk}, lambda: room.now)
    async with room.store.transaction() as tx:
        await tx.connection.execute(
            "UPDATE deliveries SET state = 'trying', first_tried_at = now(), tried_at = now()"
            " WHERE kind = 'ShowPicture'"
        )
    await room.deliver()
    assert room.chat.uploads == []
