"""What follows when the world did what was asked: a post exists, a row is on its tab."""

from __future__ import annotations

from config.texts import text
from handlers.case import Case
from handlers.decision import NOTHING, Audit, Decision
from handlers.effects import Effect, Say, ShowCard
from handlers.enter import enter
from handlers.events import PostLanded, RowGone, RowRecorded
from handlers.gate import posted_state
from handlers.message import Message
from handlers.owner_told import owner_told
from handlers.row import changed_row
from handlers.scene import Need, Scene
from handlers.seen import known_case


def need_case(scene: Scene[PostLanded] | Scene[RowRecorded] | Scene[RowGone]) -> Need:
    """The case it is about."""
    return Need(case=scene.event.case)


def decide_post(scene: Scene[PostLanded]) -> Decision:
    """One of a case's posts exists: its link is kept, and the request makes the case Posted where the flow says so.

    A case that has gone further by then, because somebody was quicker than this news, stays where it is. The request
    itself has said Posted from the beginning.
    """
    case, link = known_case(scene), scene.event.link
    if case is None:
        return NOTHING
    if scene.event.slot == "home":
        return Decision((_quietly(case, home_link=link),)) if case.home_link != link else NOTHING
    if case.post_link == link:
        return NOTHING
    after = _quietly(case, post_link=link)
    tracker = scene.desk.trackers[case.tracker]
    posted = posted_state(scene.desk, tracker, case)
    if posted is not None:
        after = enter(scene, after, posted)
    effects: list[Effect] = [*changed_row(case, after, scene.desk, soon=True), _home_card(scene, case)]
    effects += owner_told(scene, case, after)
    return Decision((after,), tuple(effects), (Audit("posted", case.id, text("history.posted")),))


def decide_row(scene: Scene[RowRecorded]) -> Decision:
    """The row is on its tab: the card links to it."""
    case = known_case(scene)
    if case is None or case.row_link == scene.event.link:
        return NOTHING
    return Decision((_quietly(case, row_link=scene.event.link),), (_home_card(scene, case),))


def decide_gone(scene: Scene[RowGone]) -> Decision:
    """Somebody deleted the row: the case is kept, its people are told, the audit trail stays."""
    case = known_case(scene)
    if case is None or not case.row_link:
        return NOTHING
    told = Message(lines=(text("sheet.row_gone", case=case.id),))
    effects: tuple[Effect, ...] = (
        Say(f"{scene.event.id}:gone", case.id, "home", told),
        _home_card(scene, case),
    )
    audit = Audit("row_gone", case.id, text("history.row_gone"))
    return Decision((_quietly(case, row_link=""),), effects, (audit,))


def _home_card(scene: Scene[PostLanded] | Scene[RowRecorded] | Scene[RowGone], case: Case) -> ShowCard:
    return ShowCard(f"{scene.event.id}:card:home", case.id, "home")


def _quietly(case: Case, **changes: str) -> Case:
    """A change nobody made: when the case was last touched stays as it is."""
    return case.changed(case.changed_at, **changes)
