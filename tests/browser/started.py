"""A whole sandbox as a child process, as `make run` starts it, on a free port and in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import httpx

START_SECONDS = 90
"""A database is made, migrated, and the bot started in that time, on a slow machine too."""
STOP_SECONDS = 20
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH")


class NotStarted(RuntimeError):
    """The sandbox did not come up; the sentence holds its own last words."""


class Started:
    """A running sandbox: where it is, and its `/sandbox`.

    Args:
        addresses: the line of JSON it printed when it was ready.
    """

    def __init__(self, addresses: dict[str, Any]) -> None:
        self.page: str = addresses["page"]
        self._http = httpx.Client(base_url=addresses["sandbox"], trust_env=False, timeout=10)

    def get(self, name: str, **query: str) -> Any:
        """GET `/sandbox/…`, which must agree."""
        answer = self._http.get(f"/{name}", params=query)
        answer.raise_for_status()
        return answer.json()

    def post(self, name: str, **body: Any) -> Any:
        """POST `/sandbox/…`, which must agree."""
        answer = self._http.post(f"/{name}", json=body)
        answer.raise_for_status()
        return answer.json()

    def close(self) -> None:
        """Close the connections to it."""
        self._http.close()


@contextmanager
def started(folder: Path, *options: str, desks: Path | None = None) -> Iterator[Started]:
    """Start `deskbell sandbox` in a folder, wait until it is ready, and stop it at the end.

    `desks` holds other declarations than those of the house.

    Raises:
        NotStarted: it ended, or took longer than `START_SECONDS`.
    """
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    if desks is not None:
        environment["DESKBELL_DESKS"] = str(desks)
    command = [sys.executable, "-m", "bot", "sandbox", "--port", "0", "--data", str(folder), *options]
    errors = folder / "sandbox.err"
    with errors.open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log)
    assert process.stdout is not None
    try:
        line = _first_line(process.stdout)
        if not line:
            words = [path.read_text(errors="replace")[-1500:] for path in folder.glob("*.log")]
            raise NotStarted("\n".join(["The sandbox did not start.", errors.read_text()[-1500:], *words]))
        sandbox = Started(json.loads(line))
        try:
            yield sandbox
        finally:
            sandbox.close()
    finally:
        _stop(process)


def _first_line(stream: BinaryIO | Any) -> str:
    """The first line, or an empty text when none comes in time or the process ends without one."""
    lines: list[bytes] = []
    reader = threading.Thread(target=lambda: lines.append(stream.readline()), daemon=True)
    reader.start()
    reader.join(START_SECONDS)
    return lines[0].decode().strip() if lines else ""


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
