from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.control_clock import Clock, span_of
from bot.sandbox.control_errors import Refused

REAL = datetime(2026, 1, 31, 12, tzinfo=UTC)


def clock(path: Path | None = None) -> Clock:
    """A clock whose real time stands still."""
    return Clock(path, REAL.timestamp)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("24h", timedelta(days=1)),
        ("90m", timedelta(minutes=90)),
        ("3d", timedelta(days=3)),
        ("1d 12h", timedelta(hours=36)),
        ("1.5h", timedelta(minutes=90)),
        ("-2h", timedelta(hours=-2)),
        ("1w", timedelta(days=7)),
        ("30s", timedelta(seconds=30)),
    ],
)
def test_a_span_is_read_as_written(text: str, span: timedelta) -> None:
    """Numbers with a unit, several of them, forwards or back."""
    assert span_of(text) == span


@pytest.mark.parametrize("text", ["", "h", "24", "24 hours", "1h and more", "-", "ten minutes"])
def test_what_is_no_span_is_refused(text: str) -> None:
    """With a sentence that shows how to write one."""
    with pytest.raises(Refused, match="write 90m"):
        span_of(text)


def test_the_clock_moves_and_tells_the_bot() -> None:
    """Advancing adds up; setting is absolute, in UTC where no zone is given."""
    moved = clock()
    moved.advance("24h")
    moved.advance("1h")
    assert moved.now() == REAL + timedelta(hours=25)
    moved.set("2026-03-01T09:00:00+01:00")
    assert moved.now() == datetime(2026, 3, 1, 8, tzinfo=UTC)
    moved.set("2026-03-01T09:00")
    assert moved.now() == datetime(2026, 3, 1, 9, tzinfo=UTC)
    with pytest.raises(Refused, match="is no moment"):
        moved.set("tomorrow")


def test_the_offset_is_in_the_file_from_the_start_and_after_every_move(tmp_path: Path) -> None:
    """Written whole, with nothing left beside it."""
    file = tmp_path / "deep" / "clock.json"
    moved = clock(file)
    assert json.loads(file.read_text()) == {"offset": 0.0}
    moved.advance("1h")
    assert json.loads(file.read_text()) == {"offset": 3600.0}
    assert [each.name for each in file.parent.iterdir()] == ["clock.json"]
