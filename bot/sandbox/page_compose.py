"""The composer: a message, a slash command with its hints, files. Enter sends, Shift+Enter makes a new line."""

from __future__ import annotations

from functools import partial

from nicegui import events, ui

from bot.sandbox.control import LARGEST_UPLOAD
from bot.sandbox.page_list import Item, Kept
from bot.sandbox.page_room import Hint
from bot.sandbox.page_screen import Screen


class Composer:
    """Where somebody writes into a place or a thread.

    Args:
        screen: the page it stands on.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._at: tuple[str, str, str | None] = (screen.who, "", None)
        self._drafts: dict[tuple[str, str, str | None], str] = {}
        self._files: list[tuple[str, bytes]] = []
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

    def aim(self, place: str, prompt: str, thread: str | None = None) -> None:
        """Write into another place from now on; what was begun elsewhere waits there."""
        self._drafts[self._at] = self._input.value or ""
        self._at = (self._screen.who, place, thread)
        self._input.props["placeholder"] = prompt
        self._input.props["aria-label"] = prompt
        self._input.set_value(self._drafts.get(self._at, ""))

    def _typed(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        text = event.value or ""
        command = text.startswith("/") and " " not in text and "\n" not in text and self._at[2] is None
        hints = [hint for hint in self._screen.room.hints if hint.name.startswith(text)] if command else []
        self._offer([] if [hint.name for hint in hints] == [text] else hints)

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
        text = self._input.value or ""
        if self._hints_box.visible and (
            first := next((hint for hint in self._screen.room.hints if hint.name.startswith(text)), None)
        ):
            self._choose(first)

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
        screen = self._screen
        _, place, thread = self._at
        if not self._files:
            return await screen.act(screen.room.control.say(screen.who, place, text, thread)) is not None
        files, self._files = self._files, []
        self._show_files()
        slack = screen.room.sandbox.slack
        rest = place.partition(":")[2]
        return await screen.act(slack.upload(screen.who, rest, files, thread, text)) is not None
