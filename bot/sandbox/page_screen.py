"""One open page: who looks at it, which place and thread it shows, and who of its parts must know."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from nicegui import ui

from bot.sandbox.control_errors import Refused
from bot.sandbox.page_live import Changes
from bot.sandbox.page_room import Room
from bot.sandbox.page_telegram_view import TelegramView
from bot.sandbox.slack_people import place_of

EVERYTHING: Changes = frozenset({("everything", "")})
_PERMALINK = re.compile(r"/slack/archives/(\w+)/p(\d+)(\d{6})$")
_WORKBOOK = re.compile(r"/spreadsheets/d/([\w-]+)")
_FIRST_ROW = re.compile(r"[A-Z]*(\d+)")


class Screen:
    """What one browser tab shows.

    Args:
        room: what it shares with the others.
        who: whose eyes it looks through first.
        on_telegram: who one is on Telegram first, where that is somebody else.
    """

    def __init__(self, room: Room, who: str, on_telegram: str = "") -> None:
        self.room = room
        self.who = who
        self.client = ui.context.client
        self.place = next(iter(room.places(who)), "")
        self.thread: str | None = None
        self.target: str | None = None
        self.telegram = TelegramView(room, on_telegram or who)
        self.show_row: Callable[[str, int, int | None], None] = lambda *_: None
        self._parts: list[Callable[[Changes], None]] = []

    def join(self, part: Callable[[Changes], None]) -> None:
        """Have a part of the page told what changed."""
        self._parts.append(part)

    def refresh(self, changes: Changes = EVERYTHING) -> None:
        """Bring every part up to date."""
        self.room.look()
        self.room.unread.seen(self.who, self.place)
        self.telegram.seen()
        if self.thread:
            self.room.unread.seen(self.who, self.place, self.thread)
        for part in self._parts:
            part(changes)

    @property
    def is_split(self) -> bool:
        """Whether the two sides of the page are two people's."""
        return self.telegram.who != self.who and self.room.sandbox.telegram is not None

    def be(self, who: str) -> None:
        """Look through another person's eyes on both sides; the places stay where they are in them, too."""
        self.telegram.be(who)
        self.be_on_slack(who)

    def be_on_telegram(self, who: str) -> None:
        """Be somebody else on Telegram alone."""
        self.telegram.be(who)
        self.refresh()

    def be_on_slack(self, who: str) -> None:
        """Be somebody else on Slack, and before the workbooks."""
        self.who = who
        places = self.room.places(who)
        if self.place not in places:
            self.place, self.thread = next(iter(places), ""), None
        self.target = None
        self.refresh()

    def go(self, place: str, thread: str | None = None, target: str | None = None) -> None:
        """Show a place, and a thread beside it."""
        self.place, self.thread, self.target = place, thread, target
        self.refresh()

    def go_telegram(self, place: str) -> None:
        """Show a chat of Telegram."""
        self.telegram.go(place)
        self.refresh()

    def show_telegram(self, ident: str) -> None:
        """Show a message of the Telegram chat that is shown."""
        self.telegram.target = ident
        self.refresh()

    def open_thread(self, ident: str | None) -> None:
        """Show a thread beside the place, or none."""
        self.thread, self.target = ident, None
        self.refresh()

    def find(self, ident: str) -> bool:
        """Show a message, as somebody who can see it; False where nobody can."""
        state = self.room.workspace.state
        message = state.message(ident)
        if message is None:
            return False
        conversation = state.conversations[message.channel]
        inside = [person.key for person in self.room.people if person.id in conversation.members]
        if not inside:
            return False
        self.who = self.who if self.who in inside else inside[0]
        thread = f"slack:{message.channel}:{message.thread_ts}" if message.is_reply else None
        self.go(place_of(conversation), thread, ident)
        return True

    def follow(self, url: str) -> bool:
        """Follow a link to a message or to a row inside this page; False for links that lead elsewhere."""
        parts = urlsplit(url)
        refused = self.telegram.follow(url)
        if refused is not None:
            self.say(refused) if refused else self.refresh()
            return True
        if found := _PERMALINK.search(parts.path):
            if not self.find(f"slack:{found[1]}:{found[2]}.{found[3]}"):
                self.say("Nobody here can see that message.")
            return True
        book = _WORKBOOK.search(parts.path)
        if book is None or book[1] not in self.room.google.books:
            return False
        said = parse_qs(parts.fragment or parts.query)
        row = _FIRST_ROW.match(said.get("range", [""])[0])
        gid = said.get("gid", ["0"])[0]
        self.show_row(book[1], int(gid) if gid.isdecimal() else 0, int(row[1]) if row else None)
        return True

    async def act(self, doing: Awaitable[Any]) -> Any:
        """Do what a person did; what the sandbox refuses is said, and answered with None."""
        try:
            return await doing
        except Refused as refused:
            self.say(refused.sentence)
            return None

    def try_to(self, doing: Callable[[], Any]) -> bool:
        """The same for what takes no time; True when it was done."""
        try:
            doing()
        except Refused as refused:
            self.say(refused.sentence)
            return False
        return True

    def say(self, sentence: str) -> None:
        """Tell whoever sits before the page something, for a moment."""
        with self.client:
            ui.notify(sentence, position="top", color="dark", timeout=6000, close_button="OK")
