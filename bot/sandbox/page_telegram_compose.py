"""What stands below a chat of Telegram: the message that is answered, the composer, a keyboard for answers, START."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from nicegui import ui

from bot.sandbox.page_compose import Composer, Files
from bot.sandbox.page_list import Item, Kept
from bot.sandbox.page_room import Hint
from bot.sandbox.page_screen import Screen
from bot.sandbox.page_telegram_read import TelegramPlace, line_of, newest_of, state_of
from bot.sandbox.page_telegram_view import Answering
from bot.sandbox.telegram_state import Message


@dataclass(frozen=True)
class TelegramPost:
    """Into a chat of Telegram; a reply, or the change of a message, where the page is about one."""

    screen: Screen
    who: str
    place: str

    def hints(self) -> Sequence[Hint]:
        """The commands the bot has set for this person here."""
        telegram = self.screen.room.sandbox.telegram
        if telegram is None:
            return ()
        menu = telegram.menu(self.who, self.place.partition(":")[2])
        return [Hint(f"/{each['command']}", "", each["description"]) for each in menu]

    async def send(self, text: str, files: Files) -> bool:
        """Say it, send the files with it as caption, or change what was said."""
        screen, view = self.screen, self.screen.telegram
        telegram = screen.room.sandbox.telegram
        about, view.answering = view.answering, None
        thread = about.id if about is not None and not about.changes else None
        if about is not None and about.changes:
            done = await screen.act(screen.room.control.edit(self.who, about.id, text))
        elif files and telegram is not None:
            rest = self.place.partition(":")[2]
            done = await screen.act(telegram.upload(self.who, rest, files, thread, text))
        else:
            done = await screen.act(screen.room.control.say(self.who, self.place, text, thread))
        if done is None:
            view.answering = about
            return False
        view.target = None
        if about is None or not about.changes:
            view.to_end()
        return True


class TelegramComposer:
    """The composer and what belongs to it."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._shown = ("", "")
        self._about: Answering | None = None
        self._start = ui.element("button").classes("tg-start").props("type=button")
        with self._start:
            self._start_text = ui.label("START")
        self._start.on("click", self._begin, args=[])
        self._box = ui.element("div").classes("tg-compose")
        with self._box:
            self._bar = Kept(ui.element("div"))
            self._composer = Composer(screen, TelegramPost(screen, screen.telegram.who, ""))
            self._keys = Kept(ui.element("div").classes("tg-answers"))

    def refresh(self, place: TelegramPlace) -> None:
        """Follow the chat that is shown."""
        screen = self._screen
        waits = place.is_private and (not place.chat.bot_is_in or screen.telegram.payload is not None)
        self._start.set_visibility(waits)
        self._start_text.set_text("RESTART" if place.chat.blocked else "START")
        self._box.set_visibility(not waits)
        if (screen.telegram.who, place.place) != self._shown:
            self._shown = (screen.telegram.who, place.place)
            self._composer.aim(TelegramPost(screen, screen.telegram.who, place.place), "Write a message…")
        self._show_answering()
        self._keys.show(self._answers(place))

    async def _begin(self) -> None:
        """Say /start, with what a link wants to be sent along."""
        screen = self._screen
        place = screen.telegram.place
        if place is not None:
            payload, screen.telegram.payload = screen.telegram.payload, None
            await screen.act(
                screen.room.control.say(screen.telegram.who, place.place, f"/start {payload or ''}".strip())
            )
            screen.refresh()

    def _show_answering(self) -> None:
        """The line above the composer: what is answered or changed."""
        about = self._screen.telegram.answering
        state = state_of(self._screen.room)
        message = state.message(about.id) if about is not None and state is not None else None
        if about is None or message is None or state is None:
            self._bar.show([])
            self._about = None
            return
        who = state.users[message.sender].name
        title = (
            "Edit message"
            if about.changes
            else f"Reply to {who if message.sender != state.bot.id else self._bot}"
        )
        self._bar.show([Item(about, "", partial(self._draw_bar, title, line_of(state, message)))])
        if about != self._about:
            self._about = about
            self._composer.begin(message.text if about.changes else None)

    @property
    def _bot(self) -> str:
        return self._screen.room.name("bot")

    def _draw_bar(self, title: str, text: str) -> None:
        with ui.element("div").classes("tg-answering"):
            ui.icon("edit" if title.startswith("Edit") else "reply").props("size=18px aria-hidden=true")
            with ui.element("span").classes("tg-quoted"):
                ui.label(title).classes("name")
                ui.label(text)
            close = ui.button(icon="close", on_click=self._drop).props(
                "flat round dense size=sm color=grey-8"
            )
            close.props["aria-label"] = "Do not answer this message"

    def _drop(self) -> None:
        about, self._screen.telegram.answering = self._screen.telegram.answering, None
        if about is not None and about.changes:
            self._composer.begin("")
        self._screen.refresh()

    def _answers(self, place: TelegramPlace) -> list[Item]:
        """The keys of the newest keyboard that takes the place of typing, a row each."""
        state = state_of(self._screen.room)
        newest = next((each for each in newest_of(state, place) if _steers(each)), None) if state else None
        rows = (newest.markup or {}).get("keyboard", []) if newest is not None else []
        return [
            Item((newest.ident if newest else "", number), "", partial(self._draw_row, place, row))
            for number, row in enumerate(rows)
        ]

    def _draw_row(self, place: TelegramPlace, row: list[dict[str, str]]) -> None:
        screen = self._screen
        with ui.element("div").classes("tg-keys-row"):
            for key in row:
                button = ui.element("button").classes("tg-key").props("type=button")
                with button:
                    ui.html(html.escape(key["text"]), sanitize=False, tag="span")
                say = partial(screen.room.control.say, screen.telegram.who, place.place, key["text"])
                button.on("click", lambda say=say: screen.act(say()), args=[])


def _steers(message: Message) -> bool:
    """Whether a message says what stands below the composer."""
    return bool({"keyboard", "remove_keyboard"} & set(message.markup or {}))
