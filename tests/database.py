"""Databases for tests: one server per test session, and for every test a clone of a migrated template.

Import the fixtures where they are used: `from tests.database import database_url, server, store`.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from shutil import disk_usage

import psycopg
import pytest
from psycopg import sql

from bot.store import embedded
from bot.store.migrate import migrate
from bot.store.store import Store

TEMPLATE = "template_deskbell"
FORGETFUL = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "file_copy_method": "clone",
}
"""Settings of a server whose data nobody will miss; the copy is the kernel's own."""
_numbers = count(1)
_running: list[str] = []


def on(url: str, database: str) -> str:
    """The URL of another database on the same server."""
    return url.replace("/postgres?", f"/{database}?")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server that only this test session uses; it forgets the disk, so it is fast.

    Every conftest that imports this gets the same server: whoever asks first starts it and stops it at the end.
    """
    if _running:
        yield _running[0]
        return
    with tempfile.TemporaryDirectory(prefix="deskbell-test-", dir=_fastest_folder()) as folder:
        _running.append(_start(Path(folder)))
        yield _running[0]
        _running.clear()
        embedded.stop(Path(folder), force=True)


def _start(folder: Path) -> str:
    url = embedded.start(folder)
    with psycopg.connect(url, autocommit=True) as connection:
        for setting, value in FORGETFUL.items():
            command = sql.SQL("ALTER SYSTEM SET {} = {}")
            connection.execute(command.format(sql.Identifier(setting), sql.Literal(value)))
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    asyncio.run(migrate(on(url, TEMPLATE)))
    return url


def _fastest_folder() -> str | None:
    """Memory, where there is enough of it for a few hundred databases one after the other."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and disk_usage(memory).free > 1 << 30 else None


@pytest.fixture
def database_url(server: str) -> Iterator[str]:
    """The URL of an empty, migrated database of this test's own."""
    with clone(server) as url:
        yield url


@contextmanager
def clone(server: str) -> Iterator[str]:
    """The URL of an empty, migrated database, dropped with the block."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE)
            )
        )
        yield on(server, name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store on this test's own database."""
    async with Store.open(database_url) as opened:
        yield opened
