"""Telegram's updates in, our answers out: `take` returns when what an update tells is committed.

It raises `NotTaken` when nothing could be committed; then the update must not be confirmed, and Telegram delivers it
again. What fails by a mistake of ours is tried a few times, then put aside, so that it holds up nobody else's words.
Who may do what is not decided here: every person's account is passed on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from bot import metrics
from bot.intake import TooEarly
from bot.store.statements import Statements
from bot.store.store import Store
from bot.telegram import envelope, updates
from bot.telegram.albums import Albums
from bot.telegram.attached import LARGEST
from bot.telegram.client import VENDOR_ERRORS, Telegram
from bot.telegram.payload import Payload, ident_at, inside, text_at
from bot.telegram.placing import Placing, chat_of, message_of
from bot.telegram.presses import PLATFORM
from bot.telegram.unheard import NotTaken, is_away
from bot.telegram.updates import Ears, Heard
from bot.telegram.voice import Voice, short
from config.texts import text
from handlers.decision import NOTHING, Decision
from handlers.events import (
    ButtonPressed,
    CommandIssued,
    Event,
    MessageLogged,
    MessagePosted,
    ReactionAdded,
)
from handlers.ports import Clock

Receive = Callable[[Event], Awaitable[Decision]]
"""The intake: returns what was decided, after the commit."""

MOST_MISTAKES = 3
"""How often an update that fails by a mistake of ours is tried."""
log = structlog.get_logger(__name__)


class Listener:
    """What both polling and the webhook hand their updates to.

    Args:
        telegram: the Bot API.
        store: where threads, presses and parts of albums are.
        receive: the intake; raises when it could not commit.
        now: the clock, for updates that carry no moment.
        names: Telegram user id to what the desk calls somebody.
    """

    def __init__(
        self,
        telegram: Telegram,
        store: Store,
        receive: Receive,
        now: Clock,
        *,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._telegram = telegram
        self._store = store
        self._receive = receive
        self._now = now
        self._names = names or {}
        self.voice = Voice(telegram)
        self.placing = Placing(store)
        self.albums = Albums(store, self._hear_album)
        self._mistakes: dict[object, int] = {}
        self._sending: set[tuple[str, str]] = set()
        """Chat and account of those whose last message was a part of an album."""

    async def take(self, update: Any) -> None:
        """Decide about what an update tells. Safe to repeat: what was decided before is known by its event's id.

        Args:
            update: the JSON of one update, as Telegram sent it; anything else is put aside.

        Raises:
            NotTaken: nothing was committed; the update must come again.
        """
        number = envelope.update_id(update)
        if number is None or not envelope.is_sound(update):
            await self._put_aside("malformed")
            return
        try:
            await self._hear(update)
        except Exception as error:  # noqa: BLE001  # Whatever it is, the update comes again or is put aside.
            await self._not_taken(number, error, envelope.sender(update))
        else:
            self._mistakes.pop(number, None)
            metrics.UPDATES.labels("taken").inc()

    async def run(self) -> None:
        """Gather albums until cancelled; then say what is still to be said."""
        try:
            # Asked before the first update has to wait for it.
            await self._telegram.identity()
        except VENDOR_ERRORS as error:
            log.warning("telegram_identity_unknown", error=type(error).__name__)
        try:
            await self.albums.run()
        finally:
            await self.voice.finish()

    # --- one update ---

    async def _hear(self, update: Payload) -> None:
        gone = envelope.moved(update)
        if gone is not None:
            await self.placing.moved.keep(*gone)
            return
        message = inside(update, "message")
        if text_at(message, "media_group_id"):
            await self.albums.keep(message, self._names)
            self._sending.add(_speaker(update))
            return
        if (speaker := _speaker(update)) in self._sending:
            # Who does something else has sent the whole album: *Next* may not come before the photos.
            self._sending.discard(speaker)
            await self.albums.gather(timedelta(), speaker)
        for event in updates.events(update, await self._ears(), self._now()):
            await self._decide(event)

    async def _hear_album(self, message: Payload, ident: str) -> None:
        """As `take`, for a message with all the files of an album."""
        try:
            event = updates.said(message, await self._ears(), self._now(), ident)
            decision = await self._decide(event) if event is not None else NOTHING
            if event is not None and decision.is_durable and message.get("masked") is True:
                self.voice.tell_later(event.account.user, text("answer.masked"))
        except Exception as error:  # noqa: BLE001  # As above.
            await self._not_taken(ident, error, envelope.sender({"message": message}))
        else:
            self._mistakes.pop(ident, None)

    async def _ears(self) -> Ears:
        us = await self._telegram.identity()
        return Ears(us.user, us.username, self._names)

    async def _decide(self, heard: Heard) -> Decision:
        """Look up what Telegram does not say, decide, and answer in the background."""
        event = await self.placing.placed(heard)
        if isinstance(event, MessagePosted):
            event = await self.placing.shown(event)
        if isinstance(event, ButtonPressed):
            return await self._press(event)
        event, too_large = _without_large(event)
        decision = await self._receive(event)
        if isinstance(event, MessagePosted) and _is_unheard(event, decision):
            decision = await self._receive(updates.asking(event))
        if too_large and decision.is_durable and await self._is_meant_for_us(heard, event):
            self.voice.reply_later(chat_of(heard.place), message_of(heard), _too_large(too_large))
        if (answer := short(decision)) and not isinstance(event, ReactionAdded):
            self.voice.tell_later(event.account.user, answer)
        return decision

    async def _press(self, event: ButtonPressed) -> Decision:
        query = event.id.removeprefix("tg:press:")
        meant = await self.placing.meant(event)
        if meant is None:
            self.voice.toast_later(query, text("telegram.too_old"))
            return NOTHING
        decision = await self._receive(meant)
        self.voice.toast_later(query, short(decision))
        return decision

    async def _is_meant_for_us(self, heard: Heard, event: Heard) -> bool:
        """Whether its author expects us to read a message: others in a group send each other what they like."""
        if heard.place.direct or isinstance(event, CommandIssued | MessageLogged):
            return True
        if not isinstance(event, MessagePosted) or heard.place.thread is None:
            return False
        return event.on_ours or await self.placing.is_in_thread(heard.place)

    # --- when nothing could be committed ---

    async def _not_taken(self, number: object, error: Exception, sender: str) -> None:
        """Have it come again; what fails by a mistake of ours every time is put aside, and its sender is told.

        Raises:
            NotTaken: it has to come again.
        """
        name = type(error).__name__
        if is_away(error):
            metrics.UPDATES.labels("again").inc()
            log.warning("telegram_not_received", error=name)
            raise NotTaken(name, is_early=isinstance(error, TooEarly)) from error
        log.error("telegram_mistake", error=name, update=number, exc_info=error)
        self._mistakes[number] = self._mistakes.get(number, 0) + 1
        if self._mistakes[number] < MOST_MISTAKES:
            metrics.UPDATES.labels("again").inc()
            raise NotTaken(name) from error
        await self._put_aside(f"mistake: {name}")
        self._mistakes.pop(number, None)
        if sender:
            self.voice.tell_later(sender, text("telegram.mistake"))

    async def _put_aside(self, reason: str) -> None:
        """Keep that there was an update nothing can be made of.

        Raises:
            NotTaken: that could not be kept either.
        """
        log.error("telegram_put_aside", reason=reason)
        metrics.UPDATES.labels("aside").inc()
        try:
            async with self._store.pool.connection() as connection:
                await Statements(connection).do("quarantine", platform=PLATFORM, reason=reason)
        except Exception as error:
            if is_away(error):
                raise NotTaken(type(error).__name__) from error
            raise


def _speaker(update: Payload) -> tuple[str, str]:
    """The chat and the account of a message or a press; empty where an update is something else."""
    press = inside(update, "callback_query")
    message = inside(press, "message") or inside(update, "message")
    return ident_at(message, "chat", "id"), ident_at(press or message, "from", "id")


def _without_large(event: Heard) -> tuple[Heard, list[str]]:
    """The event without the files that no bot can download, and their names."""
    if isinstance(event, ReactionAdded | ButtonPressed):
        return event, []
    large = [file.name for file in event.files if file.size > LARGEST]
    return replace(event, files=tuple(file for file in event.files if file.size <= LARGEST)), large


def _too_large(names: list[str]) -> str:
    return text("telegram.too_large", names=", ".join(names), most=LARGEST // 1024 // 1024)


def _is_unheard(event: MessagePosted, decision: Decision) -> bool:
    """Whether somebody spoke to the bot in private and nothing came of it.

    A repeated one that did answer a question brings nothing either, but its id is known then.
    """
    return event.place.direct and not event.edited and decision == NOTHING
