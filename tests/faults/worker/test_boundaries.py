from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from bot.boundaries import KILLED, VARIABLE

ROOT = Path(__file__).resolve().parents[3]
EXPECTED = ["BI-2647-0001:home", "BI-2647-0001:supplier", "reply", "say", "say:files"]


def live(url: str, folder: Path, crash_at: str = "") -> int:
    """One life of the worker; how it ended."""
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.faults.worker.child", url, str(folder)],
        cwd=ROOT,
        env={**os.environ, VARIABLE: crash_at},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode in (0, KILLED), ended.stderr
    return ended.returncode


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "crash_at",
    [
        "before-commit:1",
        "after-commit:1",
        "delivery-marked:1",
        "delivery-acted:1",
        "delivery-acted:3",
        "delivery-stored:2",
        "flush-marked:1",
        "flush-acted:1",
        "flush-stored:1",
    ],
)
def test_a_kill_loses_nothing_and_doubles_nothing(database_url: str, tmp_path: Path, crash_at: str) -> None:
    """Killed at a boundary and started again: one row, one message of each, every case knowing its row."""
    assert live(database_url, tmp_path, crash_at) == KILLED
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    assert live(database_url, tmp_path) == 0
    chat = [json.loads(line)["key"] for line in (tmp_path / "chat").read_text("utf-8").splitlines()]
    book = [json.loads(line)["case_id"] for line in (tmp_path / "book").read_text("utf-8").splitlines()]
    with psycopg.connect(database_url) as connection:
        left = connection.execute("SELECT key, state FROM deliveries WHERE state <> 'landed'").fetchall()
        told = connection.execute("SELECT body ->> 'row_link' FROM cases").fetchall()
    assert (sorted(chat), book, left) == (EXPECTED, ["BI-2647-0001"], [])
    assert told == [("https://sheet/BI-2647-0001",)]
