"""docs/glossary.md: every word lives where it says, and the words it replaces name nothing of ours."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.docs.tables import Line, table_lines
from tests.docs.test_names import exists

ROOT = Path(__file__).resolve().parents[2]
WORDS = table_lines((ROOT / "docs/glossary.md").read_text(), "word")
# Words for people and things that are right where a vendor's own thing is meant.
REPLACED = frozenset(
    "assignee category creator escalation issue listener repository session stage ticket workflow".split()
)


@pytest.mark.parametrize("line", WORDS, ids=lambda line: line["word"])
def test_a_word_has_a_meaning_and_a_home(line: Line) -> None:
    """A line says what its word means, and names the one thing in the code that it is called by."""
    home = re.fullmatch(r"`([\w.]+)`", line["lives in"])
    assert line["means"]
    assert home is not None
    assert exists(home[1])


def test_a_word_stands_there_once() -> None:
    """One thing has one word, and a word one meaning."""
    words = [word for line in WORDS for word in re.findall(r"\w[\w' -]*", line["word"].strip("*"))]
    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_what_is_declared_and_decided_is_called_by_the_glossary() -> None:
    """No module or class of the two rooms that speak the domain's language has a name that a word replaces."""
    named = {
        f"{path.relative_to(ROOT)}: {called}"
        for room in ("config", "handlers")
        for path in (ROOT / room).rglob("*.py")
        for called in (path.stem, *_classes(path))
        if {part.lower() for part in re.findall(r"[A-Z]?[a-z]+", called)} & REPLACED
    }
    assert named == set()


def _classes(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
