"""A desk's whole life in one process: emulators on loopback, the real bot beside them, and its people."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.database import database_url, server  # noqa: F401  # fixtures, asked for by name
from tests.scenarios.room import Room, open_room


@pytest.fixture
async def room(database_url: str) -> AsyncIterator[Room]:  # noqa: F811  # the fixture above
    """The MHJ desk with its people, nothing logged yet."""
    async with open_room(database_url) as opened:
        yield opened
