"""Asking Telegram for updates: what it gave is confirmed only when everything in it is committed.

python-telegram-bot's Updater confirms updates once they are in its queue. Ours holds none: putting one there is
deciding about it, and fails with a `TelegramError` where that failed. Then the Updater waits a little longer each
time, and asks for the same updates again. Any other error would stop it for ever without a word.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Updater
from telegram.request import HTTPXRequest

from bot.telegram import envelope
from bot.telegram.client import API_URL, REJECTED, is_loopback
from bot.telegram.envelope import ALLOWED
from bot.telegram.unheard import NotTaken
from config.texts import text

Take = Callable[[Any], Awaitable[None]]
"""The listener's `take`."""

POLL = timedelta(seconds=10)
"""How long Telegram keeps a question open while there is nothing to tell."""
SILENCE = timedelta(seconds=60)
"""No answer for so long, polling is ill: one comes every `POLL`, and after an error within 30 s."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds before the first question is tried again; doubled each time."""
STOP_SECONDS = 3.0
"""How long confirming what was taken may hold up the end of the process."""
HELD_SECONDS = 0.5
"""How long what came too early rests: the post it may belong to is mostly there by then."""
RAW = "raw"
BATCH = 100
"""Updates in one answer, at most (Bot API, "getUpdates")."""
log = structlog.get_logger(__name__)


class Poller:
    """The one that asks; Telegram answers one at a time, and sends the others away (409).

    Args:
        token: the bot's token.
        take: the listener's `take`.
        api_url: what stands before `/bot<token>`; None: Telegram's own.
    """

    def __init__(self, token: str, take: Take, api_url: str | None = None) -> None:
        self._token = token
        self._take = take
        self._base = (api_url or API_URL).rstrip("/")
        self._answered: datetime | None = None
        self._trouble = ""

    async def run(self) -> None:
        """Ask until cancelled; the first question is tried for as long as it takes."""
        deciding = _Deciding(self._take)
        updater = Updater(self._bot(deciding), deciding)
        try:
            await self._start(updater)
            await asyncio.Event().wait()
        finally:
            await asyncio.shield(self._stop(updater))

    def silence(self, now: datetime) -> str:
        """What is wrong with polling, for `/healthz`; empty when nothing is."""
        if self._answered is not None and now - self._answered <= SILENCE:
            return ""
        if self._trouble == Conflict.__name__:
            return text("health.second_poller")
        if self._answered is None:
            return text("health.no_poll")
        return text("health.poll_silent", seconds=round((now - self._answered).total_seconds()))

    async def _start(self, updater: Updater) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                await updater.initialize()
                await updater.start_polling(
                    timeout=POLL, allowed_updates=ALLOWED, error_callback=self._failed, bootstrap_retries=0
                )
            except TelegramError as error:
                self._failed(error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                return

    async def _stop(self, updater: Updater) -> None:
        """Confirm what was taken, and close the connections. What is not confirmed comes again and is known."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                if updater.running:
                    await updater.stop()
        except TimeoutError:
            log.info("telegram_not_confirmed")
        await updater.bot.shutdown()

    def _failed(self, error: TelegramError) -> None:
        name = type(error).__name__
        if name != self._trouble or isinstance(error, Conflict):
            log.warning("telegram_polling_failed", error=name)
        self._trouble = name

    def _heard(self) -> None:
        self._answered, self._trouble = datetime.now(UTC), ""

    def _bot(self, deciding: _Deciding) -> Bot:
        ways = {"trust_env": not is_loopback(self._base)}
        return _PollingBot(
            deciding,
            self._heard,
            token=self._token,
            base_url=f"{self._base}/bot",
            request=HTTPXRequest(httpx_kwargs=ways),
            get_updates_request=_Envelopes(httpx_kwargs=ways),
        )


class _Deciding(asyncio.Queue[object]):
    """A queue in which nothing lies: what is put there has been decided, or holds back the offset."""

    def __init__(self, take: Take) -> None:
        super().__init__()
        self._take = take
        self._taken: deque[int] = deque(maxlen=2 * BATCH)
        self._held: set[str] = set()
        """Chats in which something came too early, of this batch."""
        self._owed: set[int] = set()
        """Updates that were passed over and must not be confirmed."""

    async def put(self, item: object) -> None:
        """Decide about one update, unless it came before: of a batch in which one failed all come again.

        What came too early is held back, and with it what was said after it in its chat; others do not wait for it.

        Raises:
            TelegramError: it has to come again, the only error after which the Updater asks once more.
        """
        if not isinstance(item, Update) or item.update_id in self._taken:
            return
        update = item.api_kwargs.get(RAW)
        chat = envelope.chat(update) if isinstance(update, dict) else ""
        if chat in self._held:
            self._owed.add(item.update_id)
            return
        try:
            await self._take(update)
        except NotTaken as error:
            if not error.is_early:
                raise TelegramError(f"not taken: {error}") from error
            self._held.add(chat)
            self._owed.add(item.update_id)
            return
        except Exception as error:
            log.exception("telegram_mistake", error=type(error).__name__)
            raise TelegramError(type(error).__name__) from error
        self._taken.append(item.update_id)
        self._owed.discard(item.update_id)

    def offset(self, wanted: int | None) -> int | None:
        """What may be confirmed, where the Updater would confirm everything before `wanted`; a new batch begins."""
        self._held.clear()
        return wanted if wanted is None else min({wanted, *self._owed})

    def came(self, numbers: Sequence[int]) -> None:
        """What is owed and did not come again was confirmed by somebody else, or is too old for Telegram."""
        last = max(numbers, default=None)
        self._owed = {each for each in self._owed if each in numbers or (last is not None and each > last)}


class _Envelopes(HTTPXRequest):
    """Gives the client every update as an envelope: its number, and inside, unread, what Telegram sent.

    The client refuses a whole batch for one update that it cannot read, and asks for the same batch for ever.
    """

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As the original, which would log what it cannot read; what has no number is passed over.

        Raises:
            TelegramError: it is no answer of Telegram's.
        """
        try:
            told: Any = json.loads(payload.decode(errors="replace"))
        except (ValueError, RecursionError):
            raise TelegramError("Invalid server response") from None
        if not isinstance(told, dict):
            raise TelegramError("Invalid server response")
        result = told.get("result")
        if isinstance(result, list):
            told["result"] = [
                {"update_id": each["update_id"], RAW: each}
                for each in result
                if isinstance(each, dict) and isinstance(each.get("update_id"), int)
            ]
        return told


class _PollingBot(Bot):
    """A bot that says when Telegram answered, and confirms no more than was decided."""

    def __init__(self, deciding: _Deciding, heard: Callable[[], None], **given: Any) -> None:
        super().__init__(**given)
        self._deciding = deciding
        self._told = heard

    async def get_updates(self, offset: int | None = None, *given: Any, **named: Any) -> tuple[Update, ...]:
        """As the original.

        Raises:
            TelegramError: Telegram did not answer, or did not like the question.
        """
        confirmed = self._deciding.offset(offset)
        if confirmed != offset:
            await asyncio.sleep(HELD_SECONDS)
        try:
            found = await super().get_updates(confirmed, *given, **named)
        except InvalidToken:
            # The Updater would give up for ever; the token may be good again.
            raise TelegramError(REJECTED) from None
        self._deciding.came([update.update_id for update in found])
        self._told()
        return found
