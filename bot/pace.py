"""When a workbook is written: at once when it is idle, in company when there is a rush, never above the quota."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.statements import Row


@dataclass(frozen=True, slots=True)
class Pace:
    """How flushes are spaced.

    All workbooks together flush at most `budget` times in any `window`: a service account may make 60 writes a
    minute (Sheets API, "Usage limits"), and a flush that puts something right makes two. Between the starts of two
    flushes of a workbook lies `spacing_a_case` for every case of the first one, at least `spacing` and at most
    `longest_spacing`: the greater the rush, the more rows a call carries. Cells that may wait are kept until they
    have company, until no more of them came for the time of `stillness`, or for `longest_kept`; in a rush, which is
    `rush` cases at once, company does not count.
    """

    budget: int = 50
    window: timedelta = timedelta(seconds=60)
    spacing: timedelta = timedelta(seconds=1.5)
    spacing_a_case: timedelta = timedelta(seconds=0.06)
    longest_spacing: timedelta = timedelta(seconds=15)
    rush: int = 40
    stillness: timedelta = timedelta(seconds=5)
    longest_kept: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Turn:
    """When a workbook may be written, counted from now, for what, and whether cells that may wait go along."""

    after: timedelta
    patient: bool
    urgent: bool = True
    """Whether anything is written that does not want to wait."""


def next_turn(state: Row, pace: Pace) -> Turn | None:
    """The next turn of a workbook, from its `workbook_pace`; None when it has nothing to write."""
    now: datetime = state["now"]
    kept_until = _after(state["patient_since"], pace.longest_kept)
    still_at = _after(state["patient_last"], pace.stillness)
    if state["urgent"]:
        wanted = now
    elif kept_until is not None and still_at is not None:
        wanted = min(kept_until, still_at)
    else:
        return None
    spacing = min(max(pace.spacing, state["size"] * pace.spacing_a_case), pace.longest_spacing)
    bounds = (
        _after(state["flushed_at"], spacing),
        _after(state["budget_since"], pace.window),
        state["not_before"],
    )
    at = max([now, wanted, *(moment for moment in bounds if moment is not None)])
    is_rush = state["urgent"] > 0 and max(state["size"], state["urgent"]) >= pace.rush
    is_overdue = kept_until is not None and kept_until <= at
    return Turn(at - now, patient=not is_rush or is_overdue, urgent=state["urgent"] > 0)


def _after(moment: datetime | None, wait: timedelta) -> datetime | None:
    return moment + wait if moment is not None else None
