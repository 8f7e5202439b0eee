"""Who may do what. Every question of authority is asked here, at the moment the thing is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.desk import Desk
from config.texts import text
from config.tracker import Column, Tracker
from handlers.case import Case
from handlers.place import Account, Actor, PersonKey, Place

SUPPLIER = "supplier"
SUPPLIER_STEPS = frozenset({"supplier", "resolve"})
"""The steps whose columns a supplier may fill in on a case that was posted to him."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An actor may not: what, why, and who can, in one sentence."""

    sentence: str


def actor_on(desk: Desk, account: Account) -> Actor:
    """Who an account is on a desk: by platform, team and user id alone. Nobody known holds no role."""
    for key, person in desk.people.items():
        if account == _account_of(desk, key, account.platform) and person.active:
            return Actor(account, PersonKey(key), person.name, frozenset(person.roles))
    return Actor(account, None, text("access.somebody"), frozenset())


def account_of(desk: Desk, person: str, platform: str) -> Account | None:
    """A person's account on a platform, if the desk knows one."""
    return _account_of(desk, person, platform) if person in desk.people else None


def _account_of(desk: Desk, key: str, platform: str) -> Account | None:
    person = desk.people[key]
    if platform == "slack" and person.slack and desk.slack_team:
        return Account("slack", desk.slack_team, person.slack)
    if platform == "telegram" and person.telegram is not None:
        return Account("telegram", "", str(person.telegram))
    return None


def knows_account(desk: Desk, account: Account) -> bool:
    """Whether the account belongs to somebody of the desk, active or not."""
    return any(account == _account_of(desk, key, account.platform) for key in desk.people)


def staff(desk: Desk) -> frozenset[str]:
    """The desk's own roles: all but the supplier's."""
    return frozenset(desk.roles) - {SUPPLIER}


def readers(desk: Desk, tracker: Tracker) -> frozenset[str]:
    """Roles that see every case of a tracker."""
    return frozenset(tracker.read_by) if tracker.read_by is not None else staff(desk)


def is_supplier_of(actor: Actor, tracker: Tracker, case: Case) -> bool:
    """Whether the actor is the supplier this case was posted to, and not also one of the desk's own people."""
    return SUPPLIER in actor.roles and tracker.supplier_post is not None and case.requested_at is not None


def may_see(actor: Actor, desk: Desk, tracker: Tracker, case: Case) -> bool:
    """Whether the actor may know that the case exists."""
    return actor.is_any(readers(desk, tracker)) or is_supplier_of(actor, tracker, case)


def sees_as_supplier(actor: Actor, desk: Desk, tracker: Tracker) -> bool:
    """Whether the actor sees the supplier's side of a case only."""
    return not actor.is_any(readers(desk, tracker))


def may_log(actor: Actor, desk: Desk, tracker: Tracker) -> Refusal | None:
    """None when the actor may log or report on a tracker."""
    allowed = (*tracker.log_by, *tracker.blind_log_by)
    if actor.is_any(allowed):
        return None
    return refused(desk, text("action.log", tracker=tracker.title), allowed)


def loggable(actor: Actor, desk: Desk) -> tuple[Tracker, ...]:
    """The trackers an actor may log on, in the order of their keys."""
    return tuple(
        tracker for _, tracker in sorted(desk.trackers.items()) if may_log(actor, desk, tracker) is None
    )


def may_fill(actor: Actor, desk: Desk, tracker: Tracker, case: Case, column: Column) -> Refusal | None:
    """None when the actor may fill in or change a column of a case they see."""
    action = text("action.fill", column=column.header)
    if column.step == "system":
        return Refusal(text("refusal.system_column", column=column.header))
    if actor.is_any(readers(desk, tracker)):
        return None
    if is_supplier_of(actor, tracker, case) and column.step in SUPPLIER_STEPS:
        return None
    return refused(desk, action, readers(desk, tracker))


def may_move(actor: Actor, desk: Desk, tracker: Tracker, case: Case, state: str) -> Refusal | None:
    """None when the actor may move the case to a state; the flow itself is not asked here."""
    allowed = tracker.move_by.get(state)
    action = text("action.move", case=case.id, state=state)
    if allowed is not None:
        return None if actor.is_any(allowed) else refused(desk, action, allowed)
    if actor.is_any(readers(desk, tracker)):
        return None
    if is_supplier_of(actor, tracker, case) and state in desk.flow_of(tracker).supplier_moves:
        return None
    return refused(desk, action, readers(desk, tracker))


def may_acknowledge(actor: Actor, desk: Desk, tracker: Tracker, case: Case) -> Refusal | None:
    """None when the actor is the one who was asked: the supplier, or the case's owner."""
    if is_supplier_of(actor, tracker, case) or (actor.person is not None and actor.person == case.owner):
        return None
    return refused(desk, text("action.acknowledge", case=case.id), (SUPPLIER,))


def may_speak_for_desk(actor: Actor, desk: Desk, tracker: Tracker, case: Case) -> Refusal | None:
    """None when the actor may assign a case or send words to the supplier."""
    if actor.is_any(readers(desk, tracker)):
        return None
    return refused(desk, text("action.handle", case=case.id), readers(desk, tracker))


def may_work_here(actor: Actor, desk: Desk, place: Place) -> Refusal | None:
    """None where commands are taken: the desk's channels, and a direct conversation with the bot."""
    if actor.person is None:
        return Refusal(text("refusal.unknown_person"))
    if place.direct or any(place.key == channel.place for channel in desk.channels.values()):
        return None
    names = " / ".join(f"#{channel.name}" for channel in desk.channels.values() if channel.kind == "staff")
    return Refusal(text("refusal.not_here", where=names))


def refused(desk: Desk, action: str, roles: Iterable[str]) -> Refusal:
    """The refusal that names the people who can."""
    wanted = frozenset(roles)
    names = [
        person.name for person in desk.people.values() if person.active and wanted.intersection(person.roles)
    ]
    return Refusal(text("refusal.role", action=action, who=_listed(names) or text("access.nobody")))


def _listed(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {text('access.or')} {names[-1]}"


ACTIONS: Mapping[str, str] = {
    "log": "log_by and blind_log_by of the tracker",
    "see": "read_by of the tracker, or the supplier it was posted to",
    "fill": "whoever sees all of it; the supplier the columns of his steps",
    "move": "move_by of the state, else whoever sees all of it; the supplier his states",
    "acknowledge": "the supplier it was posted to, or its owner",
    "assign": "whoever sees all of it",
    "send": "whoever sees all of it",
}
"""The reviewed list of actions and who may; a test compares it with what the rules ask."""
