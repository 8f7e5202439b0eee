"""A Google on loopback for tests: a real server on a free port, stock clients that are sent there."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gspread
import requests
import uvicorn
from google.oauth2.credentials import Credentials
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.faults import Faults, Truth
from bot.sandbox.google import Google

BOT = "bot@sandbox.iam.gserviceaccount.com"
LEAD = "kim@example.com"
STRANGER = "stranger@example.com"
BOOK = "trackers"
NOON = 1_790_000_000.0


class Server:
    """One uvicorn for a whole test session; each test hangs its own Google in."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.app: ASGIApp = Starlette()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on to the app of the test that runs now."""
        await self.app(scope, receive, send)


@contextmanager
def served() -> Iterator[Server]:
    """A server in a thread, listening before it is handed out."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(listening.getsockname()[1])
        config = uvicorn.Config(server, log_level="critical", lifespan="off", ws="none")
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            running.should_exit = True
            thread.join(10)


class World:
    """A Google with one workbook of the lead's, shared with the bot: tabs `Items` and `Money box`."""

    def __init__(self, server: Server, quota: int | None = None) -> None:
        self.now = NOON
        self.truth, self.faults = Truth(), Faults()
        self.google = Google(self.truth, self.faults, lambda: self.now, quota=quota, slow_seconds=0.05)
        self.google.create(BOOK, "Trackers", LEAD, ("Items", "Money box"))
        self.google.share(BOOK, BOT)
        self.base = f"http://127.0.0.1:{server.port}/google"
        self.session = requests.Session()
        self._sessions = [self.session]
        server.app = Starlette(routes=[Mount("/google", routes=self.google.routes())])

    def close(self) -> None:
        """Close what the clients left open."""
        for session in self._sessions:
            session.close()

    def client(self, who: str = BOT) -> gspread.Client:
        """The stock gspread with a token of this account, its addresses turned to the sandbox."""
        return self.client_with(Credentials(token=self.google.accounts.issue(who)))

    def client_with(self, credentials: Any) -> gspread.Client:
        """The stock gspread with these credentials."""
        base = self.base

        class Redirected(gspread.HTTPClient):
            def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
                path = endpoint.split(".googleapis.com", 1)[1]
                return super().request(method, base + path, *args, **kwargs)

        client = gspread.Client(credentials, http_client=Redirected)
        self._sessions.append(client.http_client.session)
        return client

    def book(self, who: str = BOT) -> gspread.Spreadsheet:
        """The workbook as the stock client opens it."""
        return self.client(who).open_by_key(BOOK)

    def call(self, verb: str, path: str, who: str | None = BOT, **kwargs: Any) -> requests.Response:
        """A bare call of the interface, as `who`, or with no token at all."""
        headers = kwargs.pop("headers", {})
        if who is not None:
            headers = {"Authorization": f"Bearer {self.google.accounts.issue(who)}", **headers}
        return self.session.request(verb, self.base + path, headers=headers, timeout=10, **kwargs)

    def batch(self, *wanted: dict[str, Any], who: str = BOT, **more: Any) -> requests.Response:
        """One batchUpdate."""
        body = {"requests": list(wanted), **more}
        return self.call("POST", f"/v4/spreadsheets/{BOOK}:batchUpdate", who, json=body)

    def append(self, *rows: list[Any], sheet_id: int = 0) -> requests.Response:
        """Texts and numbers as typed cells, below what is there."""
        return self.batch(append_cells(*rows, sheet_id=sheet_id))

    def grid(self, tab: str = "Items") -> list[list[str]]:
        """What a person sees in a tab."""
        return self.google.grid(BOOK)[tab]


def data(value: Any) -> dict[str, Any]:
    """A value as `CellData`."""
    if isinstance(value, bool):
        return {"userEnteredValue": {"boolValue": value}}
    if isinstance(value, int | float):
        return {"userEnteredValue": {"numberValue": value}}
    return {"userEnteredValue": {"stringValue": value}} if value else {}


def append_cells(*rows: list[Any], sheet_id: int = 0) -> dict[str, Any]:
    """An appendCells request."""
    cells = [{"values": [data(value) for value in row]} for row in rows]
    return {"appendCells": {"sheetId": sheet_id, "rows": cells, "fields": "userEnteredValue"}}


def update_cells(row: int, column: int, *rows: list[Any], sheet_id: int = 0) -> dict[str, Any]:
    """An updateCells request that starts at a cell, counted from 0."""
    cells = [{"values": [data(value) for value in cells]} for cells in rows]
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}


def error(response: requests.Response) -> tuple[int, str, str]:
    """What a refusal says: code, status word, sentence."""
    body = response.json()["error"]
    assert response.status_code == body["code"]
    return body["code"], body.get("status", ""), body["message"]
