"""Slack on the page: the places of whoever one is, the messages of one of them, and a thread beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from nicegui import ui

from bot.sandbox.page_absent import Absent, As
from bot.sandbox.page_chip import Chip
from bot.sandbox.page_compose import Composer, SlackPost
from bot.sandbox.page_list import Item, Kept
from bot.sandbox.page_live import Changes
from bot.sandbox.page_message import draw_message
from bot.sandbox.page_read import Line, channel_lines, conversation_of, thread_lines
from bot.sandbox.page_screen import Screen

STEP = 50
"""Messages shown at first, and more with each press on "Show earlier messages"."""
SERVICES = {"slack", "everything"}


class SlackSide:
    """Places, chat and thread; for somebody who has no account on Slack, that and who has one."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        with ui.element("section").classes("slack").props('aria-label="Slack"'):
            self._absent = Absent(screen, "Slack", lambda person: bool(person.id), screen.be_on_slack)
            self._there = ui.element("div").classes("side-there")
            with self._there:
                Places(screen)
                Chat(screen)
                Thread(screen)
        screen.join(self.refresh)

    def refresh(self, _changes: Changes) -> None:
        """Show the chats, or why there are none."""
        screen = self._screen
        self._there.set_visibility(bool(screen.place))
        self._absent.show(None if screen.place else screen.who)
        is_open = screen.thread is not None
        self._there.classes(add="threaded") if is_open else self._there.classes(remove="threaded")


class Places:
    """The list of channels and the direct message, with what is new in each."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._chips: dict[str, Chip] = {}
        with ui.element("nav").classes("places").props('aria-label="Channels"'):
            ui.label(screen.room.world.team_name).classes("team")
            self._as = As(lambda: screen.who, screen)
            self._kept = Kept(ui.element("div"))
        screen.join(self.refresh)

    def refresh(self, changes: Changes) -> None:
        """Show the places of whoever one is now; there are none off Slack."""
        if not self._screen.place or not SERVICES & {service for service, _ in changes}:
            return
        screen = self._screen
        self._as.refresh()
        places = screen.room.places(screen.who)
        items = [Item("channels", "", partial(self._heading, "Channels"))]
        items += [Item(place, "", partial(self._draw, place)) for place in places if ":#" in place]
        items += [Item("direct", "", partial(self._heading, "Direct messages"))]
        items += [Item(place, "", partial(self._draw, place)) for place in places if ":@" in place]
        self._kept.show(items)
        for place in places:
            self._chips[place].show(screen.room.unread.count(screen.who, place), chosen=place == screen.place)

    @staticmethod
    def _heading(text: str) -> None:
        with ui.element("h2"):
            ui.label(text)

    def _draw(self, place: str) -> None:
        name = title_of(self._screen, place)
        private = is_private(self._screen, place)
        chip = Chip(name, "place", "aria-current", name, partial(self._screen.go, place))
        with chip.picture:
            sign = "lock" if private else "tag" if ":#" in place else "notifications"
            ui.icon(sign, size="15px").style("opacity:.75").props("aria-hidden=true")
        self._chips[place] = chip


class Chat:
    """The messages of a place, with the composer below."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._shown = ("", "", 0)
        self._most = STEP
        with ui.element("main").classes("chat"):
            with ui.element("div").classes("bar"):
                with ui.element("h1"):
                    self._title = ui.label()
                self._about = ui.element("small")
                with self._about:
                    self._members = ui.label()
            with ui.element("div").classes("messages").props("tabindex=-1"):
                log = ui.element("div").props('role=log aria-label="Messages"')
            self._kept = Kept(log)
            self._composer = Composer(screen, SlackPost(screen, screen.who, ""))
        screen.join(self.refresh)

    def refresh(self, changes: Changes) -> None:
        """Show the place; only messages that changed are drawn."""
        screen = self._screen
        if not screen.place or not SERVICES & {service for service, _ in changes}:
            return
        if (screen.who, screen.place) != self._shown[:2]:
            self._most = STEP
        lines, older = channel_lines(screen.room, screen.who, screen.place, self._most)
        shown = (screen.who, screen.place, self._most)
        if shown != self._shown:
            self._shown = shown
            self._heading()
        self._kept.show(self._items(lines, older))
        reveal(self._kept, screen.target if not screen.thread else None, lines)

    def _heading(self) -> None:
        screen = self._screen
        name = title_of(screen, screen.place)
        self._title.set_text(f"# {name}" if ":#" in screen.place else name)
        conversation = conversation_of(screen.room, screen.place)
        users = screen.room.workspace.state.users
        names = (
            sorted(users[user].real_name for user in conversation.members if users[user].person)
            if conversation
            else []
        )
        self._members.set_text(", ".join(names) if ":#" in screen.place else "Direct message with the bot")
        prompt = f"Message {'#' + name if ':#' in screen.place else name}"
        self._composer.aim(SlackPost(screen, screen.who, screen.place), prompt)

    def _items(self, lines: list[Line], older: bool) -> list[Item]:
        key = (self._screen.who, self._screen.place)
        items = [Item((key, "older"), "", self._draw_older)] if older else []
        if not lines:
            items.append(
                Item((key, "empty"), "", lambda: ui.label("Nothing was said here yet.").classes("quiet"))
            )
        return [*items, *message_items(self._screen, lines, key)]

    def _draw_older(self) -> None:
        def show() -> None:
            self._most += STEP * 2
            self.refresh(frozenset({("everything", "")}))

        button = ui.element("button").classes("bare more").props("type=button").on("click", show, args=[])
        with button:
            ui.label("Show earlier messages")


