"""The pool's own behaviour: it fails in time, and it keeps what the URL says."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from urllib.parse import quote

import psycopg
import pytest

from bot.store.pool import pool
from bot.store.store import Store
from tests.bot.desks import command

pytestmark = pytest.mark.anyio
SLACK_SECONDS = 3
"""After so many seconds Slack shows the person an error of its own."""


@pytest.fixture(params=["nobody listens", "nobody answers"])
def away(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database that is away: the port is closed, or whoever listens never says a word."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if request.param == "nobody answers":
            taken.listen()
        yield f"postgresql://deskbell@127.0.0.1:{taken.getsockname()[1]}/deskbell"


async def test_a_person_learns_in_time_that_the_database_is_away(away: str) -> None:
    """A transaction on a database that is away fails before Slack gives the person up."""
    async with Store.open(away) as store:
        began = time.monotonic()
        with pytest.raises(psycopg.OperationalError):
            async with store.transaction() as tx:
                await tx.seen(command())
        assert time.monotonic() - began < SLACK_SECONDS


async def test_nobody_waits_long_for_a_lock(store: Store) -> None:
    """Where another transaction keeps an event for ever, the second one fails in time."""
    async with store.transaction() as first:
        await first.seen(command())
        began = time.monotonic()
        with pytest.raises(psycopg.errors.LockNotAvailable):
            async with store.transaction() as second:
                await second.seen(command())
        assert time.monotonic() - began < SLACK_SECONDS
        first.abandon()


async def test_options_of_the_url_are_kept(database_url: str) -> None:
    """A search path that stands in DATABASE_URL holds, beside our own settings and before them."""
    url = f"{database_url}&options={quote('-csearch_path=pg_catalog -clock_timeout=7s')}"
    async with pool(url, 1, synchronous_commit="off") as opened, opened.connection() as connection:
        names = ("search_path", "lock_timeout", "statement_timeout", "synchronous_commit")
        query = "SELECT name, current_setting(name) AS now FROM unnest(%s::text[]) AS name"
        shown = await (await connection.execute(query, (list(names),))).fetchall()
    assert [row["now"] for row in shown] == ["pg_catalog", "7s", "30s", "off"]


async def test_a_restart_of_the_database_costs_the_next_person_nothing(database_url: str) -> None:
    """Every connection of the pool was cut; whoever asks next gets one that lives, without a wait worth naming."""
    async with pool(database_url, 6) as opened:
        async with AsyncExitStack() as stack:
            used = [await stack.enter_async_context(opened.connection()) for _ in range(6)]
            cut = [connection.info.backend_pid for connection in used]
        async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as server:
            await server.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s::int[]) AS pid", (cut,)
            )
        began = time.monotonic()
        async with opened.connection() as connection:
            answer = await (await connection.execute("SELECT 'well' AS it")).fetchone()
        assert answer == {"it": "well"}
        assert time.monotonic() - began < 1
