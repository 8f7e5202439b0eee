"""The digests whose pictures are kept here, and what makes two pictures the same.

`python -m tests.bot.render.golden` draws them anew; look at each before it is committed, at the width of a phone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops

from bot.render.facts import Facts, Row
from bot.render.render import draw

KEPT = Path(__file__).parent
TODAY = date(2026, 11, 23)
STEP = 32
"""How far a channel of a pixel may be off, of 255: another processor rounds the edge of a letter differently."""
COARSE = 0b11110000
"""What is kept of a channel: a file half as large, and far less than a `STEP` off."""
FEW = 20
"""How many pixels may be off further. The smallest digit has more than a hundred."""


LONG = "title is as long as a title may ever be"


def shown(rows: Sequence[Row], days: Sequence[int | None], **counts: int) -> Facts:
    """Facts of one day, with what is not said at nothing."""
    first = TODAY - timedelta(days=len(days))
    numbers = {"open": sum(row.total for row in rows), "overdue": 0, "today": 0, "stale": 0, "unowned": 0}
    return Facts(
        desk="mhj",
        title="MHJ support",
        day=TODAY,
        rows=tuple(rows),
        days=tuple((first + timedelta(days=ago), count) for ago, count in enumerate(days)),
        **(numbers | counts),
    )


GOLDEN: Mapping[str, Facts] = {
    "usual": shown(
        [
            Row("item-issue", "Item issue", (5, 4, 2, 1)),
            Row("out-of-stock", "Out of stock and delayed items", (3, 6, 0, 2)),
            Row("refund", "Refund", (0, 1, 3, 4)),
            Row("parcel", "包裹在途 Parcels under way", (2, 0, 1, 0)),
            Row("proof", "Proof of items delivered", (0, 0, 0, 1)),
        ],
        [28, 30, 33, 33, 31, 29, None, 40, 44, 44, 39, 38, 37, 35],
        overdue=5,
        today=3,
        stale=7,
        unowned=2,
    ),
    "nothing": shown([], []),
    "one": shown([Row("item-issue", "Item issue", (1, 0, 0, 0))], [None] * 13 + [0], today=1),
    "thousands": shown(
        [
            *(Row(f"tracker-{at}", f"Tracker {at}, whose {LONG}", (900, 80, 7, at * 1_234)) for at in range(9, 0, -1)),
            Row("", "12 more", (1_000, 2_000, 30_000, 1_234_567)),
        ],
        [9_000, 9_500, 10_000, 10_000, 10_500, 11_000, 12_345, 9_999, 9_000, 8_700, 8_800, 9_100, 9_900, 9_990],
        overdue=10_000,
        today=1_200,
        stale=9_999,
        unowned=123_456,
    ),
    "hostile": shown(
        [
            Row("a", '#import "x": * $ \\ `code` *b* <l> @r', (1, 2, 3, 4)),
            Row("b", "\"quotes\" 'and' //comment /* [", (0, 0, 1, 0)),
            Row("c", "مرحبا بالعالم שלום עולם abc 12", (4, 4, 4, 4)),
            Row("d", "物品问题与客户投诉跟踪表" * 4, (1, 1, 1, 1)),
            Row("e", "🚚 👩‍👩‍👧 🇳🇱 Versand 😀", (1, 1, 1, 1)),
            Row("f", "W" * 60, (1, 1, 1, 1)),
            Row("no-font", "\ue000 private", (1, 1, 1, 1)),
            Row("h", "สวัสดี हिन्दी ქართული", (1, 1, 1, 1)),
            Row("i", "日本語 かな 한국어", (0, 0, 1, 1)),
        ],
        [1] * 14,
    ),
}  # fmt: skip


def picture_of(content: bytes) -> Image.Image:
    """A PNG as pixels."""
    return Image.open(BytesIO(content)).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> int:
    """How many pixels of two pictures differ by more than a `STEP`; all of them where the sizes differ."""
    if one.size != other.size:
        return max(one.width * one.height, other.width * other.height)
    off = ImageChops.difference(one, other).point(lambda step: 255 if step > STEP else 0)
    return sum(off.convert("L").point(lambda step: 255 if step else 0).histogram()[1:])


async def remake() -> None:
    """Draw every picture anew."""
    for name, facts in GOLDEN.items():
        drawn = await draw(facts)
        coarse = picture_of(drawn.content).point(lambda step: step & COARSE | step >> 4)
        coarse.save(KEPT / f"{name}.png", optimize=True)


if __name__ == "__main__":
    asyncio.run(remake())
