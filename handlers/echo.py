"""Somebody's words repeated to them in a sentence: short, on one line, and fit to be stored."""

from __future__ import annotations

from handlers.plain import plain, shorten, single_line
from handlers.scrub import scrub_for_logs

SHOWN = 40
"""Characters that are repeated: enough to see what was meant."""
_READ = 2_000
"""Characters that are looked at; what is repeated stands at the beginning."""


def echo(words: str, limit: int = SHOWN) -> str:
    """The beginning of what somebody typed, masked as strictly as a log: sentences are stored with refusals."""
    return shorten(single_line(scrub_for_logs(plain(words[:_READ]))), limit)
