"""Telegram as the worker uses it: post, edit, whisper, write to a person, fetch and pass on files.

`TelegramChat` fits `handlers.ports.Chat` by its shape. Nothing is retried here but a group that has another id now, and
what follows on a part that is there; every method raises python-telegram-bot's own errors. Nobody can ask a bot what it
sent: `find` and `has_files` cannot tell (`looks`), so whoever repeats a doubtful call has to say so.
Source of methods and limits: core.telegram.org/bots/api.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.outcomes_telegram import named_wait
from bot.store.store import Store
from bot.telegram.address import link
from bot.telegram.client import Telegram
from bot.telegram.fetch import fetched
from bot.telegram.keyboard import Keyboards
from bot.telegram.message import Rung, drawn
from bot.telegram.pace import Paces
from bot.telegram.presses import Presses
from bot.telegram.sending import NO_PREVIEW, Sending, topic
from config.texts import text
from handlers.events import FileRef
from handlers.message import Message
from handlers.place import PersonKey, Place
from handlers.ports import Clock, File, Posted

ALBUM = 10
"""Files in one album ("sendMediaGroup")."""
PATIENCE = timedelta(minutes=1)
"""How long the rest of something that was begun waits for its turn: what is broken off there, a person has to mend."""
NOT_MODIFIED = "message is not modified"
NO_MESSAGE = "Message to edit not found"


class TelegramChat:
    """One bot, for the worker.

    Args:
        telegram: its API.
        store: where the meanings of buttons, threads and moved groups are kept.
        people: person of the desk to account: the only ones a message can mention.
        now: the bot's clock, for how long buttons are good.
        paces: how many messages may be sent.
    """

    looks = False

    def __init__(
        self, telegram: Telegram, store: Store, people: Mapping[PersonKey, Rung], now: Clock, paces: Paces
    ) -> None:
        self._telegram = telegram
        self._bot = telegram.bot
        self._people = people
        self._paces = paces
        self._keyboards = Keyboards(Presses(store), now)
        self._sending = Sending(telegram.bot, store)

    def turn(self, place: Place, key: str, messages: int) -> timedelta | None:
        """How long so many messages for a place have to wait; None when they may go, and are counted."""
        return self._paces.turn(place.channel.removeprefix("@"), key, messages)

    async def post(self, place: Place, message: Message, key: str) -> Posted:
        """Post a message, or several where it is long: the first has the buttons, and is the one that is posted.

        It leaves no trace of the key: a doubtful one cannot be looked for.
        """
        del key
        made = drawn(message, self._people)
        markup = await self._keyboards.under(place.channel, made)
        first, *others = made.parts
        sent = await self._sending.say(place, first, markup)
        await self._wholly([partial(self._sending.say, place, words, None) for words in others])
        number = str(sent.message_id)
        return Posted(number, link(str(sent.chat_id), topic(place), number))

    async def edit(self, place: Place, message_id: str, message: Message, key: str) -> None:
        """Make a posted message show this instead. Safe to repeat."""
        del key
        made = drawn(message, self._people, whole=True)
        markup = await self._keyboards.under(place.channel, made)

        async def call(chat: int, at: Place) -> object:
            if at.thread is None or not at.thread.isdecimal():
                raise BadRequest(NO_MESSAGE)
            return await self._bot.edit_message_text(
                made.parts[0].text,
                chat_id=chat,
                message_id=int(at.thread),
                entities=made.parts[0].entities,
                link_preview_options=NO_PREVIEW,
                reply_markup=markup,
            )

        try:
            await self._sending.there(place.in_thread(message_id), call)
        except BadRequest as refusal:
            if NOT_MODIFIED not in refusal.message.casefold():
                raise

    async def find(self, place: Place, key: str, since: datetime) -> Posted | None:
        """Nobody can tell: None."""
        del place, key, since
        return None

    def aside(self, place: Place, user: str) -> Place:
        """A whisper goes to somebody's private chat."""
        del place
        return Place("telegram", user, direct=True)

    async def whisper(self, place: Place, user: str, message: Message) -> None:
        """Write to somebody where nobody else reads: privately. It cannot be looked up: not safe to repeat.

        Telegram lets a bot write only to those who have opened a chat with it. Who has not is told so in the group,
        and nothing else is said there.
        """
        try:
            await self.post(self.aside(place, user), message, "")
        except Forbidden:
            if place.channel == user:
                raise
            await self._call_over(place, user)

    async def direct(self, user: str) -> Place:
        """The private chat with a user; whether there is one shows when something is posted. Safe to repeat."""
        return Place("telegram", user, direct=True)

    async def fetch(self, file: FileRef) -> File:
        """The content of a file somebody sent.

        Raises:
            FileUnfit: it is larger than 20 MB, or it is gone.
        """
        return await fetched(self._bot, file)

    async def upload(self, place: Place, files: Sequence[File], key: str) -> None:
        """Put files into the place's thread: as one message, an album where there are several, ten at most in each.

        Pictures are sent as photos; where other files are among them all are documents, so that they stay together.
        """
        del key
        sendable = [file for file in files if file.content]
        albums = [sendable[start : start + ALBUM] for start in range(0, len(sendable), ALBUM)]
        if not albums:
            return
        await self._sending.album(place, albums[0])
        await self._wholly([partial(self._sending.album, place, album) for album in albums[1:]])

    async def has_files(self, place: Place, key: str, since: datetime) -> bool:
        """Nobody can tell: False."""
        del place, key, since
        return False

    async def _wholly(self, rest: Sequence[Callable[[], Awaitable[object]]]) -> None:
        """Send what follows on something that was sent; if it fails, a part of the whole is there.

        Raises:
            NetworkError: whatever failed: nobody may take it for not sent.
        """
        try:
            for send in rest:
                await _patiently(send)
        except TelegramError as error:
            raise NetworkError("only a part of it was sent") from error

    async def _call_over(self, place: Place, user: str) -> None:
        """Ask somebody in a group to open a chat with the bot."""
        us = await self._telegram.identity()
        button = InlineKeyboardButton(
            text("telegram.open_chat"), url=f"https://t.me/{us.username}?start=hello"
        )
        known = [person for person, rung in self._people.items() if str(rung.user) == user]
        asked = drawn(
            Message(lines=(text("telegram.something_for_you"),), mention=tuple(known[:1])), self._people
        )
        await self._sending.say(place, asked.parts[0], InlineKeyboardMarkup([[button]]))


async def _patiently(send: Callable[[], Awaitable[object]]) -> None:
    """Send something; where Telegram asks to wait a moment, after that."""
    try:
        await send()
    except RetryAfter as busy:
        wait = named_wait(busy)
        if wait > PATIENCE:
            raise
        await asyncio.sleep(wait.total_seconds())
        await send()
