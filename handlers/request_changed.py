"""The desk changed what a supplier was asked: his post changes silently, so his thread says what is new."""

from __future__ import annotations

from typing import Any

from config.desk import Desk
from config.model import Value, is_filled
from config.texts import text
from config.tracker import Column
from handlers.access import is_supplier_of
from handlers.case import Case
from handlers.effects import Say
from handlers.message import Message
from handlers.plain import shorten
from handlers.scene import Scene
from handlers.show import BY_SHEET, shown

SAID = 200
"""Characters of a value that are repeated: enough to see what changed, the request has it whole."""


def told_of_change(scene: Scene[Any], before: Case, after: Case) -> list[Say]:
    """What changed of the columns he sees, said under his request; nothing of what he changed himself.

    Files are told by their own arrival. A case that is closed asks nothing any more.
    """
    desk = scene.desk
    tracker = desk.trackers[after.tracker]
    post, flow = tracker.supplier_post, desk.flow_of(tracker)
    if post is None or before.requested_at is None or after.status in flow.closed:
        return []
    if is_supplier_of(scene.actor, desk, tracker, after):
        return []
    lines = [
        _line(desk, column, before.values.get(column.key), after.values.get(column.key))
        for column in tracker.columns
        if column.key in post.sees
        and column.type != "files"
        and before.values.get(column.key) != after.values.get(column.key)
    ]
    if not lines:
        return []
    message = Message(lines=(_who(scene), *lines))
    return [Say(f"{scene.event.id}:changed:supplier", after.id, "supplier", message)]


def told_of_end(scene: Scene[Any], before: Case, after: Case) -> list[Say]:
    """A supplier who was asked hears when the desk drops the matter or takes it up again."""
    desk = scene.desk
    tracker = desk.trackers[after.tracker]
    flow = desk.flow_of(tracker)
    if before.requested_at is None or is_supplier_of(scene.actor, desk, tracker, after):
        return []
    was_closed, is_closed = before.status in flow.closed, after.status in flow.closed
    if was_closed == is_closed:
        return []
    # Nobody knows who typed in a sheet: then it is the desk that did it.
    who = desk.title if scene.actor.person == BY_SHEET else scene.actor.name
    state = after.status
    sentence = text(
        "move.closed_told" if is_closed else "move.reopened_told", who=who, case=after.id, state=state
    )
    return [Say(f"{scene.event.id}:told-supplier", after.id, "supplier", Message(lines=(sentence,)))]


def _who(scene: Scene[Any]) -> str:
    if scene.actor.person == BY_SHEET:
        return text("supplier.changed_by_desk", desk=scene.desk.title)
    return text("supplier.changed", who=scene.actor.name, desk=scene.desk.title)


def _line(desk: Desk, column: Column, before: Value | None, after: Value | None) -> str:
    """One column: what it says now, and what it said."""
    now = _said(desk, column, after) or text("update.cleared")
    was = _said(desk, column, before)
    if not was:
        return text("supplier.column", column=column.header, after=now)
    return text("sheet.changed", column=column.header, before=was, after=now)


def _said(desk: Desk, column: Column, value: Value | None) -> str:
    return shorten(shown(column, value, desk), SAID) if value is not None and is_filled(value) else ""
