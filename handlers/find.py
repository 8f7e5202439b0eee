"""`/find`, `/mine`, `/case`: what there is, for the one who asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from config.texts import text
from handlers.access import SUPPLIER, sees_as_supplier
from handlers.card import line, told
from handlers.case import Case
from handlers.decision import Decision
from handlers.echo import echo
from handlers.events import ButtonPressed, CommandIssued
from handlers.message import Button, Message
from handlers.named import need_named_case, no_case
from handlers.plain import plain
from handlers.refuse import not_found, refuse
from handlers.scene import Need, Scene
from handlers.seen import found_by, seen_case, visible

SHOWN = 10
"""Cases in one list: more are not read in a chat, and each has a button (a message holds 25)."""
SEARCH_KEPT = 100
"""Characters that are searched for: no order, ticket or tracking number is longer."""


def need_find(scene: Scene[CommandIssued]) -> Need:
    """Everything that has the text as id, order, ticket or tracking number."""
    return Need(search=_search(scene)) if _search(scene) else Need()


def decide_find(scene: Scene[CommandIssued]) -> Decision:
    """`/find 10423`: every case this actor may see, newest first."""
    said = _search(scene)
    if not said:
        return refuse(text("find.what"))
    cases = [case for case in visible(scene, scene.found.cases) if found_by(scene, case, said)]
    if not cases:
        return Decision(answer=Message(lines=(text("answer.nothing_found", search=echo(said)),)))
    return Decision(answer=_list(scene, text("answer.found", count=len(cases), search=echo(said)), cases))


def _search(scene: Scene[CommandIssued]) -> str:
    return plain(scene.event.text)[:SEARCH_KEPT].strip()


def need_mine(scene: Scene[CommandIssued]) -> Need:
    """The open cases that are with the actor; for a supplier those he was asked about, and those he logged."""
    return Need(mine=scene.actor.person, asked=_of_suppliers(scene) if _is_supplier(scene) else ())


def decide_mine(scene: Scene[CommandIssued]) -> Decision:
    """`/mine`: what is with me, the longest untouched first; before that, what a supplier has not acknowledged yet."""
    cases = visible(scene, scene.found.cases)
    if not _is_supplier(scene):
        none, headline = text("find.nothing_mine"), text("find.mine", count=len(cases))
    else:
        none, headline = text("find.nothing_asked"), text("find.asked", count=len(cases))
        cases = tuple(sorted(cases, key=lambda case: not _waits_for_him(scene, case)))
    return Decision(answer=_list(scene, headline, cases) if cases else Message(lines=(none,)))


def _is_supplier(scene: Scene[CommandIssued]) -> bool:
    return scene.actor.is_any({SUPPLIER})


def _of_suppliers(scene: Scene[CommandIssued]) -> tuple[str, ...]:
    """The trackers of which a supplier may see something."""
    return tuple(key for key, tracker in scene.desk.trackers.items() if tracker.supplier_post is not None)


def _waits_for_him(scene: Scene[CommandIssued], case: Case) -> bool:
    """Whether the supplier was asked and has not said yet that he has it."""
    post = scene.desk.trackers[case.tracker].supplier_post
    asked = post is not None and post.acknowledge and case.requested_at is not None
    return asked and case.acknowledged_at is None


def _list(scene: Scene[Any], headline: str, cases: Sequence[Case]) -> Message:
    shown = cases[:SHOWN]
    lines = tuple(line(case, scene.desk, as_supplier=_as_supplier(scene, case)) for case in shown)
    buttons = tuple(Button(case.id, "show", case.id) for case in shown)
    footer = text("find.more", count=len(cases) - SHOWN) if len(cases) > SHOWN else ""
    return Message(headline, lines, buttons=buttons, footer=footer)


def need_case(scene: Scene[CommandIssued]) -> Need:
    """The case named, or the one whose thread this is, with its history."""
    need = need_named_case(scene)
    return Need(case=need.case, at=need.at, with_history=True)


def decide_case(scene: Scene[CommandIssued]) -> Decision:
    """`/case II-2647-0001`: the whole case with its history."""
    case = seen_case(scene)
    return no_case(scene) if case is None else _whole(scene, case)


def need_button(scene: Scene[ButtonPressed]) -> Need:
    """The case the button names, with its history."""
    return Need(case=scene.event.case, with_history=True)


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """A case was chosen from a list."""
    case = seen_case(scene)
    return not_found(scene.event.case) if case is None else _whole(scene, case)


def _whole(scene: Scene[Any], case: Case) -> Decision:
    as_supplier = _as_supplier(scene, case)
    return Decision(answer=told(case, scene.desk, scene.found.history, as_supplier=as_supplier))


def _as_supplier(scene: Scene[Any], case: Case) -> bool:
    return sees_as_supplier(scene.actor, scene.desk, scene.desk.trackers[case.tracker])
