"""What the bot counts about itself while a case is logged."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from tests.scenarios.room import Room

pytestmark = pytest.mark.anyio


async def test_a_logged_case_is_counted_at_every_step(room: Room) -> None:
    """Accepted, applied, and a request to each vendor; `/metrics` shows these counters."""
    names = {
        "deskbell_accepted_total": {"event": "CommandIssued"},
        "deskbell_applied_total": {"effect": "ShowCard"},
        "deskbell_requests_total": {"vendor": "slack"},
    }
    before = {name: REGISTRY.get_sample_value(name, labels) or 0 for name, labels in names.items()}

    await room.logged()

    after = {name: REGISTRY.get_sample_value(name, labels) or 0 for name, labels in names.items()}
    assert all(after[name] > before[name] for name in names)
    assert (REGISTRY.get_sample_value("deskbell_requests_total", {"vendor": "sheets"}) or 0) > 0
