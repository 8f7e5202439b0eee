"""A1 notation: places in a tab as Google writes them."""

from __future__ import annotations

from collections.abc import Iterable


def letters(index: int) -> str:
    """The letters of a column; 0 is A, 26 is AA."""
    text = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def quoted(title: str) -> str:
    """A tab's title as it stands in a range, always in quotes so that it can never be read as a cell."""
    return "'" + title.replace("'", "''") + "'"


def rows_range(title: str, first: int, last: int) -> str:
    """Whole rows; they count from 1, `last` included."""
    return f"{quoted(title)}!{first}:{last}"


def column_range(title: str, index: int, first: int = 1) -> str:
    """One column from row `first` (from 1) down to the end of the grid."""
    return f"{quoted(title)}!{letters(index)}{first}:{letters(index)}"


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Neighbouring numbers taken together: `{3, 4, 5, 9}` is `[(3, 5), (9, 9)]`."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
