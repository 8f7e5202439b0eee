"""The word somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(given: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like the given one in any case, or None when none looks like it."""
    words = {word.casefold(): word for word in known}
    close = get_close_matches(given.casefold(), words, n=1, cutoff=0.6)
    return words[close[0]] if close else None


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """A question to end a fault with, or nothing: ` Did you mean "roles"?`."""
    word = nearest(given, known)
    return f' Did you mean "{word}"?' if word is not None else ""
