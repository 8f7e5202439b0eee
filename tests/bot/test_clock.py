from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import MovedClock, now


def _hours(moved: datetime) -> float:
    return round((moved - datetime.now(UTC)) / timedelta(hours=1), 1)


def test_the_clock_is_aware() -> None:
    """Moments without a zone never enter the house."""
    assert now().tzinfo is UTC


def test_the_offset_is_read_again_when_it_changes(tmp_path: Path) -> None:
    """The sandbox replaces the file while the bot runs; no file means the machine's clock."""
    file = tmp_path / "clock.json"
    clock = MovedClock(file)
    seen = [_hours(clock())]
    for step, offset in enumerate((86_400, -3_600)):
        new = tmp_path / f"new-{step}"
        new.write_text(f'{{"offset": {offset}}}', "utf-8")
        os.utime(new, (step, step))
        new.replace(file)
        seen += [_hours(clock()), _hours(clock())]
    assert seen == [0, 24, 24, -1, -1]


@pytest.mark.parametrize("text", ["[]", "{}", '{"offset": "soon"}', "nonsense"])
def test_a_file_that_says_something_else_is_refused(tmp_path: Path, text: str) -> None:
    """A wrong clock is worse than none."""
    file = tmp_path / "clock.json"
    file.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"clock\.json|Expecting"):
        MovedClock(file)()
