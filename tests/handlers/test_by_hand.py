"""A nudge by hand: who owes the next step hears at once, but no oftener and no later at night than ever."""

from __future__ import annotations

from dataclasses import replace

from config.desk import Desk
from handlers.by_hand import nudge_now
from tests.handlers.watched import DAY, HOUR, Watched, at, watched

MONDAY = at("2026-11-23 09:00")


def asked(case: Watched, hour: int, minute: int = 0) -> list[tuple[str, int]]:
    """Somebody asks for a nudge on Monday: who hears at once, on which rung."""
    now = at(f"2026-11-23 {hour:02}:{minute:02}")
    case.watch = nudge_now(case.desk, case.case, case.watch, now)
    return [(nudge.hearer.key, nudge.rung) for nudge in case.tick(now)]


def test_who_owes_the_next_step_hears_at_once(mhj: Desk) -> None:
    """Before it is due, and again from the first rung after it rang; the ladder goes on from there."""
    case = watched(mhj, "out-of-stock", MONDAY, owner="kim")
    due = case.clock("alternatives").due
    assert asked(case, 10) == [("person:kim", 0)]
    assert asked(case, 11) == [("person:kim", 0)]
    assert case.clock("alternatives").due == due
    assert case.until(at("2026-11-24 12:00")) == [("Tue 24 11:00", "person:kim", 1)]


def test_the_cap_holds_for_nudges_by_hand(mhj: Desk) -> None:
    """The fourth of a day waits for the morning."""
    case = watched(mhj, "out-of-stock", MONDAY, owner="kim")
    assert [len(asked(case, hour)) for hour in (10, 11, 14, 15)] == [1, 1, 1, 0]
    assert case.until(at("2026-11-24 09:30"))[-1] == ("Tue 24 09:00", "person:kim", 0)


def test_nobody_is_woken_by_hand(mhj: Desk) -> None:
    """At lunch the desk eats: it rings at one."""
    case = watched(mhj, "out-of-stock", MONDAY, owner="kim")
    assert asked(case, 12, 45) == []
    assert case.until(at("2026-11-23 13:30")) == [("Mon 23 13:00", "person:kim", 0)]


def test_a_nudge_by_hand_ends_a_snooze(mhj: Desk) -> None:
    """Somebody wants it to ring."""
    case = watched(mhj, "out-of-stock", MONDAY, owner="kim")
    case.watch = replace(case.watch, snoozed_until=MONDAY + 2 * DAY)
    assert asked(case, 10) == [("person:kim", 0)]
    assert case.watch.snoozed_until is None


def test_warnings_of_a_day_are_not_given_twice(mhj: Desk) -> None:
    """Where nothing else runs, there is nothing to begin again."""
    values = {"internal_due": "2026-12-04T12:00+01:00"}
    case = watched(mhj, "shopify-chargeback", MONDAY, status="Ready to submit", values=values, owner="loise")
    assert nudge_now(mhj, case.case, case.watch, MONDAY + HOUR) == case.watch
