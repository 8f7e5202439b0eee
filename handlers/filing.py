"""Filing a case: a complete draft becomes a row, a card and a request; a likely duplicate is shown first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.model import Value, is_filled
from config.texts import text
from config.tracker import Tracker
from handlers.access import may_see, readers, sees_as_supplier
from handlers.attach import attached, only_new, united
from handlers.card import links_to, told
from handlers.case import Case
from handlers.decision import Audit, Decision
from handlers.derive import derived
from handlers.draft import ANYWAY, Draft, draft_faults, draft_form, photo_column
from handlers.duplicates import duplicates_key
from handlers.effects import Effect, Say
from handlers.enter import asks_at, owner_named
from handlers.events import FormSubmitted
from handlers.message import Link, Message
from handlers.move import cards, with_answers
from handlers.owner_told import owner_told
from handlers.repeat import first_time, repeated
from handlers.request_changed import told_of_change
from handlers.row import changed_row, new_row
from handlers.scene import Need, Scene
from handlers.seen import visible
from handlers.show import channel_name, shown


def need_filing(draft: Draft) -> Need:
    """What filing needs to read: a fresh case id and the open cases like it; nothing while the draft has faults."""
    if draft.is_empty or draft_faults(draft):
        return Need()
    return Need(next_id_for=draft.tracker, same_as=duplicates_key(draft.tracker, draft.answers.values))


def file_case(scene: Scene[Any], draft: Draft, *, choice: str = "") -> Decision:
    """File a complete draft as a case: its row, its card, the supplier's request, and a word to who filed it.

    An open case with the same duplicates key is shown first, if the actor may know of it; `choice` says what
    they want then: `anyway`, or one of those cases to open or to add to. Where the tracker counts repeats, nobody is
    asked: the open case counts one more.
    """
    if draft.tracker.dedupe_action == "add_occurrence" and scene.found.duplicates:
        return repeated(scene, draft, scene.found.duplicates[0])
    alike = visible(scene, scene.found.duplicates)
    for case in alike:
        if choice == f"add:{case.id}":
            return add_to(scene, draft, case)
        if choice == f"open:{case.id}":
            as_supplier = sees_as_supplier(scene.actor, scene.desk, draft.tracker)
            return Decision(answer=told(case, scene.desk, (), as_supplier=as_supplier))
    if alike and choice != ANYWAY:
        return Decision(form=draft_form(scene, draft, alike))
    case = _new_case(scene, draft)
    effects: list[Effect] = [
        new_row(case, scene.desk, str(scene.event.id)),
        *cards(scene, case),
        *attached(scene, case, _files_of(draft)),
        *owner_told(scene, None, case),
    ]
    history = text("history.logged", title=draft.tracker.title)
    audit = Audit("logged", case.id, history, {"source": case.source})
    return Decision((case,), tuple(effects), (audit,), _confirmation(scene, case, draft))


def _new_case(scene: Scene[Any], draft: Draft) -> Case:
    tracker, desk = draft.tracker, scene.desk
    if scene.found.next_id is None or scene.actor.person is None:
        raise LookupError(f"{tracker.key}: a case cannot be filed without an id and a known reporter")
    values = {**draft.answers.values, **first_time(tracker, desk, scene.now)}
    values |= derived(tracker, desk, values)
    status = desk.flow_of(tracker).initial
    declared = tracker.owner_by_state.get(status, tracker.owner)
    return Case(
        id=scene.found.next_id,
        desk=desk.key,
        tracker=tracker.key,
        status=status,
        owner=owner_named(desk, declared, scene.actor.person),
        reporter=scene.actor.person,
        opened_at=scene.now,
        changed_at=scene.now,
        source=scene.event.account.platform,
        values=values,
        message_link=draft.link,
        requested_at=scene.now if asks_at(tracker, status, values) else None,
    )


def _files_of(draft: Draft) -> dict[str, tuple[str, ...]]:
    """Files by the column that holds them; those that were sent and not asked for have none."""
    held = {
        column.key: value
        for column in draft.tracker.columns
        if column.type == "files" and isinstance(value := draft.answers.values.get(column.key), tuple)
    }
    known = {file for files in held.values() for file in files}
    loose = tuple(file for file in draft.files if file not in known)
    return {**held, "": loose} if loose else held


def _confirmation(scene: Scene[Any], case: Case, draft: Draft) -> Message | None:
    """Said to the reporter alone. Whoever sent a form where the card appears sees the card."""
    tracker = draft.tracker
    masked = [text("answer.masked")] if draft.answers.masked else []
    if not may_see(scene.actor, scene.desk, tracker, case):
        return Message(lines=(text("log.blind", title=tracker.title), *masked))
    home = scene.desk.channels.get(tracker.home)
    is_home = home is not None and scene.event.place.key == home.place
    if isinstance(scene.event, FormSubmitted) and is_home and not masked:
        return None
    lines = [text("answer.logged", case=case.id, tracker=tracker.title), *masked]
    if home is not None and not is_home and scene.actor.is_any(readers(scene.desk, tracker)):
        lines.insert(1, text("log.card_in", channel=channel_name(home)))
    return Message(lines=tuple(lines))


def add_to(scene: Scene[Any], draft: Draft, case: Case) -> Decision:
    """Add what was answered to an open case that looks the same: empty columns are filled, the rest is said."""
    tracker = draft.tracker
    said = {key: value for key, value in draft.answers.values.items() if case.values.get(key) != value}
    photos = photo_column(tracker)
    fresh = {key: value for key, value in said.items() if not is_filled(case.values.get(key))}
    if photos and photos in said:
        fresh[photos] = united(case.values.get(photos), said.pop(photos))
    files = {key: only_new(files, case, key) for key, files in _files_of(draft).items()}
    sent = attached(scene, case, files)
    links = (Link(text("card.thread"), case.home_link),) if case.home_link else ()
    if not said and not sent:
        nothing = text("update.nothing", case=case.id)
        return Decision(answer=Message(lines=(nothing,), links=links))
    after = with_answers(scene, case, fresh)
    added = Message(
        lines=(text("log.added_told", who=scene.actor.name),),
        facts=_facts(scene, tracker, said),
        links=links_to(draft.link),
    )
    effects: list[Effect] = [*changed_row(case, after, scene.desk), *cards(scene, after)]
    effects += [
        Say(f"{scene.event.id}:added", case.id, "home", added),
        *told_of_change(scene, case, after),
        *sent,
    ]
    audit = Audit("added", case.id, text("history.added"), dict(added.facts))
    answer = Message(lines=(text("log.added", case=case.id),), links=links)
    return Decision((after,), tuple(effects), (audit,), answer)


def _facts(scene: Scene[Any], tracker: Tracker, said: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:
    columns = (tracker.column(key) for key in said)
    return tuple((column.header, shown(column, said[column.key], scene.desk)) for column in columns)
