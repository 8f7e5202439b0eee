"""The pool of connections: whoever waits for an answer is told in time that the database is away."""

from __future__ import annotations

from select import POLLIN, poll
from time import monotonic
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

WAIT_SECONDS = 2.0
"""How long to wait for a connection. Slack gives a person's command up after three seconds, and "not saved" has to
be there before that; whatever nobody waits for is tried again by the worker."""
LIMITS = {"lock_timeout": "2500ms", "idle_in_transaction_session_timeout": "30s", "statement_timeout": "30s"}
"""The server's limits. A lock is kept for milliseconds (by another replica that decides the same event, or the same
case); a transaction longer than these has lost its process, and its locks must not outlive it for ever. Migrations
have connections of their own, without these."""
REACH = {"connect_timeout": 2, "tcp_user_timeout": 2000, "keepalives_idle": 10, "keepalives_interval": 5}
"""A host that is gone without a word: seconds to connect, milliseconds for a sent byte to be confirmed, and how
often a silent connection is asked (libpq, "Parameter Key Words")."""


class Pool(AsyncConnectionPool[AsyncConnection[dict[str, Any]]]):
    """Gives connections that live: one that a restarted server has cut is noticed and replaced before it is used.

    The pool's own check rests for a second, and then longer, after every dead connection it finds. A restart
    leaves a handful of them, so that whoever asked would give up beside a server that is well again.
    """

    async def getconn(self, timeout: float | None = None) -> AsyncConnection[dict[str, Any]]:
        """A living connection; dead ones on the way to it are thrown away at once.

        Raises:
            PoolTimeout: there was none within `timeout` seconds.
        """
        deadline = monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            connection = await super().getconn(timeout=deadline - monotonic())
            if not _has_news(connection):
                return connection
            try:
                await self.check_connection(connection)
            except psycopg.Error:
                await self.putconn(connection)
            except BaseException:
                await self.putconn(connection)
                raise
            else:
                return connection


def _has_news(connection: AsyncConnection[dict[str, Any]]) -> bool:
    """Whether an idle connection has something to say: a server that goes says so, or at least hangs up.

    It costs no question to the server, and a host that is gone without a word is found by `tcp_user_timeout`.
    """
    look = poll()
    look.register(connection.fileno(), POLLIN)
    return bool(look.poll(0))


async def _one_by_one(connection: AsyncConnection[dict[str, Any]]) -> None:
    """Let every statement be a transaction of its own, for the engine and for single readings."""
    await connection.set_autocommit(True)


def pool(url: str, size: int, **settings: str) -> Pool:
    """A pool of at most so many connections, not open yet, each with these settings of the server.

    What the URL says itself (`options`, `connect_timeout` and so on) is kept, and goes before ours.
    """
    said = conninfo_to_dict(url)
    ours = " ".join(f"-c {name}={value}" for name, value in {**LIMITS, **settings}.items())
    reach = {name: value for name, value in REACH.items() if name not in said}
    return Pool(
        url,
        connection_class=AsyncConnection[dict[str, Any]],
        # The server takes the last of two settings of one name.
        kwargs={"row_factory": dict_row, "options": f"{ours} {said.get('options') or ''}".strip(), **reach},
        configure=_one_by_one,
        min_size=1,
        max_size=size,
        open=False,
        timeout=WAIT_SECONDS,
        # Tries grow ever rarer; given up this soon, the next one who asks begins anew.
        reconnect_timeout=WAIT_SECONDS,
    )
