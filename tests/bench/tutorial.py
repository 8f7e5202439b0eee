"""The peer for the sheet: the handler of every tutorial, `open_by_key`, `worksheet`, `append_row` for each command."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event
from typing import Any

import gspread
from google.oauth2.service_account import Credentials
from gspread.exceptions import APIError
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.faults import Faults, Truth
from bot.sandbox.google import Google
from bot.sandbox.server import Server

BOOK = "tutorial-book"
ACCOUNT = "tutorial@sandbox.iam.gserviceaccount.com"


@asynccontextmanager
async def tutorial_sheet(quota: int | None) -> AsyncIterator[tuple[Google, gspread.Client]]:
    """A workbook of its own and the stock client, with Google's quota or without."""
    google = Google(Truth(), Faults(), quota=quota)
    google.create(BOOK, "Tutorial", "owner@sandbox.example", ["Item Issue"])
    google.share(BOOK, ACCOUNT)
    server = Server(Starlette(routes=[Mount("/google", routes=google.routes())]))
    await server.start()
    try:
        yield google, _client(google, server.base)
    finally:
        await server.stop()


def _client(google: Google, base: str) -> gspread.Client:
    key = google.accounts.key_file(ACCOUNT, f"{base}/google/token")
    scopes = ["https://www.googleapis.com/auth/spreadsheets"]
    # google-auth gives its constructors no types.
    account = Credentials.from_service_account_info(key, scopes=scopes)  # type: ignore[no-untyped-call]  # untyped there

    class Redirected(gspread.HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
            return super().request(
                method, endpoint.replace("https://sheets.googleapis.com", f"{base}/google"), *args, **kwargs
            )

    return gspread.Client(auth=account, http_client=Redirected)


def handler(client: gspread.Client, order: str) -> None:
    """What the tutorial does for one command."""
    row = [order, "88", "Missing", f"ring-{order}", "1", "", "box was empty", "", "", "", "Refund"]
    client.open_by_key(BOOK).worksheet("Item Issue").append_row(row)


async def requests_for(cases: int) -> int:
    """Requests to Sheets for so many commands."""
    async with tutorial_sheet(None) as (google, client):
        await asyncio.to_thread(lambda: [handler(client, str(number)) for number in range(cases)])
        return google.faults.calls["sheets"]


async def rows_in(seconds: float) -> tuple[int, int]:
    """Rows written and commands lost in so many seconds inside the quota, at three commands a second."""
    lost = 0

    def work(client: gspread.Client) -> int:
        nonlocal lost
        never = Event()
        done, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            started = time.monotonic()
            try:
                handler(client, str(done))
                done += 1
            except APIError:
                lost += 1
            never.wait(max(0.0, 1 / 3 - (time.monotonic() - started)))
        return done

    async with tutorial_sheet(60) as (_, client):
        return await asyncio.to_thread(work, client), lost
