"""Telegram's updates over HTTP: the secret token is compared before anything reads the body.

What is not proven is a 401 without effect. What is proven and cannot be read is put aside and answered 200: else
Telegram would send it for ever. Only what is ours to answer for (nothing could be committed) is a 503, so that it
comes again. A replayed update is known by its event's id.
Source: core.telegram.org/bots/api, "setWebhook".
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import TelegramError

from bot.telegram.envelope import ALLOWED
from bot.telegram.unheard import NotTaken
from config.texts import text

PATH = "/telegram/webhook"
HEADER = "x-telegram-bot-api-secret-token"
BODY_MAX = 1024 * 1024
"""The largest body accepted, in bytes: our own limit; updates stay far below."""
AT_ONCE = 10
"""How many updates Telegram may deliver at the same time: as many as a process has connections to the database."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before setting the webhook is tried again; doubled each time."""
Take = Callable[[Any], Awaitable[None]]
"""The listener's `take`."""

log = structlog.get_logger(__name__)


class Webhook:
    """The route that Telegram delivers to, and the call that tells it so.

    Args:
        take: the listener's `take`.
        secret: what Telegram sends along with every update; an empty one proves nothing and refuses everything.
    """

    def __init__(self, take: Take, secret: str) -> None:
        self._take = take
        self._secret = secret
        self._is_set = False

    def route(self) -> Route:
        """The route, for the web process."""
        return Route(PATH, self._deliver, methods=["POST"])

    async def announce(self, bot: Bot, url: str) -> None:
        """Have Telegram deliver to this address, trying for as long as it takes; then wait to be cancelled.

        Nothing is taken back at the end: what comes meanwhile is kept for the next process.
        """
        wait = FIRST_WAIT
        while not self._is_set:
            try:
                await bot.set_webhook(
                    f"{url.rstrip('/')}{PATH}",
                    secret_token=self._secret,
                    allowed_updates=ALLOWED,
                    max_connections=AT_ONCE,
                )
                self._is_set = True
            except TelegramError as error:
                log.warning("telegram_webhook_not_set", error=type(error).__name__, reason=error.message)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
        await asyncio.Event().wait()

    def trouble(self) -> str:
        """What is wrong, for `/healthz`; empty when nothing is."""
        return "" if self._is_set else text("health.webhook")

    async def _deliver(self, request: Request) -> Response:
        if not is_proven(request.headers.getlist(HEADER), self._secret):
            log.warning("telegram_request_refused")
            return Response(status_code=401)
        try:
            body = await _read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        try:
            await self._take(readable(body))
        except NotTaken:
            return Response(status_code=503)
        return Response(status_code=200)


def is_proven(secrets: list[str], secret: str) -> bool:
    """Whether a request carries our secret, once. Total; takes as long for a near miss as for any other."""
    if not secret or len(secrets) != 1:
        return False
    return hmac.compare_digest(secrets[0].encode("utf-8", "surrogatepass"), secret.encode())


def readable(body: bytes) -> Any:
    """The JSON of a body; None where it is none, or is too large. Total."""
    if len(body) > BODY_MAX:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


async def _read(request: Request) -> bytes:
    """The body, as far as one byte beyond what is accepted."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX:
            break
    return bytes(body)
