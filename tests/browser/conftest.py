"""One sandbox and one browser for all browser tests; each test opens the page anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.browser.chromium import chromium
from tests.browser.hands import Hands
from tests.browser.picture import ring
from tests.browser.started import Started, started
from tests.slack_desk import slack_desks


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    """A headless Chromium; where there is none, the tests fail and say what to install."""
    with chromium() as shown:
        yield shown


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory, browser: Chrome) -> Iterator[Started]:
    """The whole sandbox with the bot in it, as a child process."""
    with started(tmp_path_factory.mktemp("sandbox"), desks=slack_desks()) as running:
        yield running


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture on this machine, as somebody would attach it."""
    path = tmp_path / "ring.png"
    path.write_bytes(ring())
    return path


@pytest.fixture
def page(browser: Chrome, sandbox: Started) -> Hands:
    """The page, just opened, in the hands of the first agent."""
    return Hands(browser, sandbox.page)
