"""docs/threats.md: every threat has a defence, and the test that proves it exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs.tables import Line, table_lines

ROOT = Path(__file__).resolve().parents[2]
THREATS = table_lines((ROOT / "docs/threats.md").read_text(), "threat")


def named(line: Line) -> list[str]:
    """The tests a line names, as `path::function`."""
    return re.findall(r"`(tests/[\w/]+\.py::\w+)`", line["test"])


@cache
def functions_of(path: str) -> frozenset[str]:
    """The names of the test functions of a module, those in classes included; none where there is no module."""
    file = ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.exists() else ast.Module([], [])
    found = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in found if node.name.startswith("test_"))


def test_there_is_something_to_prove() -> None:
    """The tables are found, one for each section."""
    assert len(THREATS) > 40


@pytest.mark.parametrize("line", THREATS, ids=lambda line: line["threat"][:60])
def test_every_threat_has_a_defence_and_a_proof(line: Line) -> None:
    """A line says what stands against its threat, and names at least one test, each of which exists."""
    missing = [
        test for test in named(line) if test.partition("::")[2] not in functions_of(test.partition("::")[0])
    ]
    assert line["defence"]
    assert named(line)
    assert missing == []


def test_no_test_is_hidden_in_another_spelling() -> None:
    """Whatever looks like the name of a test is read as one, so that no line is proven by a slip."""
    lines = [line["test"] for line in THREATS]
    assert [line for line in lines if len(re.findall("::", line)) != len(named({"test": line}))] == []
