"""A chat of Telegram on the page: its messages, what the bot answers to a press, and the composer below."""

from __future__ import annotations

from functools import partial

from nicegui import ui

from bot.sandbox.page_list import Item, Kept
from bot.sandbox.page_screen import Screen
from bot.sandbox.page_telegram_bubble import draw_bubble
from bot.sandbox.page_telegram_compose import TelegramComposer
from bot.sandbox.page_telegram_read import Bubble, TelegramPlace, bubbles, newest_of, state_of

STEP = 50
"""Messages shown at first, and more with each press on "Show earlier messages"."""

TOAST_SECONDS = 5.0
"""How long the bot's short answer to a press is shown."""


class TelegramChat:
    """The messages of a place, with the composer below."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._shown = ("", "")
        self._most = STEP
        self._told = 0
        self._revealed: str | None = None
        with ui.element("div").classes("tg-chat") as self._pane:
            with ui.element("div").classes("bar"):
                with ui.element("h1"):
                    self._title = ui.label()
                with ui.element("small"):
                    self._about = ui.label()
            with ui.element("div").classes("messages tg-paper").props("tabindex=-1") as paper:
                log = ui.element("div").props('role=log aria-label="Telegram messages"')
            self._kept = Kept(log)
            self._composer = TelegramComposer(screen)
            self._toast = ui.label().classes("tg-toast").props("role=status")
            self._toast.set_visibility(False)
        screen.telegram.toast = self._tell
        # The newest message is where its scrolling begins: the column is drawn from below.
        screen.telegram.to_end = lambda: paper.run_method("scrollTo", {"top": 0})

    def refresh(self, place: TelegramPlace) -> None:
        """Show the place; only messages that changed are drawn."""
        screen = self._screen
        if (screen.telegram.who, place.place) != self._shown:
            self._shown = (screen.telegram.who, place.place)
            self._most = STEP
            self._title.set_text(place.title)
            self._about.set_text(self._whom(place))
        self._answer(place)
        found, older = bubbles(screen.room, screen.telegram.who, place, self._most)
        self._kept.show(self._items(place, found, older=older))
        self._composer.refresh(place)
        self._reveal(found)

    def _tell(self, text: str) -> None:
        """Show the bot's short answer over the messages; a new one begins its time anew."""
        self._toast.set_text(text)
        self._toast.set_visibility(True)
        self._told += 1
        with self._pane:
            ui.timer(TOAST_SECONDS, partial(self._forget, self._told), once=True)

    def _forget(self, told: int) -> None:
        if told == self._told:
            self._toast.set_visibility(False)

    def _whom(self, place: TelegramPlace) -> str:
        state = state_of(self._screen.room)
        if place.is_private or state is None:
            return "bot"
        names = [state.users[ident].name for ident in place.chat.members]
        if place.topic is not None:
            return f"topic of {place.chat.title}"
        return f"{len(names) + place.chat.bot_is_in} members: {', '.join(names)}"

    def _answer(self, place: TelegramPlace) -> None:
        """Reply by itself where the bot's newest message says so, as a client does."""
        state = state_of(self._screen.room)
        newest = next(newest_of(state, place), None) if state is not None else None
        if newest is not None:
            self._screen.telegram.ask(newest)

    def _items(self, place: TelegramPlace, found: list[Bubble], *, older: bool) -> list[Item]:
        key = (self._screen.telegram.who, place.place)
        items = [Item((key, "older"), "", self._draw_older)] if older else []
        if not found:
            items.append(Item((key, "empty"), "", partial(_pill, "No messages here yet")))
        day = ""
        for each in found:
            if each.day != day:
                day = each.day
                items.append(Item((key, "day", day), "", partial(_pill, day)))
            # An album's other pictures come after its first: what is drawn says how many there are.
            items.append(Item((key, each.id), self._face(each), partial(self._draw, each)))
        return items

    def _face(self, bubble: Bubble) -> str:
        return f"{bubble.face}{self._is_target(bubble)}"

    def _is_target(self, bubble: Bubble) -> bool:
        return self._screen.telegram.target in bubble.parts

    def _draw(self, bubble: Bubble) -> None:
        if bubble.entry["service"]:
            _pill(bubble.entry["text"] or "Something changed")
        else:
            draw_bubble(self._screen, bubble, target=self._is_target(bubble))

    def _draw_older(self) -> None:
        def show() -> None:
            self._most += STEP * 2
            self._screen.refresh()

        button = ui.element("button").classes("bare more").props("type=button").on("click", show, args=[])
        with button:
            ui.label("Show earlier messages")

    def _reveal(self, found: list[Bubble]) -> None:
        """Bring a message that somebody asked for into view, once."""
        target = self._screen.telegram.target
        if target == self._revealed:
            return
        self._revealed = target
        for bubble in found:
            if self._is_target(bubble):
                for key, element in self._kept.items():
                    if isinstance(key, tuple) and key[-1] == bubble.id:
                        element.run_method("scrollIntoView", {"block": "center"})


def _pill(text: str) -> None:
    """What nobody said: a day, or that somebody came or went."""
    with ui.element("div").classes("tg-pill"):
        ui.label(text)
