"""Slack on loopback: Web API, Socket Mode, signed request URLs, and the people who use it.

The stock slack-bolt and slack_sdk work against it once their base address points here. It refuses what Slack
refuses, writes every applied effect into the truth log, and plays the faults it is told to.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router, WebSocketRoute

from bot.sandbox.faults import Cutting, Faults, Truth
from bot.sandbox.people import World
from bot.sandbox.slack_api import answer, before, spoiled
from bot.sandbox.slack_http import HttpDelivery, RequestUrls
from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_manifest import SlackApp
from bot.sandbox.slack_people import SlackPeople
from bot.sandbox.slack_respond import response_route
from bot.sandbox.slack_state import Upload
from bot.sandbox.slack_workspace import Workspace


class Slack(SlackPeople):
    """The emulator: the routes a vendor's client calls, and what people do (`control_ports.ChatPlatform`).

    Args:
        world: who and what the workspace starts with.
        truth: the sandbox's truth log.
        faults: the switchboard; line `slack`.
        now: the sandbox's clock, seconds since 1970; message timestamps and response URLs go by it.
        app: what the app was granted and declared; None grants and declares everything.
        clock: a monotonic clock in seconds; triggers expire by it.
    """

    name = "slack"

    def __init__(
        self,
        world: World,
        truth: Truth,
        faults: Faults,
        now: Callable[[], float] = time.time,
        *,
        app: SlackApp | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(Workspace(world, truth, now=now, app=app, clock=clock))
        self.faults = faults

    def routes(self) -> Sequence[BaseRoute]:
        """The routes to mount under `/slack`: `/api/…`, `/socket`, `/response/…`, `/upload/…`, `/files-pri/…`."""
        router = Router(
            [
                Route("/api/{method}", self._api, methods=["GET", "POST"]),
                Route("/response/{token}", self._response, methods=["POST"]),
                Route("/upload/v1/{file}", self._upload, methods=["POST", "PUT"]),
                Route("/files-pri/{file}/{name:path}", self._download),
                Route("/archives/{channel}/{stamp}", self._permalink),
                Route("/signin", _signin),
                WebSocketRoute("/socket", self.workspace.sockets.endpoint),
            ]
        )
        return [Mount("", app=Cutting(router))]

    async def _api(self, request: Request) -> Response:
        return await answer(self.workspace, self.faults, request)

    async def _response(self, request: Request) -> Response:
        return await response_route(self.workspace, self.faults, request)

    async def _upload(self, request: Request) -> Response:
        fault = await before(self.workspace, self.faults)
        if fault is not None and not fault.applies:
            return spoiled(fault)
        upload = self.workspace.state.files.get(request.path_params["file"])
        response = await _received(upload, request)
        return spoiled(fault) if fault is not None else response

    async def _download(self, request: Request) -> Response:
        """Give a file's bytes to the bot's token; everybody else is sent to sign in, as Slack does."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        ident = request.path_params["file"].partition("-")[2]
        upload = self.workspace.state.files.get(ident)
        mine = scheme.lower() == "bearer" and token == self.workspace.credentials.bot_token
        if not mine or "files:read" not in self.workspace.scopes:
            return RedirectResponse(f"{self.workspace.base}/slack/signin")
        if upload is None or upload.content is None:
            return PlainTextResponse("File not found", 404)
        return Response(upload.content, media_type=upload.mimetype)

    async def _permalink(self, request: Request) -> Response:
        """Lead a link to a message to the page, which shows it."""
        stamp = request.path_params["stamp"].removeprefix("p")
        message = f"slack:{request.path_params['channel']}:{stamp[:-6]}.{stamp[-6:]}"
        return RedirectResponse(f"/?message={message}")

    def at(self, base: str) -> None:
        """Told where the server listens."""
        self.workspace.base = base

    def urls(self) -> dict[str, str]:
        """The Web API's base address."""
        return {"slack": f"{self.workspace.base}/slack/api/"}

    def credentials(self) -> Json:
        """Tokens and signing secret, invented for this run."""
        return asdict(self.workspace.credentials)

    def request_urls(self, events: str, interactivity: str = "", commands: str = "") -> HttpDelivery | None:
        """Switch from Socket Mode to signed HTTP, or back with an empty `events`.

        Without the others, `events` takes everything.
        """
        if not events:
            self.workspace.deliveries.http = None
            return None
        made = self.workspace.credentials
        urls = RequestUrls(events, interactivity or events, commands or events)
        delivery = HttpDelivery(urls, made.signing_secret, made.verification_token)
        self.workspace.deliveries.http = delivery
        return delivery

    async def stop(self) -> None:
        """End what is under way."""
        await self.workspace.deliveries.stop()
        http = self.workspace.deliveries.http
        if isinstance(http, HttpDelivery):
            await http.stop()

    @property
    def duplicate(self) -> int:
        """How many times everything is delivered."""
        return self.workspace.deliveries.duplicate

    @duplicate.setter
    def duplicate(self, times: int) -> None:
        self.workspace.deliveries.duplicate = times

    @property
    def pace(self) -> bool:
        """Whether more than about a message a second to one channel is refused."""
        return self.workspace.pace

    @pace.setter
    def pace(self, on: bool) -> None:
        self.workspace.pace = on


async def _received(upload: Upload | None, request: Request) -> Response:
    if upload is None or upload.content is not None:
        return PlainTextResponse("File not found", 404)
    data = await request.body()
    if "multipart/form-data" in request.headers.get("content-type", ""):
        boundary = re.escape(request.headers["content-type"].partition("boundary=")[2].strip('"'))
        parts = re.split(rb"\r?\n?--" + boundary.encode() + rb"(?:--)?\r?\n?", data)
        data = next((part.partition(b"\r\n\r\n")[2] for part in parts if b"\r\n\r\n" in part), b"")
    if len(data) != upload.length:
        return PlainTextResponse(f"length {len(data)} is not the {upload.length} announced", 400)
    upload.content = data
    return PlainTextResponse(f"OK - {len(data)}")


async def _signin(_request: Request) -> Response:
    return Response("<!DOCTYPE html><title>Sign in</title>", media_type="text/html")
