"""Files on their way from one chat to another: how large one may be, and what is not passed on."""

from __future__ import annotations

from pathlib import PurePath

FILE_MAX = 20 * 1024 * 1024
"""Bytes of a file we pass on: what a helpdesk takes for a whole ticket, and all that Telegram gives a bot
(core.telegram.org/bots/api, "getFile"); Slack itself takes 1 GB."""
PROGRAMS = frozenset(
    (
        "apk app bat cmd com cpl dll dmg exe hta htm html jar js jse lnk msi msix pif ps1 reg scr sh svg vbe vbs wsf"
    ).split()
)
"""Endings of files that do something when they are opened; nobody is sent one by the bot."""


class FileUnfit(Exception):
    """A file cannot be passed on; its text says why, to people."""


class FileTooLarge(FileUnfit):
    """It has more bytes than `FILE_MAX`."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is larger than {FILE_MAX // 1024 // 1024} MB")


class FileGone(FileUnfit):
    """It was deleted, or is not ours to read."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} cannot be read any more")


def check_kind(name: str) -> None:
    """Let a file pass unless it is a program.

    Raises:
        FileUnfit: opening it would run something.
    """
    ending = PurePath(name.strip().rstrip(".")).suffix.removeprefix(".").casefold()
    if ending in PROGRAMS:
        raise FileUnfit(f"{name} is a program or a page, and those are not passed on")
