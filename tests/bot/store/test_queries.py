from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.store.queries import QUERIES, parse

BOT = Path(__file__).resolve().parents[3] / "bot"


def test_every_query_is_used_and_every_name_used_exists() -> None:
    """The names in the source and those in `queries.sql` are the same set."""
    calls = re.compile(r'\b(?:one|all|_all|do|run|sql)\(\s*"(\w+)"|case\.version else "(\w+)"')
    used = {
        name
        for path in BOT.rglob("*.py")
        if "sandbox" not in path.parts
        for found in calls.findall(path.read_text("utf-8"))
        for name in found
        if name
    }
    assert used == set(QUERIES)


def test_every_query_has_a_sentence() -> None:
    """What a query is for ends with a full stop."""
    assert [query.name for query in QUERIES.values() if not query.sentence.endswith(".")] == []


@pytest.mark.parametrize(
    "text",
    ["-- :a\nSELECT 1", "-- :a\n-- Only words.\n", "-- :a\n-- One.\nSELECT 1\n-- :a\n-- Two.\nSELECT 2"],
)
def test_a_query_without_sentence_or_statement_or_name_of_its_own_is_refused(text: str) -> None:
    """Each fault is found when the file is read."""
    with pytest.raises(ValueError, match="a: needs one name"):
        parse(text)
