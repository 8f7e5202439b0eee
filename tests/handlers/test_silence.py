"""Snoozing: what is refused, until when it lasts, and what rings afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.desk import Desk
from config.load import load_desks
from handlers.silence import CHOICES, refused_snooze, snooze_end, snoozed
from tests.handlers.watched import DAY, HOUR, at, watched
from tests.slack_desk import slack_desks

MONDAY = at("2026-11-23 10:00")
MHJ = load_desks(slack_desks())["mhj"]


def test_the_choices_end_when_they_say(mhj: Desk) -> None:
    """Hours and days on the wall clock; tomorrow is nine o'clock where the desk is."""
    assert [snooze_end(mhj, choice, MONDAY) for choice in CHOICES] == [
        MONDAY + HOUR, MONDAY + 4 * HOUR, at("2026-11-24 09:00"), MONDAY + 3 * DAY, MONDAY + 7 * DAY,
    ]  # fmt: skip
    with pytest.raises(ValueError, match='"soon" is no length of time'):
        snooze_end(mhj, "soon", MONDAY)


@pytest.mark.parametrize(
    ("until", "reason", "refused"),
    [
        (MONDAY, "", "That moment has passed"),
        (MONDAY + HOUR, "", None),
        (MONDAY + 3 * DAY, "", "From 3 days on, say why"),
        (MONDAY + 3 * DAY, "  ", "From 3 days on, say why"),
        (MONDAY + 3 * DAY, "He is back on Thursday", None),
        (MONDAY + 14 * DAY, "Waiting for the maker", None),
        (MONDAY + 14 * DAY + HOUR, "Waiting for the maker", "14 days at most, until 7 Dec 2026"),
    ],
)
def test_a_snooze_may_be_refused(mhj: Desk, until: object, reason: str, refused: str | None) -> None:
    """Backwards, too long, or without a reason; the sentence says what would do."""
    case = watched(mhj, "item-issue", MONDAY, status="Posted")
    sentence = refused_snooze(mhj, case.case, case.watch, until, reason, MONDAY)  # type: ignore[arg-type]  # moments
    assert (sentence is None) if refused is None else (refused in str(sentence))


def test_a_snooze_never_passes_a_day_that_is_due(mhj: Desk) -> None:
    """Up to it, it may; a day that has passed already holds nothing back."""
    values = {"kind": "Customer pick-up", "pickup_by": "2026-11-24"}
    case = watched(mhj, "pickup-rts", MONDAY, status="Customer contacted", values=values)
    late = at("2026-11-25 10:00")
    assert refused_snooze(mhj, case.case, case.watch, at("2026-11-24 23:00"), "", MONDAY) is None
    past = refused_snooze(mhj, case.case, case.watch, at("2026-11-25 09:00"), "", MONDAY)
    assert past == (
        "II-2648-0001 is due on 24 Nov 2026, 23:59, and silence may not pass that. Nothing was changed; choose an "
        "earlier moment."
    )
    assert refused_snooze(mhj, case.case, case.watch, late + DAY, "", late) is None


def test_a_snoozed_case_is_silent_and_rings_from_its_first_rung_then(mhj: Desk) -> None:
    """Whatever rung it had reached, when the silence ends the one who owes it hears first."""
    case = watched(mhj, "item-issue", MONDAY, status="Posted", owner="bowen")
    case.until(at("2026-11-25 12:00"))
    end = at("2026-11-26 09:00")
    case.watch = snoozed(mhj, case.case, case.watch, end)
    assert case.until(at("2026-11-27 00:00")) == [("Thu 26 09:00", "supplier", 0)]
    assert case.clock("ack").due == case.clock("ack").since + timedelta(hours=23)


def test_a_warning_that_falls_into_the_silence_rings_at_its_end(mhj: Desk) -> None:
    """What was snoozed is late, but not lost."""
    values = {"internal_due": "2026-12-01T12:00+01:00"}
    case = watched(mhj, "shopify-chargeback", MONDAY, status="Ready to submit", values=values, owner="loise")
    case.watch = snoozed(mhj, case.case, case.watch, at("2026-11-30 09:00"))
    assert case.until(at("2026-11-30 12:00")) == [
        ("Mon 30 09:00", "person:loise", 3),
        ("Mon 30 09:00", "home", 3),
        ("Mon 30 12:00", "home", 4),
        ("Mon 30 12:00", "person:bram", 4),
    ]


@given(st.integers(1, 14 * 24), st.lists(st.integers(1, 600), min_size=5, max_size=40))
@settings(deadline=None, max_examples=40)
def test_nothing_rings_during_a_snooze(hours: int, waits: list[int]) -> None:
    """However often somebody looks."""
    case = watched(MHJ, "item-issue", MONDAY, status="Posted", owner="bowen")
    start = MONDAY + 2 * DAY
    end = start + hours * HOUR
    case.watch = snoozed(MHJ, case.case, case.watch, end)
    now = start
    for wait in waits:
        now += timedelta(minutes=wait)
        case.tick(now)
    assert [moment for moment, _ in case.rang if moment < end] == []
