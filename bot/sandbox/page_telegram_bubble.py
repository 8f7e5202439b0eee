"""One message of Telegram on the page: its bubble, the keyboard under it, and what one can do with it."""

from __future__ import annotations

import html
from functools import partial
from typing import Any

from nicegui import ui

from bot.sandbox.page_blocks import draw_runs
from bot.sandbox.page_look import BRAND, face, icon
from bot.sandbox.page_screen import Screen
from bot.sandbox.page_telegram_keys import draw_keys
from bot.sandbox.page_telegram_read import Bubble, Json, Quote
from bot.sandbox.page_telegram_text import blocks
from bot.sandbox.page_telegram_view import Answering

PALETTE = ("👍", "👌", "❤", "🔥", "👀", "🙏", "🤔", "👎")
"""The reactions one click away, of those Telegram has."""
KILO = 1024


def draw_bubble(screen: Screen, bubble: Bubble, *, target: bool = False) -> None:
    """Draw a message into the current container."""
    marks = {"mine": bubble.mine, "close": bubble.close, "tail": bubble.tail, "target": target}
    looks = " ".join(name for name, is_so in marks.items() if is_so)
    row = ui.element("div").classes(f"tg-row {looks}").props("role=article tabindex=0")
    row.props["aria-label"] = f"{bubble.name}, {bubble.time}"
    row.props["data-message"] = bubble.id
    group = bubble.entry["id"].startswith("telegram:-")
    with row:
        if group and not bubble.mine:
            with ui.element("div").classes("tg-face"):
                if bubble.tail:
                    color = screen.room.color(bubble.entry["author"])
                    ui.html(
                        face(bubble.name, color, 30), sanitize=False, tag="span"
                    )  # the name is escaped in it
        with ui.element("div").classes("tg-column"):
            with ui.element("div").classes("tg-bubble"):
                _content(screen, bubble, named=group and not bubble.mine and not bubble.close)
            draw_keys(screen, bubble.id, bubble.rows)
    row.on("dblclick", lambda: _answer(screen, bubble), args=[])
    _offer_on_hover(screen, bubble, row)


def _content(screen: Screen, bubble: Bubble, *, named: bool) -> None:
    said = bubble.entry
    if named:
        with ui.element("div").classes("tg-name").style(f"color:{_color(screen, said['author'])}"):
            ui.label(bubble.name)
            if said["author"] == "bot":
                ui.html("bot", sanitize=False, tag="small")
    if bubble.quote is not None:
        _quote(screen, bubble.quote)
    _files(bubble.files)
    if said["text"]:
        _text(screen, said)
    with ui.element("div").classes("tg-foot"):
        if said["reactions"]:
            _reactions(screen, bubble)
        when = ("edited " if said["edited"] else "") + bubble.time
        ui.html(html.escape(when), sanitize=False, tag="time").classes("tg-time")


def _color(screen: Screen, author: str) -> str:
    """The colour of a name; the bot's is the brand's."""
    return BRAND if author == "bot" else screen.room.color(author)


def _text(screen: Screen, said: Json) -> None:
    """The words; what stands around a quotation needs no line of its own."""
    with ui.element("div").classes("tg-text").props("dir=auto"):
        for block in blocks(said["text"], said["entities"]):
            with ui.element(block.tag or "span"):
                draw_runs(screen, list(block.runs))


def _quote(screen: Screen, quote: Quote) -> None:
    """What is replied to; a click leads there."""
    box = ui.element("button").classes("bare tg-quote").props("type=button")
    box.props["aria-label"] = f"In reply to {quote.name or 'a message'}: {quote.text}"
    color = _color(screen, quote.author) if quote.author else "#8a94a3"
    box.style(f"border-color:{color}")
    with box:
        if quote.picture:
            ui.element("img").props(f'src="/sandbox/file?id={quote.picture}" alt=""')
        with ui.element("span").classes("tg-quoted"):
            if quote.name:
                ui.label(quote.name).classes("name").style(f"color:{color}")
            ui.label(quote.text)
    if quote.id:
        box.on("click", lambda: screen.show_telegram(quote.id), args=[])


