"""The one way to Telegram's Bot API: a client that never retries by itself, and who we are to Telegram.

python-telegram-bot retries no call but getUpdates, so what it raises is all that happened. Whatever it raises or
logs stays free of the token: an address of the Bot API has it in its path.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import InvalidToken, TelegramError, TimedOut
from telegram.request import HTTPXRequest, RequestData

from bot import metrics

API_URL = "https://api.telegram.org"
CONNECT_SECONDS, READ_SECONDS, UPLOAD_SECONDS = 5.0, 15.0, 60.0
LONGEST_SECONDS = 90.0
"""A call that is not done by then counts as failed, however it trickles."""
CONNECTIONS = 64
"""More than the worker does at a time."""
VENDOR_ERRORS = (TelegramError,)
"""Everything a call can fail with because of Telegram or of the way to it."""
LOUD = ("httpx", "httpcore", "telegram")
"""Loggers that write addresses, and so the token, below WARNING."""
REJECTED = "The token was rejected by the server."


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are to Telegram, from getMe; `username` has no `@`."""

    user: int
    username: str
    name: str


class Telegram:
    """A bot's API. One for a process: it owns the connections, so close it.

    Args:
        bot: python-telegram-bot's client, already pointed at the right addresses.
        api_url: what stands before `/bot<token>` and `/file/bot<token>`, without a slash at its end.
    """

    def __init__(self, bot: Bot, api_url: str) -> None:
        self.bot = bot
        self.api_url = api_url
        self._identity: Identity | None = None
        self._asking = asyncio.Lock()

    @classmethod
    async def open(cls, token: str, api_url: str | None = None) -> Telegram:
        """A client with connections of its own; it calls nobody yet. Call it in the event loop that will use it."""
        _quiet()
        base = (api_url or API_URL).rstrip("/")
        # httpx takes a proxy out of the environment, NO_PROXY or not; none leads to this machine.
        ways = {"trust_env": not is_loopback(base)}
        bot = _Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=_Counted(
                connection_pool_size=CONNECTIONS,
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                write_timeout=READ_SECONDS,
                pool_timeout=READ_SECONDS,
                media_write_timeout=UPLOAD_SECONDS,
                httpx_kwargs=ways,
            ),
            get_updates_request=HTTPXRequest(
                connection_pool_size=2,
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                httpx_kwargs=ways,
            ),
        )
        return cls(bot, base)

    async def close(self) -> None:
        """Close the connections. Safe to repeat."""
        # Bot.shutdown closes nothing unless getMe was asked before.
        await asyncio.gather(*(request.shutdown() for request in self.bot._request))  # noqa: SLF001  # as said

    async def identity(self) -> Identity:
        """Who we are, asked once.

        Raises:
            telegram.error.InvalidToken: the token is not good.
            telegram.error.NetworkError: Telegram cannot be reached.
        """
        async with self._asking:
            if self._identity is None:
                told = await self.bot.get_me()
                self._identity = Identity(told.id, told.username or "", told.first_name)
        return self._identity


class _Bot(Bot):
    """python-telegram-bot's client, which would name the token where it is rejected."""

    async def initialize(self) -> None:
        """As the original."""
        try:
            await super().initialize()
        except InvalidToken:
            raise InvalidToken(REJECTED) from None


class _Counted(HTTPXRequest):
    """Calls that are counted, and end."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **named: Any
    ) -> tuple[int, bytes]:
        """As the original; it takes `LONGEST_SECONDS` at most."""
        metrics.REQUESTS.labels("telegram").inc()
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return await super().do_request(url, method, request_data, *timeouts, **named)
        except TimeoutError as error:
            raise TimedOut from error


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    return urlsplit(url).hostname in {"localhost", "127.0.0.1", "::1"}


def _quiet() -> None:
    for name in LOUD:
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))
