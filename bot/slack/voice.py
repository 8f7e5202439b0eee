"""How an answer reaches the one person it is for: a modal, a redrawn modal, or words that only they see.

None of this is stored and none of it is retried: it is for now, and who missed it asks again. So nothing here raises
because of Slack; it answers whether it worked, or works in the background after Slack has been answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.client import VENDOR_ERRORS, Slack
from bot.slack.message import blocks
from bot.slack.modal import View, modal, told
from bot.slack.payload import Payload, text_at
from handlers.form import Form
from handlers.message import Message
from handlers.place import PersonKey, Place

OPEN_SECONDS = 1.5
"""How long opening a modal may take: a trigger lives three seconds, and Slack wants its answer within three."""
LATER_SECONDS = 4.0
"""How long something said in the background may take: less than a process has to end."""
OUTSIDE = frozenset({"not_in_channel", "channel_not_found"})
"""Slack's words for a channel the bot is not in (docs.slack.dev, "chat.postEphemeral")."""

log = structlog.get_logger(__name__)


class Voice:
    """Speaks to one person at a time. `mentions` says which Slack user a person of the desk is."""

    def __init__(self, slack: Slack, mentions: Mapping[PersonKey, str]) -> None:
        self.slack = slack
        self.mentions = mentions
        self._under_way: set[asyncio.Task[None]] = set()
        slack.before_close(self.finish)

    def ephemeral(self, message: Message) -> dict[str, Any]:
        """A message as the answer to a command, for its author alone."""
        text, drawn = blocks(message, self.mentions)
        return {"response_type": "ephemeral", "text": text, "blocks": drawn}

    def told(self, message: Message, view: Payload) -> View:
        """A message as a view in the place of a form."""
        return told(message, self.mentions, text_at(view, "private_metadata"))

    async def open(self, trigger: str, form: Form) -> bool:
        """Open a form at once; False when its moment has passed or Slack cannot be reached."""
        call = self.slack.web.views_open(trigger_id=trigger, view=modal(form))
        return not await self._try("views.open", call, OPEN_SECONDS)

    async def redraw(self, view: Payload, drawn: View) -> bool:
        """Put another view in the place of an open one, unless it has changed meanwhile."""
        call = self.slack.web.views_update(
            view_id=text_at(view, "id"), hash=text_at(view, "hash") or None, view=drawn
        )
        return not await self._try("views.update", call, OPEN_SECONDS)

    def whisper_later(self, place: Place, user: str, message: Message, url: str = "") -> None:
        """Say something in a place that only one person sees, once Slack has been answered.

        Where the bot is no part of the channel any more, it is said by the response URL, if there is one.
        """
        self._later(self._whisper(place, user, message, url))

    def respond_later(self, url: str, message: Message) -> None:
        """Answer an interaction by its response URL, which works where the bot is not a member."""
        self._later(self._respond(url, message))

    async def finish(self) -> None:
        """Wait until everything said in the background has been said."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def _whisper(self, place: Place, user: str, message: Message, url: str) -> None:
        text, drawn = blocks(message, self.mentions)
        call = self.slack.web.chat_postEphemeral(
            channel=place.channel, user=user, thread_ts=place.thread, text=text, blocks=drawn
        )
        refused = await self._try("chat.postEphemeral", call, LATER_SECONDS)
        if url and refused in OUTSIDE:
            await self._respond(url, message, LATER_SECONDS / 2)

    async def _respond(self, url: str, message: Message, seconds: float = LATER_SECONDS) -> None:
        await self._try("response_url", self._post(url, self.ephemeral(message)), seconds)

    async def _post(self, url: str, body: Mapping[str, Any]) -> None:
        async with self.slack.session.post(url, json={**body, "replace_original": False}) as answer:
            answer.raise_for_status()

    async def _try(self, what: str, call: Coroutine[Any, Any, Any], seconds: float) -> str:
        """Nothing when it worked; else Slack's word for what is wrong, or the error's class."""
        try:
            async with asyncio.timeout(seconds):
                await call
        except VENDOR_ERRORS as error:
            log.warning("slack_not_told", call=what, error=_code(error))
            return _code(error)
        return ""

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


def _code(error: BaseException) -> str:
    """Slack's word for an error where it has one, else the error's class; never a body."""
    if isinstance(error, SlackApiError) and isinstance(error.response, AsyncSlackResponse):
        return str(error.response.get("error"))
    return type(error).__name__
