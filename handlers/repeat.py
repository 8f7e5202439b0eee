"""A matter that comes up again is counted on the case that is open for it, which gathers what is new: no second row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from config.desk import Desk
from config.model import Value, is_filled
from config.texts import text
from config.tracker import Column, Tracker
from handlers.access import may_see
from handlers.answers import LONG_LIMIT
from handlers.attach import attached
from handlers.card import links_to
from handlers.case import Case
from handlers.decision import Audit, Decision
from handlers.draft import Draft
from handlers.effects import Effect, Say
from handlers.enter import times
from handlers.message import Link, Message
from handlers.move import cards, with_answers
from handlers.reading import Reading
from handlers.request_changed import told_of_change
from handlers.row import changed_row
from handlers.scene import Scene
from handlers.show import shown

COUNT, LAST = "occurrences", "last_seen"
"""The columns that a tracker which counts repeats has."""


def first_time(tracker: Tracker, desk: Desk, at: datetime) -> dict[str, Value]:
    """What a new case of a tracker that counts repeats starts with; nothing for other trackers."""
    if tracker.dedupe_action != "add_occurrence":
        return {}
    return {COUNT: 1, LAST: Reading(desk, at).here.isoformat(timespec="minutes")}


def repeated(scene: Scene[Any], draft: Draft, case: Case) -> Decision:
    """Count a draft on the open case that is the same: one more, seen now, its lines gathered, empty columns filled.

    What else it says is told in the case's thread, so that nothing said is lost. The reporter hears that it was
    counted; one who may not know of the case hears what a blind report hears.
    """
    tracker, said = draft.tracker, draft.answers.values
    count = times(case, COUNT) + 1
    gathered = {column.key: _gathered(column, case, said) for column in tracker.columns if column.gathers}
    fresh = {key: value for key, value in said.items() if not is_filled(case.values.get(key))}
    now = first_time(tracker, scene.desk, scene.now)[LAST]
    after = with_answers(scene, case, {**fresh, **gathered, COUNT: count, LAST: now})
    told = Message(
        lines=(text("repeat.told", who=scene.actor.name, count=count),),
        facts=_news(scene, draft, case),
        links=links_to(draft.link),
    )
    effects: list[Effect] = [
        *changed_row(case, after, scene.desk),
        *cards(scene, after),
        Say(f"{scene.event.id}:repeated", case.id, "home", told),
        *told_of_change(scene, case, after),
        *attached(scene, case, {"": draft.files} if draft.files else {}),
    ]
    audit = Audit("repeated", case.id, text("history.repeated", count=count), dict(told.facts))
    return Decision((after,), tuple(effects), (audit,), _answer(scene, draft, case, count))


def _gathered(column: Column, case: Case, said: Mapping[str, Value]) -> Value:
    """The lines the case has and those that were said, each once, the latest where a cell does not hold them all."""
    lines: dict[str, str] = {}
    for text_ in (case.values.get(column.key, ""), said.get(column.key, "")):
        for line in str(text_).splitlines():
            lines.setdefault(" ".join(line.casefold().split()), line.strip())
    kept = [line for key, line in lines.items() if key]
    while len("\n".join(kept)) > LONG_LIMIT:
        del kept[0]
    return "\n".join(kept)


def _news(scene: Scene[Any], draft: Draft, case: Case) -> tuple[tuple[str, str], ...]:
    """What was said this time that the case did not hold, by the headers of the columns."""
    said = draft.answers.values
    return tuple(
        (column.header, shown(column, said[column.key], scene.desk))
        for column in draft.tracker.of_step("log")
        if column.key in said and case.values.get(column.key) != said[column.key]
    )


def _answer(scene: Scene[Any], draft: Draft, case: Case, count: int) -> Message:
    masked = (text("answer.masked"),) if draft.answers.masked else ()
    if not may_see(scene.actor, scene.desk, draft.tracker, case):
        return Message(lines=(text("log.blind", title=draft.tracker.title), *masked))
    links = (Link(text("card.thread"), case.home_link),) if case.home_link else ()
    return Message(lines=(text("repeat.counted", case=case.id, count=count), *masked), links=links)
