"""Which column stands where: the header row of a tab matched with what the tracker declares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.texts import text
from config.tracker import SYSTEM_COLUMNS, Column, Tracker


@dataclass(frozen=True, slots=True)
class HeaderMap:
    """The columns found in a header row.

    `columns` is column key to index (0 is A). `missing` are declared columns without a header, `duplicated`
    are header texts that stand there twice and could mean a declared column, `foreign` are people's own.
    """

    columns: Mapping[str, int]
    missing: tuple[Column, ...] = ()
    duplicated: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every declared column stands in exactly one place."""
        return not self.missing and not self.duplicated


def all_columns(tracker: Tracker) -> tuple[Column, ...]:
    """Every column of a tracker's tab, people's columns first, then the bot's own."""
    taken = {column.key for column in tracker.columns}
    return tracker.columns + tuple(column for column in SYSTEM_COLUMNS if column.key not in taken)


def is_own(tracker: Tracker, key: str) -> bool:
    """Whether a column is the bot's own on this tracker's tab."""
    return all(column.key != key for column in tracker.columns)


def plain_header(text: str) -> str:
    """A header as it is compared: case and white space do not count."""
    return " ".join(text.split()).casefold()


def header_map(header: Sequence[str], columns: Sequence[Column]) -> HeaderMap:
    """Match a header row with declared columns.

    Every column first claims the header that is exactly its own, then what is left is claimed by aliases in
    the order they are declared; a header is claimed once. A text that stands there twice is nobody's: which
    one is meant cannot be known.
    """
    texts = [plain_header(text) for text in header]
    counts = Counter(text for text in texts if text)
    places = {text: index for index, text in enumerate(texts) if text}
    found: dict[str, int] = {}
    twice: dict[str, str] = {}
    claimed: set[str] = set()
    for names in (lambda column: (column.header,), lambda column: column.aliases):
        for column in columns:
            if column.key in found or column.key in twice:
                continue
            for name in map(plain_header, names(column)):
                if name in places and name not in claimed:
                    claimed.add(name)
                    if counts[name] > 1:
                        twice[column.key] = header[places[name]].strip()
                    else:
                        found[column.key] = places[name]
                    break
    return HeaderMap(
        columns=found,
        missing=tuple(column for column in columns if column.key not in found and column.key not in twice),
        duplicated=tuple(twice.values()),
        foreign=tuple(
            text.strip() for text, plain in zip(header, texts, strict=True) if plain and plain not in claimed
        ),
    )


def complaint(tracker: Tracker, found: HeaderMap) -> str:
    """One sentence on what is wrong with a tab's header and what to do; for a map that is not complete."""
    faults = []
    if found.missing:
        headers = [column.header for column in found.missing]
        faults.append(text("workbook.no_header", headers=_listed(headers)))
    if found.duplicated:
        faults.append(text("workbook.header_twice", headers=_listed(found.duplicated)))
    wrong = text("workbook.and").join(faults)
    return text("workbook.headers", tab=tracker.tab, wrong=wrong, tracker=tracker.title)


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)
