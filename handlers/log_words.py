"""What the words behind `/log` mean: which tracker, and which of its questions they answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from config.desk import Desk
from config.model import Value
from config.tracker import Column, Tracker
from handlers.access import loggable
from handlers.answers import read_answer
from handlers.ask import NOTES, twice_faults
from handlers.choices import Unfit, choose, fold, nearest
from handlers.command import Word
from handlers.draft import Draft, defaults, draft_of, long_column, message_link, with_faults
from handlers.events import CommandIssued
from handlers.line import read_line
from handlers.plain import plain
from handlers.reading import Reading
from handlers.scene import Scene
from handlers.scrub import scrub

STEM = 5
"""Letters two forms of one word have in common."""


def tracker_named(scene: Scene[Any], said: str) -> tuple[Tracker | None, tuple[str, ...]]:
    """The tracker a word means: its key, one of its other words, or an unambiguous beginning of either.

    Where it is none, the second part holds the nearest words of the trackers this actor may log on.
    """
    names = {
        fold(word): tracker
        for tracker in scene.desk.trackers.values()
        for word in (tracker.key, *tracker.say)
    }
    if fold(said) in names:
        return names[fold(said)], ()
    may = {tracker.key for tracker in loggable(scene.actor, scene.desk)}
    mine = {word: tracker.key for word, tracker in names.items() if tracker.key in may}
    try:
        return scene.desk.trackers[choose(said, mine)], ()
    except Unfit:
        begun = dict.fromkeys(key for word, key in mine.items() if word.startswith(fold(said)))
        return None, tuple(begun) or tuple(word.replace(" ", "-") for word in nearest(said, mine))


def draft_of_words(scene: Scene[CommandIssued], tracker: Tracker, said: Sequence[Word]) -> Draft:
    """The draft that a one-line command makes; `said` begins with the word for the tracker."""
    reading = Reading(scene.desk, scene.now)

    def meant(column: Column, raw: str) -> Value | None:
        try:
            answer = read_answer(column, raw, reading)
        except Unfit:
            return None
        return answer.value if answer else None

    known = _synonym(scene.desk, tracker, said[0].value)
    first = defaults(scene.desk, tracker)
    line = read_line(tracker.of_step("log"), said[1:], known, first, meant)
    notes, is_empty = line.notes[:NOTES], len(said) == 1
    given = {**_about(scene.event, tracker), **line.given}
    link = message_link(scene.event.link)
    draft = draft_of(tracker, reading, given, scene.event.files, notes=notes, is_empty=is_empty, link=link)
    return with_faults(draft, twice_faults(line.twice))


def _about(event: CommandIssued, tracker: Tracker) -> dict[str, str]:
    """The words of the message that the command was given on, in the first long text, as *Log this message…* does."""
    said = scrub(plain(event.about)).text
    long = long_column(tracker)
    return {long: said} if long and said.strip() else {}


def _synonym(desk: Desk, tracker: Tracker, said: str) -> dict[str, str]:
    """`/log broken` also answers the column that has Broken among its choices; a tracker's own name does not."""
    if fold(said) in {fold(tracker.key), *fold(tracker.key).split()}:
        return {}
    for column in tracker.of_step("log"):
        choices = desk.choices.get(column.choices or "", ()) if column.type == "enum" else ()
        meant = [choice for choice in choices if _stands_for(fold(said), fold(choice))]
        if len(meant) == 1:
            return {column.key: meant[0]}
    return {}


def _stands_for(said: str, choice: str) -> bool:
    """Whether a word is short for a choice: its beginning, its stem ("modify"), its initials ("pod")."""
    stem = len(said) >= STEM and choice[:STEM] == said[:STEM]
    return stem or choice.startswith(said) or "".join(word[0] for word in choice.split()) == said
