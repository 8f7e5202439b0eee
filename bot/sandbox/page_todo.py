"""The list of things to try, beside the messages."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from bot.sandbox.page_list import Item, Kept
from bot.sandbox.page_live import Changes
from bot.sandbox.page_screen import Screen
from bot.sandbox.page_telegram_tasks import Task


class TaskList:
    """The tasks, beside the messages."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.panel = ui.element("aside").classes("side").props('aria-label="Try this"')
        with self.panel:
            with ui.element("h2"):
                self._title = ui.label("Try this")
            with ui.element("p"):
                ui.label("Each ticks itself off when it has really happened.")
            self._kept = Kept(ui.element("div").props("role=list"))
        screen.join(self.refresh)

    def refresh(self, _changes: Changes) -> None:
        """Tick off what was done."""
        tasks = self._screen.room.tasks
        tasks.look()
        self._title.set_text(f"Try this · {len(tasks.done)} of {len(tasks.listed)}")
        self._kept.show(
            Item(task.key, task.key in tasks.done, _drawer(task, done=task.key in tasks.done))
            for task in tasks.listed
        )

    def toggle(self) -> None:
        """Show or hide the list."""
        self.panel.set_visibility(not self.panel.visible)


def _drawer(task: Task, *, done: bool) -> Callable[[], None]:
    def draw() -> None:
        item = ui.element("div").classes(f"task {'done' if done else ''}").props("role=listitem")
        item.props["data-task"] = task.key
        item.props["aria-label"] = f"{task.title}: {'done' if done else 'to do'}"
        with item:
            ui.html("✓", sanitize=False, tag="span").classes("tick").props("aria-hidden=true")
            # Our own HTML: the tasks above.
            ui.html(f"<h3>{task.title}</h3><small>{task.how}</small>", sanitize=False, tag="div")

    return draw
