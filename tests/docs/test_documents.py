"""The documents tell the truth: links lead somewhere, commands exist, decisions are numbered."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from tests.docs.tables import table_lines

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs/adr").glob("*.md"))


def name(path: Path) -> str:
    """A document's path from the root, as the test's id."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(document: Path) -> None:
    """A relative link of a document names a file or folder of the repository."""
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_make_target_named_exists(document: Path) -> None:
    """What a document says to type, `make …`, is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    told = set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", document.read_text(), re.MULTILINE))
    assert told - targets == set()


def test_decisions_are_numbered_without_gaps() -> None:
    """docs/adr holds 0001, 0002, … each once."""
    assert [path.name[:4] for path in DECISIONS] == [
        f"{number:04}" for number in range(1, len(DECISIONS) + 1)
    ]


@pytest.mark.parametrize("decision", DECISIONS, ids=name)
def test_a_decision_says_why_and_what_follows(decision: Path) -> None:
    """Every decision has its number as title, a status, its context and its consequences."""
    text = decision.read_text()
    assert text.startswith(f"# ADR {decision.name[:4]}: ")
    assert [
        part for part in ("Status: ", "## Context", "## Decision", "## Consequences") if part not in text
    ] == []


def test_every_decision_is_listed() -> None:
    """Whoever reads the architecture finds every decision, and its title in its file's name."""
    listed = re.findall(r"\]\(adr/([^)]+)\)", (ROOT / "docs/architecture.md").read_text())
    assert sorted(set(listed)) == [path.name for path in DECISIONS]


def test_every_dependency_has_a_reason_and_was_weighed() -> None:
    """A row of ADR 0001 names what a package does for us and what was weighed against it."""
    lines = [line for line in table_lines(DECISIONS[0].read_text(), "package") if line["package"]]
    explained = {name.lower() for line in lines for name in re.findall(r"`([\w.-]+)`", line["package"])}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [
        *project["project"]["dependencies"],
        *chain.from_iterable(project["project"]["optional-dependencies"].values()),
        *project["dependency-groups"]["dev"],
    ]
    names = {re.split(r"[\[<>=]", requirement)[0].lower() for requirement in wanted}
    assert names - explained == set()
    assert [line for line in lines if not line["does for us"] or not line["weighed against it"]] == []
