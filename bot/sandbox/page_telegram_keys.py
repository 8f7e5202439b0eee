"""The keyboards of Telegram on the page: pressing works, and what the bot answers to a press is shown."""

from __future__ import annotations

import html
from typing import Any

from nicegui import ui

from bot.sandbox.page_blocks import plain_button
from bot.sandbox.page_look import icon
from bot.sandbox.page_screen import Screen

Json = dict[str, Any]


def draw_keys(screen: Screen, ident: str, rows: list[list[Json]]) -> None:
    """The inline keyboard under a message, row by row."""
    if not rows:
        return
    with ui.element("div").classes("tg-keys"):
        for row in rows:
            with ui.element("div").classes("tg-keys-row"):
                for key in row:
                    _key(screen, ident, key)


def _key(screen: Screen, ident: str, key: Json) -> None:
    button = ui.element("button").classes("tg-key").props("type=button")
    button.props["aria-label"] = key["text"]
    leads = icon("north_east") if "url" in key else ""
    with button:
        ui.html(f"{html.escape(key['text'])}{leads}", sanitize=False, tag="span")

    async def press() -> None:
        button.props["disabled"] = True
        try:
            value = key.get("callback_data")
            told = await screen.act(screen.room.control.press(screen.telegram.who, ident, key["text"], value))
        finally:
            if not button.is_deleted:
                button.props["disabled"] = False
        _tell(screen, told or {})

    button.on("click", press, args=[])


def _tell(screen: Screen, told: Json) -> None:
    """What came of a press: a link is followed, an answer of the bot's is shown as it wants."""
    if url := told.get("url"):
        if not screen.follow(url):
            ui.navigate.to(url, new_tab=True)
    elif told.get("toast") and told.get("alert"):
        alert(screen, told["toast"])
    elif told.get("toast"):
        screen.telegram.toast(told["toast"])


def alert(screen: Screen, text: str) -> None:
    """A sentence that waits for OK."""
    with screen.client, ui.dialog(value=True) as dialog, ui.card().classes("modal tg-alert"):
        with ui.element("div").classes("modal-body").props("role=alert"):
            ui.label(text)
        with ui.element("div").classes("modal-foot"):
            plain_button("OK", dialog.close, "primary")
    dialog.on("hide", dialog.delete, args=[])