def _files(files: list[Json]) -> None:
    pictures = [file for file in files if file["kind"] == "photo"]
    if pictures:
        with ui.element("div").classes(f"tg-pictures n{min(len(pictures), 4)}"):
            for file in pictures:
                source = f"/sandbox/file?id={file['id']}"
                with ui.link("", source, new_tab=True) as link:
                    link.props["aria-label"] = f"Photo {file['name']}"
                    ui.element("img").props(f'src="{source}"').props["alt"] = file["name"]
    for file in files:
        if file["kind"] != "photo":
            with ui.link("", f"/sandbox/file?id={file['id']}", new_tab=True).classes("tg-document") as link:
                link.props["aria-label"] = f"File {file['name']}"
                ui.icon("description").props("aria-hidden=true")
                with ui.element("span"):
                    ui.label(file["name"]).classes("name")
                    ui.label(_size(file["size"])).classes("size")


def _size(size: int) -> str:
    return (
        f"{size} B"
        if size < KILO
        else f"{size / KILO:.1f} KB"
        if size < KILO**2
        else f"{size / KILO**2:.1f} MB"
    )


def _reactions(screen: Screen, bubble: Bubble) -> None:
    for emoji, people in bubble.entry["reactions"].items():
        names = ", ".join(screen.room.name(each) for each in people)
        pill = ui.element("button").classes(f"tg-reaction {'mine' if screen.telegram.who in people else ''}")
        pill.props("type=button")
        pill.props["aria-label"] = f"{emoji}: {names}"
        pill.props["title"] = names
        with pill:
            ui.html(f"{html.escape(emoji)} {len(people)}", sanitize=False, tag="span")
        pill.on("click", partial(_react, screen, bubble, emoji), args=[])


async def _react(screen: Screen, bubble: Bubble, emoji: str) -> None:
    """React, or take the same reaction back."""
    has = screen.telegram.who in bubble.entry["reactions"].get(emoji, [])
    await screen.act(screen.room.control.react(screen.telegram.who, bubble.id, "" if has else emoji))


def _offer_on_hover(screen: Screen, bubble: Bubble, row: ui.element) -> None:
    """Draw the tools when the pointer, or the keyboard, comes to a message for the first time."""
    offered = False

    def offer() -> None:
        nonlocal offered
        if not offered:
            offered = True
            with row:
                _tools(screen, bubble)

    row.on("mouseenter", offer, args=[])
    row.on("focusin", offer, args=[])


def _tools(screen: Screen, bubble: Bubble) -> None:
    with ui.element("div").classes("hover tg-tools").props('role=toolbar aria-label="Message actions"'):
        react = _tool(icon("add_reaction"), "React", None)
        with react, ui.menu().props("auto-close"), ui.element("div").classes("tg-palette"):
            for emoji in PALETTE:
                _tool(emoji, f"React with {emoji}", partial(_react, screen, bubble, emoji))
        _tool(icon("reply"), "Reply", lambda: _answer(screen, bubble))
        if bubble.mine:
            said = str(bubble.entry["text"])
            _tool(icon("edit"), "Edit", lambda: _answer(screen, bubble, changes=True)) if said else None
            _tool(icon("delete"), "Delete", partial(_delete, screen, bubble))


def _answer(screen: Screen, bubble: Bubble, *, changes: bool = False) -> None:
    screen.telegram.answering = Answering(bubble.id, changes)
    screen.refresh()


async def _delete(screen: Screen, bubble: Bubble) -> None:
    for part in bubble.parts:
        await screen.act(screen.room.control.delete(screen.telegram.who, part))


def _tool(sign: str, name: str, act: Any) -> ui.element:
    tool = ui.element("button").props("type=button")
    tool.props["aria-label"] = name
    tool.props["title"] = name
    with tool:
        ui.html(sign, sanitize=False, tag="span")
    if act is not None:
        tool.on("click", act, args=[])
    return tool
