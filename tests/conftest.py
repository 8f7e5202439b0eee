"""What every test shares: the event loop it runs on, and that it stays on this machine."""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.loopback import keep_to_loopback

keep_to_loopback()
# Times are measured by benchmarks, never asserted by tests: a busy machine is no fault.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the bot does."""
    return "asyncio"
