"""docs/trackers.md: every key of every declaration is told there, and its example works."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import get_args

import pytest

from config.calendar import Calendar
from config.clock import Clock, DigestTime, Reminders, Rung
from config.desk import Channel, Desk, Document, Person
from config.dispute import Disputes, EvidenceItem, Family, Window
from config.flow import Flow
from config.load import DESKS, load_desks
from config.model import Declared
from config.tracker import STEPS, Column, ColumnType, Rules, SupplierPost, Tracker

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/trackers.md").read_text(encoding="utf-8")
MODELS: dict[str, type[Declared]] = {
    "Tracker": Tracker,
    "Column": Column,
    "Supplier post": SupplierPost,
    "Rules": Rules,
    "Desk": Desk,
    "Person": Person,
    "Channel": Channel,
    "Document": Document,
    "Flow": Flow,
    "Calendar": Calendar,
    "Clock": Clock,
    "Rung": Rung,
    "Reminders": Reminders,
    "Digest": DigestTime,
    "Dispute library": Disputes,
    "Window": Window,
    "Family": Family,
    "Evidence": EvidenceItem,
}
BY_FILE_NAME = {"Tracker": {"key"}, "Desk": {"key", "trackers", "disputes"}}
"""Keys that are no line of a file: the names of files and folders, and what other files hold."""


def _section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def _table(section: str, first: str) -> list[str]:
    """The names in the first cells of the table whose first heading is this."""
    table = section.partition(f"| {first} |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("|") and "---" not in line]
    return [name for cell in rows for name in re.findall(r"`([a-z_]+)`", cell)]


@pytest.mark.parametrize("title", MODELS)
def test_every_key_of_a_declaration_is_told(title: str) -> None:
    """A section names the keys of its model, each once, in the order of the model, and no other."""
    keys = [key for key in MODELS[title].model_fields if key not in BY_FILE_NAME.get(title, set())]
    assert _table(_section(title), "key") == keys


def test_required_keys_are_said_to_be() -> None:
    """What cannot be left out says "required", and nothing else does."""
    said, needed = set(), set()
    for title, model in MODELS.items():
        for line in _section(title).splitlines():
            if (row := re.match(r"\| `([a-z_]+)` \|.*\| required \|$", line)) and row[
                1
            ] in model.model_fields:
                said.add((title, row[1]))
        fields = model.model_fields.items()
        needed |= {(title, key) for key, field in fields if field.is_required()} - {
            ("Tracker", "key"),
            ("Desk", "key"),
        }
    assert said == needed


def test_every_type_and_step_is_told() -> None:
    """The tables of types and steps are complete."""
    section = _section("Column")
    assert sorted(_table(section, "type")) == sorted(get_args(ColumnType))
    assert _table(section, "step") == list(STEPS)


def test_the_example_is_a_tracker_that_works(tmp_path: Path) -> None:
    """Copied to where its first line says, it is a tracker of the desk, without another change."""
    example = re.search(r"```toml\n# config/desks/(\S+)\n.*?```", PAGE, re.DOTALL)
    assert example is not None
    shutil.copytree(DESKS, tmp_path / "desks")
    (tmp_path / "desks" / example[1]).write_text(example[0].strip("`").removeprefix("toml"), encoding="utf-8")
    tracker = load_desks(tmp_path / "desks")["mhj"].trackers[Path(example[1]).stem]
    assert (tracker.prefix, tracker.flow, len(tracker.columns)) == ("RL", "supplier_request", 7)
