"""The inputs of a modal, each as its element type asks, and what somebody gave them that was not sent yet."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from nicegui import events, ui

from bot.sandbox.control import LARGEST_UPLOAD
from bot.sandbox.page_screen import Screen
from bot.sandbox.slack_inputs import Field, is_many, key_of
from bot.sandbox.slack_shown import choices_of
from bot.sandbox.slack_text import label

Json = dict[str, Any]
Give = Callable[[Any, bool], Awaitable[None]]
"""Takes what an input holds now, as `/sandbox/fill` wants it, and whether the person is through with it."""
TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "external_select",
         "multi_external_select"}  # fmt: skip
REDRAWN = {"file_input", "checkboxes", "datetimepicker"}
"""Inputs made of several parts: drawn anew when what they hold changes."""
_PEOPLE = {"users_select", "multi_users_select"}
_CHANNELS = {"channels_select", "conversations_select", "multi_channels_select", "multi_conversations_select"}
SEARCHED = 8
"""A menu with more choices than this can be searched by typing."""


@dataclass(frozen=True)
class Asked:
    """One input: where it stands, what it held when it was drawn, and how it is spoken of."""

    screen: Screen
    field: Field
    entry: Json
    name: str
    give: Give

    @property
    def value(self) -> Any:
        """What it holds, in Slack's shape."""
        return self.entry.get(key_of(self.field.type))


def draw_input(asked: Asked) -> ui.element:
    """Draw an input into the current container; answers what can be focused and marked as wrong."""
    kind = asked.field.type
    if kind in TYPED:
        drawn = _text(asked)
    elif kind in {"datepicker", "timepicker"}:
        drawn = _moment(asked)
    elif kind == "datetimepicker":
        drawn = _date_and_time(asked)
    elif kind == "checkboxes":
        drawn = _checkboxes(asked)
    elif kind == "radio_buttons":
        drawn = _radio(asked)
    elif kind == "file_input":
        drawn = _files(asked)
    else:
        drawn = _select(asked)
    drawn.props["aria-label"] = asked.name
    drawn.props["data-field"] = asked.field.block_id
    return drawn


def _text(asked: Asked) -> ui.element:
    element, value = asked.field.element, held(asked.field, asked.entry)
    prompt = label(element.get("placeholder"))
    props = "outlined dense"
    if element.get("multiline") or asked.field.type == "rich_text_input":
        drawn: ui.input | ui.textarea = ui.textarea(value=value, placeholder=prompt).props(
            "autogrow input-style='min-height:72px'"
        )
    else:
        drawn = ui.input(value=value, placeholder=prompt)
    if asked.field.type == "number_input":
        props += " inputmode=decimal"
    if element.get("max_length"):
        props += f" maxlength={int(element['max_length'])}"
    drawn.props(props).classes("entry")

    async def typed(event: events.ValueChangeEventArguments[str | None]) -> None:
        await asked.give(event.value or None, False)

    async def left() -> None:
        await asked.give(drawn.value or None, True)

    drawn.on_value_change(typed)
    drawn.on("blur", left, args=[])
    return drawn


def _options(asked: Asked) -> dict[str, str]:
    world = asked.screen.room.world
    if asked.field.type in _PEOPLE:
        return {person.id: person.real_name for person in asked.screen.room.people}
    if asked.field.type in _CHANNELS:
        return {channel.id: f"#{channel.name}" for channel in world.channels}
    return {choice["value"]: label(choice["text"]) for choice in choices_of(asked.field.element)}


def held(field: Field, entry: Json) -> Any:
    """What an input of the page shows for what the form holds: texts, and the values of options."""
    value = entry.get(key_of(field.type))
    if field.type in TYPED:
        return value if isinstance(value, str) else ""
    return [_plain(each) for each in value or []] if is_many(field.type) else _plain(value)


def _plain(value: Any) -> Any:
    return value.get("value") if isinstance(value, dict) else value


def _select(asked: Asked) -> ui.element:
    many, options = is_many(asked.field.type), _options(asked)
    value = held(asked.field, asked.entry)

    async def chosen(event: events.ValueChangeEventArguments[Any]) -> None:
        await asked.give(event.value, True)

    drawn = ui.select(
        options, value=value, multiple=many, clearable=asked.field.optional, with_input=len(options) > SEARCHED,
        on_change=chosen,
    )  # fmt: skip
    drawn.props("outlined dense options-dense" + (" use-chips" if many else "")).classes("entry")
    if not value:
        drawn.props["placeholder"] = label(asked.field.element.get("placeholder")) or "Choose…"
    return drawn


