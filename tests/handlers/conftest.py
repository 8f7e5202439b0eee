"""The desk that the rules are tried on: the one that comes with the house."""

from __future__ import annotations

import pytest

from config.desk import Desk
from config.load import load_desks
from tests.handlers.play import Play
from tests.slack_desk import slack_desks


@pytest.fixture(scope="session")
def mhj() -> Desk:
    """The MHJ desk, all on Slack."""
    return load_desks(slack_desks())["mhj"]


@pytest.fixture
def play(mhj: Desk) -> Play:
    """The MHJ desk with nothing logged yet."""
    return Play(mhj)
