"""A desk's whole life in one process: emulators on loopback, the real bot beside them, and its people."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from config.load import DESKS
from tests.database import clone, server  # noqa: F401  # a fixture, asked for by name
from tests.scenarios.room import Room, open_room


@pytest.fixture(scope="module")
async def room(server: str) -> AsyncIterator[Room]:  # noqa: F811  # the fixture above
    """The MHJ desk with its people: one room for a module, as opening it takes longer than a dialog.

    A dialog takes an order number of its own (`room.order()`) and looks at that order's case alone.
    """
    with clone(server) as database_url:
        async with open_room(database_url) as opened:
            yield opened


@pytest.fixture(scope="module")
async def mixed(server: str) -> AsyncIterator[Room]:  # noqa: F811  # the fixture above
    """The desk that comes with the house: its agents on Slack, its supplier in a group on Telegram."""
    with clone(server) as database_url:
        async with open_room(database_url, desks=DESKS) as opened:
            yield opened
