"""Which thread a message belongs to: a reply on Telegram names one message only, a thread is known by its first.

Messages are numbered in every chat, so they are kept by the chat's own id, the one Telegram uses now.
"""

from __future__ import annotations

from bot.store.statements import Statements
from bot.store.store import Store

PLATFORM = "telegram"


class Threads:
    """Messages under the posts of cases, the bot's own and other people's, each with its thread's first message."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, channel: str, chat: str, message: str, thread: str) -> None:
        """Remember that a message stands in a thread. Safe to repeat; what was kept first stays.

        Args:
            channel: the channel as a place names it (`-100123`, `-100123:42`).
            chat: the chat's id of today, as Telegram says it.
            message: the message's id in that chat.
            thread: the id of the thread's first message: a case's post.

        Raises:
            psycopg.Error: nothing is kept.
        """
        async with self._store.pool.connection() as connection:
            await Statements(connection).do(
                "keep_thread", platform=PLATFORM, channel=channel, chat=chat, message=message, thread=thread
            )

    async def root(self, chat: str, message: str) -> str | None:
        """The first message of the thread that a message of this chat stands in; None where none is known."""
        row = await self._store.one("thread_of", platform=PLATFORM, chat=chat, message=message)
        return str(row["thread"]) if row else None

    async def channel(self, chat: str, declared: str, message: str) -> str | None:
        """The channel a message stands in, with its topic, where it is a post or in a thread; else None.

        Args:
            chat: the chat's id of today.
            declared: the id by which a desk knows that chat.
            message: the message's id.
        """
        row = await self._store.one(
            "channel_of_message", platform=PLATFORM, chat=chat, declared=declared, message=message
        )
        return str(row["channel"]) if row else None
