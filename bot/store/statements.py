"""Named statements on one connection."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection, AsyncCursor

from bot.store.queries import sql

Row = dict[str, Any]
"""A row: column to value, as psycopg reads it."""
Connection = AsyncConnection[Row]


class Statements:
    """Runs the named queries of `queries.sql` on a connection whose transaction somebody else began and ends."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def one(self, query: str, **arguments: object) -> Row | None:
        """The first row of a named query; None when there is none."""
        return await (await self.connection.execute(sql(query), arguments)).fetchone()

    async def all(self, query: str, **arguments: object) -> list[Row]:
        """Every row of a named query."""
        return await (await self.connection.execute(sql(query), arguments)).fetchall()

    async def do(self, query: str, **arguments: object) -> int:
        """Run a named query and say how many rows it touched."""
        return (await self.connection.execute(sql(query), arguments)).rowcount

    async def run(self, query: str, **arguments: object) -> AsyncCursor[Row]:
        """Run a named query inside a pipeline; what it found is there when the pipeline has ended."""
        return await self.connection.execute(sql(query), arguments)
