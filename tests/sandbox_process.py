"""The sandbox as a process of its own, played over `/sandbox` as any script would; the bot is a child of it.

async with sandbox_process(folder) as sandbox:
    await sandbox.post("say", who="agent", place=sandbox.places["csr"], text="/log")
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg

from bot.store import embedded
from tests.slack_desk import slack_desks

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 120
"""Long enough for a machine that does much else: a new database, two commands and a bot are started."""
ANSWER_SECONDS = 30.0


class Refusal(Exception):
    """The sandbox said no: to what was asked, or because the bot did not answer (status 424)."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(f"{status}: {sentence}")
        self.status = status
        self.sentence = sentence


class SandboxProcess:
    """A running sandbox.

    Args:
        data: the folder its database lives in.
        addresses: the line of JSON it printed when it was ready.
        http: talks to `/sandbox`.
    """

    def __init__(self, data: Path, addresses: dict[str, Any], http: httpx.AsyncClient) -> None:
        self.data = data
        self.addresses = addresses
        self.http = http
        self.places: dict[str, str] = {}
        """Channels by key, as `say` takes them."""
        self.books: tuple[str, ...] = ()
        """The keys of the workbooks."""

    @property
    def log(self) -> Path:
        """What the bot has written."""
        return self.data / "bot.log"

    async def get(self, name: str, **asked: str) -> dict[str, Any]:
        """GET `/sandbox/{name}`.

        Raises:
            Refusal: the sandbox said no.
        """
        return _told(await self.http.get(f"/{name}", params=asked))

    async def post(self, name: str, **body: Any) -> dict[str, Any]:
        """POST to `/sandbox/{name}`.

        Raises:
            Refusal: the sandbox said no, or the bot did not answer.
        """
        return _told(await self.http.post(f"/{name}", json=body))

    async def truth(self, service: str = "", after: int = 0) -> list[dict[str, Any]]:
        """What the vendors carried out, in order."""
        asked = {"service": service} if service else {}
        entries: list[dict[str, Any]] = (await self.get("truth", after=str(after), **asked))["entries"]
        return entries

    async def bot(self) -> dict[str, Any]:
        """The bot's process: `pid` (None while there is none) and `restarts`."""
        told: dict[str, Any] = (await self.get("state"))["bot"]
        return told

    async def kill(self) -> bool:
        """`kill -9` the bot; False when it was not running."""
        pid = (await self.bot())["pid"]
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return True

    async def is_healthy(self) -> bool:
        """Whether the bot says that it is well."""
        try:
            return (await self.http.get(self.addresses["health"])).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    async def until_healthy(self, seconds: float = START_SECONDS) -> None:
        """Wait until the bot is well.

        Raises:
            TimeoutError: it is not, after so many seconds.
        """
        async with asyncio.timeout(seconds):
            while not await self.is_healthy():  # noqa: ASYNC110  # Another process's health sets no event.
                await asyncio.sleep(0.05)

    async def database(self) -> str:
        """The URL of the bot's database."""
        server = await asyncio.to_thread(embedded.start, self.data)
        port = str(self.http.base_url.port)
        async with await psycopg.AsyncConnection.connect(server) as connection:
            query = "SELECT datname FROM pg_database WHERE datname LIKE %s"
            row = await (await connection.execute(query, (f"sandbox\\_{port}\\_%",))).fetchone()
        assert row is not None, f"the sandbox on port {port} has no database"
        return server.replace("/postgres?", f"/{row[0]}?")


@asynccontextmanager
async def sandbox_process(
    data: Path, *command: str, environment: dict[str, str] | None = None, desks: Path | None = None
) -> AsyncIterator[SandboxProcess]:
    """A sandbox without page and cases, stopped with the block.

    Args:
        data: the folder for its database; several sandboxes, one after the other, may share one.
        command: what to run instead of `-m bot sandbox`.
        environment: added to this process's own.
        desks: the declarations; None: the desks on Slack.

    Raises:
        AssertionError: it did not start; with what it wrote.
    """
    await asyncio.to_thread(data.mkdir, parents=True, exist_ok=True)
    arguments = command or ("-m", "bot", "sandbox", "--no-page", "--no-cases")
    told = {"NO_PROXY": "127.0.0.1", "DESKBELL_DESKS": str(desks or slack_desks())}
    # Kept open for the process, which reads and writes on while the block runs.
    with (data / "sandbox.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, "--port", "0", "--data", str(data), cwd=ROOT, stdout=PIPE, stderr=log,
            env={**os.environ, **told, **(environment or {})},
        )  # fmt: skip
    try:
        addresses = await _addresses(process, data)
        http = httpx.AsyncClient(base_url=addresses["sandbox"], timeout=ANSWER_SECONDS, trust_env=False)
        async with http:
            sandbox = SandboxProcess(data, addresses, http)
            state = await sandbox.get("state")
            sandbox.places, sandbox.books = state["channels"], tuple(state["workbooks"])
            yield sandbox
    finally:
        await _stop(process)


async def _addresses(process: Process, data: Path) -> dict[str, Any]:
    assert process.stdout is not None
    async with asyncio.timeout(START_SECONDS):
        line = await process.stdout.readline()
    if not line:
        await process.wait()
        raise AssertionError(
            f"the sandbox did not start: {_tail(data, 'sandbox.log')} {_tail(data, 'bot.log')}"
        )
    told: dict[str, Any] = json.loads(line)
    return told


def _tail(data: Path, name: str) -> str:
    path = data / name
    return path.read_text("utf-8", "replace")[-2_000:] if path.exists() else ""


async def _stop(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(20):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _told(answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    if answer.status_code >= 400:
        raise Refusal(answer.status_code, str(body.get("error", "")))
    return body
