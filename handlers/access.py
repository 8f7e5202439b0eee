"""Who may do what. Every question of authority is asked here, at the moment the thing is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from config.desk import Channel, Desk
from config.texts import text
from config.tracker import Column, Tracker
from handlers.case import Case
from handlers.place import Account, Actor, PersonKey, Place
from handlers.show import channel_name

SUPPLIER = "supplier"
MOST_NAMES = 5
"""People named in a refusal: enough to know whom to ask."""


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


def is_supplier_of(actor: Actor, desk: Desk, tracker: Tracker, case: Case) -> bool:
    """Whether the actor is the supplier this case was posted to: he has a seat in the channel it went to."""
    post = tracker.supplier_post
    if post is None or case.requested_at is None or SUPPLIER not in actor.roles:
        return False
    channel = desk.channels.get(post.to)
    return channel is None or not channel.roles or actor.is_any(channel.roles)


def may_see(actor: Actor, desk: Desk, tracker: Tracker, case: Case) -> bool:
    """Whether the actor may know that the case exists: readers, the supplier it was posted to or who logged it."""
    if actor.is_any(readers(desk, tracker)) or is_supplier_of(actor, desk, tracker, case):
        return True
    return _logged_as_supplier(actor, tracker, case)


def _logged_as_supplier(actor: Actor, tracker: Tracker, case: Case) -> bool:
    """Whether a supplier logged the case himself, which is not a blind report: his own side of it he sees."""
    mine = actor.person is not None and case.reporter == actor.person
    return mine and tracker.supplier_post is not None and actor.is_any({SUPPLIER} & {*tracker.log_by})


def sees_as_supplier(actor: Actor, desk: Desk, tracker: Tracker) -> bool:
    """Whether the actor sees at most the supplier's side of a case."""
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
    """None when the actor may fill in or change a column of a case they see.

    The name of who approved is for those who may approve; a supplier fills in what is asked of him.
    """
    if column.step == "system":
        return Refusal(text("refusal.system_column", column=column.header))
    action = text("action.fill", column=column.header)
    named = approvers(desk, tracker, column)
    if actor.is_any(readers(desk, tracker)):
        return None if named is None or actor.is_any(named) else refused(desk, action, named)
    if column.step == "supplier" and may_see(actor, desk, tracker, case):
        return None
    return refused(desk, action, readers(desk, tracker))


def approvers(desk: Desk, tracker: Tracker, column: Column) -> frozenset[str] | None:
    """The roles that may name a person here, where the name is what lets a case into a state of theirs."""
    need = desk.flow_of(tracker).need
    roles = [
        tracker.move_by[state]
        for state, keys in need.items()
        if state in tracker.move_by and column.key in keys
    ]
    return frozenset().union(*roles) if roles and column.type == "person" else None


def may_move(actor: Actor, desk: Desk, tracker: Tracker, case: Case, state: str) -> Refusal | None:
    """None when the actor may move the case to a state; the flow itself is not asked here."""
    if state == desk.flow_of(tracker).acknowledged and tracker.supplier_post is not None:
        return may_acknowledge(actor, desk, tracker, case)
    allowed = tracker.move_by.get(state)
    action = text("action.move", case=case.id, state=state)
    if allowed is not None:
        return None if actor.is_any(allowed) else refused(desk, action, allowed)
    if actor.is_any(readers(desk, tracker)):
        return None
    if is_supplier_of(actor, desk, tracker, case) and state in desk.flow_of(tracker).supplier_moves:
        return None
    return refused(desk, action, readers(desk, tracker))


def may_acknowledge(actor: Actor, desk: Desk, tracker: Tracker, case: Case) -> Refusal | None:
    """None when the actor is the one who was asked: the supplier, or the case's owner in his place."""
    if is_supplier_of(actor, desk, tracker, case):
        return None
    if case.requested_at is not None and actor.person is not None and actor.person == case.owner:
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
        known = knows_account(desk, actor.account)
        return Refusal(text("refusal.inactive_person" if known else "refusal.unknown_person"))
    if place.direct or any(place.key == channel.place for channel in desk.channels.values()):
        return None
    names = " / ".join(channel_name(each) for each in desk.channels.values() if _has_seat(actor, each))
    return Refusal(text("refusal.not_here", where=names))


def _has_seat(actor: Actor, channel: Channel) -> bool:
    """Whether the actor can be told of a channel: a supplier of his own, the others of the desk's."""
    if channel.roles and not actor.is_any(channel.roles):
        return False
    return (channel.kind == "supplier") == (actor.roles == {SUPPLIER})


def refused(desk: Desk, action: str, roles: Iterable[str]) -> Refusal:
    """The refusal that names the people who can."""
    return Refusal(text("refusal.role", action=action, who=who_can(desk, roles)))


def who_can(desk: Desk, roles: Iterable[str], *, but: str | None = None) -> str:
    """The names of the active people who hold one of these roles, `but` one of them, as a sentence lists them."""
    wanted = frozenset(roles)
    return _listed(
        [
            person.name
            for key, person in desk.people.items()
            if person.active and key != but and wanted.intersection(person.roles)
        ]
    )


def _listed(names: list[str]) -> str:
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], text("access.others", count=len(names) - MOST_NAMES + 1)]
    if len(names) < 2:
        return "".join(names) or text("access.nobody")
    return f"{', '.join(names[:-1])} {text('access.or')} {names[-1]}"
