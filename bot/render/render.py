"""Draws the picture of a digest: facts in, a PNG out, in a process of its own.

So the event loop waits for nothing but a pipe, a picture that takes too long is ended, and the memory that typst
and the fonts take (230 MB, measured) is given back each time. What has no picture still has its text: `alternative` in
`bot.render.facts`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import structlog

from bot.render.facts import DAYS, Facts, age_names, compared
from bot.render.fonts import can_draw, folders
from config.texts import text
from handlers.ports import File
from handlers.show import day

SECONDS = 20
"""How long drawing may take. Two cores under load need less than two seconds."""
LABELLED_APART = 2
"""How far from today's bar another has its number on top, in bars: as far as keeps the numbers from touching."""
log = structlog.get_logger(__name__)


class Undrawn(Exception):
    """There is no picture; why is the message."""


async def picture(facts: Facts, seconds: float = SECONDS) -> File | None:
    """The picture of a digest, or None: what is sent then is its text alone, and the log says why.

    Safe to repeat: the same facts have the same pixels.
    """
    try:
        return await draw(facts, seconds)
    except Undrawn as reason:
        log.warning("a digest goes out without its picture", desk=facts.desk, reason=str(reason))
        return None


async def draw(facts: Facts, seconds: float = SECONDS) -> File:
    """The picture of a digest, a PNG 800 pixels wide.

    Raises:
        Undrawn: the extra `pictures` is not installed, or drawing failed or took longer than so many seconds.
    """
    if not can_draw():
        raise Undrawn('pictures are not installed: pip install "deskbell[pictures]"')
    answer = await _run(json.dumps(_task(facts, seconds)).encode(), seconds)
    head, _, content = answer.partition(b"\n")
    if replaced := json.loads(head):
        log.warning("no font of ours can write these names", desk=facts.desk, names=replaced)
    return File(f"{facts.desk}-{facts.day.isoformat()}.png", "image/png", content)


async def _run(task: bytes, seconds: float) -> bytes:
    """What the drawing process answers. It is gone when this returns, whatever happens."""
    program = Path(__file__).with_name("draw.py")
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", str(program), stdin=pipe, stdout=pipe, stderr=pipe, env={}
        )
    except OSError as error:
        raise Undrawn(f"drawing could not begin: {error}") from error
    try:
        async with asyncio.timeout(seconds):
            answer, complaint = await process.communicate(task)
    except TimeoutError:
        raise Undrawn(f"drawing took longer than {seconds:g} seconds") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        said = complaint.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise Undrawn(f"drawing ended with {process.returncode}: {said[-1]}")
    return answer


def _task(facts: Facts, seconds: float) -> dict[str, Any]:
    return {
        "template": resources.files("bot.render").joinpath("digest.typ").read_text(encoding="utf-8"),
        "data": data(facts),
        "names": {row.name: row.key for row in facts.rows if row.key} | {facts.title: facts.desk},
        "fonts": [str(folder) for folder in folders()],
        "seconds": int(seconds) + 1,
    }


def data(facts: Facts) -> dict[str, Any]:
    """What the template is given: JSON, every number beside the way it is written."""
    return {
        "title": facts.title,
        "day": text("picture.open", day=day(facts.day), open=f"{facts.open:,}"),
        "tiles": [
            {"number": short(number), "caption": caption, "bad": bad and number > 0}
            for number, caption, bad in (
                (facts.overdue, text("picture.overdue"), True),
                (facts.today, text("picture.today"), False),
                (facts.stale, text("picture.stale"), False),
                (facts.unowned, text("picture.unowned"), False),
            )
        ],
        "ages_title": text("picture.ages"),
        "ages": age_names(),
        "total": text("picture.total"),
        "nothing": text("picture.nothing"),
        "rows": [
            {
                "name": row.name,
                "counts": row.counts,
                "shown": [short(count) for count in row.counts],
                "total": short(row.total),
            }
            for row in facts.rows
        ],
        "trend_title": text("picture.trend", days=DAYS),
        "trend": _trend(facts),
        "average": facts.average or 0,
        "since": _since(facts),
        "now": text("picture.now"),
        "compared": compared(facts),
    }


def _since(facts: Facts) -> str:
    """Where the chart begins, and with how many."""
    if not facts.days:
        return ""
    first, count = facts.days[0]
    return day(first) if count is None else text("picture.since", day=day(first), open=f"{count:,}")


def _trend(facts: Facts) -> list[dict[str, Any]]:
    """The bars, today's last; today has its number on top, so has the highest before it where there is room.

    The first has its number below, beside its date.
    """
    if not facts.days:
        return []
    before = [count or 0 for _, count in facts.days]
    highest = before.index(max(before))
    has_room = 0 < highest <= len(before) - LABELLED_APART
    bars: list[dict[str, Any]] = [
        {"open": count, "label": short(count or 0) if has_room and at == highest else "", "today": False}
        for at, (_, count) in enumerate(facts.days)
    ]
    return [*bars, {"open": facts.open, "label": short(facts.open), "today": True}]


def short(number: int) -> str:
    """A number in at most five characters: `9,999`, then `10k`, `123k`, `1.2M`."""
    if number < 10_000:
        return f"{number:,}"
    if number < 1_000_000:
        return f"{number // 1_000}k"
    return f"{number / 1_000_000:.1f}M"
