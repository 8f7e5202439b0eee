"""`make bench`: the figures of the bar, ours beside the peer's, measured in this run."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.app import Sandbox, sandbox_app
from bot.sandbox.desk_world import world_of
from bot.sandbox.server import Server
from bot.sandbox.stage import Stage
from config.load import load_desks
from tests.bench import tutorial
from tests.bench.sheets_apart import sheets_apart
from tests.bench.stages import (
    LINE,
    bot_stage,
    log_one,
    orders,
    percentile,
    requests_of,
    rows_of,
    until_done,
    until_rows,
)
from tests.slack_desk import slack_desks

CASES = 1_000
RATE = 50
LATENCY_SECONDS = 10
QUOTA_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    ours: str
    peer: str
    ratio: str
    bar: str


async def burst() -> Figure:
    """Sheets requests for a burst of cases."""
    async with bot_stage() as stage:
        before = await requests_of(stage)
        await _all_at_once(stage, CASES)
        if not await until_rows(stage, CASES, 60):
            raise RuntimeError(f"{rows_of(stage)} rows of {CASES}")
        if not await until_done(stage, 180):
            raise RuntimeError("something still waits")
        after = await requests_of(stage)
    ours, looks = (after.get(kind, 0) - before.get(kind, 0) for kind in ("sheets", "sheets looks"))
    peer = await tutorial.requests_for(CASES)
    shown = f"{ours}, states and links included ({looks} looks at four workbooks beside them)"
    return Figure(
        f"Sheets requests for {CASES} cases", shown, str(peer), f"{peer / ours:.0f} x", "<= 10, >= 300 x"
    )


async def quota() -> Figure:
    """Rows a minute inside the quota of 60 writes a minute."""
    async with bot_stage() as stage:
        stage.sandbox.google.quota = 60
        end = time.perf_counter() + QUOTA_SECONDS
        told = 0
        while time.perf_counter() < end:
            told += len(await _all_at_once(stage, 200))
        ours = rows_of(stage)
        complete = await until_rows(stage, told, 60)
    rows, lost = await tutorial.rows_in(QUOTA_SECONDS)
    kept = "none lost" if complete else f"{told - ours} missing"
    return Figure(
        "rows in a minute inside the quota",
        f"{ours} ({kept})",
        f"{rows} ({lost} lost)",
        f"{ours / max(rows, 1):.0f} x",
        ">= 3000",
    )


async def latency() -> Figure:
    """Commit, then acknowledge: seconds until Slack has the answer, beside a handler that does nothing."""
    async with sheets_apart() as told, bot_stage(told) as stage:
        ours = await _paced(lambda number: _timed(log_one(stage, number)))
    peer = await _empty_handler()
    ours50, ours99, peer50, peer99 = (
        percentile(each, share) * 1000 for each in (ours, peer) for share in (0.5, 0.99)
    )
    shown = f"{ours50:.1f} / {ours99:.1f} ms"
    return Figure(
        f"commit, then acknowledge, p50 / p99 at {RATE}/s",
        shown,
        f"{peer50:.1f} / {peer99:.1f} ms",
        f"{ours50 / peer50:.1f} x p50",
        "p99 <= 50 ms, p50 <= 20 x",
    )


async def freshness() -> Figure:
    """From the command to the row, without a quota."""
    async with bot_stage() as stage:
        seen: dict[str, float] = {}
        book = next(book.id for book in stage.sandbox.world.workbooks if book.key == "report_issue")

        def look(_: object) -> None:
            for row in stage.sandbox.google.grid(book)["Item Issue"][1:]:
                seen.setdefault(row[0], time.perf_counter())

        stage.sandbox.google.on_change(look)
        said: dict[str, float] = {}
        for number in range(60):
            start = time.perf_counter()
            order, _ = await log_one(stage, number)
            said[order] = start
            await asyncio.sleep(0.25)
        await until_rows(stage, len(said), 20)
    waits = [seen[order] - start for order, start in said.items() if order in seen]
    lost = len(said) - len(waits)
    shown = f"p50 {percentile(waits, 0.5):.2f} s, p95 {percentile(waits, 0.95):.2f} s, {lost} missing"
    return Figure("command to row in the sheet", shown, "-", "-", "p95 <= 2 s")


async def _all_at_once(stage: Stage, cases: int) -> list[float]:
    """Log cases with eight people typing at once; seconds of each answer."""
    gate = asyncio.Semaphore(8)

    async def one(number: int) -> float:
        async with gate:
            return (await log_one(stage, number))[1]

    return list(await asyncio.gather(*(one(number) for number in range(cases))))


async def _timed(work: Awaitable[tuple[str, float]]) -> float:
    return (await work)[1]


async def _paced(one: Callable[[int], Awaitable[float]]) -> list[float]:
    """Call at the rate, whether or not earlier calls have answered; the first second warms up and does not count."""
    tasks = []
    # The emulator's own full collections, a tenth of a second each, are nobody's latency.
    gc.collect()
    gc.freeze()
    start = time.perf_counter()
    for number in range(RATE * LATENCY_SECONDS):
        await asyncio.sleep(max(0.0, start + number / RATE - time.perf_counter()))
        tasks.append(asyncio.ensure_future(one(number)))
    return list(await asyncio.gather(*tasks))[RATE:]


async def _empty_handler() -> list[float]:
    """The same commands to a Bolt handler that does nothing, over the same kind of socket."""
    sandbox = Sandbox(world_of(load_desks(slack_desks())["mhj"]))
    server = Server(sandbox_app(sandbox))
    sandbox.at(server.base)
    await server.start()
    environment = {
        "PATH": os.environ["PATH"],
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": str(Path.cwd()),
        **sandbox.environment(),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.empty_bolt", env=environment
    )
    place = sandbox.control.state()["channels"]["csr"]

    async def one(number: int) -> float:
        start = time.perf_counter()
        await sandbox.control.say(
            ("agent", "agent2", "lead", "kim")[number % 4], place, LINE.format(order=next(orders))
        )
        return time.perf_counter() - start

    try:
        async with asyncio.timeout(20):
            while not sandbox.slack.workspace.sockets.sockets:  # noqa: ASYNC110  # until the peer has connected
                await asyncio.sleep(0.05)
        return await _paced(one)
    finally:
        process.terminate()
        await process.wait()
        await server.stop()


async def main() -> None:
    """Measure and print."""
    figures = []
    for measure in (burst, quota, latency, freshness):
        print(f"measuring: {(measure.__doc__ or '').strip()}", file=sys.stderr)
        figures.append(await measure())
    rows = [
        ("figure", "ours", "peer", "ratio", "bar"),
        *((f.what, f.ours, f.peer, f.ratio, f.bar) for f in figures),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    asyncio.run(main())
