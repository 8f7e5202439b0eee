"""Sentences: every one said exists with its fields, and every one in the file is said."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import DeclarationsRefused
from config.texts import parse, sentences, text

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "handlers", "sheets", "config")


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """Every `text(…)` in the source, with the place it stands in."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if "config.texts" not in source:
                continue
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text":
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def _keys(argument: ast.expr) -> set[str]:
    """The keys a first argument may be: a literal, or a choice between literals; empty for anything else."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return {argument.value}
    if isinstance(argument, ast.IfExp):
        first, second = _keys(argument.body), _keys(argument.orelse)
        return first | second if first and second else set()
    return set()


def test_every_sentence_said_is_in_the_file_with_exactly_its_fields() -> None:
    """A call of text() names literal keys of en.toml and gives the fields that their sentences have."""
    wrong = []
    for place, call in _calls():
        keys = _keys(call.args[0]) if call.args else set()
        if not keys:
            wrong.append(f"{place}: the key must be a literal")
        given = {keyword.arg for keyword in call.keywords}
        for key in keys:
            sentence = sentences().get(key)
            if sentence is None:
                wrong.append(f"{place}: {key} is not in en.toml")
            elif None not in given and given != sentence.fields:
                wrong.append(
                    f"{place}: {key} has {sorted(sentence.fields)}, was given {sorted(map(str, given))}"
                )
    assert wrong == []


def test_every_sentence_of_the_file_is_said_somewhere() -> None:
    """A sentence that nothing says any more is taken out."""
    said = {key for _, call in _calls() if call.args for key in _keys(call.args[0])}
    assert sorted(sentences().keys() - said) == []


def test_a_sentence_is_filled_in() -> None:
    """The fields stand where their names stood, as they are."""
    assert text("answer.logged", case="II-2647-0001", tracker="{0} *Item* <!channel>") == (
        "II-2647-0001 is logged on {0} *Item* <!channel>."
    )


@pytest.mark.parametrize(("count", "said"), [(1, "1 case for"), (0, "0 cases for"), (7, "7 cases for")])
def test_a_sentence_that_counts_knows_one_from_many(count: int, said: str) -> None:
    """`count` chooses the form."""
    assert text("answer.found", count=count, search="10423").startswith(said)


def test_a_hole_is_shown_and_nothing_is_raised() -> None:
    """In chat an unknown key or a missing field must not lose the rest of the answer."""
    assert text("no.such.key", who="x") == "no.such.key"
    assert text("answer.logged", case="II-1") == "II-1 is logged on {tracker}."


NO_SENTENCE = "must be a text, or a table with exactly the two forms `one` and `other`"


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("a = 1", f"texts/en.toml: a: {NO_SENTENCE}"),
        ("[s]\na = ' '", "texts/en.toml: s.a: must be a text that is not empty"),
        ("[s]\na = 'x {who.name}'", "texts/en.toml: s.a: {who.name} must be a plain name in braces"),
        ("[s]\na = 'x {who!r}'", "texts/en.toml: s.a: {who} must be a plain name in braces"),
        ("[s]\na = 'x {'", "texts/en.toml: s.a: Single '{' encountered in format string"),
        ("[s.a]\none = 'x'", f"texts/en.toml: s.a: {NO_SENTENCE}"),
        ("[s.a]\none = 'x'\nother = 'y'", "texts/en.toml: s.a: has two forms, so it must say {count}"),
        ("a =", "texts/en.toml: (file): is not TOML: Invalid value (at end of document)"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused(source: str, fault: str) -> None:
    """Each fault of a file of sentences is named by its key."""
    with pytest.raises(DeclarationsRefused) as refused:
        parse(source)
    assert [str(one) for one in refused.value.faults] == [fault]
