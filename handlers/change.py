"""Storing new answers of a case: columns that no longer apply go, and everybody who should know is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.model import Value
from config.texts import text
from config.tracker import Tracker
from handlers.access import sees_as_supplier
from handlers.ask import Answers
from handlers.attach import attached, only_new, shown_to_supplier, united
from handlers.case import Case
from handlers.decision import Audit, Decision
from handlers.effects import Effect, Say
from handlers.enter import asked_since
from handlers.events import CommandIssued, FormSubmitted
from handlers.form import Fault
from handlers.gate import APPROVER, DECIDER, SENDER, broken_rule, passed, wrong_names
from handlers.message import Message
from handlers.move import cards, with_answers
from handlers.refuse import refuse
from handlers.request_changed import told_of_change
from handlers.row import changed_row
from handlers.scene import Scene
from handlers.show import shown


def apply_answers(scene: Scene[Any], case: Case, answers: Answers) -> Decision:
    """Store what changed, write it to the row, show it on both posts and say it in the home thread."""
    tracker = scene.desk.trackers[case.tracker]
    changes = _changes(tracker, case, answers)
    cleared = _cleared(tracker, case, changes, answers)
    if not changes and not cleared:
        return Decision(answer=Message(lines=(text("update.nothing", case=case.id),)))
    kept = {key: value for key, value in case.values.items() if key not in cleared}
    after = with_answers(scene, case.changed(scene.now, values=kept), changes)
    broken = _newly_broken(scene, case, after)
    if broken is not None:
        return _broken(scene, case, changes, broken)
    after = asked_since(scene, case, after)
    facts = _facts(scene, tracker, changes, cleared)
    told = Message(lines=(text("update.told", who=scene.actor.name),), facts=facts)
    effects: list[Effect] = [*changed_row(case, after, scene.desk), *cards(scene, after)]
    effects.append(Say(f"{scene.event.id}:told", case.id, "home", told))
    effects += told_of_change(scene, case, after)
    effects += attached(scene, case, _new_files(tracker, case, changes))
    if case.requested_at is None and after.requested_at is not None:
        effects += shown_to_supplier(scene, after)
    what = text("history.updated", columns=", ".join(header for header, _ in facts))
    audit = Audit("updated", case.id, what, dict(facts))
    return Decision((after,), tuple(effects), (audit,), _answer(scene, case, answers))


def _broken(scene: Scene[Any], case: Case, changes: Mapping[str, Value], broken: str) -> Decision:
    """What a rule says: on the form that is open, where what was typed stays; else as a refusal."""
    first = next((key for key in (APPROVER, DECIDER, SENDER, *changes) if key in changes), None)
    if isinstance(scene.event, FormSubmitted) and first is not None:
        return Decision(faults=(Fault(first, broken),))
    return refuse(broken, case.id)


def _changes(tracker: Tracker, case: Case, answers: Answers) -> dict[str, Value]:
    """Values that differ; files are added to those there are, never taken away."""
    changes: dict[str, Value] = {}
    for key, value in answers.values.items():
        is_file = tracker.column(key).type == "files"
        given = united(case.values.get(key), value) if is_file else value
        if given != case.values.get(key):
            changes[key] = given
    return changes


def _cleared(tracker: Tracker, case: Case, changes: dict[str, Value], answers: Answers) -> set[str]:
    """Columns that were emptied, and those of the log form that are not asked any more after these changes."""
    after = {**case.values, **changes}
    cleared = {
        column.key
        for column in tracker.columns
        if column.key in case.values
        and column.type != "files"
        and (
            column.key in answers.emptied
            or (column.step == "log" and column.is_asked(case.values) and not column.is_asked(after))
        )
    }
    for key in cleared & changes.keys():
        del changes[key]
    return cleared


def _newly_broken(scene: Scene[Any], before: Case, after: Case) -> str | None:
    """The rule that this change would break: of a state the case has passed, or by a name given for one ahead."""
    desk, tracker = scene.desk, scene.desk.trackers[after.tracker]
    names = wrong_names(desk, tracker, after)
    if {APPROVER, DECIDER, SENDER} & _differing(before, after) and names:
        return next(iter(names.values()))
    for state in passed(desk.flow_of(tracker), after.status):
        broken = broken_rule(desk, tracker, after, state, None)
        if broken is not None and broken_rule(desk, tracker, before, state, None) is None:
            return broken
    return None


def _differing(before: Case, after: Case) -> set[str]:
    return {key for key, value in after.values.items() if before.values.get(key) != value}


def _facts(
    scene: Scene[Any], tracker: Tracker, changes: dict[str, Value], cleared: set[str]
) -> tuple[tuple[str, str], ...]:
    """What changed, by the headers of the columns, in their order."""
    return tuple(
        (
            column.header,
            shown(column, changes[column.key], scene.desk)
            if column.key in changes
            else text("update.cleared"),
        )
        for column in tracker.columns
        if column.key in changes or column.key in cleared
    )


def _new_files(tracker: Tracker, case: Case, changes: dict[str, Value]) -> dict[str, tuple[str, ...]]:
    """Files that were added, by column."""
    return {
        key: only_new(value, case, key)
        for key, value in changes.items()
        if tracker.column(key).type == "files" and isinstance(value, tuple)
    }


def _answer(scene: Scene[Any], case: Case, answers: Answers) -> Message | None:
    """Words for whoever gave a command, or does not see the home thread; the others see card and thread change."""
    lines = [text("answer.masked")] if answers.masked else []
    outside = sees_as_supplier(scene.actor, scene.desk, scene.desk.trackers[case.tracker])
    if isinstance(scene.event, CommandIssued) or outside:
        lines.insert(0, text("update.done", case=case.id))
    return Message(lines=tuple(lines)) if lines else None
