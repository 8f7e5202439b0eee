"""What is wrong with a declaration, as sentences a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class DeclarationFault:
    """One thing wrong in one file: `file: key: sentence`."""

    file: str
    key: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.sentence}"


def in_desk(desk: str, key: str, sentence: str) -> DeclarationFault:
    """A fault in a desk's own file."""
    return DeclarationFault(f"{desk}/desk.toml", key, sentence)


def in_tracker(desk: str, tracker: str, key: str, sentence: str) -> DeclarationFault:
    """A fault in a tracker's file."""
    return DeclarationFault(f"{desk}/trackers/{tracker}.toml", key, sentence)


class DeclarationsRefused(Exception):
    """The declarations cannot be used; `faults` holds every reason at once, in file order."""

    def __init__(self, faults: Sequence[DeclarationFault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