class Thread:
    """The thread beside the messages, shown while one is open."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._shown: tuple[str, str | None] = ("", None)
        self._panel = ui.element("aside").classes("thread").props('aria-label="Thread"')
        with self._panel:
            with ui.element("div").classes("bar"):
                with ui.element("h1"):
                    ui.label("Thread")
                with ui.element("small").classes("grow"):
                    self._where = ui.label()
                close = ui.button(icon="close", on_click=lambda: screen.open_thread(None))
                close.props('flat round dense size=sm color=grey-8 aria-label="Close thread"')
            with ui.element("div").classes("messages").props("tabindex=-1"):
                log = ui.element("div").props('role=log aria-label="Thread"')
            self._kept = Kept(log)
            self._composer = Composer(screen, SlackPost(screen, screen.who, ""))
        self._panel.set_visibility(False)
        screen.join(self.refresh)

    def refresh(self, changes: Changes) -> None:
        """Show the open thread, or nothing."""
        screen = self._screen
        if not SERVICES & {service for service, _ in changes}:
            return
        lines = thread_lines(screen.room, screen.who, screen.thread) if screen.thread else []
        self._panel.set_visibility(bool(lines))
        if not lines:
            self._kept.show([])
            self._shown = ("", None)
            return
        if self._shown != (screen.who, screen.thread):
            self._shown = (screen.who, screen.thread)
            name = title_of(screen, screen.place)
            self._where.set_text(f"# {name}" if ":#" in screen.place else name)
            self._composer.aim(SlackPost(screen, screen.who, screen.place, screen.thread), "Reply…")
        self._kept.show(message_items(screen, lines, (screen.who, screen.thread)))
        reveal(self._kept, screen.target, lines)


def message_items(screen: Screen, lines: Iterable[Line], key: object) -> list[Item]:
    """Messages with a rule where a new day begins; `key` keeps apart what is drawn for different eyes."""
    items: list[Item] = []
    day = ""
    for each in lines:
        line = replace(each, target=each.id == screen.target)
        if line.day != day and not line.in_thread:
            day = line.day
            items.append(Item((key, day), "", partial(_draw_day, day)))
        items.append(Item((key, line.id), line.face, partial(draw_message, screen, line)))
    return items


def _draw_day(day: str) -> None:
    ui.label(day).classes("rule")


def reveal(kept: Kept, target: str | None, lines: list[Line]) -> None:
    """Bring a message that somebody asked for into view."""
    for line in lines:
        if line.id == target:
            for key, element in kept.items():
                if isinstance(key, tuple) and key[-1] == target:
                    element.run_method("scrollIntoView", {"block": "center"})


def title_of(screen: Screen, place: str) -> str:
    """What a place is called on the page."""
    return place.partition("#")[2] if ":#" in place else screen.room.name("bot")


def is_private(screen: Screen, place: str) -> bool:
    """Whether a place is a private channel."""
    conversation = conversation_of(screen.room, place)
    return conversation is not None and conversation.kind == "group"
