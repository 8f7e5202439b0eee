"""The sandbox's clock: the real one and an offset that somebody moves. The bot follows it through a file."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.sandbox.control_errors import Refused

_SPAN = re.compile(r"(?P<number>\d+(\.\d+)?)\s*(?P<unit>[smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Clock:
    """Tells the time of the sandbox.

    Args:
        path: where `{"offset": seconds}` is kept for the bot's child process, written at every change and
            replaced whole, so that a reader never sees half of it; None keeps it in memory.
        real: the real clock, seconds since 1970.
    """

    def __init__(self, path: Path | None = None, real: Callable[[], float] = time.time) -> None:
        self.path = path
        self._real = real
        self.offset = 0.0
        self._write()

    def timestamp(self) -> float:
        """Now, in seconds since 1970."""
        return self._real() + self.offset

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def advance(self, span: str) -> None:
        """Move on by `90m`, `24h`, `3d`, `1d 12h`; a leading minus moves back.

        Raises:
            Refused: it is no such span.
        """
        self._move(self.offset + span_of(span).total_seconds())

    def set(self, moment: str) -> None:
        """Move to a moment, ISO 8601; without a zone it is UTC.

        Raises:
            Refused: it is no moment.
        """
        try:
            wanted = datetime.fromisoformat(moment)
        except ValueError:
            raise Refused(f"'{moment}' is no moment; write it as 2026-01-31T16:30:00+00:00") from None
        aware = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
        self._move(aware.timestamp() - self._real())

    def _move(self, offset: float) -> None:
        self.offset = offset
        self._write()

    def _write(self) -> None:
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        fresh.write_text(json.dumps({"offset": self.offset}))
        fresh.replace(self.path)


def span_of(text: str) -> timedelta:
    """A span such as `24h`, `90m` or `1d 12h`.

    Raises:
        Refused: it is none.
    """
    sign = -1 if text.strip().startswith("-") else 1
    body = text.strip().lstrip("+-").strip()
    if not body or _SPAN.sub("", body).strip():
        raise Refused(f"'{text}' is no span; write 90m, 24h, 3d or 1d 12h")
    spans = [timedelta(**{_UNITS[part["unit"]]: float(part["number"])}) for part in _SPAN.finditer(body)]
    return sign * sum(spans, timedelta())
