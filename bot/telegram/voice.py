"""What is said to one person at once, and not stored: the answer to a press, and a word about what was not taken.

None of it is retried, and nothing here raises because of Telegram: it is said in the background, after the commit,
for a few seconds at most.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog
from telegram import ReplyParameters

from bot.telegram.client import VENDOR_ERRORS, Telegram
from bot.telegram.updates import TOAST
from handlers.decision import Decision
from handlers.message import Message
from handlers.plain import shorten

SECONDS = 4.0
"""How long something said in the background may take: less than a process has to end."""
GLANCE = 60
"""A toast is gone after a moment; what is longer than this stays until it is closed."""

log = structlog.get_logger(__name__)


class Voice:
    """Speaks to one person at a time."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._under_way: set[asyncio.Task[None]] = set()

    def toast_later(self, query: str, text: str = "") -> None:
        """Answer a press, so that its button stops turning: with a short text, or with nothing but that."""
        shown = shorten(text, TOAST)
        call = self._telegram.bot.answer_callback_query(
            query, text=shown or None, show_alert=len(shown) > GLANCE
        )
        self._later("answerCallbackQuery", call)

    def tell_later(self, user: str, text: str) -> None:
        """Tell somebody in their private chat, as far as they let us."""
        self._later("sendMessage", self._telegram.bot.send_message(int(user), shorten(text, 1_000)))

    def reply_later(self, chat: str, message: str, text: str) -> None:
        """Answer a message in its chat, where whoever reads the one may read the other."""
        under = ReplyParameters(int(message), allow_sending_without_reply=True)
        self._later("sendMessage", self._telegram.bot.send_message(int(chat), text, reply_parameters=under))

    async def finish(self) -> None:
        """Wait until everything said in the background has been said."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    def _later(self, what: str, call: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.ensure_future(self._try(what, call))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _try(self, what: str, call: Coroutine[Any, Any, Any]) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                await call
        except (*VENDOR_ERRORS, TimeoutError) as error:
            log.warning("telegram_not_told", call=what, error=type(error).__name__)


def short(decision: Decision) -> str:
    """What was decided, for whoever asked, in plain words; empty where nothing is left to say."""
    if decision.answer is not None:
        return _words(decision.answer)
    return "\n".join(fault.sentence for fault in decision.faults)


def _words(message: Message) -> str:
    facts = (f"{label}: {value}" for label, value in message.facts)
    parts = (message.headline, *message.lines, *facts, message.quote, *message.below, message.footer)
    return "\n".join(part for part in parts if part)
