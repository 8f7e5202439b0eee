"""Sending on Telegram: into the chat that a place is now, as an answer to its thread's first message.

Source of methods and limits: core.telegram.org/bots/api.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram import Message as Sent
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.store.store import Store
from bot.telegram.entities import Words
from bot.telegram.moved import MovedChats, former
from bot.telegram.threads import Threads
from handlers.place import Place
from handlers.ports import File

PHOTO_MAX = 10 * 1024 * 1024
PHOTOS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
"""How pictures begin that Telegram shows as photos."""
GENERAL = 1
"""The topic that every forum begins with; a message goes there when it names none."""
NO_CHAT = "chat not found"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
T = TypeVar("T")


class Sending:
    """Sends with one bot. Nothing is retried here but a group that has another id now.

    Args:
        bot: python-telegram-bot's client.
        store: where threads and moved groups are kept.
    """

    def __init__(self, bot: Bot, store: Store) -> None:
        self._bot = bot
        self._threads = Threads(store)
        self._moved = MovedChats(store)

    async def there(self, place: Place, call: Callable[[int, Place], Awaitable[T]]) -> T:
        """Do something in a place's chat, by the id it has now; a group that has another one since is followed.

        `call` is given the place, too: the thread that was begun in the former group is none in the new one, where the
        same number is another message's.
        """
        chat = place.channel.removeprefix("@")
        if chat.startswith("-"):
            chat = await self._moved.now(chat)
        try:
            return await call(_number(chat), place)
        except ChatMigrated as moved:
            await self._moved.keep(chat, str(moved.new_chat_id))
            return await call(moved.new_chat_id, place.in_thread(former(place.thread, chat)))
        except BadRequest as refusal:
            if chat.startswith("-") or NO_CHAT not in refusal.message.casefold():
                raise
            # So Telegram says of somebody who never opened a chat with the bot.
            raise Forbidden(refusal.message) from refusal

    async def say(self, place: Place, words: Words, markup: InlineKeyboardMarkup | None) -> Sent:
        """Send one message into a place's thread; it is remembered that it stands there."""

        async def call(chat: int, at: Place) -> Sent:
            sent = await self._bot.send_message(
                chat,
                words.text,
                entities=words.entities,
                link_preview_options=NO_PREVIEW,
                message_thread_id=topic(at),
                reply_parameters=_replied(at),
                reply_markup=markup,
            )
            return await self._kept(at, sent)

        return await self.there(place, call)

    async def _kept(self, place: Place, sent: Sent) -> Sent:
        """Remember in which thread it stands, so that an answer to it finds its case."""
        if place.thread:
            await self._threads.keep(place.channel, str(sent.chat_id), str(sent.message_id), place.thread)
        return sent

    async def album(self, place: Place, files: Sequence[File]) -> None:
        """Send up to ten files as one message: as photos, where Telegram takes all of them for some."""
        if all(_is_photo(file) for file in files):
            try:
                return await self._files(place, files, photos=True)
            except BadRequest as refusal:
                if not any(word in refusal.message.casefold() for word in ("photo", "image")):
                    raise
        return await self._files(place, files, photos=False)

    async def _files(self, place: Place, files: Sequence[File], *, photos: bool) -> None:
        async def call(chat: int, at: Place) -> None:
            for sent in await self._sent(chat, at, files, photos=photos):
                await self._kept(at, sent)

        await self.there(place, call)

    async def _sent(self, chat: int, at: Place, files: Sequence[File], *, photos: bool) -> tuple[Sent, ...]:
        where, reply = topic(at), _replied(at)
        if len(files) > 1:
            kind = InputMediaPhoto if photos else InputMediaDocument
            media = [kind(file.content, filename=file.name) for file in files]
            return await self._bot.send_media_group(
                chat, media, message_thread_id=where, reply_parameters=reply
            )
        send = self._bot.send_photo if photos else self._bot.send_document
        content, name = files[0].content, files[0].name
        sent = await send(chat, content, filename=name, message_thread_id=where, reply_parameters=reply)
        return (sent,)


def _number(chat: str) -> int:
    try:
        return int(chat)
    except ValueError:
        raise BadRequest("Chat not found") from None


def topic(place: Place) -> int | None:
    """The topic that a message for a place has to name; None where it names none."""
    topic = place.channel.partition(":")[2]
    return int(topic) if topic.isdecimal() and int(topic) != GENERAL else None


def _replied(place: Place) -> ReplyParameters | None:
    """The first message of the thread. One of a group that has moved since cannot be answered in the new one."""
    if not place.thread or not place.thread.isdecimal():
        return None
    return ReplyParameters(int(place.thread), allow_sending_without_reply=True)


def _is_photo(file: File) -> bool:
    return len(file.content) <= PHOTO_MAX and file.content.startswith(PHOTOS)
