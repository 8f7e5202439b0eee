"""The one-line form: words after a command, as positions and as `key=value`, read against a tracker's columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from config.model import Value
from config.tracker import Column, Tracker
from handlers.answers import nearest

QUOTES = {'"': '"', "“": "”", "”": "”", "„": "“", "'": "'", "‘": "’", "«": "»"}

Meant = Callable[[Column, str], Value | None]
"""What a raw answer stands for; None where it cannot be read."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command; `key` is set where it was written `key=value`."""

    value: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What a one-line form said: raw texts by column key, and what fits no column."""

    given: Mapping[str, str]
    unknown: tuple[str, ...] = ()
    """Keys that name no column, with the nearest one that does, ready to be shown."""


def words(text: str) -> tuple[Word, ...]:
    """Split a command as a shell would: blanks and line ends separate, quotes of any sort hold together.

    A quote that is never closed reaches to the end; an apostrophe inside a word is a letter. Never raises.
    """
    found: list[Word] = []
    rest = text.strip()
    while rest:
        key, rest = _key(rest)
        value, rest = _value(rest)
        found.append(Word(value, key))
        rest = rest.lstrip()
    return tuple(found)


def _key(rest: str) -> tuple[str | None, str]:
    found = re.match(r"([^\W\d]\w{0,39})=", rest)
    if found is None:
        return None, rest
    return found.group(1), rest[found.end() :]


def _value(rest: str) -> tuple[str, str]:
    if not rest:
        return "", ""
    closing = QUOTES.get(rest[0])
    if closing is not None:
        body, _, after = rest[1:].partition(closing)
        return body, after
    plain = re.match(r"\S*", rest)
    end = plain.end() if plain else len(rest)
    return rest[:end], rest[end:]


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
    near = nearest(
        name, [column.key for column in columns] + [word for column in columns for word in _names(column)]
    )
    return None, tuple(near)


def _names(column: Column) -> tuple[str, ...]:
    header = [word for word in re.split(r"\W+", column.header.casefold()) if word]
    return (column.key, "_".join(header), *header)


def read_line(tracker: Tracker, said: Sequence[Word], known: Mapping[str, str], meant: Meant) -> Line:
    """Match words with the tracker's log columns: named ones first, the others in order to what is required.

    `known` is what the command already said otherwise (a synonym that is also a choice); `meant` reads a raw
    answer, so that conditions see what it stands for. Words left over are joined to the last long text, so an
    unquoted description loses nothing.
    """
    columns = tracker.of_step("log")
    given: dict[str, str] = dict(known)
    unknown: list[str] = []
    for word in said:
        if word.key is None:
            continue
        column, near = column_named(columns, word.key)
        if column is None:
            unknown.append(f"{word.key} ({' / '.join(near)})" if near else word.key)
        else:
            given[column.key] = word.value
    left = _in_order(columns, [word.value for word in said if word.key is None and word.value], given, meant)
    long = next(
        (column.key for column in reversed(columns) if column.type == "longtext" and column.key in given),
        None,
    )
    if left and long:
        given[long] = " ".join([given[long], *left])
    elif left:
        unknown.extend(left)
    return Line(given, tuple(unknown))


def _in_order(
    columns: Sequence[Column], positions: list[str], given: dict[str, str], meant: Meant
) -> list[str]:
    """Fill required columns in declared order; gives back the positions that found no column."""
    seen: dict[str, Value] = {}
    for column in columns:
        if not positions:
            break
        if column.key not in given and column.type != "files" and column.is_required(seen):
            given[column.key] = positions.pop(0)
        if column.key in given and (value := meant(column, given[column.key])) is not None:
            seen[column.key] = value
    return positions
