"""What an actor may know of what was loaded. A case that may not be seen reads like one that does not exist."""

from __future__ import annotations

from typing import Any

from config.model import Value
from config.tracker import Tracker
from handlers.access import may_see, sees_as_supplier
from handlers.case import Case
from handlers.duplicates import search_term, search_terms
from handlers.scene import Scene


def known_case(scene: Scene[Any]) -> Case | None:
    """The case that was found, if it is one of this desk's and its tracker is still declared."""
    case = scene.found.case
    return case if case is not None and _is_of_desk(scene, case) else None


def seen_case(scene: Scene[Any]) -> Case | None:
    """The case that was found, if the actor may know of it."""
    case = known_case(scene)
    return case if case is not None and _may_see(scene, case) else None


def visible(scene: Scene[Any], cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """The cases among these that the actor may know of."""
    return tuple(case for case in cases if _is_of_desk(scene, case) and _may_see(scene, case))


def found_by(scene: Scene[Any], case: Case, said: str) -> bool:
    """Whether the actor may find the case by this text: a supplier only by what he sees of it."""
    tracker = scene.desk.trackers[case.tracker]
    if not sees_as_supplier(scene.actor, scene.desk, tracker):
        return True
    term = search_term(said)
    return term in {search_term(case.id), *search_terms(tracker, supplier_values(tracker, case))}


def supplier_values(tracker: Tracker, case: Case) -> dict[str, Value]:
    """What the supplier sees of a case: its values by column key."""
    sees = tracker.supplier_post.sees if tracker.supplier_post is not None else ()
    return {key: value for key, value in case.values.items() if key in sees}


def _is_of_desk(scene: Scene[Any], case: Case) -> bool:
    return case.desk == scene.desk.key and case.tracker in scene.desk.trackers


def _may_see(scene: Scene[Any], case: Case) -> bool:
    return may_see(scene.actor, scene.desk, scene.desk.trackers[case.tracker], case)
