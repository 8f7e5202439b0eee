"""What Telegram does not say of an event: the declared chat, the first message of the thread, what a button means."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from bot.store.store import Store
from bot.telegram.moved import MovedChats
from bot.telegram.presses import Presses
from bot.telegram.threads import Threads
from bot.telegram.updates import Heard
from handlers.events import ButtonPressed, MessageLogged, MessagePosted, ReactionAdded
from handlers.place import CaseId, Place

REMEMBERED = 4_096
"""Messages that are known to be somebody's: a reaction on one of them is not on a post of ours."""


class Placing:
    """Looks it up in our own store."""

    def __init__(self, store: Store) -> None:
        self.threads = Threads(store)
        self.presses = Presses(store)
        self.moved = MovedChats(store)
        self._peoples: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def placed(self, event: Heard) -> Heard:
        """The same event, where the house knows it to be. A message under a post is remembered as one. Safe to repeat.

        Raises:
            psycopg.Error: the database is away.
        """
        chat = chat_of(event.place)
        declared = chat if event.place.direct else await self.moved.declared(chat)
        place = replace(event.place, channel=event.place.channel.replace(chat, declared, 1))
        if isinstance(event, ReactionAdded):
            found = await self.threads.channel(chat, declared, event.message)
            is_ours = (chat, event.message) not in self._peoples
            return replace(event, place=replace(place, channel=found or place.channel), on_ours=is_ours)
        if event.place.direct:
            return event
        if isinstance(event, ButtonPressed):
            return await self._pressed(event, place, chat, declared)
        self._remember(chat, message_of(event))
        if event.place.thread is None:
            return replace(event, place=place)
        root = await self.threads.root(chat, event.place.thread)
        thread = root or event.place.thread
        if root is not None or getattr(event, "on_ours", True):
            await self.threads.keep(place.channel, chat, message_of(event), thread)
        return replace(event, place=place.in_thread(thread))

    async def is_in_thread(self, place: Place) -> bool:
        """Whether the message that is answered, as Telegram says it, is known to stand under one of our posts."""
        return place.thread is not None and await self.threads.root(chat_of(place), place.thread) is not None

    async def meant(self, event: ButtonPressed) -> ButtonPressed | None:
        """What was pressed, as the handlers know it; None for a button that is too old, made up or from elsewhere."""
        press = await self.presses.read(event.value, event.place.channel, event.at)
        if press is None:
            return None
        return replace(event, action=press.action, case=press.case, value=press.value)

    async def shown(self, event: MessagePosted) -> MessagePosted:
        """The same words, with the case that the answered message is about, by its first button."""
        if event.shows is None:
            return event
        press = await self.presses.read(event.shows, event.place.channel, event.at)
        shows: CaseId | None = press.case if press is not None else None
        return replace(event, shows=shows)

    async def _pressed(self, event: ButtonPressed, place: Place, chat: str, declared: str) -> ButtonPressed:
        """The press in the thread of its message; of one that is deleted Telegram does not say the topic."""
        if event.message is None:
            return replace(event, place=place)
        if ":" not in place.channel:
            found = await self.threads.channel(chat, declared, event.message)
            place = replace(place, channel=found or place.channel)
        return replace(event, place=place.in_thread(await self.threads.root(chat, event.message)))

    def _remember(self, chat: str, message: str) -> None:
        self._peoples[chat, message] = None
        while len(self._peoples) > REMEMBERED:
            self._peoples.popitem(last=False)


def chat_of(place: Place) -> str:
    """The chat of a channel, without its topic."""
    return place.channel.partition(":")[0]


def message_of(event: Heard) -> str:
    """The message an event is about; of a logged one, the command that logs it."""
    return event.id.rpartition(":")[2] if isinstance(event, MessageLogged) else event.message or ""
