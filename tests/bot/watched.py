"""A workbook to watch: the desk it is declared on, and the Google emulator it lies on. Fixtures included."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot import clock
from bot.sandbox.faults import Faults, Truth
from bot.sandbox.google import Google
from bot.store.store import Store
from config.desk import Channel, Desk, Document, Person
from config.flow import Flow
from config.tracker import Column, Tracker
from handlers.place import Place
from sheets.client import Client, open_client
from sheets.header import all_columns
from tests.bot.sandbox.google_world import BOT, Server, served, update_cells
from tests.database import clone

HOME = Place("slack", "C0HOME")
ITEM = Tracker(
    key="item",
    title="Items",
    prefix="II",
    document="book",
    tab="Items",
    log_by=("csr",),
    owner="kim",
    flow="simple",
    columns=(
        Column(key="order_no", header="Order #", type="order", required=True),
        Column(key="sku", header="SKU / item", type="sku", required=True),
        Column(key="kind", header="Issue", type="enum", choices="kind"),
        Column(key="qty", header="Qty", type="qty"),
        Column(key="amount", header="Amount", type="money"),
        Column(key="received_on", header="Received on", type="date"),
        Column(key="called_at", header="Called at", type="datetime"),
        Column(key="paid", header="Paid", type="bool"),
        Column(key="detail", header="What is wrong", type="longtext"),
        Column(key="photos", header="Photos", type="files"),
        Column(key="resolution", header="Resolution", type="longtext", step="resolve"),
    ),
)
SECRET = Tracker(
    key="secret",
    title="Chargebacks",
    prefix="CB",
    document="book",
    tab="Chargebacks",
    log_by=("lead",),
    read_by=("lead",),
    home="closed",
    owner="loise",
    flow="simple",
    move_by={"In progress": ("lead",), "Done": ("lead",)},
    columns=(
        Column(key="order_no", header="Order #", type="order", required=True),
        Column(key="resolution", header="Resolution", type="longtext", step="resolve"),
    ),
)


def desk(key: str = "mhj") -> Desk:
    """A desk with two trackers in one workbook, one of them restricted."""
    return Desk(
        key=key,
        title="MHJ",
        timezone="Europe/Amsterdam",
        currency="EUR",
        roles={"csr": "Agents", "lead": "Leads"},
        people={
            "kim": Person(name="Kim", roles=("csr",), slack="U1"),
            "loise": Person(name="Loise", roles=("lead",), slack="U2"),
        },
        channels={
            "csr": Channel(name="support", place=HOME.key),
            "closed": Channel(name="chargebacks", place="slack:C0CLOSED", kind="restricted"),
            "leads": Channel(name="leads", place="slack:C0LEADS"),
        },
        documents={"book": Document(title="Report issue", spreadsheet=f"sheet-{key}")},
        choices={"kind": ("Broken", "Missing", "Incorrect")},
        flows={
            "simple": Flow(
                states=("Open", "In progress", "Done"),
                closed=("Done",),
                moves={"Open": ("In progress", "Done"), "In progress": ("Done",), "Done": ("In progress",)},
                need={"Done": ("resolution",)},
            )
        },
        status_words={"Done": ("fixed",)},
        trackers={"item": ITEM, "secret": SECRET},
    )


@dataclass
class World:
    """One Google for any number of desks."""

    google: Google
    base: str
    client: Client
    meddle: Callable[[str], None] | None = None
    """What somebody does just before a call of Google's, by the call's name."""
    calls: list[str] = field(default_factory=list)


def world(server: Server) -> World:
    """A Google with the bot's key."""
    google = Google(Truth(), Faults(), clock.now().timestamp, slow_seconds=0.05)
    base = f"http://127.0.0.1:{server.port}/google"
    inner = Starlette(routes=[Mount("/google", routes=google.routes())])
    key = json.dumps(google.accounts.key_file(BOT, f"{base}/token"))
    made = World(google, base, open_client(key, base))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        call = scope["path"].rpartition("/")[2]
        if "token" not in call:
            made.calls.append(call)
            if made.meddle is not None:
                made.meddle(call)
        await inner(scope, receive, send)

    server.app = app
    return made


def header_row(sheet_id: int, tracker: Tracker) -> list[dict[str, Any]]:
    """The requests that write a tracker's headers side by side; looks and formats are left out to be quick."""
    header = [column.header for column in all_columns(tracker)]
    columns = {"sheetId": sheet_id, "dimension": "COLUMNS", "length": len(header)}
    return [{"appendDimension": columns}, update_cells(0, 0, header, sheet_id=sheet_id)]


@pytest.fixture(scope="module", name="google")
def google_of_module() -> Iterator[World]:
    """One Google for the module, on a free port: its key is slow to make."""
    with served() as server:
        made = world(server)
        yield made
        made.client.close()


@pytest.fixture(scope="module", name="store")
async def store_of_module(server: str) -> AsyncIterator[Store]:
    """One database for the module: every test has a desk of its own in it."""
    with clone(server) as url:
        async with Store.open(url) as opened:
            yield opened
