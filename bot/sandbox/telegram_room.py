"""What every part of the Telegram emulator holds: state, truth, the queue of updates, and the way to the bot."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.sandbox.faults import SLOW_SECONDS, Truth
from bot.sandbox.people import World
from bot.sandbox.telegram_polling import Polling
from bot.sandbox.telegram_refusal import Json
from bot.sandbox.telegram_state import Chat, TelegramState
from bot.sandbox.telegram_updates import Update, Updates
from bot.sandbox.telegram_webhook import Webhook

T = TypeVar("T")
PATIENCE_SECONDS = 4.0
"""How long a person's action waits for the bot to take what came of it."""
GRACE_SECONDS = 0.6
"""After an answer without buttons, how long a script waits for the next question."""
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
"""What a bot's token looks like; anything else is no address at all."""


@dataclass
class Press:
    """A callback query: somebody pressed a button; `answer` is what the bot told them then, at most once."""

    id: str
    user: int
    message: str
    born: float
    answer: Json | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class TelegramRoom:
    """One bot with its chats.

    Args:
        world: who and what it starts with.
        truth: where applied effects are written.
        now: the sandbox's clock, seconds since 1970.
    """

    def __init__(self, world: World, truth: Truth, *, now: Callable[[], float] = time.time) -> None:
        self.world = world
        self.truth = truth
        self.state = TelegramState(world, now)
        self.token = f"{self.state.bot.id}:AA{secrets.token_hex(16)}x"
        self.secret = secrets.token_hex(16)
        """For a webhook that the sandbox sets itself."""
        self.updates = Updates(now)
        self.polling = Polling(self.updates)
        self.webhook = Webhook(self.updates, now)
        self.presses: dict[str, Press] = {}
        self.pressing: dict[int, asyncio.Lock] = {}
        self.last_in: dict[int, tuple[int, int | None]] = {}
        """Where a person was active last: chat and topic, by user."""
        self.commands: dict[str, list[Json]] = {}
        self.watchers: list[Callable[[str], None]] = []
        self.sent: list[tuple[float, int]] = []
        """When the bot sent something, and to which chat; for its pace."""
        self.pace = False
        self.slow_seconds = SLOW_SECONDS
        self.patience_seconds = PATIENCE_SECONDS
        self.grace_seconds = GRACE_SECONDS
        self.base = "http://127.0.0.1"
        self._stirred = asyncio.Event()

    @property
    def is_connected(self) -> bool:
        """Whether the bot can be reached: it polls, or its webhook is set."""
        return bool(self.webhook.url) or self.polling.is_connected

    def changed(self, chat: Chat) -> None:
        """Say that something a person can see changed in a chat."""
        stirred, self._stirred = self._stirred, asyncio.Event()
        stirred.set()
        for watcher in list(self.watchers):
            watcher(place_of(chat))

    async def until(self, find: Callable[[], T | None], seconds: float) -> T | None:
        """What `find` finds, as soon as something changed so that it does; None after so many seconds."""
        end = time.monotonic() + seconds
        while (found := find()) is None and (left := end - time.monotonic()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stirred.wait(), left)
        return found

    def record(self, effect: str, **facts: Any) -> None:
        """Write down one applied effect."""
        self.truth.record("telegram", effect, **facts)

    def emit(self, kind: str, body: Json, chat: Chat) -> list[Update]:
        """Queue an update for the bot; answers it, if the bot wants its kind."""
        update = self.updates.add(kind, body, chat.id)
        return [update] if update is not None else []

    async def patience(self, under_way: Iterable[Update]) -> bool:
        """Wait a little; True when the bot confirmed everything, False at once when it is away."""
        return await self.taken(list(under_way), self.patience_seconds)

    async def taken(self, updates: list[Update], seconds: float) -> bool:
        """Whether the bot confirms these updates within so many seconds; False at once when it is away."""
        if all(update.done.is_set() for update in updates):
            return True
        if not self.is_connected:
            return False
        try:
            async with asyncio.timeout(seconds):
                for update in updates:
                    await update.done.wait()
        except TimeoutError:
            return False
        return True


def place_of(chat: Chat) -> str:
    """How a script calls a chat: `telegram:NL-Bowen`, `telegram:@bowen`."""
    return f"telegram:@{chat.title}" if chat.kind == "private" else f"telegram:{chat.title}"
