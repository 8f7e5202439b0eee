"""The store's SQL: every statement has a name and a sentence in `queries.sql`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

MARK = "-- :"
"""What the line with a query's name begins with."""


@dataclass(frozen=True, slots=True)
class Query:
    """One statement: its name, the sentence that says what it is for, and the SQL as psycopg takes it."""

    name: str
    sentence: str
    sql: bytes


def parse(text: str) -> dict[str, Query]:
    """The queries of a file: a line `-- :name`, lines of comment that say what it does, then the statement.

    Raises:
        ValueError: a name appears twice, or a query has no sentence or no statement.
    """
    queries: dict[str, Query] = {}
    for block in f"\n{text}".split(f"\n{MARK}")[1:]:
        name, _, rest = block.partition("\n")
        lines = rest.splitlines()
        comment = [line for line in lines if line.startswith("--")]
        sentence = " ".join(line.removeprefix("--").strip() for line in comment)
        statement = "\n".join(line for line in lines if not line.startswith("--")).strip()
        if name in queries or not sentence or not statement:
            raise ValueError(f"queries.sql: {name}: needs one name, a sentence and a statement")
        queries[name] = Query(name, sentence, statement.encode())
    return queries


QUERIES = parse(resources.files("bot.store").joinpath("queries.sql").read_text("utf-8"))


def sql(name: str) -> bytes:
    """The statement of that name.

    Raises:
        KeyError: `queries.sql` has no such name.
    """
    return QUERIES[name].sql
