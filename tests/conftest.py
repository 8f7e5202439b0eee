"""What every test shares: the event loop it runs on, and that it stays on this machine."""

from __future__ import annotations

import pytest

from tests.loopback import keep_to_loopback

keep_to_loopback()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the bot does."""
    return "asyncio"
