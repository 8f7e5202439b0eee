"""A room to play a desk in: the emulators and the wired bot in one event loop, and what people can do there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import gspread
from google.oauth2.service_account import Credentials

from bot.clock import now as machine_now
from bot.doors import doors, vendors
from bot.pace import Pace
from bot.sandbox.app import Sandbox, sandbox_app
from bot.sandbox.desk_world import world_of
from bot.sandbox.google import Google
from bot.sandbox.server import Server
from bot.telegram.pace import Paces
from bot.wiring import House, client_of, house, worker_of
from config.load import load_desks
from config.settings import Settings
from handlers.place import CaseId
from sheets.adopt import init
from tests.slack_desk import slack_desks

QUICK = Pace(
    spacing=timedelta(seconds=0.02),
    longest_spacing=timedelta(seconds=0.05),
    stillness=timedelta(seconds=0.05),
)
"""Flushes nearly at once: a dialog waits for every row."""
PATIENCE_SECONDS = 15
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAI="
"""A picture, as far as its size is read."""
ITEM_ISSUE = '/log item-issue {order} FD-88 missing ring-204 1 "box was empty" refund'
ITEM_TAB = ("report_issue", "Item Issue")


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as somebody sees it."""

    id: str
    author: str
    text: str
    buttons: tuple[str, ...]
    thread: str | None
    visible_to: tuple[str, ...] | None
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Logged:
    """A case that a dialog is about."""

    room: Room
    order: str
    ident: str
    tab: tuple[str, str]

    @property
    def row(self) -> dict[str, str]:
        """Its row, as people see it now."""
        return self.room.row(self.order, *self.tab)

    @property
    def card(self) -> Seen:
        """Its card in the home channel."""
        return self.room.post("csr", self.ident)

    @property
    def request(self) -> Seen:
        """The supplier's request."""
        return self.room.post("supplier", self.ident)

    @property
    def home(self) -> list[str]:
        """What everybody reads in its home thread."""
        return self.room.thread("csr", self.card.id)


