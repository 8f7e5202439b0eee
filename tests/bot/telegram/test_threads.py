"""What is remembered of threads, and of groups that moved."""

from __future__ import annotations

import pytest

from bot import upkeep
from bot.store.store import Store
from bot.telegram.moved import MovedChats
from bot.telegram.threads import Threads

pytestmark = pytest.mark.anyio
CHAT, CHANNEL = "-1001000000001", "-1001000000001:42"


async def test_a_message_knows_the_first_one_of_its_thread(store: Store) -> None:
    """It is kept by chat and message, and what was kept first stays."""
    threads = Threads(store)
    await threads.keep(CHANNEL, CHAT, "12", "10")
    await threads.keep(CHANNEL, CHAT, "12", "11")
    assert await threads.root(CHAT, "12") == "10"
    assert await threads.root("-1", "12") is None
    assert await threads.channel(CHAT, CHAT, "12") == CHANNEL
    assert await threads.channel(CHAT, CHAT, "13") is None


async def test_a_group_that_moved_keeps_its_declared_id(store: Store) -> None:
    """Both ways, topics aside; what never moved is called what it was."""
    moved = MovedChats(store)
    await moved.keep("-4001", "-1004001")
    await moved.keep("-4001", "-1004001")
    assert (await moved.declared("-1004001"), await moved.declared("-7")) == ("-4001", "-7")
    assert (await moved.now("-4001"), await moved.now("-7:42")) == ("-1004001", "-7")


async def test_a_group_that_moves_twice_is_still_the_declared_one(store: Store) -> None:
    """A move of the new id is a move of the declared one."""
    moved = MovedChats(store)
    await moved.keep("-1", "-2")
    await moved.keep("-2", "-3")
    assert (await moved.now("-1"), await moved.declared("-3")) == ("-3", "-1")


async def test_what_nobody_needs_any_more_is_forgotten(store: Store) -> None:
    """Old threads, buttons, traces of albums and of updates put aside go; a part that nobody decided about stays."""
    async with store.pool.connection() as connection:
        for days in (1, 500):
            old = f"now() - interval '{days} days'"
            for statement in (
                "INSERT INTO threads VALUES ('t', 'c', %(n)s, 'c', '1', {})",
                "INSERT INTO presses VALUES (%(n)s, 't', 'c', 'a', NULL, '', {})",
                "INSERT INTO quarantine (platform, reason, at) VALUES ('t', %(n)s, {})",
                "INSERT INTO album_parts VALUES ('t', 'c', 'a', %(n)s, '{{}}', 'e', {}, {})",
                "INSERT INTO album_parts VALUES ('t', 'c', 'b', %(n)s, '{{}}', NULL, {}, NULL)",
            ):
                await connection.execute(statement.format(old, old).encode(), {"n": str(days)})
        await upkeep.prune(store)
        left = {}
        for table, column in (("threads", "message"), ("presses", "id"), ("quarantine", "reason")):
            rows = await (await connection.execute(f"SELECT {column} AS it FROM {table}".encode())).fetchall()
            left[table] = [row["it"] for row in rows]
        parts = await (
            await connection.execute("SELECT album, message FROM album_parts ORDER BY 1, 2")
        ).fetchall()
    assert left == {"threads": ["1"], "presses": ["1"], "quarantine": ["1"]}
    assert [(row["album"], row["message"]) for row in parts] == [("a", "1"), ("b", "1"), ("b", "500")]
