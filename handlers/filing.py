"""Filing a case: a complete draft becomes a row, a card and a request; a likely duplicate is shown first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.desk import Desk
from config.model import Value
from config.texts import text
from config.tracker import Tracker
from handlers.access import may_see, readers
from handlers.ask import Answers, form_of, required_faults, step_questions
from handlers.card import line
from handlers.case import Case
from handlers.decision import Audit, Decision
from handlers.derive import derived
from handlers.duplicates import duplicates_key
from handlers.effects import Effect, Say
from handlers.events import FileRef, FormContext, FormSubmitted
from handlers.form import Fault, Form, Question
from handlers.message import Link, Message
from handlers.move import cards
from handlers.place import CaseId, PersonKey
from handlers.refuse import refuse
from handlers.row import changed_row, new_row
from handlers.scene import Need, Scene

DUPLICATE = "_duplicate"
"""The question that is added to a form when an open case looks the same."""
ANYWAY = "anyway"


@dataclass(frozen=True, slots=True)
class Draft:
    """A case about to be filed: its tracker, what was answered, and what is wrong with it."""

    tracker: Tracker
    answers: Answers
    notes: tuple[str, ...] = ()
    raw: Mapping[str, Any] | None = None


def chosen_duplicate(scene: Scene[FormSubmitted]) -> CaseId | None:
    """The open case the reporter chose to add to instead of filing a new one."""
    choice = str(scene.event.answers.get(DUPLICATE) or "")
    return CaseId(choice.removeprefix("add:")) if choice.startswith("add:") else None


def need_filing(draft: Draft) -> Need:
    """What filing needs to read: a fresh case id and the open cases like it; nothing while the draft has faults."""
    if draft_faults(draft) or is_empty(draft):
        return Need()
    return Need(next_id_for=draft.tracker, same_as=duplicates_key(draft.tracker, draft.answers.values))


def is_empty(draft: Draft) -> bool:
    """Whether nothing was answered yet: the form is shown without faults."""
    return draft.raw is None


def draft_faults(draft: Draft) -> tuple[Fault, ...]:
    """Everything that keeps the draft from being filed; a fault of no column has an empty key."""
    wrong = draft.answers.faults
    notes = tuple(Fault("", note) for note in draft.notes)
    return (*wrong, *required_faults(draft.tracker.of_step("log"), draft.answers.values, wrong), *notes)


def draft_form(scene: Scene[Any], draft: Draft, duplicates: tuple[Case, ...] = ()) -> Form:
    """The form of a tracker, prefilled, with what is wrong on its fields."""
    tracker = draft.tracker
    shown: dict[str, Value] = {**_defaults(scene.desk, tracker), **draft.answers.values}
    for fault in draft.answers.faults:
        raw = (draft.raw or {}).get(fault.key)
        if isinstance(raw, str) and tracker.column(fault.key).type not in {"enum", "multi", "person"}:
            shown[fault.key] = raw
    context = FormContext("log", scene.desk.key, tracker.key, home=scene.event.place.key, extra=_kept(draft))
    questions = step_questions(tracker.of_step("log"), scene.desk, shown)
    intro = list(draft.notes)
    if duplicates:
        intro.append(text("log.duplicate", case=duplicates[0].id))
        intro += [line(case, scene.desk) for case in duplicates[:3]]
        questions = (*questions, _duplicate_question(duplicates))
    faults = tuple(fault for fault in draft_faults(draft) if fault.key) if not is_empty(draft) else ()
    return form_of(context, tracker.title, text("log.submit"), questions, tuple(intro), faults)


def _kept(draft: Draft) -> dict[str, Value]:
    """Files that came with the command or the message: a form cannot hold them, so its context does."""
    photos = next((column.key for column in draft.tracker.of_step("log") if column.type == "files"), "")
    files = draft.answers.values.get(photos)
    return {"files": files} if files else {}


def _defaults(desk: Desk, tracker: Tracker) -> dict[str, Value]:
    return {column.key: desk.currency for column in tracker.of_step("log") if column.type == "currency"}


def _duplicate_question(duplicates: tuple[Case, ...]) -> Question:
    choices = [(f"add:{case.id}", text("log.add_to", case=case.id)) for case in duplicates[:3]]
    choices.append((ANYWAY, text("log.anyway")))
    return Question(DUPLICATE, text("log.duplicate_question"), "enum", True, tuple(choices))


def file_case(scene: Scene[Any], draft: Draft, *, choice: str | None) -> Decision:
    """File a complete draft as a case: its row, its card, the supplier's request, and a word to who filed it.

    An open case with the same duplicates key is shown first; `choice` says that the actor has seen it.
    """
    duplicates = scene.found.duplicates
    if duplicates and choice != ANYWAY:
        known = tuple(case for case in duplicates if may_see(scene.actor, scene.desk, draft.tracker, case))
        if known:
            return Decision(form=draft_form(scene, draft, known))
    case = _new_case(scene, draft)
    effects: list[Effect] = [
        new_row(case, scene.desk, str(scene.event.id)),
        *cards(scene, case),
        *_photos(scene, case, draft),
    ]
    audit = Audit(
        "logged", case.id, text("history.logged", title=draft.tracker.title), {"source": case.source}
    )
    return Decision((case,), tuple(effects), (audit,), _confirmation(scene, case, draft))


def _new_case(scene: Scene[Any], draft: Draft) -> Case:
    tracker, desk = draft.tracker, scene.desk
    if scene.found.next_id is None or scene.actor.person is None:
        raise LookupError(f"{tracker.key}: a case cannot be filed without an id and a known reporter")
    values = {**draft.answers.values, **derived(tracker, desk, draft.answers.values)}
    status = desk.flow_of(tracker).initial
    post = tracker.supplier_post
    asks = post is not None and post.from_state == status and (post.when is None or post.when.holds(values))
    owner = tracker.owner_by_state.get(status, tracker.owner)
    return Case(
        id=scene.found.next_id,
        desk=desk.key,
        tracker=tracker.key,
        status=status,
        owner=PersonKey(owner) if owner in desk.people else scene.actor.person,
        reporter=scene.actor.person,
        opened_at=scene.now,
        changed_at=scene.now,
        source=scene.event.account.platform,
        values=values,
        requested_at=scene.now if asks else None,
    )


def _photos(scene: Scene[Any], case: Case, draft: Draft) -> list[Say]:
    files = tuple(
        FileRef.parse(stored)
        for column in draft.tracker.columns
        if column.type == "files"
        for stored in _texts(case.values.get(column.key))
    )
    if not files:
        return []
    photos = Message(lines=(text("log.photos", count=len(files)),))
    slots = [card.slot for card in cards(scene, case)]
    return [Say(f"{scene.event.id}:photos:{slot}", case.id, slot, photos, files) for slot in slots]


def _texts(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _confirmation(scene: Scene[Any], case: Case, draft: Draft) -> Message | None:
    """Said to the reporter alone; after a form only where there is something the card does not say."""
    lines = [text("answer.masked")] if draft.answers.masked else []
    blind = not scene.actor.is_any(readers(scene.desk, draft.tracker))
    if blind:
        return Message(lines=(text("log.blind", title=draft.tracker.title), *lines))
    if isinstance(scene.event, FormSubmitted) and not lines:
        return None
    return Message(lines=(text("answer.logged", case=case.id, tracker=draft.tracker.title), *lines))


def add_to(scene: Scene[FormSubmitted], draft: Draft) -> Decision:
    """Add what was answered to the open case that looks the same: empty columns are filled, the rest is said."""
    case = scene.found.case
    if case is None or not may_see(scene.actor, scene.desk, draft.tracker, case):
        return refuse(text("refusal.not_found", case=str(chosen_duplicate(scene))))
    fresh = {key: value for key, value in draft.answers.values.items() if key not in case.values}
    after = case.with_values(scene.now, fresh)
    said = [
        f"{draft.tracker.column(key).header}: {value}"
        for key, value in draft.answers.values.items()
        if case.values.get(key) != value and isinstance(value, str)
    ]
    told = Message(lines=(text("log.added_told", who=scene.actor.name),), quote="\n".join(said))
    effects: list[Effect] = [*changed_row(case, after, scene.desk), *cards(scene, after)]
    effects.append(Say(f"{scene.event.id}:added", case.id, "home", told))
    answer = Message(
        lines=(text("log.added", case=case.id),),
        links=(Link(text("card.thread"), case.home_link),) if case.home_link else (),
    )
    return Decision((after,), tuple(effects), (Audit("added", case.id, text("history.added")),), answer)
