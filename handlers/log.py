"""`/log`: which trackers there are, the form of one, and the filing of a case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from config.desk import Desk
from config.model import Value
from config.texts import text
from config.tracker import Column, Tracker
from handlers.access import loggable, may_log
from handlers.answers import Reading, Unfit, nearest, read_answer
from handlers.ask import Answers, form_of, read_answers
from handlers.command import Line, Word, read_line, words
from handlers.decision import Audit, Decision
from handlers.events import (
    ButtonPressed,
    CommandIssued,
    FormChanged,
    FormContext,
    FormSubmitted,
    MessageLogged,
)
from handlers.filing import (
    DUPLICATE,
    Draft,
    add_to,
    chosen_duplicate,
    draft_faults,
    draft_form,
    file_case,
    is_empty,
    need_filing,
)
from handlers.form import Fault, Question
from handlers.message import Button, Message
from handlers.refuse import refuse
from handlers.scene import Need, Scene

# --- the command ---


def need_command(scene: Scene[CommandIssued]) -> Need:
    """A complete one-line form is filed at once, and needs a case id and the cases like it."""
    draft = _draft_of_command(scene)
    return need_filing(draft) if isinstance(draft, Draft) else Need()


def decide_command(scene: Scene[CommandIssued]) -> Decision:
    """`/log`, `/log item-issue`, `/log item-issue 10423 FD-88 …`, `/log broken …`."""
    draft = _draft_of_command(scene)
    if not isinstance(draft, Draft):
        return draft
    if is_empty(draft) or draft_faults(draft):
        return Decision(form=draft_form(scene, draft))
    return file_case(scene, draft, choice=None)


def _draft_of_command(scene: Scene[CommandIssued]) -> Draft | Decision:
    said = words(scene.event.text)
    if not said:
        return _trackers(scene)
    tracker, near = tracker_named(scene, said[0].value)
    if tracker is None:
        given = said[0].value[:40]
        sentence = (
            text("fault.unknown_tracker", given=given, near=" / ".join(near))
            if near
            else text("fault.no_tracker", given=given)
        )
        return replace(_trackers(scene, sentence), audit=(Audit("refused", None, sentence),))
    refusal = may_log(scene.actor, scene.desk, tracker)
    if refusal is not None:
        return refuse(refusal)
    return _draft_of_words(scene, tracker, said)


def _draft_of_words(scene: Scene[CommandIssued], tracker: Tracker, said: tuple[Word, ...]) -> Draft:
    reading = Reading(scene.desk, scene.now)

    def meant(column: Column, raw: str) -> Value | None:
        try:
            answer = read_answer(column, raw, reading)
        except Unfit:
            return None
        return answer.value if answer else None

    known = _synonym(scene.desk, tracker, said[0].value)
    read = read_line(tracker, said[1:], known, meant)
    raw: dict[str, Any] = dict(read.given)
    photos = next((column.key for column in tracker.of_step("log") if column.type == "files"), None)
    if photos and scene.event.files:
        raw[photos] = list(scene.event.files)
    answers = read_answers(tracker.of_step("log"), raw, reading)
    return Draft(tracker, answers, _unknown(read), raw if len(said) > 1 or scene.event.files else None)


def _unknown(read: Line) -> tuple[str, ...]:
    return tuple(text("log.unknown_key", key=key[:80]) for key in read.unknown)


def _synonym(desk: Desk, tracker: Tracker, said: str) -> dict[str, str]:
    """`/log broken` also answers the column that has Broken among its choices."""
    for column in tracker.of_step("log"):
        if column.type == "enum" and any(
            said.casefold() == choice.casefold() for choice in desk.choices.get(column.choices or "", ())
        ):
            return {column.key: said}
    return {}


def tracker_named(scene: Scene[Any], said: str) -> tuple[Tracker | None, tuple[str, ...]]:
    """The tracker a word means: its key, one of its other words, or an unambiguous beginning of either.

    Where it is none, the second part holds the nearest words of the trackers this actor may log on.
    """
    wanted = said.casefold().replace("_", "-")
    names = {
        word.casefold(): tracker
        for tracker in scene.desk.trackers.values()
        for word in (tracker.key, *tracker.say)
    }
    if wanted in names:
        return names[wanted], ()
    mine = {word: tracker for word, tracker in names.items() if tracker in loggable(scene.actor, scene.desk)}
    begun = {tracker.key: tracker for word, tracker in mine.items() if wanted and word.startswith(wanted)}
    if len(begun) == 1:
        return next(iter(begun.values())), ()
    return None, tuple(begun) or tuple(nearest(wanted, mine))


def _trackers(scene: Scene[Any], first: str = "") -> Decision:
    mine = loggable(scene.actor, scene.desk)
    if not mine:
        return refuse(text("log.nothing_to_log"))
    buttons = tuple(Button(tracker.title, "log", None, tracker.key) for tracker in mine)
    lines = (first,) if first else ()
    return Decision(
        answer=Message(text("log.choose"), lines, buttons=buttons, footer=text("log.choose_footer"))
    )


# --- a button, a message, an open form ---


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """The button of one tracker; its value may hold the rest of a one-line form after the key."""
    event = scene.event
    command = CommandIssued(
        id=event.id, account=event.account, place=event.place, at=event.at, name="log", text=event.value
    )
    draft = _draft_of_command(replace(scene, event=command))  # type: ignore[arg-type]  # the same scene, as a command
    return Decision(form=draft_form(scene, draft)) if isinstance(draft, Draft) else draft


def decide_message(scene: Scene[MessageLogged]) -> Decision:
    """*Log this message…*: the trackers as a first question, the words and the link of the message kept."""
    mine = loggable(scene.actor, scene.desk)
    if not mine:
        return refuse(text("log.nothing_to_log"))
    quoted = f"{scene.event.text}\n{scene.event.link}".strip()[:MESSAGE_KEPT]
    extra: dict[str, Value] = {"said": quoted, "files": tuple(str(file) for file in scene.event.files)[:10]}
    context = FormContext("choose", scene.desk.key, "", home=scene.event.place.key, extra=extra)
    choices = tuple((tracker.key, tracker.title) for tracker in mine)
    question = Question("tracker", text("log.which_tracker"), "enum", True, choices)
    return Decision(
        form=form_of(context, text("log.message_title"), text("log.next"), (question,), (quoted,))
    )


MESSAGE_KEPT = 1_500
"""Characters of a logged message that travel with the form: Slack's `private_metadata` holds 3,000 in all."""


