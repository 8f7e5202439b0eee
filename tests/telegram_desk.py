"""The desk that comes with the house, elsewhere on Telegram: all of it in one forum, or with other channels there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from config.load import DESKS

FORUM = "telegram:-1007777777777"
ALL_ON_TELEGRAM = {
    "csr": f"{FORUM}:4",
    "leads": f"{FORUM}:5",
    "finance": f"{FORUM}:6",
    "chargebacks": "telegram:-1008888888888",
}
"""The desk's own channels as topics of one forum; the restricted one is a group of its own."""
RETURNS = {"supplier_nl": f"{FORUM}:9"}
"""The supplier in a topic of a forum."""


def copy_desks(folder: Path, places: Mapping[str, str], *, without_slack: bool = False) -> Path:
    """The desks in a folder, with other places for some channels of the MHJ desk; the folder itself.

    Raises:
        AssertionError: a channel is not declared as it was.
    """
    shutil.copytree(DESKS, folder, dirs_exist_ok=True)
    file = folder / "mhj" / "desk.toml"
    told = file.read_text(encoding="utf-8")
    for channel, place in places.items():
        pattern = rf'(\[channels\.{channel}\][^\n]*\nname = [^\n]*\nplace = )"[^"]*"'
        told, count = re.subn(pattern, rf'\1"{place}"', told)
        assert count == 1, f"{channel} is on other lines of desk.toml now"
    if without_slack:
        told = re.sub(r', slack = "\w+"', "", told)
    file.write_text(told, encoding="utf-8")
    return folder
