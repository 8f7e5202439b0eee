"""What the sweep shares: its parts run two at a time, and a table at the end says what was found.

`@pytest.mark.sweep("kills", minutes=5)` makes a coroutine test a part of it: its name, and about how long it takes.
Logs and databases stay in pytest's temporary folder, for a look after a failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.sweep import Sweep
from tests.faults.table import table

RUNNING = pytest.StashKey[Sweep]()


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "sweep(name, minutes): a part of the fault sweep, run beside others")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Wait for the parts last: the other tests run meanwhile."""
    items.sort(key=lambda item: _mark(item) is not None)


@pytest.fixture(scope="session", autouse=True)
def sweep(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sweep]:
    """Every selected part, under way since the first test; the longest begin."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function) and _mark(item)]
    items.sort(key=_minutes, reverse=True)
    running = Sweep(tmp_path_factory.mktemp("faults"), {_name(item): item.function for item in items})
    request.session.stash[RUNNING] = running
    yield running
    running.stop()


@pytest.fixture
def folder(request: pytest.FixtureRequest, sweep: Sweep) -> Path:
    """The folder of a part, for its sandboxes' databases."""
    return sweep.root / _name(request.node)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A part is under way already when its turn comes: its end is waited for."""
    if not _mark(pyfuncitem):
        return None
    pyfuncitem.session.stash[RUNNING].end(_name(pyfuncitem))
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    lines = table()
    if lines:
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.line(line)


def _mark(item: pytest.Item) -> pytest.Mark | None:
    return item.get_closest_marker("sweep")


def _minutes(item: pytest.Item) -> float:
    mark = _mark(item)
    return float(mark.kwargs["minutes"]) if mark is not None else 0.0


def _name(item: pytest.Item) -> str:
    mark = _mark(item)
    return str(mark.args[0]) if mark is not None else ""
