from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.pace import Pace, Turn, next_turn
from tests.bot.desks import NOON

PACE = Pace(rush=100)


def ago(seconds: float) -> Any:
    """A moment so many seconds before now."""
    return NOON - timedelta(seconds=seconds)


def state(**changes: object) -> dict[str, Any]:
    """A workbook that is idle, with these changes."""
    idle: dict[str, Any] = {
        "now": NOON, "flushed_at": None, "size": 0, "not_before": None, "urgent": 0, "patient_since": None,
        "patient_last": None, "budget_since": None,
    }  # fmt: skip
    return idle | changes


def kept(since: float, last: float) -> dict[str, Any]:
    """Cells that may wait, the first and the last of them queued so many seconds ago."""
    return {"patient_since": ago(since), "patient_last": ago(last)}


def turn(after: float, *, patient: bool = True, urgent: bool = True) -> Turn:
    """A turn so many seconds from now."""
    return Turn(timedelta(seconds=after), patient, urgent)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (state(), None),
        (state(urgent=1), turn(0)),
        (state(urgent=1, flushed_at=ago(60)), turn(0)),
        (state(urgent=1, flushed_at=ago(1)), turn(0.5)),
        (state(urgent=1, flushed_at=ago(1), size=30), turn(0.8)),
        (state(urgent=1, flushed_at=ago(1), size=100), turn(5, patient=False)),
        (state(urgent=1, flushed_at=ago(1), size=1000), turn(14, patient=False)),
        (state(urgent=100, flushed_at=ago(1)), turn(0.5, patient=False)),
        (state(**kept(2, 2)), turn(3, urgent=False)),
        (state(**kept(20, 2)), turn(3, urgent=False)),
        (state(**kept(58, 2)), turn(2, urgent=False)),
        (state(**kept(70, 0)), turn(0, urgent=False)),
        (state(**kept(20, 6), flushed_at=ago(9), size=100), turn(0, urgent=False)),
        (state(**kept(2, 2), urgent=1), turn(0)),
        (state(**kept(2, 2), urgent=100), turn(0, patient=False)),
        (state(**kept(59, 59), urgent=100), turn(0, patient=False)),
        (state(**kept(60, 2), urgent=100), turn(0)),
        (state(urgent=1, not_before=ago(-30)), turn(30)),
        (state(urgent=1, budget_since=ago(50)), turn(10)),
        (state(urgent=1, budget_since=ago(70)), turn(0)),
    ],
    ids=str,
)
def test_the_next_turn_of_a_workbook(given: dict[str, Any], expected: Turn | None) -> None:
    """Idle: at once. Else spaced by what the last one carried, in a rush without what may wait. Never over budget."""
    assert next_turn(given, PACE) == expected


def test_the_budget_stays_below_the_quota() -> None:
    """60 writes a minute are allowed; a fifth is left for putting right and for people's own scripts."""
    assert PACE.budget / PACE.window.total_seconds() * 60 <= 50
