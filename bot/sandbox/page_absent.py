"""Who one is on a chat platform's side of the page, and what stands there for somebody who has no account."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from nicegui import ui

from bot.sandbox.page_blocks import plain_button
from bot.sandbox.page_list import Item, Kept
from bot.sandbox.page_look import face
from bot.sandbox.page_screen import Screen
from bot.sandbox.people import Person


class Absent:
    """A sentence in the place of the chats.

    Args:
        screen: the page it stands on.
        platform: what the platform is called.
        is_there: whether somebody has an account there.
        be: makes that side somebody else's.
    """

    def __init__(
        self, screen: Screen, platform: str, is_there: Callable[[Person], bool], be: Callable[[str], None]
    ) -> None:
        self._screen = screen
        self._platform = platform
        self._is_there = is_there
        self._be = be
        self._box = ui.element("div").classes("absent").props("role=status")
        with self._box:
            ui.icon("person_off").props("size=26px aria-hidden=true")
            with ui.element("b"):
                self._title = ui.label()
            self._more = ui.label()
            self._people = Kept(ui.element("div").classes("absent-people"))
        self._box.set_visibility(False)

    def show(self, who: str | None) -> None:
        """Say that this person is not there; nothing of None."""
        self._box.set_visibility(who is not None)
        if who is None:
            return
        room = self._screen.room
        there = [each for each in room.people if self._is_there(each) and each.kind == "member"]
        self._title.set_text(f"{room.name(who)} is not on {self._platform}")
        self._more.set_text("Here be somebody who is:" if there else "Nobody here is.")
        self._people.show(Item(each.key, "", partial(self._draw, each)) for each in there)

    def _draw(self, person: Person) -> None:
        plain_button(person.real_name, partial(self._be, person.key))


class As:
    """A line that says as whom one looks at a side, while the two sides are two people's.

    Args:
        whose: the person the side is.
        screen: the page it stands on.
    """

    def __init__(self, whose: Callable[[], str], screen: Screen) -> None:
        self._screen = screen
        self._whose = whose
        self._kept = Kept(ui.element("div").classes("as-whom"))

    def refresh(self) -> None:
        """Say it, or nothing while both sides are one person's."""
        who = self._whose()
        self._kept.show([Item(who, "", partial(self._draw, who))] if self._screen.is_split else [])

    def _draw(self, who: str) -> None:
        room = self._screen.room
        ui.html(
            face(room.name(who), room.color(who), 18), sanitize=False, tag="span"
        )  # the name is escaped in it
        ui.label(f"as {room.name(who)}")
