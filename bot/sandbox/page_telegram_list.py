"""The chats of a person on Telegram: groups with their topics and the bot, what was said last, what is new."""

from __future__ import annotations

from functools import partial

from nicegui import ui

from bot.sandbox.page_absent import As
from bot.sandbox.page_chip import MOST
from bot.sandbox.page_list import Item, Kept
from bot.sandbox.page_look import BOT, face, face_color
from bot.sandbox.page_screen import Screen
from bot.sandbox.page_telegram_read import TelegramPlace, preview


class ChatList:
    """The list at the side; a row changes in place, so that no click falls between two of it."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._rows: dict[str, ChatRow] = {}
        with ui.element("nav").classes("tg-list").props('aria-label="Telegram chats"'):
            with ui.element("div").classes("tg-brand"):
                ui.icon("send").props("size=15px aria-hidden=true")
                ui.label("Telegram")
            self._as = As(lambda: screen.telegram.who, screen)
            self._kept = Kept(ui.element("div"))

    def refresh(self, shown: TelegramPlace) -> None:
        """Show the chats of whoever one is now."""
        screen = self._screen
        self._as.refresh()
        places = screen.telegram.places
        who = screen.telegram.who
        self._kept.show(Item((who, place.place), "", partial(self._draw, place)) for place in places)
        for place in places:
            count = screen.room.telegram_unread.count(who, place.spot)
            said, when = preview(screen.room, who, place)
            self._rows[place.place].show(said, when, count, chosen=place.place == shown.place)

    def _draw(self, place: TelegramPlace) -> None:
        self._rows[place.place] = ChatRow(self._screen, place)


class ChatRow:
    """One chat of the list."""

    def __init__(self, screen: Screen, place: TelegramPlace) -> None:
        self._title = place.title
        self._shown: tuple[str, str, int, bool] | None = None
        looks = "topic" if place.topic is not None else ""
        self._button = ui.element("button").classes(f"bare tg-place {looks}").props("type=button")
        self._button.props["data-place"] = place.place
        self._button.props["title"] = place.title
        self._button.on("click", lambda: screen.go_telegram(place.place), args=[])
        with self._button:
            self._picture(place)
            with ui.element("span").classes("tg-about"):
                with ui.element("span").classes("tg-line"):
                    ui.label(place.title).classes("name")
                    self._when = ui.label().classes("when")
                with ui.element("span").classes("tg-line"):
                    self._said = ui.label().classes("last")
                    self._badge = ui.label().classes("dot-count").props("aria-hidden=true")

    @staticmethod
    def _picture(place: TelegramPlace) -> None:
        if place.topic is not None:
            ui.html("#", sanitize=False, tag="span").classes("tg-hash").props("aria-hidden=true")
            return
        color = BOT if place.is_private else face_color(abs(place.chat.id))
        ui.html(
            face(place.title, color, 36), sanitize=False, tag="span"
        )  # our own HTML; the title is escaped in it

    def show(self, said: str, when: str, count: int, *, chosen: bool) -> None:
        """What was said last and when, how much is new, and whether it is the chosen one."""
        if self._shown == (said, when, count, chosen):
            return
        self._shown = (said, when, count, chosen)
        self._said.set_text(said)
        self._when.set_text(when)
        self._badge.set_text(str(min(count, MOST)))
        self._badge.set_visibility(bool(count))
        self._button.props["aria-current"] = "true" if chosen else "false"
        self._button.props["aria-label"] = self._title + (f", {count} new" if count else "")
