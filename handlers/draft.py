"""A case about to be filed: what was answered so far, what is wrong with it, and the form that asks for the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from config.desk import Desk
from config.model import Value
from config.texts import text
from config.tracker import Tracker
from handlers.access import sees_as_supplier
from handlers.answers import read_files
from handlers.ask import Answers, form_of, read_answers, required_faults, step_questions, typed
from handlers.card import line
from handlers.case import Case
from handlers.events import FormChanged, FormContext, FormSubmitted
from handlers.form import Fault, Form, Question
from handlers.reading import Reading
from handlers.scene import Scene

DUPLICATE = "_duplicate"
"""The question that is added to a form when an open case looks the same."""
ANYWAY = "anyway"
SIMILAR_SHOWN = 3
LINK = 300
"""Characters of a link to a message: those of Slack and Telegram have about a hundred."""
WEB = re.compile(r"https://[^\s<>|]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A case about to be filed: its tracker, what was answered, and what is wrong with it."""

    tracker: Tracker
    answers: Answers
    notes: tuple[str, ...] = ()
    """What was said that fits no column, as sentences."""
    raw: Mapping[str, Any] = field(default_factory=dict)
    """What was given, as it was given."""
    files: tuple[str, ...] = ()
    """Files that came with the command or the message, whether the form asks for photos or not (yet)."""
    link: str = ""
    """The message it is made of, where it is one."""
    is_empty: bool = False
    """Nothing was answered yet: the form is shown without faults."""


def draft_of(
    tracker: Tracker, reading: Reading, raw: Mapping[str, Any], files: Iterable[object] = (), **more: Any
) -> Draft:
    """The draft these raw answers make: columns whose condition does not hold are not part of it."""
    columns = tracker.of_step("log")
    kept = read_files(files)
    photos = photo_column(tracker)
    if photos and kept:
        later = raw.get(photos)
        raw = {**raw, photos: [*kept, *(later if isinstance(later, list | tuple) else ())]}
    answers = read_answers(columns, raw, reading)
    asked = {column.key for column in columns if column.is_asked(answers.values)}
    values = {key: value for key, value in answers.values.items() if key in asked}
    faults = tuple(fault for fault in answers.faults if fault.key in asked)
    return Draft(tracker, replace(answers, values=values, faults=faults), raw=raw, files=kept, **more)


def with_faults(draft: Draft, faults: tuple[Fault, ...]) -> Draft:
    """The draft with more that is wrong with its answers: what is faulted is no answer."""
    wrong = {fault.key for fault in faults}
    values = {key: value for key, value in draft.answers.values.items() if key not in wrong}
    return replace(
        draft, answers=replace(draft.answers, values=values, faults=(*draft.answers.faults, *faults))
    )


def draft_of_form(scene: Scene[FormSubmitted] | Scene[FormChanged]) -> Draft | None:
    """The draft that a form holds; None when its tracker does not exist any more."""
    context = scene.event.form
    tracker = scene.desk.trackers.get(context.tracker)
    if tracker is None:
        return None
    files, link = context.extra.get("files"), message_link(context.extra.get("link"))
    kept = files if isinstance(files, tuple) else ()
    return draft_of(tracker, Reading(scene.desk, scene.now), scene.event.answers, kept, link=link)


def message_link(given: Value | None) -> str:
    """The link to a message that a form carried; "" for what is none, as it comes back from a client."""
    return given if isinstance(given, str) and len(given) <= LINK and WEB.fullmatch(given) else ""


def long_column(tracker: Tracker) -> str | None:
    """The column that takes the words of a message which is logged."""
    return next((column.key for column in tracker.of_step("log") if column.type == "longtext"), None)


def photo_column(tracker: Tracker) -> str | None:
    """The column that takes the files which come with a command."""
    return next((column.key for column in tracker.of_step("log") if column.type == "files"), None)


def defaults(desk: Desk, tracker: Tracker) -> dict[str, str]:
    """What holds where nothing is said: the desk's own currency."""
    return {column.key: desk.currency for column in tracker.of_step("log") if column.type == "currency"}


def draft_faults(draft: Draft) -> tuple[Fault, ...]:
    """Everything that keeps the draft from being filed; a fault of no column has an empty key."""
    wrong = draft.answers.faults
    notes = tuple(Fault("", note) for note in draft.notes)
    return (*wrong, *required_faults(draft.tracker.of_step("log"), draft.answers.values, wrong), *notes)


def draft_form(scene: Scene[Any], draft: Draft, duplicates: tuple[Case, ...] = ()) -> Form:
    """The form of a tracker, prefilled, with what is wrong on its fields."""
    tracker = draft.tracker
    first = defaults(scene.desk, tracker) if draft.is_empty else {}
    values = {**first, **draft.answers.values, **typed(draft.raw, draft.answers.faults)}
    extra: dict[str, Value] = {"files": draft.files} if draft.files else {}
    extra |= {"link": draft.link} if draft.link else {}
    context = FormContext("log", scene.desk.key, tracker.key, home=scene.event.place.key, extra=extra)
    questions = step_questions(tracker.of_step("log"), scene.desk, tracker, values)
    intro = list(draft.notes)
    if duplicates:
        intro.append(text("log.duplicate", case=duplicates[0].id))
        as_supplier = sees_as_supplier(scene.actor, scene.desk, tracker)
        intro += [line(case, scene.desk, as_supplier=as_supplier) for case in duplicates[:SIMILAR_SHOWN]]
        questions = (_duplicate_question(duplicates), *questions)
    faults = () if draft.is_empty else tuple(fault for fault in draft_faults(draft) if fault.key)
    return form_of(context, tracker.form_title, text("log.submit"), questions, tuple(intro), faults)


def _duplicate_question(duplicates: tuple[Case, ...]) -> Question:
    shown = duplicates[:SIMILAR_SHOWN]
    choices = [(f"open:{case.id}", text("log.open", case=case.id)) for case in shown]
    choices += [(f"add:{case.id}", text("log.add_to", case=case.id)) for case in shown]
    choices.append((ANYWAY, text("log.anyway")))
    return Question(DUPLICATE, text("log.duplicate_question"), "enum", True, tuple(choices))
