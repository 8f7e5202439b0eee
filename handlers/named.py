"""The case a command is about: named first, or the one in whose thread the command stands."""

from __future__ import annotations

from config.texts import text
from config.tracker import Tracker
from handlers.access import loggable, sees_as_supplier
from handlers.command import Word, words
from handlers.decision import Decision
from handlers.echo import echo
from handlers.events import CommandIssued
from handlers.place import CaseId
from handlers.refuse import not_found, refuse
from handlers.scene import Need, Scene

LONGEST = 60
"""Characters in which a case id at the beginning ends."""


def no_case(scene: Scene[CommandIssued]) -> Decision:
    """What a command about no case is told: there is none of that id that its actor may see, or how to name one."""
    event = scene.event
    named = case_named(event.text)
    if named is not None:
        return not_found(named)
    ident = example_id(example_tracker(scene))
    example = f"{'/' if event.message is None or event.guided else '!'}{event.name} {ident}"
    if event.place.thread is not None:
        return refuse(text("find.not_its_thread", example=example))
    first = next(iter(words(event.text[:LONGEST])), None)
    if first is None:
        return refuse(text("find.which", example=example))
    return refuse(text("find.no_id", given=echo(str(first)), example=example))


def example_tracker(scene: Scene[CommandIssued]) -> Tracker:
    """A tracker of the actor's own to show commands with: one to log on, else one to read."""
    trackers = scene.desk.trackers.values()
    read = [each for each in trackers if not sees_as_supplier(scene.actor, scene.desk, each)]
    return next(iter([*loggable(scene.actor, scene.desk), *read, *trackers]))


def example_id(tracker: Tracker) -> str:
    """A case id of a tracker, to show what one looks like."""
    return f"{tracker.prefix}-2647-0001"


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
