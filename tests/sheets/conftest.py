"""Fixtures of the sheets' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.sandbox.google_world import Server, served
from tests.sheets.room import Room


@pytest.fixture(scope="session")
def google_server() -> Iterator[Server]:
    """One listening server for every test of this directory."""
    with served() as server:
        yield server


@pytest.fixture
def room(google_server: Server) -> Iterator[Room]:
    """A workbook with two tabs, and a gateway to it."""
    room = Room(google_server)
    yield room
    room.close()
