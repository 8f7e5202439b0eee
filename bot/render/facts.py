"""What a digest's picture shows, as a frozen value: numbers, and the few names beside them.

`facts(desk, digest)` takes them from a digest that was made for its readers, so a restricted tracker is in a
picture only where it is in the digest. `alternative(facts)` says the same in words, for whoever cannot see the picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from config.desk import Desk
from config.texts import text
from handlers.digest import AGES, Aged, Digest
from handlers.plain import shorten, single_line
from handlers.show import day

DAYS = 14
"""How many days stand beside today."""
MOST_ROWS = 10
"""Trackers that are shown one by one; what is more is added up in a last row."""
NAME = 60
"""Code points of a name: the longest title that a tracker may have."""

ALTERNATIVE_MAX = 1_000
"""What Slack takes as an image's description (`alt_txt_too_large` of files.getUploadURLExternal); Telegram's captions
hold 1,024."""
SHORTEST_NAME = 12


@dataclass(frozen=True, slots=True)
class Row:
    """How many open cases of one tracker are how old, from new to old."""

    key: str
    """Stands in where no font has the letters of the name. Empty for the row that adds up the rest."""
    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Facts:
    """What one picture shows."""

    desk: str
    title: str
    day: date
    open: int
    overdue: int
    today: int
    stale: int
    unowned: int
    rows: tuple[Row, ...]
    """The fullest first."""
    days: tuple[tuple[date, int | None], ...]
    """The days before this one, the oldest first, each with how many were open; None where nobody counted."""

    @property
    def counted(self) -> tuple[int, ...]:
        """How many were open on those of the days that were counted."""
        return tuple(count for _, count in self.days if count is not None)

    @property
    def average(self) -> float | None:
        """How many were open on an average day; None where none was counted."""
        return sum(self.counted) / len(self.counted) if self.counted else None


def facts(desk: Desk, digest: Digest) -> Facts:
    """What the picture of a digest shows. Never fails: an empty digest is a picture, too."""
    counted = dict(digest.trend)
    before = [digest.day - timedelta(days=ago) for ago in range(DAYS, 0, -1)]
    known = any(counted.get(one) is not None for one in before)
    return Facts(
        desk=desk.key,
        title=_name(desk.title),
        day=digest.day,
        open=digest.open,
        overdue=digest.count("overdue"),
        today=digest.count("today"),
        stale=digest.count("stale"),
        unowned=digest.unowned,
        rows=_rows(desk, digest.ages),
        days=tuple((one, counted.get(one)) for one in before) if known else (),
    )


def _rows(desk: Desk, ages: Iterable[Aged]) -> tuple[Row, ...]:
    rows = [Row(aged.tracker, _name(desk.trackers[aged.tracker].title), aged.counts) for aged in ages]
    rows.sort(key=lambda row: (-row.total, row.name))
    if len(rows) <= MOST_ROWS:
        return tuple(rows)
    rest = rows[MOST_ROWS - 1 :]
    counts = tuple(sum(column) for column in zip(*(row.counts for row in rest), strict=True))
    return (*rows[: MOST_ROWS - 1], Row("", text("picture.rest", count=len(rest)), counts))


def _name(title: str) -> str:
    return shorten(single_line(title), NAME)


def age_names() -> tuple[str, ...]:
    """What the ages are called, from new to old."""
    between = [text("picture.between", start=start, end=end) for start, end in pairwise(AGES)]
    return text("picture.under", days=AGES[0]), *between, text("picture.over", days=AGES[-1])


def alternative(shown: Facts) -> str:
    """The picture in words, one fact a line: every number of it, exactly.

    Never longer than `ALTERNATIVE_MAX`: long names are cut for it, all alike.
    """
    said = ""
    for name_limit in range(NAME, SHORTEST_NAME - 1, -4):
        said = "\n".join(_lines(shown, name_limit))
        if len(said) <= ALTERNATIVE_MAX:
            break
    return shorten(said, ALTERNATIVE_MAX)


def _lines(shown: Facts, name_limit: int) -> list[str]:
    lines = [
        text(
            "picture.alternative",
            desk=shown.title,
            day=day(shown.day),
            open=shown.open,
            overdue=shown.overdue,
            today=shown.today,
            stale=shown.stale,
            unowned=shown.unowned,
        )
    ]
    if shown.rows:
        lines.append(text("picture.alternative_ages", ages=", ".join(age_names())))
    lines += [f"{shorten(row.name, name_limit)}: {', '.join(map(str, row.counts))}" for row in shown.rows]
    if shown.average is not None:
        counts = ", ".join("–" if count is None else str(count) for _, count in shown.days)
        lines.append(
            text("picture.alternative_trend", since=day(shown.days[0][0]), counts=counts, open=shown.open)
        )
        lines.append(compared(shown))
    return lines


def compared(shown: Facts) -> str:
    """Today beside the average of the days before, in one sentence."""
    average = shown.average or 0
    said = f"{average:,.0f}" if average >= 10 else f"{average:.1f}".removesuffix(".0")
    return text("picture.compared", open=f"{shown.open:,}", average=said)
