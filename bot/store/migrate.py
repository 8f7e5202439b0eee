"""Brings a database to the schema this version works with. Safe to repeat and safe to run twice at once."""

from __future__ import annotations

from importlib import resources
from typing import Any

import procrastinate.sql
from procrastinate.schema import SchemaManager
from psycopg import AsyncConnection, sql
from psycopg.rows import dict_row

LOCK = 0x6465736B
"""The advisory lock that only one migration at a time holds ("desk" in ASCII)."""
ENGINE = "procrastinate/"
"""How the engine's own migrations are recorded, beside ours."""


async def migrate(url: str) -> list[str]:
    """Apply what is missing, all in one transaction, and return the names applied; none when up to date."""
    async with await AsyncConnection.connect(url, row_factory=dict_row) as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations"
            " (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        cursor = await connection.execute("SELECT name FROM migrations")
        done = {row["name"] for row in await cursor.fetchall()}
        applied = await _engine(connection, done)
        for name, statement in _ours().items():
            if name not in done:
                await _apply(connection, name, statement)
                applied.append(name)
        return applied


async def pending(url: str) -> list[str]:
    """The migrations of ours that this database still lacks; `/healthz` and `doctor` ask."""
    async with await AsyncConnection.connect(url, row_factory=dict_row) as connection:
        cursor = await connection.execute("SELECT to_regclass('migrations') IS NOT NULL AS there")
        row = await cursor.fetchone()
        if row is None or not row["there"]:
            return list(_ours())
        cursor = await connection.execute("SELECT name FROM migrations")
        done = {row["name"] for row in await cursor.fetchall()}
    return [name for name in _ours() if name not in done]


def _ours() -> dict[str, str]:
    return _scripts(resources.files("bot.store") / "migrations")


def _scripts(folder: Any) -> dict[str, str]:
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda f: str(f.name)
    )
    return {file.name: file.read_text(encoding="utf-8") for file in files}


async def _engine(connection: AsyncConnection[dict[str, Any]], done: set[str]) -> list[str]:
    """Procrastinate's schema: whole on a fresh database, afterwards only what a newer version adds to it."""
    scripts = _scripts(resources.files(procrastinate.sql) / "migrations")
    missing = [name for name in scripts if f"{ENGINE}{name}" not in done]
    if not any(name.startswith(ENGINE) for name in done):
        await connection.execute(_as_is(SchemaManager.get_schema()))
        for name in scripts:
            await _record(connection, f"{ENGINE}{name}")
        return [f"{ENGINE}schema"]
    for name in missing:
        await _apply(connection, f"{ENGINE}{name}", scripts[name])
    return [f"{ENGINE}{name}" for name in missing]


async def _apply(connection: AsyncConnection[dict[str, Any]], name: str, statement: str) -> None:
    await connection.execute(_as_is(statement))
    await _record(connection, name)


async def _record(connection: AsyncConnection[dict[str, Any]], name: str) -> None:
    await connection.execute("INSERT INTO migrations (name) VALUES (%s)", (name,))


def _as_is(script: str) -> sql.SQL:
    """A script of our own files; without arguments psycopg reads no placeholders in it."""
    return sql.SQL(script)
