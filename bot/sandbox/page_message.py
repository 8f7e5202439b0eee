"""One message on the page: who said it and when, what it shows, its replies, and what one can do with it."""

from __future__ import annotations

import html
from typing import Any

from nicegui import ui

from bot.sandbox.page_blocks import draw_block, draw_runs, edit_message
from bot.sandbox.page_look import face, icon
from bot.sandbox.page_read import Line
from bot.sandbox.page_screen import Screen
from bot.sandbox.page_text import EMOJI, emoji, mrkdwn

QUICK = ("+1", "white_check_mark", "eyes")
"""The reactions one click away."""
_SPOKEN = {"+1": "thumbs up", "white_check_mark": "check mark", "eyes": "eyes"}


def draw_message(screen: Screen, line: Line) -> None:
    """Draw a message into the current container."""
    said = line.entry
    mine_only = said["visible_to"] is not None
    looks = f"{'close' if line.close else ''} {'mine-only' if mine_only else ''} {'target' if line.target else ''}"
    article = ui.element("div").classes(f"message {looks}").props("role=article tabindex=0")
    article.props["aria-label"] = f"{line.name}, {line.time}"
    article.props["data-message"] = line.id
    with article:
        _gutter(screen, line)
        with ui.element("div").classes("said"):
            if mine_only:
                ui.html(f"{icon('visibility')} Only visible to you", sanitize=False, tag="div").classes(
                    "only-you"
                )
            if not line.close:
                _who(line)
            _content(screen, line)
            _files(said["files"])
            _reactions(screen, line)
            _replies(screen, line)
    if said["visible_to"] is None and said["author"] != "slackbot":
        _offer_on_hover(screen, line, article)


def _gutter(screen: Screen, line: Line) -> None:
    if line.close:
        ui.label(line.time).classes("gutter time")
        return
    color = screen.room.color(line.entry["author"])
    ui.html(face(line.name, color), sanitize=False, tag="div")  # our own HTML; the name is escaped in it


def _who(line: Line) -> None:
    with ui.element("div").classes("who"):
        with ui.element("b"):
            ui.label(line.name).style("display:inline")
        if line.entry["author"] == "bot":
            ui.html("APP", sanitize=False, tag="span").classes("app-tag")
        with ui.element("time"):
            ui.label(line.time).style("display:inline")


def _content(screen: Screen, line: Line) -> None:
    said = line.entry
    state = screen.room.workspace.state
    if said["blocks"]:

        async def press(action: str, value: str | None) -> None:
            await screen.act(screen.room.control.press(screen.who, said["id"], action, value))

        with ui.element("div").classes("blocks"):
            for block in said["blocks"]:
                draw_block(screen, block, press)
    elif said["raw"]:
        with ui.element("div").classes("text"):
            draw_runs(screen, mrkdwn(state, said["raw"]))
    if said["edited"]:
        ui.label("(edited)").classes("edited")


def _files(files: list[dict[str, Any]]) -> None:
    if not files:
        return
    with ui.element("div").classes("files"):
        for file in files:
            source = f"/sandbox/file?id={file['id']}"
            with ui.link("", source, new_tab=True) as link:
                link.props["aria-label"] = f"File {file['name']}"
                if str(file["mimetype"]).startswith("image/"):
                    link.classes("picture")
                    picture = ui.element("img").props(f'src="{source}"')
                    picture.props["alt"] = file["name"]
                else:
                    link.classes("file")
                    ui.icon("description").props("aria-hidden=true")
                    ui.label(f"{file['name']} · {max(1, file['size'] // 1024)} KB")


def _reactions(screen: Screen, line: Line) -> None:
    if not line.entry["reactions"]:
        return
    with ui.element("div").classes("pills"):
        for name, people in line.entry["reactions"].items():
            pill = (
                ui.element("button")
                .classes(f"pill {'mine' if screen.who in people else ''}")
                .props("type=button")
            )
            names = ", ".join(screen.room.name(each) for each in people)
            pill.props["aria-label"] = f"{_SPOKEN.get(name, name)}: {names}"
            pill.props["title"] = names
            with pill:
                ui.html(f"{html.escape(emoji(f':{name}:'))} {len(people)}", sanitize=False, tag="span")
            pill.on("click", lambda name=name: _react(screen, line, name), args=[])


async def _react(screen: Screen, line: Line, name: str) -> None:
    await screen.act(screen.room.control.react(screen.who, line.id, name))


def _replies(screen: Screen, line: Line) -> None:
    if not line.replies or line.in_thread:
        return
    button = ui.element("button").classes("replies").props("type=button")
    count = f"{line.replies} {'reply' if line.replies == 1 else 'replies'}"
    button.props["aria-label"] = f"Open thread, {count}" + (f", {line.new} new" if line.new else "")
    fresh = f"<b>{line.new} new</b>" if line.new else ""
    with button:
        ui.html(
            f"{icon('chat_bubble_outline')} {count} {fresh} <small>last {line.last}</small>",
            sanitize=False,
            tag="span",
        )
    button.on("click", lambda: screen.open_thread(line.id), args=[])


def _offer_on_hover(screen: Screen, line: Line, article: ui.element) -> None:
    """Draw the tools when the pointer, or the keyboard, comes to a message for the first time."""
    offered = False

    def offer() -> None:
        nonlocal offered
        if not offered:
            offered = True
            with article:
                _hover(screen, line)

    article.on("mouseenter", offer, args=[])
    article.on("focusin", offer, args=[])


def _hover(screen: Screen, line: Line) -> None:
    """What Slack offers on a message."""
    with ui.element("div").classes("hover").props("role=toolbar").props('aria-label="Message actions"'):
        for name in QUICK:
            _tool(EMOJI[name], f"React with {_SPOKEN[name]}", lambda name=name: _react(screen, line, name))
        if not line.in_thread:
            _tool(icon("chat_bubble_outline"), "Reply in thread", lambda: screen.open_thread(line.id))
        if line.entry["author"] == screen.who:
            _tool(icon("edit"), "Edit message", lambda: edit_message(screen, line.id, line.entry["text"]))
            _tool(icon("delete"), "Delete message", lambda: _delete(screen, line))
        for title, callback in screen.room.shortcuts.items():
            _tool(
                f"{icon('bolt')} {html.escape(title)}",
                title,
                lambda callback=callback: _shortcut(screen, line, callback),
            )


async def _shortcut(screen: Screen, line: Line, callback: str) -> None:
    await screen.act(screen.room.control.shortcut(screen.who, callback, line.id))


async def _delete(screen: Screen, line: Line) -> None:
    await screen.act(screen.room.control.delete(screen.who, line.id))


def _tool(sign: str, name: str, act: Any) -> None:
    tool = ui.element("button").props("type=button")
    tool.props["aria-label"] = name
    tool.props["title"] = name
    with tool:
        ui.html(sign, sanitize=False, tag="span")
    tool.on("click", act, args=[])
