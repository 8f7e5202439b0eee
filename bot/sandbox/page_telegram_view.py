"""What one open page shows of Telegram: the chat, the message that is answered or changed, the one looked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.page_room import Room
from bot.sandbox.page_telegram_read import TelegramPlace, places, state_of
from bot.sandbox.telegram_state import Message
from bot.sandbox.telegram_world import SUPERGROUPS

_MESSAGE = re.compile(r"/c/(\d+)/(?:\d+/)?(\d+)$")
"""The path of a link to a message of a private supergroup, with the topic or without (core.telegram.org/api/links)."""
TELEGRAM_LINKS = ("https://t.me/", "https://telegram.me/")
"""Where links into Telegram lead."""


@dataclass(frozen=True)
class Answering:
    """What the composer is about: a reply to a message, or with `changes` its change."""

    id: str
    changes: bool = False


class TelegramView:
    """Where one browser tab is on Telegram.

    Args:
        room: what it shares with the others.
        who: whose eyes it looks through first.
    """

    def __init__(self, room: Room, who: str) -> None:
        self._room = room
        self.who = who
        self._name = ""
        self._asked: set[str] = set()
        self.answering: Answering | None = None
        self.target: str | None = None
        self.toast: Callable[[str], None] = lambda _: None
        """Shows what the bot answers to a press, for a moment."""
        self.to_end: Callable[[], object] = lambda: None
        """Shows the end of the chat, as a client does for whoever has said something."""
        self.payload: str | None = None
        """What START sends along after a link that says so; None: it is not asked for."""
        self.be(who)

    @property
    def places(self) -> list[TelegramPlace]:
        """The person's chats."""
        return places(self._room, self.who)

    @property
    def place(self) -> TelegramPlace | None:
        """The chat that is shown; None for somebody who is not on Telegram."""
        found = self.places
        return next((each for each in found if each.place == self._name), found[0] if found else None)

    def be(self, who: str) -> None:
        """Look through another person's eyes; the place stays where they are in it, too."""
        self.who = who
        self.answering = self.target = self.payload = None
        found = self.places
        if found and self._name not in {each.place for each in found}:
            supplier = [each for each in found if each.chat.key == "supplier" and each.topic is None]
            self._name = (supplier or found)[0].place

    def go(self, place: str, target: str | None = None, payload: str | None = None) -> None:
        """Show a place, and a message in it."""
        self._name, self.target, self.payload, self.answering = place, target, payload, None

    def seen(self) -> None:
        """Whoever looks has seen what is shown."""
        if (place := self.place) is not None:
            self._room.telegram_unread.seen(self.who, place.spot)

    def ask(self, message: Message) -> bool:
        """Have the composer reply where the bot forces it, once a message; True when it does now."""
        forced = "force_reply" in (message.markup or {})
        if not forced or message.ident in self._asked:
            return False
        self._asked.add(message.ident)
        self.answering = Answering(message.ident)
        return True

    def follow(self, url: str) -> str | None:
        """Follow a link into Telegram: to a message, or to the chat with the bot.

        Returns:
            None for links that lead elsewhere, an empty text when it is shown now, else why it is not.
        """
        state = state_of(self._room)
        if state is None or not url.startswith(TELEGRAM_LINKS):
            return None
        parts = urlsplit(url)
        if found := _MESSAGE.search(parts.path):
            return self._show(f"telegram:{SUPERGROUPS - int(found[1])}:{found[2]}")
        if parts.path.strip("/").casefold() == state.bot.username.casefold():
            place = next((each for each in self.places if each.is_private), None)
            if place is None:
                return f"{self._room.name(self.who)} is not on Telegram."
            payload = parse_qs(parts.query).get("start")
            self.go(place.place, payload=payload[0] if payload else None)
            return ""
        return None

    def _show(self, ident: str) -> str:
        state = state_of(self._room)
        message = state.message(ident) if state is not None else None
        if message is None or message.deleted:
            return "That message is not there any more."
        topic = message.thread if message.is_topic else None
        for place in self.places:
            if place.topic == topic and message.chat in {place.chat.id, place.chat.was}:
                self.go(place.place, ident)
                return ""
        return f"{self._room.name(self.who)} is not in the Telegram group of that message."
