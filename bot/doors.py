"""Where people's words come into a process: Slack's socket or requests, Telegram's updates asked for or delivered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from starlette.applications import Starlette

from bot import clock
from bot.health import health
from bot.slack import http
from bot.slack.client import Slack
from bot.slack.socket_mode import SocketMode
from bot.telegram.client import Telegram
from bot.telegram.menu import keep_menus
from bot.telegram.moved import MovedChats
from bot.telegram.polling import Poller
from bot.telegram.webhook import Webhook
from bot.wiring import House, listener_of, slack_of, telegram_listener_of, telegram_of
from config.errors import DeclarationFault, DeclarationsRefused
from config.settings import Settings

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Vendors:
    """The chats this process can speak to; those without a token are None."""

    slack: Slack | None
    telegram: Telegram | None


@asynccontextmanager
async def vendors(settings: Settings) -> AsyncIterator[Vendors]:
    """The chats' doors, closed with the block."""
    async with AsyncExitStack() as stack:
        slack = await slack_of(settings)
        if slack is not None:
            stack.push_async_callback(slack.close)
        telegram = await telegram_of(settings)
        if telegram is not None:
            stack.push_async_callback(telegram.close)
        yield Vendors(slack, telegram)


def need_chats(settings: Settings, *, socket: bool | None = None) -> None:
    """Refuse to start mute, and where a `socket` or signed HTTP is wanted, deaf.

    Args:
        settings: one of Slack and Telegram is enough.
        socket: whether Slack is to be heard by a socket or by signed HTTP; None: not at all.

    Raises:
        DeclarationsRefused: a token is missing, with what to do.
    """
    wanted: dict[str, object] = {}
    if settings.telegram_bot_token is None or settings.slack_bot_token is not None:
        wanted["SLACK_BOT_TOKEN"] = settings.slack_bot_token
        if socket is not None:
            wanted |= (
                {"SLACK_APP_TOKEN": settings.slack_app_token}
                if socket
                else {"SLACK_SIGNING_SECRET": settings.slack_signing_secret}
            )
    if settings.telegram_bot_token is not None and settings.telegram_webhook_url and socket is not None:
        wanted["TELEGRAM_WEBHOOK_SECRET"] = settings.telegram_webhook_secret
    missing = [name for name, token in wanted.items() if token is None]
    if missing:
        raise DeclarationsRefused([DeclarationFault("environment", name, _where(name)) for name in missing])


def _where(name: str) -> str:
    guide = "docs/setup-telegram.md" if name.startswith("TELEGRAM") else "docs/setup-slack.md"
    return f"is not set; {guide} says where it comes from. To try without an account: `make run`"


@dataclass(slots=True)
class Doors:
    """What a process listens with: `parts` run until they are cancelled, `page` is what it serves."""

    page: Starlette
    parts: list[Coroutine[Any, Any, object]] = field(default_factory=list)
    is_public: bool = False
    """Whether somebody outside has to reach the page."""


def doors(home: House, chats: Vendors, *, socket: bool, polls: bool) -> Doors:
    """Open the doors of a process.

    Args:
        home: the wired parts.
        chats: the chats it can speak to.
        socket: whether Slack is heard by a socket; else by its request URLs, where their secret is set.
        polls: whether Telegram is asked for updates where no webhook is set. One process may ask, and no more.
    """
    settings = home.settings
    held, endpoint = _slack(home, chats.slack, socket=socket) if chats.slack else (None, None)
    parts: list[Coroutine[Any, Any, object]] = [listen(held)] if held else []
    poller, webhook = None, None
    if chats.telegram is not None:
        listener = telegram_listener_of(home, chats.telegram)
        parts.append(listener.run())
        parts.append(keep_menus(chats.telegram, home.desks, MovedChats(home.store)))
        if settings.telegram_webhook_url and settings.telegram_webhook_secret:
            webhook = Webhook(listener.take, settings.telegram_webhook_secret.get_secret_value())
            parts.append(webhook.announce(chats.telegram.bot, settings.telegram_webhook_url))
        elif polls and settings.telegram_bot_token:
            token = settings.telegram_bot_token.get_secret_value()
            poller = Poller(token, listener.take, settings.telegram_api_url)
            parts.append(poller.run())
        else:
            log.warning("telegram_is_not_heard", reason="TELEGRAM_WEBHOOK_URL is not set")
    page = health(home, held, endpoint, poller, webhook)
    return Doors(page, parts, is_public=endpoint is not None or webhook is not None)


def _slack(home: House, slack: Slack, *, socket: bool) -> tuple[SocketMode | None, http.Endpoint | None]:
    listener, token, secret = (
        listener_of(home, slack),
        home.settings.slack_app_token,
        home.settings.slack_signing_secret,
    )
    if socket and token is not None:
        return SocketMode(listener.app, slack, token.get_secret_value()), None
    if secret is not None:
        return None, http.endpoint(listener.app, secret.get_secret_value(), clock.now)
    return None, None


async def listen(socket: SocketMode) -> None:
    """Hold a socket until cancelled, and end it without losing what it took."""
    try:
        await socket.start()
        await asyncio.Event().wait()
    finally:
        await asyncio.shield(socket.stop())
