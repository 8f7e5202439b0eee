"""Tables of the documents, read as people read them."""

from __future__ import annotations

from collections.abc import Iterator

Line = dict[str, str]
"""One line of a table: the heading of each column, in small letters and without emphasis, to its cell."""


def table_lines(document: str, first: str) -> list[Line]:
    """The lines of every table of a document whose first column is headed so, in order."""
    return [line for table in tables(document) for line in table if first in line]


def tables(document: str) -> Iterator[list[Line]]:
    """The tables of a document, each as its lines below the heading."""
    block: list[list[str]] = []
    for text in [*document.splitlines(), ""]:
        if text.startswith("|"):
            block.append(cells(text))
        elif block:
            heading = [cell.strip("*` ").lower() for cell in block[0]]
            yield [dict(zip(heading, line, strict=True)) for line in block[2:]]
            block = []


def cells(line: str) -> list[str]:
    """The cells of one line of a table; a bar within a cell has a backslash before it."""
    return [
        cell.replace("\0", "|").strip() for cell in line.strip().strip("|").replace("\\|", "\0").split("|")
    ]
