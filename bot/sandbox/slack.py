"""Slack on loopback: Web API, Socket Mode, signed request URLs, and the people who use it.

The stock slack-bolt and slack_sdk work against it once their base address points here. It refuses what Slack
refuses, writes every applied effect into the truth log, and plays the faults it is told to.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router, WebSocketRoute

from bot.sandbox import slack_pressing, slack_speaking, slack_submitting
from bot.sandbox.control_errors import Refused
from bot.sandbox.faults import Cutting, Faults, Truth
from bot.sandbox.people import UnknownPerson, World
from bot.sandbox.slack_api import answer, before, spoiled
from bot.sandbox.slack_http import HttpDelivery, RequestUrls
from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_respond import response_route
from bot.sandbox.slack_scopes import DEFAULT_SCOPES
from bot.sandbox.slack_state import Conversation, Upload, User
from bot.sandbox.slack_transcript import transcript
from bot.sandbox.slack_workspace import Workspace


class Slack:
    """The emulator, and what people do on it (`control_ports.ChatPlatform`).

    Args:
        world: who and what the workspace starts with.
        truth: the sandbox's truth log.
        faults: the switchboard; line `slack`.
        now: the sandbox's clock, seconds since 1970; message timestamps and response URLs go by it.
        scopes: the bot token's scopes.
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
        scopes: Collection[str] = DEFAULT_SCOPES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.faults = faults
        self.workspace = Workspace(world, truth, now=now, scopes=scopes, clock=clock)

    def routes(self) -> Sequence[BaseRoute]:
        """The routes to mount under `/slack`: `/api/…`, `/socket`, `/response/…`, `/upload/…`, `/files-pri/…`."""
        router = Router(
            [
                Route("/api/{method}", self._api, methods=["GET", "POST"]),
                Route("/response/{token}", self._response, methods=["POST"]),
                Route("/upload/v1/{file}", self._upload, methods=["POST", "PUT"]),
                Route("/files-pri/{file}/{name:path}", self._download),
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
        fault = await before(self.faults)
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

    def at(self, base: str) -> None:
        """Told where the server listens."""
        self.workspace.base = base

    def urls(self) -> dict[str, str]:
        """The Web API's base address."""
        return {"slack": f"{self.workspace.base}/slack/api/"}

    def credentials(self) -> Json:
        """Tokens and signing secret, invented for this run."""
        return asdict(self.workspace.credentials)

    def request_urls(self, events: str, interactivity: str = "", commands: str = "") -> HttpDelivery:
        """Switch from Socket Mode to signed HTTP; without the others, `events` takes everything."""
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

    def on_change(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Have `callback` called with a place, or "" for forms, after every visible change; answers the undoing."""

        def told(conversation: str) -> None:
            found = self.workspace.state.conversations.get(conversation)
            callback(place_of(found) if found else "")

        watchers = self.workspace.watchers
        watchers.append(told)
        return lambda: watchers.remove(told) if told in watchers else None

    def places(self) -> list[Json]:
        """Every channel, and a direct message with the bot for every person."""
        state = self.workspace.state
        for person in self.workspace.world.people:
            state.direct(person.id)
        return [
            {
                "place": place_of(conversation),
                "key": conversation.key or None,
                "kind": conversation.kind,
                "members": [
                    state.users[user].person for user in conversation.members if state.users[user].person
                ],
            }
            for conversation in state.conversations.values()
        ]

    async def say(self, who: str, place: str, text: str, thread: str | None = None) -> Json:
        """Write a message or a slash command."""
        return await slack_speaking.say(self.workspace, self._user(who), place, text, thread)

    async def upload(
        self, who: str, place: str, files: list[tuple[str, bytes]], thread: str | None = None, text: str = ""
    ) -> Json:
        """Share files."""
        return await slack_speaking.upload(self.workspace, self._user(who), place, thread, files, text)

    async def react(self, who: str, message: str, emoji: str) -> Json:
        """Add a reaction."""
        return await slack_speaking.react(self.workspace, self._user(who), message, emoji)

    async def press(self, who: str, message: str | None, button: str, value: str | None = None) -> Json:
        """Press a button."""
        return await slack_pressing.press(self.workspace, self._user(who), message, button, value)

    async def shortcut(self, who: str, message: str | None, name: str) -> Json:
        """Choose a shortcut by its callback id."""
        return await slack_pressing.choose_shortcut(self.workspace, self._user(who), message, name)

    async def home(self, who: str) -> Json:
        """Open the app's home tab."""
        return await slack_pressing.open_home(self.workspace, self._user(who))

    async def fill(self, who: str, values: Json) -> Json:
        """Give the open modal's inputs values."""
        return await slack_submitting.fill(self.workspace, self._user(who), values)

    async def submit(self, who: str, values: Json) -> Json:
        """Fill and send the open modal."""
        return await slack_submitting.submit(self.workspace, self._user(who), values)

    async def close(self, who: str) -> Json:
        """Close the open modal."""
        return await slack_submitting.close(self.workspace, self._user(who))

    def form(self, who: str) -> Json | None:
        """The modal open for a person."""
        return slack_submitting.form(self.workspace, self._user(who))

    def transcript(self, place: str, who: str | None = None) -> list[Json]:
        """The messages of a place."""
        reader = self._user(who).id if who else None
        return transcript(self.workspace.state, self._conversation(place), reader)

    def _user(self, who: str) -> User:
        try:
            return self.workspace.state.users[self.workspace.world.person(who).id]
        except UnknownPerson as unknown:
            raise Refused(str(unknown), 404) from unknown

    def _conversation(self, place: str) -> Conversation:
        if place.startswith("@"):
            return self.workspace.state.direct(self._user(place[1:]).id)
        found = self.workspace.state.named(place)
        if found is None:
            raise Refused(f"there is no channel {place}", 404)
        return found


def place_of(conversation: Conversation) -> str:
    """How a script calls a conversation: `slack:#mhj-support`, `slack:@kim`."""
    return f"slack:{'@' if conversation.kind == 'im' else '#'}{conversation.name}"


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
