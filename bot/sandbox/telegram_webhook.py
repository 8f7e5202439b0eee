"""The webhook: updates are posted to the bot, chat by chat in order, and again until it answers with a 2xx.

Source: core.telegram.org/bots/api, "setWebhook". Only addresses on this machine are ever called.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from bot.sandbox.telegram_refusal import Json, TelegramRefusal
from bot.sandbox.telegram_updates import Update, Updates

ANSWER_SECONDS = 30.0
"""How long the bot may take to answer."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before a failed delivery is tried again; doubled each time. Telegram publishes no figures."""
HEADER = "x-telegram-bot-api-secret-token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_CHARACTERS = re.compile(r"[A-Za-z0-9_-]*")


def checked_url(url: str) -> str:
    """The address, when it is one that may be called: loopback, with or without TLS.

    Raises:
        TelegramRefusal: it is no address, or it is another machine, which the sandbox does not resolve.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise TelegramRefusal("invalid webhook URL specified")
    is_here = parts.hostname == "localhost"
    with suppress(ValueError):
        is_here = is_here or ip_address(parts.hostname).is_loopback
    if not is_here:
        raise TelegramRefusal("bad webhook: Failed to resolve host: Name or service not known")
    return url


def checked_secret(secret: str) -> str:
    """The secret token, when it is one.

    Raises:
        TelegramRefusal: it is too long, or holds other characters than letters, digits, `_` and `-`.
    """
    if not _CHARACTERS.fullmatch(secret):
        raise TelegramRefusal("secret token contains unallowed characters")
    if not _SECRET.fullmatch(secret):
        raise TelegramRefusal("secret token is too long")
    return secret


@dataclass
class Webhook:
    """Posts what waits in the queue to the bot, as long as `url` is set; `pace` shortens the pauses."""

    updates: Updates
    now: Callable[[], float]
    url: str = ""
    secret: str = ""
    most: int = 40
    pace: float = 0.05
    error: tuple[int, str] | None = None
    _pump: asyncio.Task[None] | None = field(default=None, repr=False)
    _client: httpx.AsyncClient | None = field(default=None, repr=False)

    def set(self, url: str, secret: str, most: int) -> None:
        """Begin to post to an address."""
        self.unset()
        self.url, self.secret, self.most, self.error = url, secret, most, None
        self._pump = asyncio.ensure_future(self._deliver())

    def unset(self) -> None:
        """Stop posting; what waits stays."""
        self.url = ""
        if self._pump is not None:
            self._pump.cancel()
        self._pump = None

    def info(self) -> Json:
        """What getWebhookInfo answers."""
        facts: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.waiting()),
        }
        if self.url:
            facts |= {"max_connections": self.most, "ip_address": "127.0.0.1"}
        if self.url and self.error is not None:
            facts |= {"last_error_date": self.error[0], "last_error_message": self.error[1]}
        return facts

    async def _deliver(self) -> None:
        """Start a post for every chat that has something waiting and none under way."""
        busy: dict[int, asyncio.Task[None]] = {}
        try:
            while True:
                for update in self.updates.waiting():
                    if update.chat not in busy and len(busy) < self.most:
                        busy[update.chat] = asyncio.ensure_future(self._insist(update))
                news = asyncio.ensure_future(self.updates.stirred(LONGEST_PAUSE))
                await asyncio.wait({news, *busy.values()}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                busy = {chat: task for chat, task in busy.items() if not task.done()}
        finally:
            for task in busy.values():
                task.cancel()

    async def _insist(self, update: Update) -> None:
        """Post one update until the bot takes it and no copy is left."""
        pause = FIRST_PAUSE
        while not update.done.is_set():
            update.handed = True
            problem = await self._post(update.json)
            if problem is None:
                self.updates.delivered(update)
                pause = FIRST_PAUSE
                continue
            self.error = (int(self.now()), problem)
            await asyncio.sleep(pause * self.pace)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, body: Json) -> str | None:
        """Post once; what went wrong, in Telegram's words."""
        self._client = self._client or httpx.AsyncClient(trust_env=False, verify=False)  # noqa: S501  # loopback only
        headers = {"content-type": "application/json"} | ({HEADER: self.secret} if self.secret else {})
        try:
            answer = await self._client.post(
                self.url, content=json.dumps(body), headers=headers, timeout=ANSWER_SECONDS
            )
        except httpx.TimeoutException:
            return "Read timeout expired"
        except httpx.HTTPError:
            return "Connection refused"
        if answer.is_success:
            return None
        return f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"

    async def stop(self) -> None:
        """Stop posting and close the connections."""
        pump = self._pump
        self.unset()
        if pump is not None:
            await asyncio.gather(pump, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
        self._client = None
