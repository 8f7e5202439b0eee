"""Answers that a command gives by key (`order=10423`): each goes to its column, or a sentence says why it cannot."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from config.texts import text
from config.tracker import Column
from handlers.choices import fold
from handlers.command import Word, column_named
from handlers.echo import echo

SHOWN = 80
"""Characters of a word that are repeated."""
KEYS_SHOWN = 5
LONG = frozenset({"longtext", "address"})
"""Types of which several answers are one after the other: nothing of a description gets lost."""


@dataclass(slots=True)
class Keyed:
    """The answers of one command by column, and what was wrong with its keys."""

    columns: Sequence[Column]
    given: dict[str, str] = field(default_factory=dict)
    """Raw texts by column key; of a column that was answered twice, the first."""
    notes: list[str] = field(default_factory=list)
    """Sentences on words that name no column, or that may name several."""
    twice: dict[str, str] = field(default_factory=dict)
    """Columns that were given two different answers, each with the sentence for it."""

    def take(self, word: Word) -> Column | None:
        """Take a `key=value`; the column it names, or None where that is not one column a command can answer."""
        named = column_named(self.columns, word.key or "")
        column = named.column
        if column is None or column.type == "files":
            self.notes.append(
                _note(word, [each for each in self.columns if each.key in named.keys], named.fits)
            )
            return None
        before = self.given.get(column.key)
        if before is not None and column.type in LONG:
            self.given[column.key] = f"{before} {word.value}"
        elif before is not None and fold(before) != fold(word.value):
            self.twice[column.key] = text("fault.twice", first=echo(before), second=echo(word.value))
        else:
            self.given[column.key] = word.value
        return column


def read_keyed(
    columns: Sequence[Column],
    said: Sequence[Word],
    known: Mapping[str, str],
    open_types: Collection[str] = LONG,
) -> tuple[Keyed, list[Word]]:
    """Take every `key=value` of a command; gives back the other words.

    An unquoted description needs no quotes: a column of these types takes the bare words behind its key.
    """
    keyed, bare = Keyed(columns, dict(known)), []
    open_text: str | None = None
    for word in said:
        if word.key is not None:
            column = keyed.take(word)
            is_open = column is not None and column.type in open_types and not word.quoted
            open_text = column.key if column is not None and is_open else None
        elif open_text is not None and not word.quoted:
            keyed.given[open_text] = f"{keyed.given[open_text]} {word.value}".strip()
        elif word.value:
            open_text = None
            bare.append(word)
    return keyed, bare


def left_over(words: str) -> str:
    """The sentence on words without a key that found no place."""
    return text("log.unknown_key", key=echo(words, SHOWN))


def _note(word: Word, columns: Sequence[Column], fits: bool) -> str:
    given = echo(str(word), SHOWN)
    if not columns:
        return text("log.unknown_key", key=given)
    if not fits:
        near = " / ".join(column.key for column in columns[:KEYS_SHOWN])
        return text("log.near_key", key=given, near=near)
    near = " / ".join(_called(column, word.key or "") for column in columns[:KEYS_SHOWN])
    return text("log.ambiguous_key", key=given, near=near)


def _called(column: Column, key: str) -> str:
    """A column by its key, and by its header where it is only that which begins like the given one."""
    return column.key if column.key.startswith(key.casefold()) else f"{column.key} ({column.header})"
