"""Keeps a container's children in step with a list: what did not change stays as it is on the screen.

So a cursor stays in its input, a menu stays open and nothing jumps while other things change.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from nicegui import ui


@dataclass(frozen=True)
class Item:
    """One child: `key` says which it is, `face` what it looks like; it is built anew when its face changed."""

    key: Hashable
    face: Hashable
    build: Callable[[], Any]


class Kept:
    """The children of a container, by their keys.

    Args:
        container: whose children they are; nothing else may be in it.
    """

    def __init__(self, container: ui.element) -> None:
        self.container = container
        self._shown: dict[Hashable, tuple[Hashable, ui.element]] = {}

    def show(self, items: Iterable[Item]) -> list[Hashable]:
        """Make the children these, in this order; answers the keys of those that were built."""
        wanted = list(items)
        faces = {item.key: item.face for item in wanted}
        for key, (face, element) in list(self._shown.items()):
            if faces.get(key, self) != face:
                element.delete()
                del self._shown[key]
        built = []
        for place, item in enumerate(wanted):
            if item.key not in self._shown:
                self._shown[item.key] = (item.face, self._built(item))
                built.append(item.key)
            element = self._shown[item.key][1]
            children = self.container.default_slot.children
            if children[place] is not element:
                element.move(target_index=place)
        return built

    def items(self) -> list[tuple[Hashable, ui.element]]:
        """The children with their keys."""
        return [(key, element) for key, (_, element) in self._shown.items()]

    def _built(self, item: Item) -> ui.element:
        with self.container, ui.element("div").classes("kept") as element:
            item.build()
        return element