def _radio(asked: Asked) -> ui.element:
    async def chosen(event: events.ValueChangeEventArguments[Any]) -> None:
        await asked.give(event.value, True)

    return ui.radio(_options(asked), value=held(asked.field, asked.entry), on_change=chosen).props(
        "inline dense"
    )


def _checkboxes(asked: Asked) -> ui.element:
    ticked = set(held(asked.field, asked.entry))
    with ui.element("div").props("role=group") as group:
        for value, text in _options(asked).items():

            async def switched(
                event: events.ValueChangeEventArguments[bool | None], value: str = value
            ) -> None:
                ticked.add(value) if event.value else ticked.discard(value)
                await asked.give([each for each in _options(asked) if each in ticked], True)

            ui.checkbox(text, value=value in ticked, on_change=switched).props("dense")
    return group


def _moment(asked: Asked) -> ui.element:
    async def chosen(event: events.ValueChangeEventArguments[str | None]) -> None:
        await asked.give(event.value or None, True)

    if asked.field.type == "datepicker":
        drawn: ui.date_input | ui.time_input = ui.date_input(
            value=asked.value, placeholder="2026-01-31", on_change=chosen
        )
    else:
        drawn = ui.time_input(value=asked.value, placeholder="16:30", on_change=chosen)
    return drawn.props("outlined dense").classes("entry")


def _date_and_time(asked: Asked) -> ui.element:
    zone = ZoneInfo(asked.screen.room.world.person(asked.screen.who).tz)
    moment = datetime.fromtimestamp(asked.value, zone) if isinstance(asked.value, int) else None

    async def chosen(_event: events.ValueChangeEventArguments[str | None]) -> None:
        if day.value and hour.value:
            await asked.give(f"{day.value}T{hour.value}", True)
        elif not day.value and not hour.value:
            await asked.give(None, True)

    with ui.element("div").style("display:flex;gap:10px").props("role=group") as group:
        day = ui.date_input(
            value=moment.strftime("%Y-%m-%d") if moment else "", placeholder="2026-01-31", on_change=chosen
        )
        hour = ui.time_input(
            value=moment.strftime("%H:%M") if moment else "", placeholder="16:30", on_change=chosen
        )
        for each, name in ((day, "date"), (hour, "time")):
            each.props("outlined dense").classes("entry grow")
            each.props["aria-label"] = f"{asked.name}, {name}"
    return group


def _files(asked: Asked) -> ui.element:
    """A place for files: each is given to the form as soon as it arrived."""
    most = int(asked.field.element.get("max_files") or 10)
    kept: list[Json | str] = [file["id"] for file in asked.value or []]
    names = [str(file["name"]) for file in asked.value or []]

    async def arrived(event: events.UploadEventArguments) -> None:
        data = await event.file.read()
        kept.append({"name": event.file.name, "base64": base64.b64encode(data).decode()})
        upload.reset()
        await asked.give(list(kept), True)

    async def emptied() -> None:
        kept.clear()
        await asked.give(None, True)

    with ui.element("div").classes("drop").props("role=group") as drop:
        with ui.element("div").classes("hidden-upload"):
            upload = ui.upload(
                on_upload=arrived,
                multiple=most > 1,
                max_files=most,
                auto_upload=True,
                max_file_size=LARGEST_UPLOAD,
            ).props("tabindex=-1")
            upload.on(
                "rejected", lambda: asked.screen.say("That file is too large, or one too many."), args=[]
            )
        add = ui.button(
            "Add files" if most > 1 else "Add a file",
            icon="upload",
            on_click=lambda: upload.run_method("pickFiles"),
        )
        add.props("flat dense no-caps color=primary")
        for name in names:
            with ui.element("span").classes("chip"):
                ui.label(name)
        if names:
            clear = ui.button(icon="close", on_click=emptied).props("flat round dense size=sm color=grey-8")
            clear.props["aria-label"] = "Remove the files"
    return drop
