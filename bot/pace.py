"""When a workbook is written: at once when it is idle, in company when there is a rush, never above the quota."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.statements import Row


@dataclass(frozen=True, slots=True)
class Pace:
    """How flushes are spaced.

    All workbooks together flush at most `budget` times in any `window`: a service account may make 60 writes a
    minute (Sheets API, "Usage limits"), and a flush that puts something right makes two. `spacing` lies between
    the starts of two flushes of a workbook. After one of `rush` cases or more it is `rush_spacing`: then fewer
    calls carry more rows. Cells that may wait are kept for `company`, in a rush for twice as long.
    """

    budget: int = 50
    window: timedelta = timedelta(seconds=60)
    spacing: timedelta = timedelta(seconds=1.5)
    rush: int = 40
    rush_spacing: timedelta = timedelta(seconds=4.5)
    company: timedelta = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Turn:
    """When a workbook may be written, counted from now, and whether cells that may wait go along."""

    after: timedelta
    patient: bool


def next_turn(state: Row, pace: Pace) -> Turn | None:
    """The next turn of a workbook, from its `workbook_pace`; None when it has nothing to write."""
    now: datetime = state["now"]
    patient_at = state["patient_since"] + pace.company if state["patient_since"] is not None else None
    if state["urgent"]:
        wanted = now
    elif patient_at is not None:
        wanted = patient_at
    else:
        return None
    in_rush = max(state["size"], state["urgent"]) >= pace.rush
    spacing = pace.rush_spacing if state["size"] >= pace.rush else pace.spacing
    bounds = (
        _after(state["flushed_at"], spacing),
        _after(state["budget_since"], pace.window),
        state["not_before"],
    )
    earliest = [moment for moment in bounds if moment is not None]
    at = max([now, wanted, *earliest])
    overdue = patient_at is not None and patient_at + pace.company <= at
    return Turn(at - now, patient=not in_rush or not state["urgent"] or overdue)


def _after(moment: datetime | None, wait: timedelta) -> datetime | None:
    return moment + wait if moment is not None else None
