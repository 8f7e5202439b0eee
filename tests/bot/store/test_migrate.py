from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from bot.store import migrate as migrate_module
from bot.store.migrate import migrate, pending
from tests.database import on

pytestmark = pytest.mark.anyio
OURS = sorted(path.name for path in (Path(migrate_module.__file__).parent / "migrations").glob("*.sql"))


@pytest.fixture
def empty_url(server: str) -> str:
    """A database nobody has migrated."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS empty WITH (FORCE)"))
        connection.execute(sql.SQL("CREATE DATABASE empty"))
    return on(server, "empty")


async def test_a_second_run_changes_nothing(empty_url: str) -> None:
    """Everything is applied once, the engine's schema and ours."""
    before = await pending(empty_url)
    first = await migrate(empty_url)
    assert first == ["procrastinate/schema", *OURS]
    assert (before, await migrate(empty_url), await pending(empty_url)) == (OURS, [], [])


async def test_two_at_once_apply_everything_once(empty_url: str) -> None:
    """Replicas that start together wait for one another."""
    applied = await asyncio.gather(*(migrate(empty_url) for _ in range(4)))
    assert sorted(len(names) for names in applied) == [0, 0, 0, 1 + len(OURS)]


async def test_only_what_a_newer_engine_adds_is_applied(empty_url: str) -> None:
    """A migration of the engine that came with an upgrade is found by its name."""
    await migrate(empty_url)
    newest = "procrastinate/03.04.00_50_post_add_retry_failed_job_procedure.sql"
    with psycopg.connect(empty_url) as connection:
        connection.execute("DELETE FROM migrations WHERE name = %s", (newest,))
    assert [await migrate(empty_url), await migrate(empty_url)] == [[newest], []]
