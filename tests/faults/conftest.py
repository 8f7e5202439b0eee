"""What the sweep shares: one database server, and the table at its end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import embedded
from tests.faults.table import table


@pytest.fixture(scope="session")
def data() -> Iterator[Path]:
    """The folder of a database server that only this sweep uses; every sandbox has a database of its own there.

    Sandboxes that run at once have a folder in it, and a server, each.
    """
    with tempfile.TemporaryDirectory(prefix="deskbell-faults-") as name:
        folder = Path(name)
        yield folder
        for server in folder.rglob(embedded.FOLDER):
            embedded.stop(server.parent, force=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    lines = table()
    if lines:
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.line(line)
