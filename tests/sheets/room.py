"""A workbook on the Google emulator with declared tabs, a gateway to it, and people who meddle between calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.google import Google
from bot.sandbox.google_errors import JSON, GoogleError
from bot.sandbox.google_requests import batch_update
from config.model import Value
from config.tracker import Column, Tracker
from sheets.batch import RowWrite
from sheets.client import Client, open_client
from sheets.fence import KEY
from sheets.gateway import Gateway
from sheets.header import all_columns
from sheets.stray import Known
from sheets.tab import MARK
from tests.bot.sandbox.google_world import BOOK, BOT, LEAD, Server, World, update_cells

NAMES = {"kim": "Kim", "bowen": "Bowen"}


def tracker(key: str = "item-issue", tab: str = "Items", *more: Column) -> Tracker:
    """A small tracker with a column of most kinds."""
    columns = (
        Column(key="order_no", header="Order #", type="order", aliases=("Order No",)),
        Column(key="sku", header="SKU / item", type="sku"),
        Column(key="qty", header="Qty", type="qty"),
        Column(key="amount", header="Amount", type="money"),
        Column(key="received_on", header="Received on", type="date"),
        Column(key="resolution", header="Resolution", type="longtext", step="resolve"),
        *more,
    )
    return Tracker(
        key=key,
        title=tab,
        prefix="II",
        document="book",
        tab=tab,
        log_by=("csr",),
        owner="kim",
        flow="supplier_request",
        columns=columns,
    )


ITEMS = tracker()
HASH = "Row hash"
"""The header of the column that holds the stamps."""
MONEY = tracker("refund", "Money box")


class Meddling:
    """Passes calls on; before each of them whoever is in `hands` may do something to the workbook.

    `delays` writes are left unanswered and not passed on: their bodies wait in `late`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.hands: Callable[[str], None] | None = None
        self.seen: list[str] = []
        self.delays = 0
        self.late: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the hands act, then pass the call on."""
        call = scope["path"].rpartition("/")[2]
        if self.hands is not None and "token" not in call:
            self.hands(call)
        self.seen.append(call)
        if self.delays and call.endswith(":batchUpdate"):
            self.delays -= 1
            self.late.append(await Request(scope, receive).body())
            await Response(status_code=504)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class Room:
    """The emulator, its workbook with the tabs of `ITEMS` and `MONEY`, and a gateway."""

    def __init__(self, server: Server) -> None:
        self.world = World(server)
        self.meddling = Meddling(server.app)
        server.app = self.meddling
        self.google: Google = self.world.google
        self.clients: list[Client] = []
        for number, each in enumerate((ITEMS, MONEY)):
            self.put_header(each, number)
        self.gateway = self.open()

    def put_header(self, tracker: Tracker, sheet_id: int) -> None:
        """Write the header row of a tracker, its columns side by side."""
        header = [column.header for column in all_columns(tracker)]
        mark = {"metadataKey": MARK, "metadataValue": tracker.key, "visibility": "DOCUMENT"}
        self.world.batch(
            {"appendDimension": {"sheetId": sheet_id, "dimension": "COLUMNS", "length": 10}},
            update_cells(0, 0, header, sheet_id=sheet_id),
            {"createDeveloperMetadata": {"developerMetadata": {**mark, "location": {"sheetId": sheet_id}}}},
        ).raise_for_status()

    def client(self) -> Client:
        """A client of the bot's."""
        client = open_client(key(self.google, self.world.base), self.world.base)
        self.clients.append(client)
        return client

    def open(self, known: Known | None = None) -> Gateway:
        """A gateway as after a restart."""
        return Gateway(BOOK, self.client(), NAMES, known)

    def close(self) -> None:
        """Close every connection."""
        for client in self.clients:
            client.close()
        self.world.close()

    @contextmanager
    def hands(self, act: Callable[[str], None]) -> Iterator[None]:
        """Let somebody meddle before each call, inside the block."""
        self.meddling.hands = act
        try:
            yield
        finally:
            self.meddling.hands = None

    def arrive(self) -> list[str]:
        """Let Google come to what was delayed: for each write, whether it was carried out or refused."""
        late, self.meddling.late = self.meddling.late, []
        return [self._arrive(json.loads(body)) for body in late]

    def _arrive(self, body: JSON) -> str:
        try:
            self.google.change(BOOK, BOT, lambda edit: batch_update(edit, body))
        except GoogleError:
            return "refused"
        return "done"

    def fences(self) -> list[int]:
        """The ids of every fence in the workbook."""
        return [
            item["metadataId"]
            for item in self.google.read(BOOK, BOT)[0].metadata
            if item["metadataKey"] == KEY
        ]

    def calls(self) -> list[str]:
        """The calls since the last time this was asked, tokens left out."""
        seen = [call for call in self.meddling.seen if "token" not in call]
        self.meddling.seen.clear()
        return seen

    def table(self, tab: str = "Items") -> dict[str, dict[str, str]]:
        """What people read of every case on a tab: case id to header to text."""
        return {row["Case ID"]: row for row in self.rows(tab) if row.get("Case ID")}

    def rows(self, tab: str = "Items") -> list[dict[str, str]]:
        """What people read in every row of a tab that is not blank: header to text, stamps left out."""
        header, *rows = self.google.grid(BOOK)[tab]
        texts = [
            {name: text for name, text in zip(header, row, strict=False) if name and text} for row in rows
        ]
        return [{name: row[name] for name in row if name != HASH} for row in texts if row.keys() - {HASH}]

    def stamps(self, tab: str = "Items") -> dict[str, str]:
        """The stamps of rows by case id."""
        header, *rows = self.google.grid(BOOK)[tab]
        texts = [dict(zip(header, row, strict=False)) for row in rows]
        return {row.get("Case ID", ""): row[HASH] for row in texts if row.get(HASH)}

    def column(self, header: str, tab: str = "Items") -> int:
        """Where a header stands, from 1."""
        return self.google.grid(BOOK)[tab][0].index(header) + 1

    def type_in(self, row: int, header: str, text: str, tab: str = "Items") -> None:
        """Type into a cell as the lead."""
        self.google.edit(BOOK, tab, row, self.column(header, tab), text, LEAD)


_keys: dict[str, tuple[str, bytes]] = {}


def key(google: Google, base: str) -> str:
    """The bot's key as the text of its file; made once for all emulators, as keys are slow to make."""
    if base not in _keys:
        text = json.dumps(google.accounts.key_file(BOT, f"{base}/token"))
        _keys[base] = text, google.accounts.keys[BOT]
    text, google.accounts.keys[BOT] = _keys[base]
    return text


def new(number: int, tracker: Tracker = ITEMS, doubtful: bool = False, **cells: Value) -> RowWrite:
    """The write that logs case `number`."""
    values: Mapping[str, Value] = {"order_no": f"1{number:04}", "qty": number, "status": "Open", **cells}
    return RowWrite(number, tracker, case_id(number), values, new=True, doubtful=doubtful)


def change(
    number: int, tracker: Tracker = ITEMS, hint: int | None = None, ident: int = 900, **cells: Value
) -> RowWrite:
    """A write that changes cells of case `number`."""
    return RowWrite(ident, tracker, case_id(number), cells, row_hint=hint)


def case_id(number: int) -> str:
    """The id of case `number`."""
    return f"II-2647-{number:04}"


def ids(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The case ids of rows, top to bottom."""
    return [row.get("Case ID", "") for row in rows]