def decide_chosen(scene: Scene[FormSubmitted]) -> Decision:
    """A tracker was chosen for a message: its form, with the message in the first long text."""
    context = scene.event.form
    tracker = scene.desk.trackers.get(str(scene.event.answers.get("tracker") or ""))
    if tracker is None:
        return Decision(faults=(Fault("tracker", text("fault.required")),))
    refusal = may_log(scene.actor, scene.desk, tracker)
    if refusal is not None:
        return refuse(refusal)
    columns = tracker.of_step("log")
    long = next((column.key for column in columns if column.type == "longtext"), None)
    photos = next((column.key for column in columns if column.type == "files"), None)
    values: dict[str, Value] = {}
    if long and context.extra.get("said"):
        values[long] = str(context.extra["said"])
    if photos and context.extra.get("files"):
        values[photos] = context.extra["files"]
    draft = Draft(tracker, Answers(values))
    return Decision(form=draft_form(scene, draft))


def decide_changed(scene: Scene[FormChanged]) -> Decision:
    """An answer showed or hid others: the form again, as it now is."""
    draft = _draft_of_form(scene)
    if draft is None:
        return Decision()
    return Decision(form=replace(draft_form(scene, draft), faults=()))


def need_form(scene: Scene[FormSubmitted]) -> Need:
    """A form without faults is filed at once."""
    draft = _draft_of_form(scene)
    if draft is None:
        return Need()
    added_to = chosen_duplicate(scene)
    return Need(case=added_to) if added_to else need_filing(draft)


def decide_form(scene: Scene[FormSubmitted]) -> Decision:
    """A form was sent: its faults on their fields, a question about a duplicate, or the case filed."""
    draft = _draft_of_form(scene)
    if draft is None:
        return refuse(text("log.gone"))
    refusal = may_log(scene.actor, scene.desk, draft.tracker)
    if refusal is not None:
        return refuse(refusal)
    faults = draft_faults(draft)
    if faults and all(fault.key in scene.event.answers for fault in faults):
        return Decision(faults=faults)
    if faults:
        return Decision(form=draft_form(scene, draft))
    if chosen_duplicate(scene):
        return add_to(scene, draft)
    return file_case(scene, draft, choice=str(scene.event.answers.get(DUPLICATE) or ""))


def _draft_of_form(scene: Scene[FormSubmitted] | Scene[FormChanged]) -> Draft | None:
    tracker = scene.desk.trackers.get(scene.event.form.tracker)
    if tracker is None:
        return None
    reading = Reading(scene.desk, scene.now)
    raw = dict(scene.event.answers)
    kept = scene.event.form.extra.get("files")
    photos = next((column.key for column in tracker.of_step("log") if column.type == "files"), None)
    if kept and photos and isinstance(kept, tuple):
        raw[photos] = [*kept, *(raw.get(photos) or ())]
    answers = read_answers(tracker.of_step("log"), raw, reading)
    asked = {column.key for column in tracker.of_step("log") if column.is_asked(answers.values)}
    values = {key: value for key, value in answers.values.items() if key in asked}
    return Draft(tracker, replace(answers, values=values), raw=raw)
