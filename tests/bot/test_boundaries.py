from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.boundaries import BOUNDARIES, KILLED, VARIABLE, UnknownBoundary, boundary

ROOT = Path(__file__).resolve().parents[2]


def test_a_name_that_is_not_declared_is_refused() -> None:
    """A typing error would otherwise be a boundary nobody ever dies at."""
    with pytest.raises(UnknownBoundary, match="after-lunch"):
        boundary("after-lunch")


@pytest.mark.parametrize(
    ("wanted", "expected"), [("after-commit:3", "12"), ("after-commit", ""), ("", "1234")]
)
def test_the_process_dies_at_the_passing_named(wanted: str, expected: str) -> None:
    """At the third passing, at the first when no number is given, and never when nothing is named."""
    code = """
from bot.boundaries import boundary
for n in "1234":
    boundary("before-commit")
    boundary("after-commit")
    print(n, end="", flush=True)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={VARIABLE: wanted},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.stdout, ended.returncode) == (expected, KILLED if wanted else 0)


def test_every_boundary_is_passed_somewhere_and_every_passing_is_declared() -> None:
    """The fault sweep kills at each name of the tuple, so the tuple has to be what the code passes."""
    passed = {
        name
        for path in (ROOT / "bot").rglob("*.py")
        for name in re.findall(r'boundary\("([\w-]+)"\)', path.read_text("utf-8"))
    }
    assert passed == set(BOUNDARIES)
