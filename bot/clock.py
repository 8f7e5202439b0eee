"""The moment it is: the machine's clock, or in the sandbox that clock moved by a person."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from handlers.ports import Clock

VARIABLE = "DESKBELL_CLOCK_FILE"
"""Names a file with `{"offset": seconds}`; the sandbox writes it, whole, when its clock is moved."""


def now() -> datetime:
    """The machine's clock, aware, in UTC."""
    return datetime.now(UTC)


class MovedClock:
    """The machine's clock plus the offset in a file, which is read again whenever it changed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._seen: tuple[int, int] | None = None
        self._offset = timedelta()

    def __call__(self) -> datetime:
        """Now, moved. A file that is missing counts as no offset.

        Raises:
            ValueError: the file holds something else than `{"offset": seconds}`.
        """
        try:
            stat = self.file.stat()
        except FileNotFoundError:
            return now()
        if self._seen != (stat.st_mtime_ns, stat.st_ino):
            self._offset = _offset(self.file)
            self._seen = (stat.st_mtime_ns, stat.st_ino)
        return now() + self._offset


def clock() -> Clock:
    """The clock this process goes by: the moved one where the environment names a file."""
    file = os.environ.get(VARIABLE)
    return MovedClock(Path(file)) if file else now


def _offset(file: Path) -> timedelta:
    read = json.loads(file.read_text("utf-8"))
    if not isinstance(read, dict) or not isinstance(read.get("offset"), int | float):
        raise ValueError(f'{file}: expected {{"offset": seconds}}')  # noqa: TRY004  # what a file holds is a value
    return timedelta(seconds=read["offset"])
