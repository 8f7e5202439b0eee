"""`/deskbell help`: made from the commands themselves, only what this person may do."""

from __future__ import annotations

from config.texts import text
from handlers.access import SUPPLIER, loggable
from handlers.decision import Decision
from handlers.events import CommandIssued
from handlers.message import Button, Message
from handlers.scene import Scene

STAFF_ONLY = frozenset({"assign"})
"""Commands that a supplier has no use for and may not use."""


def commands() -> tuple[tuple[str, str, str], ...]:
    """Every command with an example and what it is for, in the order people learn them."""
    return (
        ("log", text("help.log_example"), text("help.log")),
        ("find", text("help.find_example"), text("help.find")),
        ("mine", text("help.mine_example"), text("help.mine")),
        ("case", text("help.case_example"), text("help.case")),
        ("update", text("help.update_example"), text("help.update")),
        ("done", text("help.done_example"), text("help.done")),
        ("assign", text("help.assign_example"), text("help.assign")),
    )


def decide_help(scene: Scene[CommandIssued]) -> Decision:
    """Every command this person may use, with an example, and the trackers they may log on."""
    mine = loggable(scene.actor, scene.desk)
    supplier_only = scene.actor.roles == {SUPPLIER}
    lines = []
    for name, usage, what in commands():
        if (name == "log" and not mine) or (name in STAFF_ONLY and supplier_only):
            continue
        lines.append(text("help.line", usage=usage, what=what))
    if mine:
        lines.append(text("help.trackers"))
        lines += [
            text("help.tracker", key=tracker.key, title=tracker.title, words=", ".join(tracker.say))
            for tracker in mine
        ]
    lines.append(text("help.threads"))
    buttons = tuple(Button(tracker.title, "log", None, tracker.key) for tracker in mine)
    return Decision(answer=Message(text("help.title"), tuple(lines), buttons=buttons))
