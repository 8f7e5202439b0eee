"""The workspace as every part of the emulator holds it: state, truth, views, and the way to the bot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from bot.sandbox.faults import SLOW_SECONDS, Truth
from bot.sandbox.people import World
from bot.sandbox.slack_deliver import Deliveries, Parcel
from bot.sandbox.slack_ids import Credentials, Json
from bot.sandbox.slack_manifest import SlackApp
from bot.sandbox.slack_responses import ResponseUrls
from bot.sandbox.slack_socket import Sockets
from bot.sandbox.slack_state import Conversation, SlackState
from bot.sandbox.slack_views import Views

T = TypeVar("T")
FORM_SECONDS = 3.0
"""How long somebody waits for a form, or for the inputs an answer brings, to appear."""


class Workspace:
    """Everything one Slack workspace with one app is made of.

    Args:
        world: who and what it starts with.
        truth: where applied effects are written.
        now: the sandbox's clock, seconds since 1970.
        app: what the app was granted and declared.
        clock: a monotonic clock in seconds, by which triggers expire.
    """

    def __init__(
        self,
        world: World,
        truth: Truth,
        *,
        now: Callable[[], float] = time.time,
        app: SlackApp | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.world = world
        self.truth = truth
        self.app = app or SlackApp()
        self.credentials = Credentials.invent()
        self.state = SlackState(world, now)
        self.clock = clock
        self.views = Views(self.state.ids, self.app_facts, clock)
        self.responses = ResponseUrls(now)
        self.sockets = Sockets(self.state.app_id)
        self.deliveries = Deliveries(self.sockets)
        self.watchers: list[Callable[[str], None]] = []
        self.pace = False
        self.date: Callable[[], float] = time.time
        """By which answers are dated, seconds since 1970: a vendor's clock does not move with the sandbox's."""
        self.slow_seconds = SLOW_SECONDS
        self.form_seconds = FORM_SECONDS
        self.base = "http://127.0.0.1"
        self._stirred = asyncio.Event()

    @property
    def scopes(self) -> tuple[str, ...]:
        """The bot token's scopes."""
        return self.app.scopes

    @property
    def is_connected(self) -> bool:
        """Whether the bot can be reached: a web socket is open, or a request URL is set."""
        return bool(self.sockets.sockets) or self.deliveries.http is not None

    @property
    def app_facts(self) -> Json:
        """What a view says about the app it belongs to."""
        team = self.world.team
        return {
            "team_id": team,
            "app_id": self.state.app_id,
            "app_installed_team_id": team,
            "bot_id": self.state.bot_id,
        }

    def changed(self, conversation: str) -> None:
        """Say that something a person can see changed: in a conversation, or in a view when it is empty."""
        stirred, self._stirred = self._stirred, asyncio.Event()
        stirred.set()
        for watcher in self.watchers:
            watcher(conversation)

    async def until(self, find: Callable[[], T | None], seconds: float) -> T | None:
        """What `find` finds, as soon as something changed so that it does; None after so many seconds."""
        end = time.monotonic() + seconds
        while (found := find()) is None and (left := end - time.monotonic()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stirred.wait(), left)
        return found

    def record(self, effect: str, **facts: Any) -> None:
        """Write down one applied effect."""
        self.truth.record("slack", effect, **facts)

    def may_hear(self, conversation: Conversation | None, scope: str) -> bool:
        """Whether the bot gets an event of this conversation that needs this scope."""
        inside = conversation is None or self.state.bot_user in conversation.members
        return inside and (not scope or scope in self.scopes)

    def emit(
        self, event: Json, conversation: Conversation | None = None, scope: str = ""
    ) -> list[asyncio.Task[bool]]:
        """Send the bot an event, if it may hear it; answers the deliveries under way."""
        if not self.may_hear(conversation, scope) or not self.app.hears(_subscription(event, conversation)):
            return []
        state = self.state
        payload = {
            "token": self.credentials.verification_token,
            "team_id": self.world.team,
            "context_team_id": self.world.team,
            "context_enterprise_id": None,
            "api_app_id": state.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": state.ids.new("Ev"),
            "event_time": int(state.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self.world.team,
                    "user_id": state.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": state.ids.new("4-"),
        }
        return [self.deliveries.tell(Parcel("events_api", payload))]


def _subscription(event: Json, conversation: Conversation | None) -> str:
    """The name a manifest subscribes to an event by; messages have one for each kind of conversation."""
    if event["type"] != "message" or conversation is None:
        return str(event["type"])
    return "message." + {"channel": "channels", "group": "groups", "im": "im"}[conversation.kind]
