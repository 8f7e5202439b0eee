"""The sentences people read, by key, out of `texts/en.toml`.

`text("refusal.role", action=…, who=…)` fills one in. A test walks the source and compares every call with
the file both ways, so a missing key, a missing field or a sentence nobody says is found before anybody reads
it; in chat a sentence with a hole is still better than silence, so `text` itself never raises.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

from config.errors import DeclarationFault, DeclarationsRefused

FILE = "texts/en.toml"
_FORMS = frozenset({"one", "other"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: what is said of one, what of any other number, and the fields they are filled with."""

    one: str
    other: str
    fields: frozenset[str]


def text(key: str, /, **fields: object) -> str:
    """The sentence of that key, filled in.

    Values are put in as they are: whoever renders the text escapes it. A key that does not exist is its own
    sentence, and a field that was not given stays visible as `{field}`.
    """
    sentence = sentences().get(key)
    if sentence is None:
        return key
    form = sentence.one if fields.get("count") == 1 else sentence.other
    return form.format_map(_Visible(fields))


@cache
def sentences() -> Mapping[str, Sentence]:
    """Every sentence by its key (`section.name`).

    Raises:
        DeclarationsRefused: the file cannot be read as sentences; every fault of it at once.
    """
    return parse(resources.files("config").joinpath(FILE).read_text(encoding="utf-8"))


def parse(source: str) -> dict[str, Sentence]:
    """The sentences in the text of a TOML file.

    Raises:
        DeclarationsRefused: every fault of the file at once.
    """
    try:
        tree = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise DeclarationsRefused([DeclarationFault(FILE, "(file)", f"is not TOML: {error}")]) from error
    found: dict[str, Sentence] = {}
    faults: list[DeclarationFault] = []
    for key, leaf in _leaves(tree):
        try:
            found[key] = _sentence(leaf)
        except ValueError as error:
            faults.append(DeclarationFault(FILE, key, str(error)))
    if faults:
        raise DeclarationsRefused(faults)
    return found


def _leaves(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """What stands at the end of every path: a text, or the two forms of a sentence that counts."""
    for name, below in tree.items():
        key = f"{path}{name}"
        if isinstance(below, dict) and not below.keys() & _FORMS:
            yield from _leaves(below, f"{key}.")
        else:
            yield key, below


def _sentence(leaf: object) -> Sentence:
    """The sentence at the end of a path; a ValueError says what is wrong with it."""
    if isinstance(leaf, str):
        return Sentence(leaf, leaf, _fields(leaf))
    if not isinstance(leaf, dict) or leaf.keys() != _FORMS:
        raise ValueError("must be a text, or a table with exactly the two forms `one` and `other`")
    one, other = _fields(leaf["one"]), _fields(leaf["other"])
    if "count" not in other:
        raise ValueError("has two forms, so it must say {count}")
    return Sentence(leaf["one"], leaf["other"], one | other)


def _fields(template: object) -> frozenset[str]:
    """The names in braces; only plain names are allowed, so a value can never be walked into."""
    if not isinstance(template, str) or not template.strip():
        raise ValueError("must be a text that is not empty")
    names = set()
    for _, name, spec, conversion in Formatter().parse(template):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"{{{name}}} must be a plain name in braces")
        names.add(name)
    return frozenset(names)


class _Visible(dict[str, object]):
    """Fields by name; one that is missing shows as its own name in braces."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
