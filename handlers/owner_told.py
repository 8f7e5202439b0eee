"""Whoever becomes a case's owner hears of it directly, once, whatever made it theirs; unless they did it themselves."""

from __future__ import annotations

from typing import Any

from config.desk import Desk
from config.texts import text
from config.tracker import Tracker
from handlers.access import SUPPLIER, may_see
from handlers.card import line
from handlers.case import Case
from handlers.effects import Direct
from handlers.message import Button, Link, Message
from handlers.place import Account, Actor, PersonKey
from handlers.scene import Scene
from handlers.show import BY_SHEET


def owner_told(scene: Scene[Any], before: Case | None, after: Case) -> list[Direct]:
    """A word to the new owner of an open case; `before` is None for a case that was just logged.

    A supplier has his request. Who may not see the case, though a sheet names them, hears nothing of it.
    """
    owner, was = after.owner, before.owner if before is not None else None
    if owner is None or owner in (was, scene.actor.person) or after.closed_at is not None:
        return []
    tracker = scene.desk.trackers[after.tracker]
    person = scene.desk.people.get(owner)
    if person is None or SUPPLIER in person.roles or not sees(scene.desk, owner, tracker, after):
        return []
    links = (Link(text("card.thread"), after.home_link),) if after.home_link else ()
    buttons = (Button(text("button.open"), "show", after.id),)
    told = Message(_why(scene, before, after), (line(after, scene.desk),), links=links, buttons=buttons)
    return [Direct(f"{scene.event.id}:owner", scene.desk.key, owner, told)]


def sees(desk: Desk, key: PersonKey, tracker: Tracker, case: Case) -> bool:
    """Whether a person of the desk may know that the case exists, and still works there."""
    person = desk.people[key]
    stand_in = Actor(Account("deskbell", "", key), key, person.name, frozenset(person.roles))
    return person.active and may_see(stand_in, desk, tracker, case)


def _why(scene: Scene[Any], before: Case | None, after: Case) -> str:
    """What made it theirs: it was logged so, it moved on, or somebody gave it to them."""
    who = scene.actor.name
    if before is None:
        return text("assign.by_log", who=who)
    if scene.actor.person == BY_SHEET:
        return text("assign.by_sheet")
    if before.status != after.status:
        return text("assign.by_move", who=who, state=after.status)
    return text("assign.yours", who=who)
