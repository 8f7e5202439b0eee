"""The one way to Slack's Web API: a client that never retries by itself, and who we are to Slack.

slack_sdk's default retry sent a message twice when a connection was cut, so there are no retry handlers; the worker
decides. A shared session saves a handshake a call; with one, slack_sdk ignores its own time-out, so the session has it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiohttp
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot import metrics

CALL_TIMEOUT = aiohttp.ClientTimeout(total=15, sock_connect=5)
"""Longer than Slack's slowest answers seen, shorter than a worker's patience. Seconds."""

VENDOR_ERRORS = (SlackClientError, aiohttp.ClientError, TimeoutError)
"""Everything a call can fail with because of Slack or of the way to it."""


class IdentityUnknown(Exception):
    """Slack did not say who we are, so nothing that came in can be handled yet."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are to Slack, from `auth.test`; `url` is the workspace's own, with a slash at its end."""

    team: str
    bot_user: str
    bot: str
    url: str

    def link(self, channel: str, message: str, thread: str | None = None) -> str:
        """Where a message can be read, made without a call, as Slack's own permalinks are made."""
        link = f"{self.url}archives/{channel}/p{message.replace('.', '')}"
        return f"{link}?thread_ts={thread}&cid={channel}" if thread and thread != message else link


class Slack:
    """A workspace's Web API. One for a process: it owns the connections, so close it."""

    def __init__(self, token: str, api_url: str, session: aiohttp.ClientSession) -> None:
        self.token = token
        self.api_url = api_url
        self.session = session
        self.web = AsyncWebClient(
            token=token, base_url=api_url, session=session, retry_handlers=[], logger=quiet_logger()
        )
        if is_loopback(api_url):
            # slack_sdk takes a proxy out of the environment, NO_PROXY or not; none leads to this machine.
            self.web.proxy = None
        self._before_close: list[Callable[[], Awaitable[None]]] = []
        self._identity: Identity | None = None
        self._asking = asyncio.Lock()

    @classmethod
    async def open(cls, token: str, api_url: str = AsyncWebClient.BASE_URL) -> Slack:
        """A client with a session of its own; call it in the event loop that will use it."""
        counted = aiohttp.TraceConfig()
        counted.on_request_start.append(_count)
        return cls(token, api_url, aiohttp.ClientSession(timeout=CALL_TIMEOUT, trace_configs=[counted]))

    def before_close(self, finish: Callable[[], Awaitable[None]]) -> None:
        """Have something finished before the connections go."""
        self._before_close.append(finish)

    async def close(self) -> None:
        """Finish what is being said, then close the connections. Safe to repeat."""
        for finish in self._before_close:
            await finish()
        await self.session.close()

    async def identity(self) -> Identity:
        """Who we are, asked once.

        Raises:
            SlackApiError: the token is not good, or Slack refuses for now.
            aiohttp.ClientError: Slack cannot be reached. (TimeoutError: in time.)
        """
        async with self._asking:
            if self._identity is None:
                told = await self.web.auth_test()
                self._identity = Identity(
                    team=str(told.get("team_id") or ""),
                    bot_user=str(told.get("user_id") or ""),
                    bot=str(told.get("bot_id") or ""),
                    url=str(told.get("url") or "https://slack.com/").rstrip("/") + "/",
                )
        return self._identity

    async def permalink(self, channel: str, message: str, thread: str | None = None) -> str:
        """The link to a message. Total: where Slack does not tell it, it is made from what we know."""
        try:
            async with asyncio.timeout(1.5):
                told = await self.web.chat_getPermalink(channel=channel, message_ts=message)
        except VENDOR_ERRORS:
            known = self._identity or Identity("", "", "", "https://slack.com/")
            return known.link(channel, message, thread)
        return str(told.get("permalink") or "")


async def _count(*_: object) -> None:
    metrics.REQUESTS.labels("slack").inc()


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class WithoutBodies(logging.Filter):
    """Keeps the first words of a log line and drops what follows: bodies, URLs with tickets, tracebacks.

    Bolt's remark that it will not use the token it found in the environment goes altogether: it need not.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the line in place; every line stays but the remark on the token."""
        words = str(record.msg)
        if words == warning_client_prioritized_and_token_skipped():
            return False
        for end in "({:":
            words = words.partition(end)[0]
        record.msg, record.args = words.strip(), ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def quiet_logger() -> logging.Logger:
    """The logger for Bolt and slack_sdk: never below WARNING, and without the bodies they put into their lines.

    Both decide by the level of the logger they are given, whatever the root's is.
    """
    logger = logging.getLogger("deskbell.slack")
    logger.setLevel(logging.WARNING)
    if not any(isinstance(known, WithoutBodies) for known in logger.filters):
        logger.addFilter(WithoutBodies())
    return logger
