"""The engine's connections: as procrastinate makes them, but a job's end is not lost with a connection."""

from __future__ import annotations

import asyncio
from typing import Any, LiteralString

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.exceptions import ConnectorException

TRIES = 60
PAUSE_SECONDS = 0.25
"""A database that restarts is back within `TRIES` pauses; after that the job returns to the queue by itself."""


class Connector(PsycopgConnector):
    """Writes again what a cut connection took along.

    The engine writes the end of a job once. Were that lost with its connection, the job would stay marked as
    running by a worker that lives, and hold its lane back. Everything it writes this way may be written twice.
    """

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """Run a statement that returns nothing, again and again while the database is away."""
        for left in reversed(range(TRIES)):
            try:
                await super().execute_query_async(query, **arguments)
                return
            except ConnectorException as error:
                if not left or not isinstance(error.__cause__, psycopg.OperationalError):
                    raise
            await asyncio.sleep(PAUSE_SECONDS)
