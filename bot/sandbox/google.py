"""Google Sheets v4 and Drive v3 on loopback: the whole of Google that the bot and the page meet.

The stock gspread and google-auth work against it once their base address points here. It refuses what
Google refuses, writes every applied change into the truth log, and plays the faults it is told to.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router

from bot.sandbox.faults import SLOW_SECONDS, Cut, Cutting, Faults, Truth
from bot.sandbox.google_account import DRIVE_SCOPES, SHEETS_SCOPES, Accounts
from bot.sandbox.google_drive import DriveCall, drive
from bot.sandbox.google_errors import JSON, GoogleError, faulted, over_quota
from bot.sandbox.google_hands import Hands
from bot.sandbox.google_mask import pick
from bot.sandbox.google_methods import Call, method_of
from bot.sandbox.google_schema import answer_mask
from bot.sandbox.google_wire import answer, loaded

MINUTE = 60.0


class Google(Hands):
    """The emulator: state, people's hands in the sheets, and the routes the vendor's clients call.

    Args:
        truth: the sandbox's truth log.
        faults: the switchboard; lines `sheets` and `drive`.
        clock: gives epoch seconds; tokens and the quota go by it.
        quota: reads, and as many writes, that a user may make in any minute (Google's is 60), or None.
        slow_seconds: how long a call hangs that a `slow` fault strikes.
    """

    def __init__(
        self,
        truth: Truth,
        faults: Faults,
        clock: Callable[[], float] = time.time,
        *,
        quota: int | None = None,
        slow_seconds: float = SLOW_SECONDS,
    ) -> None:
        super().__init__(truth, clock)
        self.faults = faults
        self.quota = quota
        self.slow_seconds = slow_seconds
        self.accounts = Accounts(clock)
        self._calls: dict[tuple[str, str], deque[float]] = {}

    def routes(self) -> list[BaseRoute]:
        """The routes to mount under `/google`: `/v4/…`, `/drive/v3/…`, `/upload/drive/v3/…`, `/token`."""
        verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        router = Router(
            [
                Route("/token", self._token, methods=["POST"]),
                Route("/v4/spreadsheets{rest:path}", self._sheets, methods=verbs),
                Route("/drive/v3/{rest:path}", self._drive, methods=verbs),
                Route("/upload/drive/v3/{rest:path}", self._drive, methods=verbs),
            ]
        )
        return [Mount("", app=Cutting(router))]

    async def _token(self, request: Request) -> Response:
        """Tokens are asked of another host than Sheets, so no fault of Sheets strikes here."""
        body = await request.body()
        try:
            return answer(self.accounts.grant(body))
        except GoogleError as error:
            return answer(error.body(), error.code)

    async def _sheets(self, request: Request) -> Response:
        raw_path = request.scope["raw_path"].decode("ascii").partition("/v4/spreadsheets")[2]
        body = await request.body()

        def act() -> Response:
            return answer(self._call(request, raw_path, body))

        return await self._played("sheets", act)

    async def _drive(self, request: Request) -> Response:
        raw_path = request.scope["raw_path"].decode("ascii").partition("/drive/v3/")[2]
        uploads = "/upload/drive/v3/" in request.scope["path"]
        body = await request.body()

        def act() -> Response:
            writes = request.method != "GET"
            who = self.accounts.caller(request.headers.get("authorization"), DRIVE_SCOPES, writes)
            params = QueryParams(request.url.query)
            call = DriveCall(self, who, (), params, request.headers.get("content-type", ""), body)
            return drive(call, request.method, raw_path, uploads)

        return await self._played("drive", act)

    async def _played(self, service: str, act: Callable[[], Response]) -> Response:
        """Carry a call out unless the fault that strikes it says no; then let the fault spoil the answer."""
        fault = self.faults.draw(service)
        if fault is not None and not fault.applies:
            return _spoiled(fault.status)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(self.slow_seconds)
        try:
            response = act()
        except GoogleError as error:
            response = answer(error.body(), error.code)
        if fault is not None and fault.kind != "slow":
            return _spoiled(fault.status)
        return response

    def _call(self, request: Request, raw_path: str, body: bytes) -> JSON:
        """Find the method, the caller and the body, count the call, and do it."""
        params = QueryParams(request.url.query)
        method, parts = method_of(request.method, raw_path, params)
        who = self.accounts.caller(request.headers.get("authorization"), SHEETS_SCOPES, method.writes)
        self._count(who, "Write" if method.writes else "Read")
        mask = answer_mask(params.get("fields"), method.answer)
        result: JSON = pick(method.act(Call(self, who, parts, params, loaded(body), mask)), mask)
        return result

    def _count(self, who: str, kind: str) -> None:
        """Count a call against the caller's sliding minute, if the quota is on."""
        if self.quota is None:
            return
        now = self.clock()
        calls = self._calls.setdefault((who, kind), deque())
        while calls and calls[0] <= now - MINUTE:
            calls.popleft()
        if len(calls) >= self.quota:
            raise over_quota(kind)
        calls.append(now)


def _spoiled(status: int | None) -> Response:
    """The answer of a struck call: an error, or none at all."""
    if status is None:
        raise Cut
    error = faulted(status)
    return answer(error.body(), error.code)
