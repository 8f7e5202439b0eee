"""The case a command is about: named first, or the one in whose thread the command stands."""

from __future__ import annotations

from handlers.command import Word, words
from handlers.events import CommandIssued
from handlers.place import CaseId
from handlers.scene import Need, Scene

LONGEST = 60
"""Characters in which a case id at the beginning ends."""


def need_named_case(scene: Scene[CommandIssued]) -> Need:
    """The case a command names first; in a case's own thread, that case."""
    named = case_named(scene.event.text)
    return Need(case=named) if named else Need(at=scene.event.place if scene.event.place.thread else None)


def case_named(said: str) -> CaseId | None:
    """The case id a command starts with, in any case; None when it starts with something else."""
    first = next(iter(words(said.lstrip()[:LONGEST])), None)
    if first is None or first.key is not None:
        return None
    ident = first.value.strip("#:,.").upper()
    return CaseId(ident) if _is_id(ident) else None


def _is_id(word: str) -> bool:
    """Whether a word has the form of a case id: `II-2647-0001`."""
    prefix, _, rest = word.partition("-")
    week, _, number = rest.partition("-")
    return prefix.isalpha() and week.isdecimal() and number.isdecimal()


def after_case(said: str) -> tuple[Word, ...]:
    """The words of a command behind the case id, or all of them where it names none."""
    return words(text_after_case(said))


def text_after_case(said: str) -> str:
    """The same as it was typed, quotes included."""
    return said if case_named(said) is None else "".join(said.split(maxsplit=1)[1:])
