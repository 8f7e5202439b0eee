"""The Telegram side of the page, as its users know it: the chats, and beside them one of them."""

from __future__ import annotations

from nicegui import ui

from bot.sandbox.page_absent import Absent
from bot.sandbox.page_live import Changes
from bot.sandbox.page_screen import Screen
from bot.sandbox.page_telegram_chat import TelegramChat
from bot.sandbox.page_telegram_list import ChatList

SERVICES = {"telegram", "everything"}


class TelegramSide:
    """List and chat; for somebody who has no account there, that and who has one."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        with ui.element("section").classes("telegram").props('aria-label="Telegram"'):
            self._absent = Absent(
                screen, "Telegram", lambda person: bool(person.telegram), screen.be_on_telegram
            )
            self._there = ui.element("div").classes("side-there")
            with self._there:
                self._list = ChatList(screen)
                self._chat = TelegramChat(screen)
        screen.join(self.refresh)

    def refresh(self, changes: Changes) -> None:
        """Show what changed."""
        if not SERVICES & {service for service, _ in changes}:
            return
        place = self._screen.telegram.place
        self._there.set_visibility(place is not None)
        self._absent.show(self._screen.telegram.who if place is None else None)
        if place is not None:
            self._list.refresh(place)
            self._chat.refresh(place)
