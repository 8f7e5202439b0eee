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
    rest = text.strip()
    while rest:
        named = _KEY.match(rest)
        key = named.group(1) if named else None
        value, rest, quoted = _value(rest[named.end() :] if named else rest)
        found.append(Word(value, key, quoted))
        rest = rest.lstrip()
    return tuple(found)


def _value(rest: str) -> tuple[str, str, bool]:
    """The first value of a text, what follows it, and whether it stood in quotes."""
    opening = rest[:1]
    if opening in QUOTES and opening:
        end = _closing(rest, QUOTES[opening], ends_word=opening in APOSTROPHES)
        if end is not None:
            return rest[1:end], rest[end + 1 :], True
        if opening not in APOSTROPHES:
            return rest[1:], "", True
    end = next((at for at, letter in enumerate(rest) if letter.isspace()), len(rest))
    return rest[:end], rest[end:], False


def _closing(rest: str, closing: str, *, ends_word: bool) -> int | None:
    for at in range(1, len(rest)):
        if rest[at] in closing and not (ends_word and rest[at + 1 : at + 2].strip()):
            return at
    return None


def column_named(columns: Iterable[Column], name: str) -> tuple[Column | None, tuple[str, ...]]:
    """The column that a key means: its key, a word of its header, or an unambiguous beginning of either.

    The second part holds what it could mean where it is not one column.
    """
    columns = tuple(columns)
    wanted = name.casefold()
    exact = [column for column in columns if column.key == wanted]
    worded = [column for column in columns if wanted in _names(column)]
    begun = [column for column in columns if any(word.startswith(wanted) for word in _names(column))]
    for fitting in (exact, worded, begun):
        if len(fitting) == 1:
            return fitting[0], ()
        if fitting:
            return None, tuple(column.key for column in fitting)
    by_name = {word: column.key for column in columns for word in _names(column)}
    return None, tuple(dict.fromkeys(by_name[near] for near in nearest(name, by_name)))


def _names(column: Column) -> tuple[str, ...]:
    header = [word for word in re.split(r"\W+", column.header.casefold()) if word]
    return (column.key, "_".join(header), *header)
