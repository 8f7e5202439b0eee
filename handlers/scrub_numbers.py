"""How digits stand in a text: groups, the runs that short gaps link, and the shapes of numbers among them."""

from __future__ import annotations

import enum
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from handlers.scrub_view import BARRIER

GAP_MAX = 5
"""How many characters may stand between two groups of one number: `4111  -  1111`."""

_DIGITS = re.compile(r"[0-9]+")
_NO_LINK = re.compile(rf"[^\W_]|{BARRIER}")
_MARKUP = str.maketrans("", "", "*_~`")
_PLAIN_GAPS = frozenset(" \t-.")
_LIST_GAPS = frozenset(",;|\n")
_AS_PRINTED = frozenset(
    {
        (4, 4, 4, 4),
        (4, 6, 5),
        (4, 6, 4),
        (4, 4, 4, 4, 3),
        (4, 4, 4, 4, 2),
        (4, 4, 4, 4, 1),
        (4, 4, 4, 1),
        (4, 4, 4, 3),
    }
)
_CUT_EVENLY = frozenset(
    {(8, 8), (6, 10), (4, 12), (12, 4), (4, 8, 4), (4, 4, 8), (8, 4, 4), (6, 6, 4), (6, 9), (4, 11)}
)
# USPS and GS1: 20 digits and more that start with 00 or 91-96, for some after 420 and a ZIP code.
_PARCEL = re.compile(r"(?:420[0-9]{5}(?:[0-9]{4})?)?9[1-6][0-9]{18,20}|00[0-9]{18}")
_PARCEL_GROUPS = 9


class Shape(enum.Enum):
    """How the digits of one number stand in the text."""

    BARE = enum.auto()
    """One group with no letter at its side."""
    GLUED = enum.auto()
    """One group stuck to letters."""
    PRINTED = enum.auto()
    """As on a card, 4-4-4-4 or 4-6-5, with one plain separator."""
    ODD = enum.auto()
    """As on a card but with unusual separators, or cut up evenly."""
    UNEVEN = enum.auto()
    """Groups of three digits and more, of no known pattern, with one plain separator."""
    LOOSE = enum.auto()
    """Anything else, also a piece of a code: only a word of cards makes it a card."""


class Group(NamedTuple):
    """Digits that stand together.

    Attributes:
        start: the first digit, counted from 0.
        end: the character after the last one.
    """

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many digits."""
        return self.end - self.start


def runs(text: str) -> Iterator[list[Group]]:
    """Return the groups of digits of a view, those in one list that a short gap links to the next."""
    run: list[Group] = []
    for match in _DIGITS.finditer(text):
        if run and not _links(text[run[-1].end : match.start()]):
            yield run
            run = []
        run.append(Group(*match.span()))
    if run:
        yield run


def shape(text: str, groups: Sequence[Group]) -> Shape | None:
    """Return the shape of the number these groups make together; None when they cannot be one number."""
    start, end = groups[0].start, groups[-1].end
    is_glued = text[start - 1 : start].isalpha() or text[end : end + 1].isalpha()
    if is_glued and _is_code(text, start, end):
        return Shape.LOOSE
    if len(groups) == 1:
        return Shape.GLUED if is_glued else Shape.BARE
    lengths = tuple(group.length for group in groups)
    gaps = {gap(text, left, right) for left, right in itertools.pairwise(groups)}
    if any(map(str.isalpha, gaps)):
        return Shape.ODD if lengths in _AS_PRINTED and len(gaps) == 1 else None
    is_plain = len(gaps) == 1 and gaps <= _PLAIN_GAPS
    if lengths in _AS_PRINTED:
        return Shape.PRINTED if is_plain and not is_glued else Shape.ODD
    return _unprinted(lengths, gaps, is_plain=is_plain)


def gap(text: str, left: Group, right: Group) -> str:
    """Return what separates two groups, without emphasis and without the blanks around a sign."""
    between = text[left.end : right.start].translate(_MARKUP)
    return between.strip(" \t") or between[:1]


def is_mid_series(text: str, run: Sequence[Group], at: int, separator: str) -> bool:
    """Say whether four more digits stand before, separated alike: a longer number, grouped by four."""
    return at > 0 and run[at - 1].length == 4 and gap(text, run[at - 1], run[at]) == separator != ""


def is_parcel(text: str, run: Sequence[Group], at: int, separator: str) -> bool:
    """Say whether a group belongs to a parcel's number of 20 digits and more, written with this separator."""
    if not separator:
        return False
    first = last = at
    while first > max(0, at - _PARCEL_GROUPS) and gap(text, run[first - 1], run[first]) == separator:
        first -= 1
    while last < min(len(run) - 1, at + _PARCEL_GROUPS) and gap(text, run[last], run[last + 1]) == separator:
        last += 1
    digits = "".join(text[group.start : group.end] for group in run[first : last + 1] if group.length <= 34)
    return bool(_PARCEL.fullmatch(digits))


def _links(between: str) -> bool:
    if len(between) == 1:
        return between != BARRIER  # One letter may be a separator too: 4111x1111x1111x1111.
    return len(between) <= GAP_MAX and not _NO_LINK.search(between)


def _unprinted(lengths: tuple[int, ...], gaps: set[str], *, is_plain: bool) -> Shape:
    """Return the shape of groups that do not stand as on a card. A list of order numbers is no number."""
    if any(_LIST_GAPS & set(separator) for separator in gaps):
        return Shape.LOOSE
    is_one_by_one = max(lengths) == 1 or (set(lengths[:-1]) == {2} and lengths[-1] <= 2)
    if is_one_by_one or lengths in _CUT_EVENLY:
        return Shape.ODD
    return Shape.UNEVEN if is_plain and min(lengths) >= 3 else Shape.LOOSE


def _is_code(text: str, start: int, end: int) -> bool:
    """Say whether letters join it to other digits, as in 1Z999AA1…, or many surround it, as in a hash."""
    before = re.search(r"[^\W_]*$", text[max(0, start - 24) : start])
    after = re.match(r"[^\W_]*", text[end : end + 24])
    around = (before.group() if before else "") + (after.group() if after else "")
    return any(map(str.isdigit, around)) or sum(map(str.isalpha, around)) > 16
