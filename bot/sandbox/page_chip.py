"""A button with a name and a count of what is new; it changes in place, so that no click falls between two of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from nicegui import ui

MOST = 99
"""The largest count that is shown."""


class Chip:
    """A person at the top, or a place at the side.

    Args:
        name: what stands on it.
        looks: its CSS class.
        current: the ARIA attribute that says it is the chosen one, such as `aria-pressed`.
        spoken: what a screen reader says before the count.
        act: what a click does.
    """

    def __init__(self, name: str, looks: str, current: str, spoken: str, act: Callable[[], None]) -> None:
        self._spoken = spoken
        self._current = current
        self._shown: tuple[int, bool] | None = None
        self.button = ui.element("button").classes(f"bare {looks}").props("type=button")
        self.button.on("click", act, args=[])
        with self.button:
            self._picture = ui.element("span").classes("chip-picture")
            ui.label(name).classes("name")
            self._badge = ui.label().classes("dot-count").props("aria-hidden=true")

    @property
    def picture(self) -> AbstractContextManager[object]:
        """Where the picture before the name goes."""
        return self._picture

    def show(self, count: int, *, chosen: bool) -> None:
        """Say how much is new, and whether it is the chosen one."""
        if self._shown == (count, chosen):
            return
        self._shown = (count, chosen)
        self._badge.set_text(str(min(count, MOST)))
        self._badge.set_visibility(bool(count))
        self.button.classes(add="new") if count else self.button.classes(remove="new")
        self.button.props[self._current] = "true" if chosen else "false"
        self.button.props["aria-label"] = self._spoken + (f", {count} new" if count else "")
