"""Telegram on loopback: the Bot API by polling and webhook, and the people who use it.

The stock python-telegram-bot works against it once its base addresses point here. It refuses what Telegram
refuses, in its words, writes every applied effect into the truth log, and plays the faults it is told to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router

from bot.sandbox.control_errors import Refused
from bot.sandbox.faults import Cut, Cutting, Faults, Truth
from bot.sandbox.people import World
from bot.sandbox.telegram_people import TelegramPeople
from bot.sandbox.telegram_refusal import Json, TelegramRefusal
from bot.sandbox.telegram_room import TelegramRoom
from bot.sandbox.telegram_webhook import checked_url
from bot.sandbox.telegram_wire import answer, download

REASONS = ("conflict", "cut")
"""How a poll that waits can be ended: as by another poller, or by a failing network."""


class Telegram(TelegramPeople):
    """The emulator: the routes a vendor's client calls, and what people do (`control_ports.ChatPlatform`).

    Args:
        world: who and what it starts with; people and groups as `world.telegram` says.
        truth: the sandbox's truth log.
        faults: the switchboard; line `telegram`, and `telegram-polling` for getUpdates.
        now: the sandbox's clock, seconds since 1970.
    """

    name = "telegram"

    def __init__(
        self, world: World, truth: Truth, faults: Faults, now: Callable[[], float] = time.time
    ) -> None:
        super().__init__(TelegramRoom(world, truth, now=now))
        self.faults = faults

    def routes(self) -> Sequence[BaseRoute]:
        """The routes to mount under `/telegram`: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""
        router = Router(
            [
                Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._download),
            ]
        )
        return [Mount("", app=Cutting(router))]

    async def _call(self, request: Request) -> Response:
        return await answer(self.room, self.faults, request)

    async def _download(self, request: Request) -> Response:
        return await download(self.room, self.faults, request)

    def at(self, base: str) -> None:
        """Told where the server listens."""
        self.room.base = base

    def urls(self) -> dict[str, str]:
        """What stands before `/bot<token>` and `/file/bot<token>`."""
        return {"telegram": f"{self.room.base}/telegram"}

    def credentials(self) -> Json:
        """Token and webhook secret, invented for this run, and the bot's id and username."""
        bot = self.room.state.bot
        return {
            "bot_token": self.room.token,
            "webhook_secret": self.room.secret,
            "bot_id": bot.id,
            "username": bot.username,
        }

    async def drop_connections(self, reason: str) -> None:
        """End the poll that waits: as by a second poller (`conflict`), or as a network does (`cut`)."""
        if reason not in REASONS:
            raise Refused(f"'{reason}' is not one of {', '.join(REASONS)}")
        words = "terminated by other getUpdates request; make sure that only one bot instance is running"
        self.room.polling.interrupt(Cut() if reason == "cut" else TelegramRefusal(words, 409))

    def request_urls(self, events: str, interactivity: str = "", commands: str = "") -> None:
        """Set the webhook to `events` with the secret of `credentials`, or back to polling with an empty one."""
        del interactivity, commands
        if not events:
            self.room.webhook.unset()
            return
        try:
            self.room.webhook.set(checked_url(events), self.room.secret, 40)
        except TelegramRefusal as refusal:
            raise Refused(refusal.description) from refusal

    async def stop(self) -> None:
        """End what is under way."""
        self.room.polling.interrupt(Cut())
        await self.room.webhook.stop()

    @property
    def duplicate(self) -> int:
        """How many times every update is delivered."""
        return self.room.updates.duplicate

    @duplicate.setter
    def duplicate(self, times: int) -> None:
        self.room.updates.duplicate = times

    @property
    def pace(self) -> bool:
        """Whether more than twenty messages a minute to a group, or thirty a second, are refused."""
        return self.room.pace

    @pace.setter
    def pace(self, on: bool) -> None:
        self.room.pace = on
