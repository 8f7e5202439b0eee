"""When a dispute is due, and what its pack still lacks: out of the desk's own library."""

from __future__ import annotations

from typing import Any

import pytest

from config.desk import Desk
from handlers.dispute import dispute_columns

BASE: dict[str, Any] = {
    "network": "Visa",
    "family": "general",
    "amount": "100.00",
    "opened_on": "2026-11-20",
    "stage": "Chargeback",
}


def columns(desk: Desk, **other: Any) -> dict[str, Any]:
    """What is computed for a dispute."""
    return dispute_columns(
        desk, {key: value for key, value in {**BASE, **other}.items() if value is not None}
    )


@pytest.mark.parametrize(
    ("network", "stage", "due"),
    [
        ("Visa", "Chargeback", "2026-11-29"),
        ("Mastercard", "Chargeback", "2026-12-30"),
        ("American Express", "Inquiry", "2026-12-04"),
        ("PayPal", "Chargeback", "2026-11-30"),
        ("PayPal", "Inquiry", "2026-12-10"),
        ("Klarna", "Inquiry", "2026-11-27"),
        ("Other", "Chargeback", "2026-11-27"),
    ],
)
def test_every_network_has_its_window(mhj: Desk, network: str, stage: str, due: str) -> None:
    """Counted from the opening, to the end of the day in the desk's own zone; an inquiry may have its own."""
    assert columns(mhj, network=network, stage=stage)["due_on"] == f"{due}T23:59+01:00"


@pytest.mark.parametrize(
    ("due", "ours"),
    [
        ("2026-12-04T12:00+01:00", "2026-12-02"),  # Friday
        ("2026-12-07T12:00+01:00", "2026-12-03"),  # Monday: the weekend does not count
        ("2026-12-06T12:00+01:00", "2026-12-03"),  # Sunday
    ],
)
def test_we_are_done_two_working_days_earlier(mhj: Desk, due: str, ours: str) -> None:
    """The processor's date wins, and our own is before it."""
    assert columns(mhj, processor_due=due)["internal_due"] == f"{ours}T12:00+01:00"


def test_what_cannot_be_known_is_left_out(mhj: Desk) -> None:
    """No network, no opening: no due date; no family: no pack."""
    assert columns(mhj, network=None, family=None) == {}
    assert columns(mhj.model_copy(update={"disputes": None})) == {}


def test_a_pack_is_complete_when_every_must_is_there(mhj: Desk) -> None:
    """By the family's own list; more than that does no harm."""
    have = ("Order receipt", "Messages with the customer", "Policies and terms accepted")
    found = columns(mhj, evidence_have=have)
    assert (found["evidence_complete"], found["evidence_missing"]) == (True, "")


def test_what_is_missing_is_named_one_a_line(mhj: Desk) -> None:
    """In the family's words."""
    missing = columns(mhj, family="duplicate", evidence_have=("Receipts of both orders",))["evidence_missing"]
    assert missing == "What each charge was for"


def test_evidence_is_wanted_only_where_it_counts(mhj: Desk) -> None:
    """Every must of every family is asked for with a title that can be ticked."""
    assert mhj.disputes is not None
    for family in mhj.disputes.families:
        everything = tuple(mhj.disputes.titles)
        assert columns(mhj, family=family, evidence_have=everything)["evidence_complete"] is True
        assert columns(mhj, family=family)["evidence_complete"] is False
