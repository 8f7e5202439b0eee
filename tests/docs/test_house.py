"""The house is as its documents promise: rooms, locks, sizes, words, and what must never be called."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "handlers", "sheets", "config")
PROMISED = {
    *PACKAGES,
    *("tests", "docs", "requirements", ".ci"),
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"),
    *("pyproject.toml", "Makefile", "Procfile", ".env.example"),
    *(".gitignore", ".gitattributes", ".editorconfig"),
}
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
MODULE_WALL = 400
FUNCTION_WALL = 50
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "service", "services", "base", "misc"}

# Each can turn what a person typed into a formula, or send a request a second time unasked.
DANGEROUS = ("USER_ENTERED", "update_acell", "update_cell", "BackOffHTTPClient")
# Each makes a test slow, flaky, silent, or true of a stand-in instead of our code.
NOT_IN_TESTS = ("monkeypatch.setattr", "MagicMock", "unittest.mock", "time.sleep", "pytest.skip")


def tracked() -> list[str]:
    """The paths of every file in the repository, relative to its root."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [path for path in listing.stdout.split("\0") if path]


def sources(*rooms: str, with_any: Iterable[str] = ("",)) -> Iterator[tuple[str, ast.Module]]:
    """Every Python module of the rooms that has one of these texts in it: path from the root, syntax tree."""
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if any(each in text for each in with_any):
                yield str(path.relative_to(ROOT)), parsed(text)


@cache
def parsed(text: str) -> ast.Module:
    """The syntax tree of a module; several tests look at each."""
    return ast.parse(text)


def requirement_name(requirement: str) -> str:
    """The package's name in a requirement such as `psycopg[binary]>=3`, in its normal form."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, f"no name in {requirement!r}"
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def dotted_names(tree: ast.Module) -> set[str]:
    """Every name, attribute path and import of a module, as written; strings and comments do not count."""
    names = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            source = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module else ""
            names.update(f"{source}{alias.name}" for alias in node.names)
    return names


def spoken_strings(tree: ast.Module) -> set[str]:
    """Every string of a module that is not a docstring."""
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in silent)
    return {node.value for node in strings if isinstance(node.value, str)}


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_the_top_of_the_repository_holds_what_is_promised_and_nothing_else() -> None:
    """A newcomer finds the listing of docs/architecture.md, without a stray file beside it."""
    assert {path.split("/", 1)[0] for path in tracked()} == PROMISED


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_pins_every_package_with_a_hash(lock: Path) -> None:
    """Every requirement is an exact version followed by at least one sha256."""
    entries = re.split(r"\n(?=[a-zA-Z0-9])", re.sub(r"^\s*#.*\n", "", lock.read_text(), flags=re.MULTILINE))
    assert len(entries) > 20
    assert [
        entry for entry in entries if not re.match(r"[\w.-]+==\S+[^\n]*\\\n\s+--hash=sha256:", entry)
    ] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_index(lock: Path) -> None:
    """Where packages come from is the machine's own pip configuration, so a lock has no address in it."""
    assert re.findall(r"https?:|file:|--(?:extra-)?index|--find-links|--trusted", lock.read_text()) == []


def test_the_locks_agree() -> None:
    """A package has one version, whichever lock names it."""
    assert [lock.name for lock in LOCKS] == ["dev.txt", "runtime.txt", "sandbox.txt"]
    dev, runtime, sandbox = (
        set(re.findall(r"^[\w.-]+==[^\s;]+", lock.read_text(), re.MULTILINE)) for lock in LOCKS
    )
    assert runtime < sandbox < dev


def test_every_direct_dependency_is_in_the_locks_and_explained() -> None:
    """What pyproject.toml asks for is pinned and named in the documents; production has at most 20."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"]
    wanted = [
        *runtime,
        *chain.from_iterable(project["project"]["optional-dependencies"].values()),
        *project["dependency-groups"]["dev"],
    ]
    names = {requirement_name(requirement) for requirement in wanted}
    documents = "\n".join(path.read_text() for path in (ROOT / "docs").rglob("*.md")).lower()
    pinned = {
        requirement_name(line)
        for line in (ROOT / "requirements/dev.txt").read_text().splitlines()
        if "==" in line
    }
    assert len(runtime) <= 20
    assert {name for name in names if f"`{name}`" not in documents} == set()
    assert names - pinned == set()


def test_no_module_is_too_long() -> None:
    """A module past 400 lines is two modules."""
    lengths = {path: len((ROOT / path).read_text().splitlines()) for path, _ in sources(*PACKAGES)}
    assert {path: length for path, length in lengths.items() if length > MODULE_WALL} == {}


def test_no_function_is_too_long() -> None:
    """A function past 50 lines, its docstring included, does two things."""
    long = {
        f"{path}:{function.name}": length
        for path, tree in sources(*PACKAGES)
        for function in functions(tree)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_WALL
    }
    assert long == {}


def test_no_module_has_a_vague_name() -> None:
    """A module is named for what it knows: none is a drawer for odds and ends."""
    parts = {path: set(Path(path).with_suffix("").parts) & VAGUE for path, _ in sources(*PACKAGES, "tests")}
    assert {path: vague for path, vague in parts.items() if vague} == {}


def test_nothing_a_person_typed_can_become_a_formula() -> None:
    """No call or constant of ours asks Google to interpret a value, or lets gspread repeat a request."""
    found = {
        f"{path}: {word}"
        for path, tree in sources(*PACKAGES, with_any=DANGEROUS)
        if not path.startswith("bot/sandbox/google")  # The emulator implements what it must offer.
        for said in dotted_names(tree) | spoken_strings(tree)
        for word in DANGEROUS
        if re.search(rf"\b{word}\b", said)
    }
    assert found == set()


def test_tests_neither_mock_nor_sleep_nor_skip() -> None:
    """Every test runs our own code, at full speed, on every machine."""
    found = {
        f"{path}: {word}"
        for path, tree in sources("tests", with_any=[word.rpartition(".")[2] for word in NOT_IN_TESTS])
        for name in dotted_names(tree)
        for word in NOT_IN_TESTS
        if name == word or name.startswith(f"{word}.") or name.endswith(f".{word}")
    }
    assert found == set()


def test_every_exemption_has_its_reason() -> None:
    """A `type: ignore` or `noqa` names its code and is followed by a comment that says why."""
    lines = [
        (path, line)
        for path, _ in sources(*PACKAGES)
        for line in (ROOT / path).read_text().splitlines()
        if re.search(r"#\s*(type:\s*ignore|noqa)", line)
    ]
    reasoned = re.compile(r"#\s*(type:\s*ignore\[[a-z, -]+\]|noqa:\s*[A-Z0-9, ]+?)\s+(#|[–—-])\s*\S+")
    assert [f"{path}: {line.strip()}" for path, line in lines if not reasoned.search(line)] == []
