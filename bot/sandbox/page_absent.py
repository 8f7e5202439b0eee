"""What stands on a chat platform's side of the page for somebody who has no account there."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from bot.sandbox.page_look import listed
from bot.sandbox.page_screen import Screen
from bot.sandbox.people import Person


class Absent:
    """A sentence in the place of the chats.

    Args:
        screen: the page it stands on.
        platform: what the platform is called.
        is_there: whether somebody has an account there.
    """

    def __init__(self, screen: Screen, platform: str, is_there: Callable[[Person], bool]) -> None:
        self._screen = screen
        self._platform = platform
        self._is_there = is_there
        self._box = ui.element("div").classes("absent").props("role=status")
        with self._box:
            ui.icon("person_off").props("size=26px aria-hidden=true")
            with ui.element("b"):
                self._title = ui.label()
            self._more = ui.label()
        self._box.set_visibility(False)

    def show(self, who: str | None) -> None:
        """Say that this person is not there; nothing of None."""
        self._box.set_visibility(who is not None)
        if who is None:
            return
        people = self._screen.room.people
        names = [person.real_name for person in people if self._is_there(person) and person.kind == "member"]
        self._title.set_text(f"{self._screen.room.name(who)} is not on {self._platform}")
        has = "has an account" if len(names) == 1 else "have one"
        self._more.set_text(f"{listed(names)} {has}: switch with one click at the top.")
