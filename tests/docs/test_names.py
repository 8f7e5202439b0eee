"""What the documents name exists: files, Python names, settings, commands."""

from __future__ import annotations

import re
from importlib import import_module, util
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from bot.__main__ import app

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TO_BE_MADE = frozenset({"config/desks/mhj/trackers/return-label.toml"})
"""Files that a reader is told to make."""
ROOMS = "bot|handlers|sheets|config|tests|docs|requirements"


def name(path: Path) -> str:
    """A document's path from the root, as the test's id."""
    return str(path.relative_to(ROOT))


def spoken(document: Path) -> list[str]:
    """Everything a document sets as code, line by line and in blocks."""
    text = document.read_text()
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return [*inline, *(line for block in blocks for line in block.splitlines())]


def exists(dotted: str) -> bool:
    """Whether a dotted name is a module of ours, or something in one: a class, a function, one's attribute."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        if util.find_spec(parts[0]) and _is_module(module):
            found: object = import_module(module)
            for part in parts[length:]:
                if not hasattr(found, part):
                    return False
                found = getattr(found, part)
            return True
    return False


def _is_module(dotted: str) -> bool:
    path = ROOT / dotted.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_path_named_exists(document: Path) -> None:
    """A file or folder that stands in a document as code is there; `*` and `<…>` stand for any."""
    named = {
        path.rstrip("/")
        for said in spoken(document)
        for path in re.findall(rf"(?<![\w./-])((?:{ROOMS})/[\w./<>*-]*)", said)
    }
    patterns = {path: re.sub(r"<[^>]+>", "*", path) for path in named - TO_BE_MADE}
    assert [path for path, pattern in patterns.items() if not [*ROOT.glob(pattern)]] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_python_name_exists(document: Path) -> None:
    """`handlers.ports.Clock` and the like can be imported, down to the last part."""
    named = {
        said
        for said in spoken(document)
        if re.fullmatch(r"(?:bot|handlers|sheets|config)(?:\.\w+)+", said) and not said.endswith(".toml")
    }
    assert [said for said in sorted(named) if not exists(said)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_setting_named_can_be_set(document: Path) -> None:
    """What a document tells to set in the environment is in `.env.example`."""
    known = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    named = re.findall(r"\b(?:SLACK|GOOGLE|DESKBELL|DATABASE)_[A-Z_]+\b", document.read_text())
    assert set(named) - known == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_command_of_ours_exists(document: Path) -> None:
    """What a document says to type, `deskbell …`, is a command with that option."""
    told = [
        typed
        for said in spoken(document)
        for typed in re.findall(r"(?:^|bin/|\s)deskbell ([a-z][^#&|]*)", said)
    ]
    assert [typed for typed in told if not understood(typed.split())] == []


def understood(words: list[str]) -> bool:
    """Whether the program knows these words: its commands, then their options; other words are arguments."""
    command = typer.main.get_command(app)
    words = list(words)
    while isinstance(command, TyperGroup):
        if not words or words[0] not in command.commands:
            return not words and command.invoke_without_command
        command = command.commands[words.pop(0)]
    options = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    return all(word in options for word in words if word.startswith("--"))
