"""The one-line form: the words after a tracker, by key and in order, read against the columns of its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from config.model import Value
from config.tracker import Column
from handlers.command import Word
from handlers.keyed import LONG, left_over, read_keyed

Meant = Callable[[Column, str], Value | None]
"""What a raw answer stands for; None where it cannot be read."""
FREE = frozenset({"text", "longtext", "address", "code", "sku", "network_reason"})
"""Types that take any words, so that a word which fits one says nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a one-line form said: raw texts by column key, and what fits no column."""

    given: Mapping[str, str]
    notes: tuple[str, ...] = ()
    """Sentences on what fits no column."""
    twice: Mapping[str, str] = field(default_factory=dict)
    """Columns that were answered twice and differently, each with the sentence for it."""


def read_line(
    columns: Sequence[Column],
    said: Sequence[Word],
    known: Mapping[str, str],
    defaults: Mapping[str, str],
    meant: Meant,
) -> Line:
    """Match words with the columns of a form: named ones first, the others in order to what is required.

    An unquoted description loses nothing: a long text takes the bare words behind its key, and the words that
    fit nothing after it.

    Args:
        columns: the form's, in declared order.
        said: the words of the command.
        known: what it already said otherwise: a synonym that is also a choice.
        defaults: what holds where nothing is said; a word in its place counts only if it fits.
        meant: reads a raw answer, so that conditions see what it stands for.
    """
    keyed, bare = read_keyed(columns, said, known)
    given = keyed.given
    left = _in_order(columns, bare, given, defaults, meant)
    long = [column.key for column in reversed(columns) if _is_long(column)]
    if left and long:
        last = next((key for key in long if key in given), long[0])
        given[last] = " ".join([*([given[last]] if last in given else []), *(word.value for word in left)])
    elif left:
        keyed.notes.append(left_over(" ".join(word.value for word in left)))
    return Line({**defaults, **given}, tuple(keyed.notes), keyed.twice)


def _in_order(
    columns: Sequence[Column],
    bare: Sequence[Word],
    given: dict[str, str],
    defaults: Mapping[str, str],
    meant: Meant,
) -> list[Word]:
    """Fill required columns in declared order; gives back the words that found no column."""
    seen: dict[str, Value] = {}
    left = list(bare)
    for at, column in enumerate(columns):
        if left and _is_open(column, given, seen) and _takes(column, left[0], defaults, meant):
            later = [other for other in columns[at + 1 :] if _is_open(other, given, seen)]
            later = [other for other in later if other.key not in defaults]
            take = _share(left, later, meant) if _is_long(column) else 1
            given[column.key] = " ".join(word.value for word in left[:take])
            del left[:take]
        raw = given.get(column.key, defaults.get(column.key))
        if raw is not None and (value := meant(column, raw)) is not None:
            seen[column.key] = value
    return left


def _is_open(column: Column, given: Mapping[str, str], seen: Mapping[str, Value]) -> bool:
    return column.key not in given and column.type != "files" and column.is_required(seen)


def _takes(column: Column, word: Word, defaults: Mapping[str, str], meant: Meant) -> bool:
    return column.key not in defaults or meant(column, word.value) is not None


def _share(left: Sequence[Word], later: Sequence[Column], meant: Meant) -> int:
    """How many of the words a long text takes, when these columns come after it.

    Words are one each where that is surely meant: by quotes, or because every one is what its column asks for.
    Else the text takes all but those at the end that surely answer something.
    """
    pairs = list(zip(later, left[1:], strict=False))
    sure = all(_answers(column, word, meant) for column, word in pairs)
    if left[0].quoted or (len(left) <= 1 + len(later) and sure):
        return 1
    strict: list[Column] = []
    for column in reversed(later):
        if column.type in FREE:
            break
        strict.insert(0, column)
    for tail in range(min(len(strict), len(left) - 1), 0, -1):
        ending = zip(strict, left[-tail:], strict=False)
        if all(_answers(column, word, meant) for column, word in ending):
            return len(left) - tail
    return len(left)


def _answers(column: Column, word: Word, meant: Meant) -> bool:
    """Whether a word surely answers a column: what takes any words is answered by words in quotes only."""
    return (word.quoted or column.type not in FREE) and meant(column, word.value) is not None


def _is_long(column: Column) -> bool:
    return column.type in LONG
