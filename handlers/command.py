"""The words of a command: split as a shell would, quotes of every sort included, and keys matched with columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.tracker import Column
from handlers.choices import nearest

QUOTES: Mapping[str, str] = {
    '"': '"”“', "“": '”"', "”": '”"', "„": '“”"', "«": "»", "»": "«", "'": "'’", "‘": "’'", "\u201a": "‘’'",
}  # fmt: skip
"""An opening quote to what may close it: phones and keyboards mix them."""
APOSTROPHES = "'‘\u201a"
"""Opening quotes that are also letters of words: they count only where a closing one ends a word."""
_KEY = re.compile(r"([^\W\d]\w{0,39})=")
_BLANKS = re.compile(r"\s*")
_PLAIN = re.compile(r"\S*")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command; `key` is set where it was written `key=value`."""

    value: str
    key: str | None = None
    quoted: bool = False

    def __str__(self) -> str:
        """The word as it was written, but for its quotes."""
        return self.value if self.key is None else f"{self.key}={self.value}"


def words(text: str) -> tuple[Word, ...]:
    """Split a command: blanks and line ends separate, quotes hold together.

    A quote that is never closed reaches to the end; an apostrophe inside a word is a letter. Never raises, and
    nothing but blanks and quotes is lost.
    """
    found: list[Word] = []
    at = _next(text, 0)
    while at < len(text):
        named = _KEY.match(text, at)
        value, after, quoted = _value(text, named.end() if named else at)
        found.append(Word(value, named.group(1) if named else None, quoted))
        at = _next(text, after)
    return tuple(found)


def _next(text: str, at: int) -> int:
    """Where the next word begins."""
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks else at


def _value(text: str, at: int) -> tuple[str, int, bool]:
    """The value that begins there, where it ends, and whether it stood in quotes."""
    opening = text[at : at + 1]
    if opening and opening in QUOTES:
        end = _closing(text, at + 1, QUOTES[opening], ends_word=opening in APOSTROPHES)
        if end is not None:
            return text[at + 1 : end], end + 1, True
        if opening not in APOSTROPHES:
            return text[at + 1 :].rstrip(), len(text), True
    plain = _PLAIN.match(text, at)
    end = plain.end() if plain else at
    return text[at:end], end, False


def _closing(text: str, start: int, closing: str, *, ends_word: bool) -> int | None:
    for at in range(start, len(text)):
        if text[at] in closing and not (ends_word and text[at + 1 : at + 2].strip()):
            return at
    return None


@dataclass(frozen=True, slots=True)
class Named:
    """What a key means: one column; else the keys of those it fits, or of those it is nearest to."""

    column: Column | None
    keys: tuple[str, ...] = ()
    fits: bool = False
    """Whether the key fits all of `keys`, so that a longer one would do."""


def column_named(columns: Iterable[Column], name: str) -> Named:
    """The column that a key means: its key, a word of its header, or an unambiguous beginning of either."""
    columns = tuple(columns)
    wanted = name.casefold()
    exact = [column for column in columns if column.key == wanted]
    worded = [column for column in columns if wanted in _names(column)]
    begun = [column for column in columns if any(word.startswith(wanted) for word in _names(column))]
    for fitting in (exact, worded, begun):
        if len(fitting) == 1:
            return Named(fitting[0])
        if fitting:
            return Named(None, tuple(column.key for column in fitting), fits=True)
    by_name = {word: column.key for column in columns for word in _names(column)}
    return Named(None, tuple(dict.fromkeys(by_name[near] for near in nearest(name, by_name))))


def _names(column: Column) -> tuple[str, ...]:
    header = [word for word in re.split(r"\W+", column.header.casefold()) if word]
    return (column.key, "_".join(header), *header)
