"""Groups that go by another id now: one that becomes a supergroup gets a new one, and the declaration keeps the old.

Inside the house a chat is always the declared one; only what speaks to Telegram asks what it is called now.
Source: core.telegram.org/bots/api, "Message" (`migrate_to_chat_id`) and "ResponseParameters".
"""

from __future__ import annotations

from bot.store.statements import Statements
from bot.store.store import Store

PLATFORM = "telegram"


def former(message: str | None, chat: str) -> str | None:
    """How a message is kept of the group that was called `chat`: the one that took its place counts from 1 again."""
    return message if message is None or "@" in message else f"{message}@{chat}"


class MovedChats:
    """What is known of such groups, in the store: every process learns of it at once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, chat: str, now: str) -> None:
        """Remember that a chat, by its declared id or a later one, is called `now`. Safe to repeat.

        Raises:
            psycopg.Error: nothing is kept; the same will be heard again.
        """
        async with self._store.pool.connection() as connection:
            await Statements(connection).do("chat_moved", platform=PLATFORM, chat=chat, now=now)

    async def declared(self, chat: str) -> str:
        """The id by which a desk knows the chat that Telegram calls this."""
        row = await self._store.one("declared_chat", platform=PLATFORM, now=chat)
        return str(row["declared"]) if row else chat

    async def now(self, channel: str) -> str:
        """What Telegram calls the chat of a declared channel, without its topic (`-100123:42` is in `-100123`)."""
        chat = channel.partition(":")[0]
        row = await self._store.one("chat_now", platform=PLATFORM, declared=chat)
        return str(row["now"]) if row else chat
