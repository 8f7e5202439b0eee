"""A desk whose workbooks are on the Google emulator, and what `init` makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.google import Google
from bot.sandbox.google_book import Cell, Tab
from config.desk import Desk, Document
from config.flow import Flow
from config.tracker import Column, Tracker
from sheets.adopt import init
from sheets.client import Client, open_client
from sheets.header import all_columns
from tests.bot.sandbox.google_world import BOT, LEAD, Server, World
from tests.sheets.room import key

FLOW = Flow(
    states=("Open", "Posted", "Acknowledged", "Waiting customer", "Done", "Cancelled"),
    closed=("Done", "Cancelled"),
    moves={"Open": ("Posted",)},
    posted="Posted",
    acknowledged="Acknowledged",
)
CHOICES: dict[str, tuple[str, ...]] = {"kind": ("Broken", "Missing")}
COLUMNS = (
    Column(key="order_no", header="Order #", type="order", aliases=("Order No",)),
    Column(key="kind", header="Issue", type="enum", choices="kind"),
    Column(key="amount", header="Amount", type="money"),
    Column(key="received_on", header="Received on", type="date"),
    Column(key="detail", header="What is wrong", type="longtext"),
)


def tracker(key: str = "items", tab: str = "Items", *more: Column, document: str = "book") -> Tracker:
    """A tracker with a column of each kind that `init` treats in a way of its own."""
    return Tracker(
        key=key,
        title=tab,
        prefix="II",
        document=document,
        tab=tab,
        log_by=("csr",),
        owner="logger",
        flow="simple",
        columns=(*COLUMNS, *more),
    )


def desk(*trackers: Tracker, **documents: str | None) -> Desk:
    """A desk of these trackers; its workbooks' ids by their key."""
    return Desk(
        key="shop",
        title="Shop",
        timezone="Europe/Amsterdam",
        currency="EUR",
        roles={"csr": "Agents"},
        people={},
        channels={},
        documents={
            name: Document(title=f"The {name}", spreadsheet=ident) for name, ident in documents.items()
        },
        choices=CHOICES,
        flows={"simple": FLOW},
        trackers={each.key: each for each in trackers},
    )


HEADERS = [column.header for column in all_columns(tracker())]


@dataclass
class Bureau:
    """The emulator, a client of the bot's, and what stands in the workbooks."""

    world: World
    clients: list[Client] = field(default_factory=list)

    @classmethod
    def on(cls, server: Server) -> Bureau:
        """A Google of its own on a server that listens already."""
        return cls(World(server))

    @property
    def google(self) -> Google:
        """The emulator."""
        return self.world.google

    @property
    def client(self) -> Client:
        """The bot's client, the same one every time."""
        if not self.clients:
            self.clients.append(open_client(key(self.google, self.world.base), self.world.base))
        return self.clients[0]

    def close(self) -> None:
        """Close every connection."""
        for client in self.clients:
            client.close()
        self.world.close()

    def workbook(self, name: str = "book", /, **tabs: Sequence[Sequence[str]]) -> str:
        """A workbook of the lead's, shared with the bot, with rows of texts in its tabs; its id."""
        self.google.create(name, f"The {name}", LEAD, tuple(title.replace("_", " ") for title in tabs))
        self.google.share(name, BOT)
        for tab in self.google.books[name].tabs:
            tab.row_count = 40  # A thousand rows are as good and take longer.
        for title, rows in tabs.items():
            for number, row in enumerate(rows, 1):
                for column, text in enumerate(row, 1):
                    if text:
                        self.google.edit(name, title.replace("_", " "), number, column, text, LEAD)
        return name

    def tab(self, title: str = "Items", book: str = "book") -> Tab:
        """A tab as the emulator holds it."""
        found = self.google.books[book].titled(title)
        assert found is not None
        return found

    def titles(self, book: str = "book") -> list[str]:
        """The titles of a workbook's tabs, left to right."""
        return [tab.title for tab in self.google.books[book].tabs]

    def header(self, title: str = "Items", book: str = "book") -> list[str]:
        """The texts of a tab's first row."""
        rows = self.google.grid(book)[title]
        return rows[0] if rows else []

    def column(self, header: str, row: int = 1, title: str = "Items") -> Cell:
        """The cell of a column, in row 2 unless told otherwise (0 is the header)."""
        return self.tab(title).cell(row, self.header(title).index(header))

    def at(self, header: str, title: str = "Items") -> int:
        """Where a header stands, from 0."""
        return self.header(title).index(header)

    def effects(self) -> list[Mapping[str, Any]]:
        """Everything that was done to any workbook or file so far."""
        return list(self.world.truth.entries)

    def settle(self, desk: Desk) -> list[str]:
        """Run `init`; then a second run must find nothing to do but what only people can, and send no write."""
        told = init(self.client, desk)
        before, writes = self.effects(), self.writes()
        again = init(self.client, desk)
        assert [line for line in again if "by hand" not in line] == []
        assert (self.effects(), self.writes()) == (before, writes)
        return told

    def writes(self) -> int:
        """Calls of the bot's that change something, so far."""
        sent = self.client.requests
        return sent.get("sheets.write", 0) + sent.get("drive.write", 0)
