"""Block Kit on the page: texts, fields, context, quotes, pictures, buttons and menus, in messages and modals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from bot.sandbox.page_screen import Screen
from bot.sandbox.page_telegram_view import TELEGRAM_LINKS
from bot.sandbox.page_text import Run, rich, text_of
from bot.sandbox.slack_shown import choices_of
from bot.sandbox.slack_text import label

Json = dict[str, Any]
Press = Callable[[str, str | None], Awaitable[Any]]
"""What happens when an element is pressed: called with its action id, and its value or the label chosen."""


def draw_runs(screen: Screen, runs: list[Run]) -> None:
    """Text with its links; a link to a message or a row is followed inside the page."""
    for run in runs:
        if not run.url:
            ui.html(run.html, sanitize=False, tag="span")  # page_text escapes all that came from outside
        else:
            link = ui.link("", run.url, new_tab=True).classes("text-link")
            with link:
                ui.html(run.html, sanitize=False, tag="span")
            if inside(screen, run.url):
                link.on("click.prevent", lambda url=run.url: screen.follow(url), args=[])


def inside(screen: Screen, url: str) -> bool:
    """Whether a link leads to something this page shows."""
    if screen.room.sandbox.telegram is not None and url.startswith(TELEGRAM_LINKS):
        return True
    return "/slack/archives/" in url or any(f"/d/{ident}" in url for ident in screen.room.google.books)


def draw_text(screen: Screen, part: Json | None) -> None:
    """A text object."""
    if part:
        with ui.element("div").classes("text"):
            draw_runs(screen, text_of(screen.room.workspace.state, part))


def draw_block(screen: Screen, block: Json, press: Press) -> None:
    """One block; what the page does not know it leaves out, as an old client would."""
    match block["type"]:
        case "header":
            ui.label(label(block["text"])).classes("b-header").props("role=heading aria-level=3")
        case "section":
            _section(screen, block, press)
        case "context":
            _context(screen, block)
        case "rich_text":
            _rich_text(screen, block)
        case "actions":
            with ui.element("div").classes("b-actions"):
                for element in block["elements"]:
                    draw_element(element, press)
        case "divider":
            ui.element("div").classes("b-divider").props("role=separator")
        case "image":
            _picture(block)
        case "markdown":
            ui.markdown(str(block["text"]))
        case _:
            pass


def _section(screen: Screen, block: Json, press: Press) -> None:
    with ui.element("div").classes("b-section"):
        with ui.element("div").classes("grow"):
            draw_text(screen, block.get("text"))
            if block.get("fields"):
                with ui.element("div").classes("b-fields"):
                    for field in block["fields"]:
                        draw_text(screen, field)
        if block.get("accessory"):
            draw_element(block["accessory"], press)


def _context(screen: Screen, block: Json) -> None:
    with ui.element("div").classes("b-context"):
        for part in block["elements"]:
            if part["type"] == "image":
                _picture(part)
            else:
                draw_text(screen, part)


def _rich_text(screen: Screen, block: Json) -> None:
    with ui.element("div").classes("text"):
        for part in block["elements"]:
            draw_runs(screen, rich(screen.room.workspace.state, part))


def _picture(part: Json) -> None:
    source = part.get("image_url")
    if ident := (part.get("slack_file") or {}).get("id"):
        source = f"/sandbox/file?id={ident}"
    if source:
        with ui.element("div").classes("picture"):
            ui.element("img").props(f'src="{source}"').props["alt"] = str(part.get("alt_text") or "")


def draw_element(element: Json, press: Press) -> None:
    """A button, or a menu to choose from."""
    kind = element["type"]
    if kind == "button":
        _button(element, press)
    elif kind == "image":
        _picture(element)
    elif kind in {"overflow", "static_select", "radio_buttons"}:
        choices = [label(choice["text"]) for choice in choices_of(element)]
        prompt = label(element.get("placeholder")) or "Choose…"
        ui.select(
            choices, label=prompt, on_change=lambda event: press(element["action_id"], event.value)
        ).props("outlined dense options-dense").classes("entry").style("min-width:190px")


def _button(element: Json, press: Press) -> None:
    text = label(element["text"])
    button = ui.element("button").classes(f"press {element.get('style') or ''}").props("type=button")
    button.props["aria-label"] = label(element.get("accessibility_label")) or text
    with button:
        ui.html("", sanitize=False, tag="span").set_content(_escaped(text))
    value = element.get("value")

    async def pressed() -> None:
        button.props["disabled"] = True
        try:
            await press(element["action_id"], value)
        finally:
            if not button.is_deleted:
                button.props["disabled"] = False

    confirm = element.get("confirm")
    button.on("click", (lambda: _ask(confirm, pressed)) if confirm else pressed, args=[])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _ask(confirm: Json, pressed: Callable[[], Awaitable[None]]) -> None:
    """The question Slack asks before a button that wants it."""
    with ui.dialog(value=True) as dialog, ui.card().classes("modal").props("role=alertdialog"):
        with ui.element("div").classes("modal-head"):
            ui.html("", sanitize=False, tag="h2").set_content(_escaped(label(confirm.get("title"))))
        with ui.element("div").classes("modal-body"):
            ui.label(label(confirm.get("text")))

        async def agreed() -> None:
            dialog.close()
            await pressed()

        with ui.element("div").classes("modal-foot"):
            plain_button(label(confirm.get("deny")) or "Cancel", dialog.close)
            danger = "danger full" if confirm.get("style") == "danger" else "primary"
            plain_button(label(confirm.get("confirm")) or "OK", agreed, danger)
    dialog.on("hide", dialog.delete, args=[])


def edit_message(screen: Screen, ident: str, text: str) -> None:
    """Let somebody write their own message anew."""
    with ui.dialog(value=True) as dialog, ui.card().classes("modal").props('aria-label="Edit message"'):
        with ui.element("div").classes("modal-body"):
            area = (
                ui.textarea(value=text)
                .props('outlined autogrow autofocus aria-label="Message"')
                .classes("entry")
            )

        async def save() -> None:
            dialog.close()
            await screen.act(screen.room.control.edit(screen.who, ident, area.value or ""))

        with ui.element("div").classes("modal-foot"):
            plain_button("Cancel", dialog.close)
            plain_button("Save", save, "primary")
    dialog.on("hide", dialog.delete, args=[])


def plain_button(text: str, act: Callable[[], Any], looks: str = "") -> ui.element:
    """A button in the page's own form."""
    button = ui.element("button").classes(f"press {looks}").props("type=button").on("click", act, args=[])
    with button:
        ui.html("", sanitize=False, tag="span").set_content(_escaped(text))
    return button
