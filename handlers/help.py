"""`/deskbell help`: made from the commands themselves, only what this person may do; and how a tracker is used."""

from __future__ import annotations

from config.desk import Desk
from config.texts import text
from config.tracker import Column, Tracker
from handlers.access import SUPPLIER, loggable, sees_as_supplier
from handlers.ask import choices_of
from handlers.decision import Decision
from handlers.events import CommandIssued
from handlers.gate import finish
from handlers.log import tracker_named
from handlers.message import Button, Message
from handlers.plain import shorten
from handlers.scene import Scene

CHOICES = 160
"""Characters of a column's choices that its line shows."""


def commands(example: Tracker) -> tuple[tuple[str, str, str], ...]:
    """Every command with an example and what it is for, in the order people learn them."""
    tracker, case = example.key, f"{example.prefix}-2647-0001"
    return (
        ("log", text("help.log_example", tracker=tracker), text("help.log")),
        ("find", text("help.find_example"), text("help.find")),
        ("mine", text("help.mine_example"), text("help.mine")),
        ("case", text("help.case_example", case=case), text("help.case")),
        ("update", text("help.update_example", case=case), text("help.update")),
        ("done", text("help.done_example", case=case), text("help.done")),
        ("assign", text("help.assign_example", case=case), text("help.assign")),
        ("help", text("help.help_example", tracker=tracker), text("help.help")),
    )


def decide_help(scene: Scene[CommandIssued]) -> Decision:
    """Every command this person may use, with an example, and the trackers they may log on; or one tracker."""
    mine = loggable(scene.actor, scene.desk)
    tracker = tracker_named(scene, scene.event.text.strip())[0] if scene.event.text.strip() else None
    if tracker is not None and tracker.key in {each.key for each in mine}:
        return Decision(answer=_tracker(scene.desk, tracker))
    out_of_reach = _out_of_reach(scene, mine)
    example = _example(scene, mine)
    lines = [
        text("help.line", usage=usage, what=what)
        for name, usage, what in commands(example)
        if name not in out_of_reach
    ]
    if mine:
        lines.append(text("help.trackers"))
        lines += [
            text("help.tracker", key=each.key, title=each.title, words=", ".join(each.say)) for each in mine
        ]
    lines.append(text("help.threads"))
    buttons = tuple(Button(each.title, "log", None, each.key) for each in mine)
    return Decision(answer=Message(text("help.title"), tuple(lines), buttons=buttons))


def _example(scene: Scene[CommandIssued], mine: tuple[Tracker, ...]) -> Tracker:
    """A tracker of this person's own to show commands with: one to log on, else one to read."""
    trackers = scene.desk.trackers.values()
    read = [each for each in trackers if not sees_as_supplier(scene.actor, scene.desk, each)]
    return next(iter([*mine, *read, *trackers]))


def _out_of_reach(scene: Scene[CommandIssued], mine: tuple[Tracker, ...]) -> frozenset[str]:
    """Commands this person can do nothing with: logging without a tracker, the desk's own for a supplier."""
    names = set() if mine else {"log"}
    if scene.actor.roles == {SUPPLIER}:
        flows = [scene.desk.flow_of(tracker) for tracker in scene.desk.trackers.values()]
        names |= (
            {"assign"} if any(finish(flow) in flow.supplier_moves for flow in flows) else {"assign", "done"}
        )
    return frozenset(names)


def _tracker(desk: Desk, tracker: Tracker) -> Message:
    """How one tracker is used: what to do in order, and what its form asks."""
    steps = tuple(f"{number}. {step}" for number, step in enumerate(tracker.guide, 1))
    asked = tuple((column.header, _asked(desk, tracker, column)) for column in tracker.of_step("log"))
    buttons = (Button(tracker.title, "log", None, tracker.key),)
    footer = text("log.choose_footer", tracker=tracker.key)
    return Message(tracker.title, steps, asked, buttons=buttons, footer=footer)


def _asked(desk: Desk, tracker: Tracker, column: Column) -> str:
    choices = shorten(" / ".join(label for _, label in choices_of(column, desk, tracker)), CHOICES)
    if column.required:
        must = text("help.required")
    else:
        must = text("help.sometimes") if column.required_when is not None else text("help.optional")
    return " · ".join(part for part in (column.key, must, choices) if part)