class Room:
    """What people do in a desk's places, and what they see there. Channels go by their key: `csr`, `supplier`."""

    def __init__(self, sandbox: Sandbox, google: Google, home: House, base: str) -> None:
        self.sandbox = sandbox
        self.google = google
        self.home = home
        self.base = base
        self.control = sandbox.control
        self.places: dict[str, str] = sandbox.control.state()["channels"]
        self._orders = count(10423)

    def order(self) -> str:
        """An order number nobody used yet."""
        return str(next(self._orders))

    async def logged(
        self, line: str = ITEM_ISSUE, who: str = "agent", tab: tuple[str, str] = ITEM_TAB
    ) -> Logged:
        """Log a case by a line with `{order}` in it; its id and its two posts."""
        order = self.order()
        await self.say(who, "csr", line.format(order=order))
        row = self.row(order, *tab)
        return Logged(self, order, row["Case ID"], tab)

    def row(self, order: str, book: str = "report_issue", tab: str = "Item Issue") -> dict[str, str]:
        """The one row of an order.

        Raises:
            LookupError: there is none, or more than one.
        """
        found = [row for row in self.rows(book, tab) if row["Order #"] == order]
        if len(found) != 1:
            raise LookupError(f"{len(found)} rows of order {order} on {tab}")
        return found[0]

    def post(self, channel: str, ident: str) -> Seen:
        """The bot's one post about a case in a channel.

        Raises:
            LookupError: there is none, or more than one.
        """
        found = [post for post in self.posts(channel) if ident in post.text]
        if len(found) != 1:
            raise LookupError(f"{len(found)} posts about {ident} in {channel}")
        return found[0]

    def place(self, channel: str) -> str:
        """A channel's place by its key; anything else is a place already (`slack:@kim`)."""
        return self.places.get(channel, channel)

    async def say(self, who: str, channel: str, text: str, thread: str | None = None) -> dict[str, Any]:
        """Say something, or type a command, and wait until everything that follows has happened."""
        told = await self.control.say(who, self.place(channel), text, thread)
        await self.settle()
        return told

    async def submit(self, who: str, **values: Any) -> dict[str, str]:
        """Send the open form; the faults by their label. Labels are given as the form shows them."""
        answer = await self.control.submit(who, values)
        await self.settle()
        return dict(answer.get("errors", {}))

    async def fill(self, who: str, values: dict[str, Any]) -> dict[str, str]:
        """Send the open form with labels that are no Python names."""
        answer = await self.control.submit(who, values)
        await self.settle()
        return dict(answer.get("errors", {}))

    async def press(self, who: str, message: str, button: str) -> None:
        """Press a button by its label."""
        await self.control.press(who, message, button)
        await self.settle()

    async def react(self, who: str, message: str, emoji: str) -> None:
        """Put an emoji on a message."""
        await self.control.react(who, message, emoji)
        await self.settle()

    async def send(
        self, who: str, channel: str, *names: str, text: str = "", thread: str | None = None
    ) -> dict[str, Any]:
        """Send files, several as an album; `text` is the caption."""
        first, *others = [{"name": name, "base64": PICTURE} for name in names]
        told: dict[str, Any] = await self.control.upload(
            who, self.place(channel), first["name"], first["base64"], thread, text, others
        )
        await self.settle()
        return told

    async def edit(self, who: str, message: str, text: str) -> None:
        """Change what one wrote."""
        await self.control.edit(who, message, text)
        await self.settle()

    def form(self, who: str) -> dict[str, Any] | None:
        """The form open for somebody."""
        form: dict[str, Any] | None = self.control.forms(who)["form"]
        return form

    def seen(self, channel: str, who: str | None = None) -> list[Seen]:
        """The messages of a place, oldest first; with `who`, only what that person sees."""
        return [_seen(message) for message in self.control.transcript(self.place(channel), who)["messages"]]

    def posts(self, channel: str) -> list[Seen]:
        """What the bot posted in a channel for everybody, outside threads."""
        return [
            message
            for message in self.seen(channel)
            if message.author == "bot" and message.thread in (None, message.id) and not message.visible_to
        ]

    def thread(self, channel: str, message: str) -> list[str]:
        """What everybody reads under a message."""
        return [
            reply.text
            for reply in self.seen(channel)
            if reply.thread == message and reply.id != message and not reply.visible_to
        ]

    def whispers(self, channel: str, who: str) -> list[Seen]:
        """What only this person sees in a place."""
        return [message for message in self.seen(channel, who) if message.visible_to]

    def rows(self, book: str, tab: str) -> list[dict[str, str]]:
        """The rows of a tab by header, as people see them."""
        spreadsheet = next(each.id for each in self.sandbox.world.workbooks if each.key == book)
        header, *rows = self.google.grid(spreadsheet)[tab]
        return [dict(zip(header, row + [""] * len(header), strict=False)) for row in rows if any(row)]

    async def read(self, spreadsheet: str, tab: str) -> list[list[str]]:
        """A tab as the stock gspread client reads it, with an account of its own."""
        client = stock_client(self.google, self.base)
        return await asyncio.to_thread(
            lambda: client.open_by_key(spreadsheet).worksheet(tab).get_all_values()
        )

    async def settle(self) -> None:
        """Wait until nothing is under way: every effect landed or was given up, every cell is on its sheet."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self._is_busy():  # noqa: ASYNC110  # the database tells nobody that it is idle
                await asyncio.sleep(0.01)

    async def _is_busy(self) -> bool:
        async with self.home.store.transaction() as tx:
            return bool(await tx.one("unfinished"))

    async def until(self, is_so: Callable[[], T | None]) -> T:
        """Wait for something that is not said at once; what `is_so` finds.

        Raises:
            TimeoutError: it does not come.
        """
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (found := is_so()) is None or found is False:  # noqa: ASYNC110  # many things set no event
                await asyncio.sleep(0.02)
        return found

    async def case(self, ident: str) -> Any:
        """A case as the store has it."""
        async with self.home.store.transaction() as tx:
            return await tx.case(CaseId(ident))


def _seen(message: dict[str, Any]) -> Seen:
    visible = message["visible_to"]
    return Seen(
        message["id"],
        message["author"],
        message["text"],
        tuple(
            button["label"] if isinstance(button, dict) else button for button in message.get("buttons") or ()
        ),
        message.get("thread"),
        tuple(visible) if visible is not None else None,
        tuple(file["name"] if isinstance(file, dict) else file for file in message.get("files") or ()),
    )


def stock_client(google: Google, base: str) -> gspread.Client:
    """Gspread as it comes, pointed at the emulator, signed in as the workbooks' owner."""
    reader = "reader@sandbox.iam.gserviceaccount.com"
    for spreadsheet in google.books:
        google.share(spreadsheet, reader, "reader")
    key = google.accounts.key_file(reader, f"{base}/google/token")
    account = Credentials.from_service_account_info(
        key, scopes=["https://www.googleapis.com/auth/spreadsheets"]
    )

    class Redirected(gspread.HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
            moved = endpoint.replace("https://sheets.googleapis.com", f"{base}/google")
            return super().request(method, moved, *args, **kwargs)

    return gspread.Client(auth=account, http_client=Redirected)


@asynccontextmanager
async def open_room(
    database_url: str, *, desks: Path | None = None, desk: str = "mhj", pace: Pace = QUICK
) -> AsyncIterator[Room]:
    """Emulators and bot, wired as `deskbell run` wires them, on a migrated database. None: the desks on Slack."""
    desks = desks or slack_desks()
    world = world_of(load_desks(desks)[desk])
    sandbox = Sandbox(world)
    google = sandbox.google
    server = Server(sandbox_app(sandbox))
    sandbox.at(server.base)
    await server.start()
    settings = _settings(sandbox, database_url, desks)
    try:
        async with house(settings) as home:
            client = client_of(settings)
            await asyncio.to_thread(init, client, home.desks[desk])
            async with _bot(sandbox, home, settings, pace):
                yield Room(sandbox, google, home, server.base)
    finally:
        await server.stop()


@asynccontextmanager
async def _bot(sandbox: Sandbox, home: House, settings: Settings, pace: Pace) -> AsyncIterator[None]:
    async with vendors(settings) as chats:
        opened = doors(home, chats, socket=True, polls=True)
        worker = worker_of(home, chats.slack, pace, chats.telegram, Paces(_hurried))
        working = [asyncio.ensure_future(part) for part in (worker.run(), *opened.parts)]
        await _until_heard(sandbox)
        try:
            yield
        finally:
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)


async def _until_heard(sandbox: Sandbox) -> None:
    """Wait until the bot listens on every platform of the world."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not sandbox.slack.workspace.sockets.sockets:  # noqa: ASYNC110  # a socket that opens tells nobody
            await asyncio.sleep(0.01)
        if sandbox.telegram is not None:
            await sandbox.telegram.room.polling.reach()


def _hurried() -> datetime:
    """A clock by which Telegram's minutes pass in seconds: a room says in one what a group hears in many."""
    now = machine_now()
    return datetime.fromtimestamp(now.timestamp() * 60, UTC)


def _settings(sandbox: Sandbox, database_url: str, desks: Path) -> Settings:
    told: dict[str, Any] = {**sandbox.environment(), "DATABASE_URL": database_url, "DESKBELL_DESKS": desks}
    return Settings(_env_file=None, **told)
