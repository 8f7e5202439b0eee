"""The modal a person has open, as Slack shows it: title, inputs with hints and errors, submit and cancel.

The emulator holds the view and its values; this draws them. What is typed goes to it when an input is left, and all
that is still on the way goes with *submit*. A view that the bot redraws changes only where it differs.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement

from bot.sandbox.page_blocks import draw_block, draw_text, plain_button
from bot.sandbox.page_inputs import REDRAWN, Asked, draw_input, held
from bot.sandbox.page_list import Item, Kept
from bot.sandbox.page_live import Changes
from bot.sandbox.page_look import BOT, face
from bot.sandbox.page_screen import Screen
from bot.sandbox.slack_inputs import Field, fields_of
from bot.sandbox.slack_text import label

Json = dict[str, Any]


class Form:
    """The dialog with the modal of whoever one is."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._shown: tuple[str, str] | None = None
        self._dirty: dict[str, Any] = {}
        self._under_way: set[str] = set()
        self._errors: dict[str, ui.label] = {}
        self._inputs: dict[str, ui.element] = {}
        self._told: dict[str, str] = {}
        self._busy = False
        with ui.dialog().props("no-backdrop-dismiss").classes("below-strip") as self._dialog:
            self._card = ui.card().classes("modal").props("role=dialog aria-modal=true")
        self._dialog.on("escape-key", self._close, args=[])
        screen.join(self.refresh)

    def refresh(self, changes: Changes) -> None:
        """Show the modal as it is now, or none."""
        if not {("slack", ""), ("everything", "")} & changes:
            return
        form = self._screen.room.control.forms(self._screen.who)["form"]
        if form is None:
            self._shown = None
            self._dialog.close()
            return
        view = form["view"]
        shown = (self._screen.who, str(form["id"]))
        if shown != self._shown:
            self._shown = shown
            self._dirty, self._errors, self._inputs, self._told = {}, {}, {}, {}
            self._frame(view)
        self._title.set_text(label(view["title"]))
        self._body.show(self._items(view))
        self._follow(view)
        self._say_errors({field["block_id"]: field["error"] for field in form["fields"]})
        self._dialog.open()

    def _frame(self, view: Json) -> None:
        self._card.clear()
        self._card.props["aria-label"] = label(view["title"])
        with self._card:
            with ui.element("div").classes("modal-head"):
                ui.html(face("bot", BOT, 28), sanitize=False, tag="div")  # our own HTML
                with ui.element("h2").classes("grow"):
                    self._title = ui.label()
                close = ui.button(icon="close", on_click=self._close).props("flat round dense color=grey-8")
                close.props["aria-label"] = "Close"
            self._body = Kept(ui.element("div").classes("modal-body"))
            with ui.element("div").classes("modal-foot"):
                plain_button(label(view.get("close")) or "Cancel", self._close)
                if view.get("submit"):
                    plain_button(label(view["submit"]), self._submit, "primary").classes("submit")

    def _items(self, view: Json) -> list[Item]:
        """One item a block; an input is drawn anew when its question changed."""
        fields = {field.block_id: field for field in fields_of(view)}
        values = view["state"]["values"]
        items = []
        for number, block in enumerate(view["blocks"]):
            field = fields.get(block["block_id"])
            if block["type"] == "input" and field is not None:
                entry = values[field.block_id][field.action_id]
                face_of = json.dumps([block, entry] if field.type in REDRAWN else block)
                items.append(
                    Item(("input", field.block_id), face_of, partial(self._ask, block, field, entry))
                )
            else:
                plain = json.dumps(block)
                items.append(Item((block["type"], number, plain), "", partial(self._draw, block, values)))
        return items

    def _follow(self, view: Json) -> None:
        """Show what a script filled in, but never over what is being typed."""
        for field in fields_of(view):
            drawn = self._inputs.get(field.block_id)
            typed = self._dirty.keys() | self._under_way
            if isinstance(drawn, ValueElement) and field.block_id not in typed and not drawn.is_deleted:
                value = held(field, view["state"]["values"][field.block_id][field.action_id])
                if (value or None) != (drawn.value or None):
                    drawn.set_value(value)

    def _draw(self, block: Json, values: Json) -> None:
        async def press(action: str, value: str | None) -> None:
            await self._settle()
            screen = self._screen
            await screen.act(screen.room.control.press(screen.who, None, action, value))

        for field in fields_of({"blocks": [block]}):
            if field.type not in {"static_select", "radio_buttons"}:
                entry = values[field.block_id][field.action_id]
                draw_input(Asked(self._screen, field, entry, field.label, self._giver(field)))
                return
        with ui.element("div").classes("blocks"):
            draw_block(self._screen, block, press)

    def _ask(self, block: Json, field: Field, entry: Json) -> None:
        optional = " <small>(optional)</small>" if field.optional else ""
        with ui.element("label").classes("label"):
            draw_text(self._screen, block["label"])
            if optional:
                ui.html(optional, sanitize=False, tag="span")
        name = field.label + (" (optional)" if field.optional else "")
        self._inputs[field.block_id] = draw_input(Asked(self._screen, field, entry, name, self._giver(field)))
        if block.get("hint"):
            ui.label(label(block["hint"])).classes("field-hint")
        self._errors[field.block_id] = ui.label().classes("field-error").props("role=alert")

    def _giver(self, field: Field) -> Any:
        async def give(value: Any, through: bool) -> None:
            self._dirty[field.block_id] = value
            self._told.pop(field.block_id, None)
            if through and not self._busy:
                await self._settle()

        return give

    async def _settle(self) -> None:
        """Give the emulator what was filled in; inputs that dispatch tell the bot."""
        given, self._dirty = self._dirty, {}
        if given and self._shown is not None and self._is_open():
            # Until the emulator has them its view is older than what is seen, and must not be drawn over it.
            self._under_way |= given.keys()
            try:
                self._hear(await self._screen.act(self._screen.room.control.fill(self._shown[0], given)))
            finally:
                self._under_way -= given.keys()

    def _is_open(self) -> bool:
        """Whether the form that is drawn is still there: an input is left, too, when its form goes away."""
        form = self._screen.room.control.forms(self._screen.who)["form"]
        return form is not None and (self._screen.who, str(form["id"])) == self._shown

    async def _submit(self) -> None:
        """Send the form, once however often the button is pressed."""
        if self._busy or self._shown is None:
            return
        self._busy = True
        given, self._dirty = self._dirty, {}
        try:
            self._hear(await self._screen.act(self._screen.room.control.submit(self._shown[0], given)))
        finally:
            self._busy = False

    def _hear(self, answer: Json | None) -> None:
        """Keep what the client itself refuses, which the emulator's view does not say."""
        form = self._screen.room.control.forms(self._screen.who)["form"]
        errors = (answer or {}).get("errors", {})
        if form is None or not errors:
            return
        self._told = {
            field["block_id"]: errors[field["label"]] for field in form["fields"] if field["label"] in errors
        }
        self._say_errors({field["block_id"]: field["error"] for field in form["fields"]})

    def _say_errors(self, errors: dict[str, str | None]) -> None:
        for block_id, line in self._errors.items():
            if not line.is_deleted:
                sentence = errors.get(block_id) or self._told.get(block_id)
                line.set_text(sentence or "")
                drawn = self._inputs[block_id]
                drawn.classes(add="bad") if sentence else drawn.classes(remove="bad")

    async def _close(self) -> None:
        if self._shown is not None:
            await self._screen.act(self._screen.room.control.close(self._shown[0]))
