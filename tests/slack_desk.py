"""The desks that come with the house, all on Slack: whichever platform theirs is on, here the supplier is on Slack.

load_desks(slack_desks())["mhj"]
"""

from __future__ import annotations

import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

from config.load import DESKS

SUPPLIER_CHANNEL = """[channels.supplier_nl]
name = "9408-mhj-support-nl-bowen"
place = "slack:C0SUPPLIER"
"""
_TELEGRAM_ID = re.compile(r", telegram = \d+(?= })")
_BOWEN = re.compile(r"^bowen = .*$", re.MULTILINE)
_CHANNEL = re.compile(r"^\[channels\.supplier_nl\]\nname = .*\nplace = .*\n", re.MULTILINE)


@cache
def slack_desks() -> Path:
    """A folder of desks for `load_desks` and `DESKBELL_DESKS`; it goes with this process."""
    folder = tempfile.TemporaryDirectory(prefix="deskbell-desks-")
    _KEPT.append(folder)
    copy_slack_desks(Path(folder.name))
    return Path(folder.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []
"""Removed when the interpreter ends, and no sooner."""


def copy_slack_desks(folder: Path) -> None:
    """Put the desks into a folder: nobody has an account on Telegram, Bowen has one on Slack, as his channel is there.

    Raises:
        AssertionError: a line of the declaration does not look as it did.
    """
    shutil.copytree(DESKS, folder, dirs_exist_ok=True)
    file = folder / "mhj" / "desk.toml"
    told = _TELEGRAM_ID.sub("", file.read_text(encoding="utf-8"))
    told, people = _BOWEN.subn('bowen = { name = "Bowen", roles = ["supplier"], slack = "U0BOWEN" }', told)
    told, channels = _CHANNEL.subn(SUPPLIER_CHANNEL, told)
    assert (people, channels) == (1, 1), (
        "config/desks/mhj/desk.toml has Bowen or his channel on other lines now"
    )
    file.write_text(told, encoding="utf-8")
