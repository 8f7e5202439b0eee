"""What is measured is measured on a stage: emulators here, the bot as a process of its own, people in between."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import httpx

from bot.sandbox.stage import Stage, begin, open_stage
from config.load import load_desks
from tests.slack_desk import slack_desks

LINE = '/log item-issue {order} FD-88 missing ring-{order} 1 "box was empty" refund'
AGENTS = ("agent", "agent2", "lead", "kim")
IDLE_SECONDS = 3.0
"""So long nothing waits before a bot counts as idle: a case's next step may be a moment away."""
orders = count(100_000)


@asynccontextmanager
async def bot_stage(told: Mapping[str, str] | None = None) -> AsyncIterator[Stage]:
    """The MHJ desk, ready: its tabs made, the bot connected; `told` is what the bot's process is told besides."""
    with tempfile.TemporaryDirectory(prefix="deskbell-bench-") as folder:
        async with open_stage(Path(folder), load_desks(slack_desks())["mhj"]) as stage:
            stage.child.environment["DESKBELL_DESKS"] = str(slack_desks())
            stage.child.environment |= told or {}
            if not await begin(stage, asyncio.Event()):
                raise RuntimeError(f"the bot did not start: {stage.child.log.read_text('utf-8')[-2000:]}")
            yield stage


async def log_one(stage: Stage, number: int) -> tuple[str, float]:
    """Log one case as somebody; its order number, and seconds until Slack had the bot's answer."""
    order = str(next(orders))
    place = stage.sandbox.control.state()["channels"]["csr"]
    start = time.perf_counter()
    await stage.sandbox.control.say(AGENTS[number % len(AGENTS)], place, LINE.format(order=order))
    return order, time.perf_counter() - start


def rows_of(stage: Stage) -> int:
    """Rows on the tracker now, the header apart."""
    book = next(book.id for book in stage.sandbox.world.workbooks if book.key == "report_issue")
    return len(stage.sandbox.google.grid(book)["Item Issue"]) - 1


async def until_rows(stage: Stage, wanted: int, most: float) -> bool:
    """Wait until so many rows are there; False when they are not after `most` seconds."""
    end = time.perf_counter() + most
    while time.perf_counter() < end:  # the emulator is asked, as a person would look
        if rows_of(stage) >= wanted:
            return True
        await asyncio.sleep(0.05)
    return False


async def until_done(stage: Stage, most: float) -> bool:
    """Wait until nothing waits any more, links and cards included; False when something does after `most` seconds."""
    end = time.perf_counter() + most
    idle_since: float | None = None
    while time.perf_counter() < end:
        page = await _metrics(stage)
        age = re.search(r"^deskbell_queue_age_seconds (\S+)", page, re.MULTILINE)
        now = time.perf_counter()
        if age is None or float(age[1]) > 0:
            idle_since = None
        else:
            idle_since = idle_since or now
            if now - idle_since > IDLE_SECONDS:
                return True
        await asyncio.sleep(0.5)
    return False


async def requests_of(stage: Stage) -> dict[str, int]:
    """Requests the bot has sent so far, by vendor, as its own `/metrics` tells."""
    page = await _metrics(stage)
    found = re.findall(r'^deskbell_requests_total\{vendor="([^"]+)"\} (\d+)', page, re.MULTILINE)
    return {vendor: int(number) for vendor, number in found}


async def _metrics(stage: Stage) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(stage.health.replace("/healthz", "/metrics"))).text


def percentile(values: list[float], share: float) -> float:
    """The value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
