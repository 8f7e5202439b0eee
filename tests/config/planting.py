"""A copy of the small desk in which a test plants a fault, and what the loader says about it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.errors import DeclarationsRefused
from config.load import load_desks

DESK = "shop/desk.toml"
DISPUTES = "shop/disputes.toml"
BROKEN = "shop/trackers/broken.toml"
DISPUTE = "shop/trackers/dispute.toml"
TWIN = "twin/desk.toml"
SHOP = Path(__file__).parent / "desks" / "shop"


def copy_shop(folder: Path, name: str = "shop") -> Path:
    """A copy of the small desk, under this name, in a folder of desks: the folder."""
    shutil.copytree(SHOP, folder / name)
    return folder


def copy_twin(folder: Path) -> Path:
    """The small desk and a second one with its people, in channels and workbooks of its own: the folder."""
    copy_shop(copy_shop(folder), "twin")
    desk = (folder / TWIN).read_text(encoding="utf-8")
    for own in ("C0CSR", "C0SUPPLIER", "C0CLOSED", "book-1", "safe-1"):
        desk = desk.replace(f'{own}"', f'{own[:-1]}2"')
    (folder / TWIN).write_text(desk, encoding="utf-8")
    return folder


def plant(folder: Path, file: str, old: str, new: str) -> None:
    """Write something else in one place of a file; an `old` that is not there, or there twice, is a mistake."""
    source = (folder / file).read_text(encoding="utf-8")
    assert source.count(old) == 1, f"{file} has {old!r} {source.count(old)} times"
    (folder / file).write_text(source.replace(old, new), encoding="utf-8")


def faults_of(folder: Path) -> list[str]:
    """Every fault the loader finds in a folder of desks, as people read them."""
    with pytest.raises(DeclarationsRefused) as refused:
        load_desks(folder)
    return [str(fault) for fault in refused.value.faults]
