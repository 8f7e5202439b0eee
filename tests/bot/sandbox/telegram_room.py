"""A sandbox with Telegram in it, for the tests of the Telegram emulator."""

from __future__ import annotations

import asyncio
import base64
import json
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from bot.sandbox.app import Sandbox, sandbox_app
from bot.sandbox.people import World, world_from
from bot.sandbox.server import Server
from bot.sandbox.telegram import Telegram

BOWEN, KIM, STRANGER, FORMER = 7_000_001, 7_000_002, 7_000_009, 7_000_010
SUPPLIER, STAFF, OLD = -1_001_000_000_001, -1_001_000_000_002, -4_000_001
GROUP, FORUM, BASIC = "telegram:NL-Bowen", "telegram:MHJ", "telegram:Old group"
RETURNS = 4
"""The thread of the topic Returns in the forum MHJ."""
ALL = json.dumps(["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"])


def telegram_world() -> World:
    """Bowen on Telegram alone, Kim on both platforms, three groups: a supplier's, a forum, and a basic one."""
    return world_from(
        {
            "team": {"name": "MHJ", "domain": "mhj-sandbox"},
            "people": {
                "kim": {"telegram": KIM},
                "bowen": {"id": "", "telegram": BOWEN},
                "shereen": {},
                "stranger": {"kind": "stranger", "telegram": STRANGER, "username": ""},
                "former": {"kind": "deactivated", "telegram": FORMER},
            },
            "channels": {"csr": {"name": "mhj-support", "members": ["kim", "shereen"]}},
            "telegram": {
                "groups": {
                    "supplier": {"id": SUPPLIER, "title": "NL-Bowen", "members": ["kim", "bowen"]},
                    "staff": {
                        "id": STAFF,
                        "title": "MHJ",
                        "members": ["kim", "stranger"],
                        "topics": {RETURNS: {"name": "Returns", "key": "returns"}},
                    },
                    "old": {"id": OLD, "title": "Old group", "members": ["kim", "bowen"], "seat": "member"},
                }
            },
        }
    )


def png(width: int = 2, height: int = 3) -> bytes:
    """A picture as far as its size is read."""
    return b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x0dIHDR" + struct.pack(">II", width, height) + b"\x08\x02"


def keyboard(*labels: str, **more: str) -> str:
    """An inline keyboard of one row as JSON; each button's data is its label in lower case."""
    row = [{"text": label, "callback_data": more.get(label, label.lower())} for label in labels]
    return json.dumps({"inline_keyboard": [row]})


@dataclass
class Room:
    """A running sandbox: its parts, and a client for the Bot API and for `/sandbox`."""

    sandbox: Sandbox
    base: str
    http: httpx.AsyncClient

    @property
    def telegram(self) -> Telegram:
        """The emulator."""
        assert self.sandbox.telegram is not None
        return self.sandbox.telegram

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.telegram.room.token

    async def call(self, method: str, files: Any = None, **parameters: Any) -> httpx.Response:
        """Call a method as clients do, with a form."""
        plain = {
            key: value if isinstance(value, str) else json.dumps(value) for key, value in parameters.items()
        }
        return await self.http.post(f"/telegram/bot{self.token}/{method}", data=plain, files=files)

    async def api(self, method: str, files: Any = None, **parameters: Any) -> Any:
        """Call a method, which must agree; its result."""
        answer = await self.call(method, files, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    async def refused(self, method: str, files: Any = None, **parameters: Any) -> str:
        """Call a method, which must refuse; the description, its code in front."""
        answer = await self.call(method, files, **parameters)
        body = answer.json()
        assert (body["ok"], body["error_code"]) == (False, answer.status_code), body
        return f"{answer.status_code} {body['description']}"

    async def say(self, text: str, chat: int = SUPPLIER, **more: Any) -> Any:
        """Have the bot say something."""
        return await self.api("sendMessage", chat_id=chat, text=text, **more)

    async def updates(self, **more: Any) -> list[Any]:
        """What waits for the bot; confirmed at once."""
        found = await self.api("getUpdates", allowed_updates=ALL, **more)
        if found:
            await self.api("getUpdates", offset=found[-1]["update_id"] + 1, limit=1)
        return list(found)

    async def post(self, name: str, /, **body: Any) -> Any:
        """POST to `/sandbox/…`, which must agree."""
        answer = await self.http.post(f"/sandbox/{name}", content=json.dumps(body))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def denied(self, name: str, /, **body: Any) -> tuple[int, str]:
        """POST to `/sandbox/…`, which must refuse: the status and the sentence."""
        answer = await self.http.post(f"/sandbox/{name}", json=body)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["error"]

    async def said(self, who: str, text: str, place: str = GROUP, **more: Any) -> str:
        """Have somebody say something; the message's id."""
        return str((await self.post("say", who=who, place=place, text=text, **more))["message"])

    async def messages(self, place: str = GROUP) -> Any:
        """The transcript of a place."""
        answer = await self.http.get("/sandbox/transcript", params={"place": place})
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]

    async def upload(self, who: str, name: str, data: bytes, place: str = GROUP, **more: Any) -> Any:
        """Have somebody share a file."""
        encoded = base64.b64encode(data).decode()
        return await self.post("upload", who=who, place=place, name=name, base64=encoded, **more)

    def effects(self) -> list[str]:
        """What the truth log says was done on Telegram, in order."""
        return [entry["effect"] for entry in self.sandbox.truth.of("telegram")]

    @asynccontextmanager
    async def polling(self, answer: Any = None) -> AsyncIterator[list[Any]]:
        """A bot that takes every update as it comes, and answers it with `answer(update)`; the updates it got."""
        got: list[Any] = []

        async def poll() -> None:
            offset = 0
            while True:
                found = await self.api("getUpdates", offset=offset, timeout=20, allowed_updates=ALL)
                for update in found:
                    got.append(update)
                    if answer is not None:
                        await answer(update)
                offset = found[-1]["update_id"] + 1 if found else offset

        task = asyncio.ensure_future(poll())
        await self.telegram.room.polling.reach()
        self.telegram.room.patience_seconds = 2
        try:
            yield got
        finally:
            self.telegram.room.patience_seconds = 0.02
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def room(world: World | None = None) -> AsyncIterator[Room]:
    """Start a sandbox of the small world on a free port; nobody waits long for a bot that is silent."""
    sandbox = Sandbox(world or telegram_world())
    server = Server(sandbox_app(sandbox))
    sandbox.at(server.base)
    await server.start()
    if sandbox.telegram is not None:
        sandbox.telegram.room.patience_seconds = 0.02
    try:
        # Loading the machine's certificates takes longer than most tests, and loopback needs none.
        async with httpx.AsyncClient(base_url=server.base, verify=False, timeout=25) as http:
            yield Room(sandbox, server.base, http)
    finally:
        await sandbox.stop()
        await server.stop()
