"""The composer: a message, a slash command with its hints, files. Enter sends, Shift+Enter makes a new line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from nicegui import events, ui

from bot.sandbox.control import LARGEST_UPLOAD
from bot.sandbox.page_list import Item, Kept
from bot.sandbox.page_room import Hint
from bot.sandbox.page_screen import Screen

Files = list[tuple[str, bytes]]
"""Name and content of each."""


class Post(Protocol):
    """Whose words go where; two alike share a draft."""

    def hints(self) -> Sequence[Hint]:
        """The commands there are."""

    async def send(self, text: str, files: Files) -> bool:
        """Say it; False where it was refused."""

    def __hash__(self) -> int:
        """A draft is found by it."""


@dataclass(frozen=True)
class SlackPost:
    """Into a channel of Slack, or a thread of it."""

    screen: Screen
    who: str
    place: str
    thread: str | None = None

    def hints(self) -> Sequence[Hint]:
        """The slash commands, which Slack takes outside of threads only."""
        return self.screen.room.hints if self.thread is None else ()

    async def send(self, text: str, files: Files) -> bool:
        """Say it, or share the files with it."""
        room = self.screen.room
        if not files:
            saying = room.control.say(self.who, self.place, text, self.thread)
            return await self.screen.act(saying) is not None
        rest = self.place.partition(":")[2]
        sharing = room.sandbox.slack.upload(self.who, rest, files, self.thread, text)
        return await self.screen.act(sharing) is not None


class Composer:
    """Where somebody writes.

    Args:
        screen: the page it stands on.
        post: where it goes at first.
    """

    def __init__(self, screen: Screen, post: Post) -> None:
        self._screen = screen
        self._post = post
        self._drafts: dict[Post, str] = {}
        self._files: Files = []
        self._sending = False
        with ui.element("div").classes("compose"):
            hints = ui.element("div").classes("hints").props('role=listbox aria-label="Commands"')
            hints.set_visibility(False)
            self._hints, self._hints_box = Kept(hints), hints
            attached = ui.element("div").classes("attached")
            attached.set_visibility(False)
            self._attached, self._attached_box = Kept(attached), attached
            with ui.element("div").classes("line"):
                self._input = (
                    ui.textarea(on_change=self._typed).props("borderless dense autogrow").classes("grow")
                )
                self._input.on("keydown.enter.exact.prevent", self._enter, args=[])
                self._input.on("keydown.tab", self._complete, args=[])
                self._input.on("keydown.esc", lambda: self._offer([]), args=[])
                self._attach_button()
                send = ui.button(icon="send", on_click=self._send)
                send.props('flat round dense color=primary size=sm aria-label="Send"')

    def _attach_button(self) -> None:
        with ui.element("div").classes("hidden-upload").props("aria-hidden=true"):
            upload = ui.upload(
                on_upload=self._take, multiple=True, auto_upload=True, max_file_size=LARGEST_UPLOAD
            ).props("tabindex=-1")
            upload.on("rejected", lambda: self._screen.say("Files of up to 20 MB, please."), args=[])
        self._upload = upload
        attach = ui.button(icon="attach_file", on_click=lambda: upload.run_method("pickFiles"))
        attach.props('flat round dense color=grey-8 size=sm aria-label="Attach files"')

    def aim(self, post: Post, prompt: str) -> None:
        """Write somewhere else from now on; what was begun elsewhere waits there."""
        self._drafts[self._post] = self._input.value or ""
        self._post = post
        self._input.props["placeholder"] = prompt
        self._input.props["aria-label"] = prompt
        self._input.set_value(self._drafts.get(post, ""))

    def begin(self, text: str | None = None) -> None:
        """Put the cursor into it, and what is to be changed."""
        if text is not None:
            self._input.set_value(text)
        self._input.run_method("focus")

    def _typed(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        hints = self._fitting(event.value or "")
        self._offer([] if [hint.name for hint in hints] == [event.value] else hints)

    def _fitting(self, text: str) -> list[Hint]:
        """The commands that begin like this."""
        if not text.startswith("/") or " " in text or "\n" in text:
            return []
        return [hint for hint in self._post.hints() if hint.name.startswith(text)]

    def _offer(self, hints: list[Hint]) -> None:
        self._hints_box.set_visibility(bool(hints))
        self._hints.show(Item(hint.name, "", partial(self._draw_hint, hint)) for hint in hints)

    def _draw_hint(self, hint: Hint) -> None:
        button = ui.element("button").classes("bare hint").props("type=button role=option")
        button.on("click", lambda: self._choose(hint), args=[])
        with button:
            with ui.element("b"):
                ui.label(hint.name)
            with ui.element("i"):
                ui.label(hint.usage)
            with ui.element("span"):
                ui.label(hint.about)

    def _choose(self, hint: Hint) -> None:
        self._input.set_value(hint.name + " ")
        self._input.run_method("focus")

    def _complete(self) -> None:
        """Tab takes the first command offered."""
        fitting = self._fitting(self._input.value or "")
        if self._hints_box.visible and fitting:
            self._choose(fitting[0])

    async def _take(self, event: events.UploadEventArguments) -> None:
        self._files.append((event.file.name, await event.file.read()))
        self._upload.reset()
        self._show_files()

    def _show_files(self) -> None:
        self._attached_box.set_visibility(bool(self._files))
        self._attached.show(
            Item((number, name), "", partial(self._draw_file, number, name))
            for number, (name, _) in enumerate(self._files)
        )

    def _draw_file(self, number: int, name: str) -> None:
        def drop() -> None:
            del self._files[number]
            self._show_files()

        with ui.element("span").classes("chip"):
            ui.label(name)
            button = ui.button(icon="close", on_click=drop).props("flat round dense size=xs color=grey-8")
            button.props["aria-label"] = f"Remove {name}"

    async def _enter(self) -> None:
        await self._send()

    async def _send(self) -> None:
        """Send what was written and attached; it stays in the composer when it is refused."""
        text = (self._input.value or "").strip()
        if self._sending or not (text or self._files):
            return
        self._sending = True
        self._offer([])
        self._input.set_value("")
        try:
            done = await self._deliver(text)
        finally:
            self._sending = False
        if not done and not self._input.value:
            self._input.set_value(text)

    async def _deliver(self, text: str) -> bool:
        files, self._files = self._files, []
        if files:
            self._show_files()
        return await self._post.send(text, files)
