from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from bot.store import embedded

START = """
import pathlib, sys
from bot.store import embedded
print(embedded.start(pathlib.Path(sys.argv[1])), flush=True)
input()
"""


def test_it_outlives_a_killed_parent_and_is_found_again(tmp_path: Path) -> None:
    """Somebody starts the server and is killed; the next caller gets the same server, with what was stored."""
    parent = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", START, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[3],
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    url = parent.stdout.readline().strip()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    assert embedded.start(tmp_path) == url
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchall() == [(1,)]
    assert embedded.stop(tmp_path)


def test_a_server_that_was_killed_itself_is_started_again(tmp_path: Path) -> None:
    """After a power cut the stale pid file is no hindrance, and committed data is there."""
    url = embedded.start(tmp_path)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    pid = int((tmp_path / "postgres" / "postmaster.pid").read_text("ascii").splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    assert embedded.start(tmp_path) == url
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchall() == [(1,)]
    assert embedded.stop(tmp_path)


def test_it_is_not_stopped_under_somebody_who_uses_it(tmp_path: Path) -> None:
    """Of two processes on one data folder, the first to leave does not take the database along."""
    folder = tmp_path / ("long and with blanks " * 6)
    with psycopg.connect(embedded.start(folder)):
        assert not embedded.stop(folder)
    assert [embedded.stop(folder), embedded.stop(folder)] == [True, False]


@pytest.mark.parametrize("length", [10, 200])
def test_the_socket_fits_in_every_path(tmp_path: Path, length: int) -> None:
    """A short folder keeps its socket, a long one gets a short path, the same for every process."""
    folder = tmp_path / ("x" * length)
    sockets = embedded.socket_folder(folder)
    assert len(bytes(sockets / embedded.SOCKET)) <= embedded.SOCKET_LIMIT
    assert sockets == embedded.socket_folder(folder)
    assert (sockets == folder) is (length == 10)
