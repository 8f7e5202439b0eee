"""Fixtures of the emulators' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.sandbox.google_world import Server, World, served


@pytest.fixture(scope="session")
def google_server() -> Iterator[Server]:
    """One listening server for every test that talks to the Google emulator."""
    with served() as server:
        yield server


@pytest.fixture
def world(google_server: Server) -> Iterator[World]:
    """A fresh Google with one workbook, and clients for it."""
    world = World(google_server)
    yield world
    world.close()
