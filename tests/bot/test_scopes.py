"""The scopes the doctor asks for, those of the manifest, and those the emulator's methods need are one list."""

from __future__ import annotations

import pytest

from bot.sandbox.slack_api import METHODS as PLAYED
from bot.sandbox.slack_scopes import history, reading
from bot.slack.scopes import BOT_SCOPES
from tests.bot.slack.test_manifest import MANIFEST, METHODS, methods_used


def test_the_doctor_asks_for_what_the_manifest_asks_for() -> None:
    """An app installed from the manifest has every scope the doctor looks for, and no other."""
    assert {"bot": list(BOT_SCOPES)} == MANIFEST["oauth_config"]["scopes"]


@pytest.mark.parametrize("name", sorted(methods_used()))
def test_the_emulator_wants_the_same_scope(name: str) -> None:
    """Every method that the code calls is played, and needs what Slack's own page says, which we are granted."""
    needed = {PLAYED[name].scope} - {""}
    assert needed <= METHODS[name]
    assert needed <= set(BOT_SCOPES)


def test_every_kind_of_place_can_be_read() -> None:
    """Replies are heard in channels, private channels and direct messages; the desk's channels can be looked up."""
    assert {history("channel"), history("group"), history("im")} <= set(BOT_SCOPES)
    assert {reading("channel"), reading("group")} <= set(BOT_SCOPES)
