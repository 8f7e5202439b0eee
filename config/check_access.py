"""Checks of who may what: roles, owners, and that what is restricted cannot be seen from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from config.desk import Desk
from config.errors import DeclarationFault, in_desk, in_tracker
from config.nearest import did_you_mean
from config.tracker import LOGGER, ON_TICKET, Tracker

SUPPLIER = "supplier"
"""The one role with a meaning of its own: whoever has it sees only what was posted to them."""
_RESERVED = frozenset({LOGGER, ON_TICKET, "deskbell"})


def unknown_roles(desk: Desk) -> Iterator[DeclarationFault]:
    """Every role that is named anywhere is a role of the desk."""
    named = [(f"people.{key}.roles", person.roles) for key, person in desk.people.items()]
    named += [(f"channels.{key}.roles", channel.roles) for key, channel in desk.channels.items()]
    named += [(f"documents.{key}.view", document.view) for key, document in desk.documents.items()]
    for key, roles in named:
        for sentence in _not_roles(desk, roles):
            yield in_desk(desk.key, key, sentence)
    for tracker in desk.trackers.values():
        for key, roles in _roles_of(tracker):
            for sentence in _not_roles(desk, roles):
                yield in_tracker(desk.key, tracker.key, key, sentence)


def unknown_owners(desk: Desk) -> Iterator[DeclarationFault]:
    """An owner is a person of the desk who is still there, who logged the case, or who has its ticket."""
    for tracker in desk.trackers.values():
        owners = [("owner", tracker.owner)]
        owners += [(f"owner_by_state.{state}", owner) for state, owner in tracker.owner_by_state.items()]
        for key, owner in owners:
            if owner == LOGGER:
                continue
            if owner == ON_TICKET:
                if desk.csr_on_ticket is None:
                    sentence = (
                        f'"{ON_TICKET}" needs the desk\'s key of that name: nobody knows yet who that is'
                    )
                    yield in_tracker(desk.key, tracker.key, key, sentence)
                continue
            person = desk.people.get(owner)
            if person is None:
                near = did_you_mean(owner, [*desk.people, LOGGER, ON_TICKET])
                yield in_tracker(desk.key, tracker.key, key, f'"{owner}" is no person of this desk.{near}')
            elif not person.active:
                yield in_tracker(desk.key, tracker.key, key, f'"{owner}" is not active, so nobody would act')


def stand_in(desk: Desk) -> Iterator[DeclarationFault]:
    """Who stands in for the agent on a ticket is a person of the desk who is still there, and no supplier."""
    if desk.csr_on_ticket is None:
        return
    person = desk.people.get(desk.csr_on_ticket)
    if person is None:
        near = did_you_mean(desk.csr_on_ticket, desk.people)
        yield in_desk(desk.key, "csr_on_ticket", f'"{desk.csr_on_ticket}" is no person of this desk.{near}')
    elif not person.active:
        yield in_desk(desk.key, "csr_on_ticket", f'"{desk.csr_on_ticket}" is not active, so nobody would act')
    elif SUPPLIER in person.roles:
        sentence = f'"{desk.csr_on_ticket}" is a supplier, and a ticket is the desk\'s own'
        yield in_desk(desk.key, "csr_on_ticket", sentence)


def reserved_people(desk: Desk) -> Iterator[DeclarationFault]:
    """No person is called like a word of the house."""
    for key in desk.people.keys() & _RESERVED:
        yield in_desk(desk.key, f"people.{key}", "is a word with a meaning of its own: choose another key")


def missing_team(desk: Desk) -> Iterator[DeclarationFault]:
    """A desk that uses Slack says in which workspace: a user id alone means somebody else in another one."""
    if desk.slack_team is not None:
        return
    if any(person.slack for person in desk.people.values()):
        yield in_desk(desk.key, "slack_team", "is missing, and people here have Slack ids")
    elif any(channel.place.startswith("slack:") for channel in desk.channels.values()):
        yield in_desk(desk.key, "slack_team", "is missing, and channels here are on Slack")


def open_homes(desk: Desk) -> Iterator[DeclarationFault]:
    """The home channel of a restricted tracker has only roles that may read the tracker."""
    for tracker in desk.trackers.values():
        channel = desk.channels.get(tracker.home)
        if tracker.read_by is None or channel is None:
            continue
        if not channel.roles:
            sentence = (
                f'"{tracker.home}" is open to everybody, but only {_list(tracker.read_by)} may read this'
            )
            yield in_tracker(desk.key, tracker.key, "home", sentence)
        elif others := [role for role in channel.roles if role not in tracker.read_by]:
            sentence = f'"{tracker.home}" has {_list(others)} in it, who may not read this'
            yield in_tracker(desk.key, tracker.key, "home", sentence)


def open_documents(desk: Desk) -> Iterator[DeclarationFault]:
    """The workbook of a restricted tracker is opened only by roles that may read the tracker."""
    for tracker in desk.trackers.values():
        document = desk.documents.get(tracker.document)
        if tracker.read_by is None or document is None:
            continue
        if not document.view or set(document.view) - set(tracker.read_by):
            sentence = f'"{tracker.document}" must have a `view` with none but {_list(tracker.read_by)}'
            yield in_tracker(desk.key, tracker.key, "document", sentence)


def blind_reports(desk: Desk) -> Iterator[DeclarationFault]:
    """Reporting blind is for restricted trackers and roles that may not read them; who logs there may."""
    for tracker in desk.trackers.values():
        if tracker.read_by is None:
            if tracker.blind_log_by:
                sentence = "means nothing without `read_by`: everybody can read this"
                yield in_tracker(desk.key, tracker.key, "blind_log_by", sentence)
            continue
        if readers := set(tracker.blind_log_by) & set(tracker.read_by):
            sentence = f"has {_list(sorted(readers))}, who may read the tracker anyway"
            yield in_tracker(desk.key, tracker.key, "blind_log_by", sentence)
        if blind := [role for role in tracker.log_by if role not in tracker.read_by]:
            sentence = f"has {_list(blind)}, who may not read the tracker: name them in `blind_log_by`"
            yield in_tracker(desk.key, tracker.key, "log_by", sentence)


def supplier_as_reader(desk: Desk) -> Iterator[DeclarationFault]:
    """The supplier's role sees what was posted to it, and reads no tracker; nobody is supplier and staff at once."""
    for tracker in desk.trackers.values():
        if SUPPLIER in (tracker.read_by or ()):
            sentence = f'"{SUPPLIER}" is the role of people who see only what was posted to them'
            yield in_tracker(desk.key, tracker.key, "read_by", sentence)
    for key, person in desk.people.items():
        if SUPPLIER in person.roles and len(person.roles) > 1:
            sentence = f'"{SUPPLIER}" beside another role would show a supplier everything'
            yield in_desk(desk.key, f"people.{key}.roles", sentence)


def _roles_of(tracker: Tracker) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "log_by", tracker.log_by
    yield "blind_log_by", tracker.blind_log_by
    yield "read_by", tracker.read_by or ()
    for state, roles in tracker.move_by.items():
        yield f"move_by.{state}", roles


def _not_roles(desk: Desk, roles: Iterable[str]) -> Iterator[str]:
    for role in roles:
        if role not in desk.roles:
            yield f'"{role}" is no role of this desk.{did_you_mean(role, desk.roles)}'


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)
