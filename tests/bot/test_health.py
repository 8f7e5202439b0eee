"""What a process says of its own health."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.health import SILENCE, health, silence
from bot.wiring import House
from tests.scenarios.room import open_room

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (NOW - timedelta(seconds=3), ""),
        (NOW - SILENCE - timedelta(seconds=5), "no frame from Slack for 35 s"),
        (None, "no frame from Slack yet"),
    ],
)
def test_a_socket_that_is_silent_for_too_long_is_ill(last: datetime | None, said: str) -> None:
    """The last frame from Slack tells whether we would hear anything."""
    assert silence(last, NOW) == said


@pytest.mark.anyio
async def test_work_that_waits_is_told_and_takes_nobody_out_of_service(database_url: str) -> None:
    """With work ten minutes old the answer is still 200, and says so; the queue's age is among the metrics."""
    async with open_room(database_url) as room:
        home: House = room.home
        await room.logged()
        async with home.store.transaction() as tx:
            await tx.connection.execute(
                "UPDATE deliveries SET state = 'waiting', queued_at = now() - interval '10 minutes'"
            )
            transport = httpx.ASGITransport(app=health(home))
            async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
                await tx.connection.commit()
                answer = await client.get("/healthz")
                metrics = await client.get("/metrics")

    assert answer.status_code == httpx.codes.OK
    assert "the oldest work waits" in answer.json()["parts"]["queue"]
    assert answer.json()["parts"]["database"] == "ok"
    age = next(line for line in metrics.text.splitlines() if line.startswith("deskbell_queue_age_seconds "))
    assert float(age.split()[1]) >= 600
