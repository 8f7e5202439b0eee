"""What follows when the world did what was asked: a post exists, a row is on its tab."""

from __future__ import annotations

from config.texts import text
from handlers.case import Case
from handlers.decision import NOTHING, Audit, Decision
from handlers.effects import Effect, Say, ShowCard
from handlers.events import PostLanded, RowGone, RowRecorded
from handlers.message import Message
from handlers.move import enter
from handlers.row import changed_row
from handlers.scene import Need, Scene


def need_case(scene: Scene[PostLanded] | Scene[RowRecorded] | Scene[RowGone]) -> Need:
    """The case it is about."""
    return Need(case=scene.event.case)


def decide_post(scene: Scene[PostLanded]) -> Decision:
    """One of a case's posts exists: its link is kept, and the request makes the case Posted where the flow says so."""
    case = scene.found.case
    if case is None:
        return NOTHING
    if scene.event.slot == "home":
        return Decision((_quietly(case, home_link=scene.event.link),))
    after = _quietly(case, post_link=scene.event.link)
    posted = scene.desk.flow_of(scene.desk.trackers[case.tracker]).posted
    audit: tuple[Audit, ...] = (Audit("posted", case.id, text("history.posted")),)
    if posted is not None and case.status == scene.desk.flow_of(scene.desk.trackers[case.tracker]).initial:
        after = enter(scene, after, posted)
    return Decision(
        (after,), (*changed_row(case, after, scene.desk, soon=True), _home_card(scene, case)), audit
    )


def decide_row(scene: Scene[RowRecorded]) -> Decision:
    """The row is on its tab: the card links to it."""
    case = scene.found.case
    if case is None or case.row_link == scene.event.link:
        return NOTHING
    return Decision((_quietly(case, row_link=scene.event.link),), (_home_card(scene, case),))


def decide_gone(scene: Scene[RowGone]) -> Decision:
    """Somebody deleted the row: the case is kept, its people are told, the audit trail stays."""
    case = scene.found.case
    if case is None or not case.row_link:
        return NOTHING
    told = Message(lines=(text("sheet.row_gone", case=case.id),))
    effects: tuple[Effect, ...] = (
        Say(f"{scene.event.id}:gone", case.id, "home", told),
        _home_card(scene, case),
    )
    return Decision(
        (_quietly(case, row_link=""),), effects, (Audit("row_gone", case.id, text("history.row_gone")),)
    )


def _home_card(scene: Scene[PostLanded] | Scene[RowRecorded] | Scene[RowGone], case: Case) -> ShowCard:
    return ShowCard(f"{scene.event.id}:card:home", case.id, "home")


def _quietly(case: Case, **changes: str) -> Case:
    """A change nobody made: when the case was last touched stays as it is."""
    return case.changed(case.changed_at, **changes)
