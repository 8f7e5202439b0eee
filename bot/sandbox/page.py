"""The sandbox's page: Slack and Telegram as people know them, the workbooks below, and a strip with clock and faults.

NiceGUI serves it on the sandbox's own port, below every route of the vendors. All that one can do here goes through
`Sandbox.control`, the same code as `/sandbox`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, Query
from nicegui import ui
from starlette.applications import Starlette

from bot.sandbox.app import Sandbox
from bot.sandbox.google import Google
from bot.sandbox.page_chat import SlackSide
from bot.sandbox.page_form import Form
from bot.sandbox.page_live import Changes
from bot.sandbox.page_look import BRAND, CSS, TELEGRAM_CSS
from bot.sandbox.page_room import Room
from bot.sandbox.page_screen import Screen
from bot.sandbox.page_sheet import Books
from bot.sandbox.page_strip import draw_strip
from bot.sandbox.page_telegram import TelegramSide
from bot.sandbox.page_todo import TaskList

TITLE = "Deskbell sandbox"
BELL = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="{BRAND}"/>'
    '<path fill="#fff" d="M12 20a1.7 1.7 0 0 0 1.7-1.7h-3.4A1.7 1.7 0 0 0 12 20zm5.3-5.1V11c0-2.5-1.4-4.6-3.8-5.2v-.5'
    'a1.5 1.5 0 0 0-3 0v.5C8.1 6.4 6.7 8.5 6.7 11v3.9L5.2 16.400v.8h13.600v-.8z"/></svg>'
)
"""The picture in the browser's tab."""


def with_page(app: Starlette, sandbox: Sandbox, google: Google) -> None:
    """Serve the page at `/`, after all routes the app has; call it once a process, before the server starts.

    Args:
        app: the sandbox's app.
        sandbox: whose page it is.
        google: its workbooks.
    """
    room = Room(sandbox, google)

    @ui.page("/")
    def show(message: Annotated[str, Query()] = "", who: Annotated[str, Query(alias="as")] = "") -> None:
        draw(room, who, message)

    # NiceGUI wants a FastAPI app of its own; mounted last, it gets only what no vendor's route takes.
    host = FastAPI(openapi_url=None)
    ui.run_with(
        host,
        title=TITLE,
        favicon=BELL,
        tailwind=False,
        show_welcome_message=False,
        binding_refresh_interval=None,
        reconnect_timeout=10.0,
    )
    app.mount("/", host)
    _start_together(app, host)


def _start_together(app: Starlette, host: FastAPI) -> None:
    """Let the page start and stop with the app it is mounted in: Starlette leaves mounted apps asleep."""
    own = app.router.lifespan_context

    @asynccontextmanager
    async def both(serving: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(own(serving))
            await stack.enter_async_context(host.router.lifespan_context(host))
            yield

    app.router.lifespan_context = both


def draw(room: Room, who: str = "", message: str = "") -> None:
    """Draw the whole page into the current client.

    Args:
        room: what it shares with the other open pages.
        who: whose eyes it looks through; the first person where nobody is called so.
        message: the id of a message to show (`slack:C…:ts`), as permalinks lead here with one.
    """
    room.begin()
    ui.colors(primary=BRAND)
    ui.add_css(CSS)
    ui.add_css(TELEGRAM_CSS)
    people = [person.key for person in room.people]
    screen = Screen(room, who, who) if who in people else Screen(room, people[0], _on_telegram_alone(room))
    with ui.element("div").classes("page"):
        strip = ui.element("header").classes("strip")
        tasks = _draw_both(screen) if room.sandbox.telegram is not None else _draw_slack(screen)
        with strip:
            draw_strip(screen, tasks.toggle)
    Form(screen)
    _keep_up(screen)
    if not message or not screen.find(message):
        screen.refresh()


def _on_telegram_alone(room: Room) -> str:
    """Whom the page opens as on Telegram: the supplier, where he is only there."""
    return next((person.key for person in room.people if person.telegram and not person.id), "")


def _draw_slack(screen: Screen) -> TaskList:
    """Slack above, the workbooks below; the things to try stand beside Slack."""
    halves = ui.splitter(horizontal=True, value=62, limits=(25, 90)).classes("rest")
    with halves.before, ui.element("div").classes("talk"):
        SlackSide(screen)
        tasks = TaskList(screen)
    with halves.after:
        Books(screen)
    return tasks


def _draw_both(screen: Screen) -> TaskList:
    """Slack on the left, Telegram on the right, the workbooks below with the things to try beside them."""
    halves = ui.splitter(horizontal=True, value=66, limits=(25, 90)).classes("rest two-chats")
    with halves.before:
        sides = ui.splitter(value=62, limits=(30, 75)).classes("sides")
        with sides.before:
            SlackSide(screen)
        with sides.after:
            TelegramSide(screen)
    with halves.after, ui.element("div").classes("below"):
        Books(screen)
        return TaskList(screen)


def _keep_up(screen: Screen) -> None:
    """Let the page follow what happens until its browser tab is closed."""
    client = ui.context.client

    def told(changes: Changes) -> None:
        with client:
            screen.refresh(changes)

    client.on_delete(screen.room.live.follow(told))
