"""The updates that wait for the bot: numbered, kept until they are confirmed, a day at most.

Source: core.telegram.org/bots/api, "Getting updates".
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram_refusal import Json

KEPT_SECONDS = 24 * 3600
KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "message_reaction", "message_reaction_count",
    "inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query",
    "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request",
    "chat_boost", "removed_chat_boost",
)  # fmt: skip
ASKED_FOR = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that are sent only to a bot that names them in `allowed_updates`."""


@dataclass
class Update:
    """One update on its way; `left` is how often it is still to be delivered."""

    id: int
    kind: str
    body: Json
    chat: int
    born: float
    left: int = 1
    handed: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def json(self) -> Json:
        """As the bot gets it."""
        return {"update_id": self.id, self.kind: self.body}


class Updates:
    """The queue of one bot.

    Args:
        now: the sandbox's clock, seconds since 1970.
        first: the first update's number.
    """

    def __init__(self, now: Callable[[], float], first: int = 500_000_000) -> None:
        self._now = now
        self._next = first
        self._queue: dict[int, Update] = {}
        self._stirred = asyncio.Event()
        self.allowed = frozenset(KINDS) - ASKED_FOR
        """The kinds the bot wants; remembered from one call to the next."""
        self.duplicate = 1
        """How many times each update is delivered (1-4), as when confirmations get lost."""

    def allow(self, kinds: Collection[str] | None) -> None:
        """Take over `allowed_updates`: an empty list is the default, None leaves what was said before."""
        if kinds is not None:
            self.allowed = frozenset(kinds) & frozenset(KINDS) or frozenset(KINDS) - ASKED_FOR

    def add(self, kind: str, body: Json, chat: int) -> Update | None:
        """Put one at the end; None where the bot does not want its kind."""
        if kind not in self.allowed:
            return None
        update = Update(self._next, kind, body, chat, self._now(), self.duplicate)
        self._next += 1
        self._queue[update.id] = update
        self._stir()
        return update

    def _stir(self) -> None:
        stirred, self._stirred = self._stirred, asyncio.Event()
        stirred.set()

    def waiting(self) -> list[Update]:
        """Those that are not confirmed, oldest first; what is older than a day is forgotten."""
        oldest = self._now() - KEPT_SECONDS
        for update in [each for each in self._queue.values() if each.born < oldest]:
            del self._queue[update.id]
        return list(self._queue.values())

    def confirm(self, offset: int) -> None:
        """Forget everything before a number, or all but the last ones where it is negative."""
        waiting = self.waiting()
        before = waiting[:offset] if offset < 0 else [each for each in waiting if each.id < offset]
        for update in before:
            self.delivered(update)

    def delivered(self, update: Update) -> None:
        """Note that the bot has one; it is forgotten when no copy is left."""
        update.left -= 1 if update.handed else update.left
        update.handed = False
        if update.left <= 0:
            self._queue.pop(update.id, None)
            update.done.set()

    def hand(self, most: int) -> list[Json]:
        """What getUpdates answers: the oldest that wait."""
        handed = self.waiting()[:most]
        for update in handed:
            update.handed = True
        return [update.json for update in handed]

    def clear(self) -> None:
        """Drop everything, as `drop_pending_updates` does."""
        for update in self._queue.values():
            update.done.set()
        self._queue.clear()

    def stirred(self, seconds: float) -> Coroutine[Any, Any, None]:
        """Returns as soon as one is added after this call, or after so many seconds."""
        return _until(self._stirred, seconds)


async def _until(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
