"""`/log`: which trackers there are, the form of one, and the filing of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from config.desk import Desk
from config.model import Value
from config.texts import text
from config.tracker import Column, Tracker
from handlers.access import loggable, may_log
from handlers.answers import read_answer, read_files
from handlers.ask import NOTES, Answers, form_of, twice_faults
from handlers.carried import FILES_KEPT, unpacked
from handlers.choices import Unfit, choose, fold, nearest
from handlers.command import Word, words
from handlers.decision import Audit, Decision
from handlers.draft import (
    DUPLICATE,
    Draft,
    defaults,
    draft_faults,
    draft_form,
    draft_of,
    draft_of_form,
    photo_column,
    with_faults,
)
from handlers.echo import echo
from handlers.events import (
    ButtonPressed,
    CommandIssued,
    FormChanged,
    FormContext,
    FormSubmitted,
    MessageLogged,
)
from handlers.filing import file_case, need_filing
from handlers.form import Fault, Question
from handlers.line import read_line
from handlers.message import Button, Message
from handlers.plain import plain, shorten
from handlers.reading import Reading
from handlers.refuse import refuse
from handlers.scene import Need, Scene
from handlers.scrub import scrub

MESSAGE_KEPT = 1_500
"""Characters of a logged message that travel with the form: Slack's `private_metadata` holds 3,000 in all."""
STEM = 5
"""Letters two forms of one word have in common."""

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
    if draft.is_empty or draft_faults(draft):
        return Decision(form=draft_form(scene, draft))
    return file_case(scene, draft)


def _draft_of_command(scene: Scene[CommandIssued]) -> Draft | Decision:
    said = words(scene.event.text)
    if not said:
        return _trackers(scene)
    tracker, near = (None, ()) if said[0].key else tracker_named(scene, said[0].value)
    if tracker is None:
        given = echo(str(said[0]))
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


def _draft_of_words(scene: Scene[CommandIssued], tracker: Tracker, said: Sequence[Word]) -> Draft:
    reading = Reading(scene.desk, scene.now)

    def meant(column: Column, raw: str) -> Value | None:
        try:
            answer = read_answer(column, raw, reading)
        except Unfit:
            return None
        return answer.value if answer else None

    known = _synonym(scene.desk, tracker, said[0].value)
    first = defaults(scene.desk, tracker)
    line = read_line(tracker.of_step("log"), said[1:], known, first, meant)
    notes, is_empty = line.notes[:NOTES], len(said) == 1
    draft = draft_of(tracker, reading, line.given, scene.event.files, notes=notes, is_empty=is_empty)
    return with_faults(draft, twice_faults(line.twice))


def _synonym(desk: Desk, tracker: Tracker, said: str) -> dict[str, str]:
    """`/log broken` also answers the column that has Broken among its choices; a tracker's own name does not."""
    if fold(said) in {fold(tracker.key), *fold(tracker.key).split()}:
        return {}
    for column in tracker.of_step("log"):
        choices = desk.choices.get(column.choices or "", ()) if column.type == "enum" else ()
        meant = [choice for choice in choices if _stands_for(fold(said), fold(choice))]
        if len(meant) == 1:
            return {column.key: meant[0]}
    return {}


def _stands_for(said: str, choice: str) -> bool:
    """Whether a word is short for a choice: its beginning, its stem ("modify"), its initials ("pod")."""
    stem = len(said) >= STEM and choice[:STEM] == said[:STEM]
    return stem or choice.startswith(said) or "".join(word[0] for word in choice.split()) == said


def tracker_named(scene: Scene[Any], said: str) -> tuple[Tracker | None, tuple[str, ...]]:
    """The tracker a word means: its key, one of its other words, or an unambiguous beginning of either.

    Where it is none, the second part holds the nearest words of the trackers this actor may log on.
    """
    names = {
        fold(word): tracker
        for tracker in scene.desk.trackers.values()
        for word in (tracker.key, *tracker.say)
    }
    if fold(said) in names:
        return names[fold(said)], ()
    may = {tracker.key for tracker in loggable(scene.actor, scene.desk)}
    mine = {word: tracker.key for word, tracker in names.items() if tracker.key in may}
    try:
        return scene.desk.trackers[choose(said, mine)], ()
    except Unfit:
        begun = dict.fromkeys(key for word, key in mine.items() if word.startswith(fold(said)))
        return None, tuple(begun) or tuple(word.replace(" ", "-") for word in nearest(said, mine))


def _trackers(scene: Scene[Any], first: str = "") -> Decision:
    mine = loggable(scene.actor, scene.desk)
    if not mine:
        return refuse(text("log.nothing_to_log"))
    buttons = tuple(Button(tracker.title, "log", None, tracker.key) for tracker in mine)
    lines = (first,) if first else ()
    footer = text("log.choose_footer", tracker=mine[0].key)
    return Decision(answer=Message(text("log.choose"), lines, buttons=buttons, footer=footer))


# --- a button, a message, an open form ---


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """The button of one tracker; its value may hold the rest of a one-line form, and files."""
    event = scene.event
    said, files = unpacked(event.value)
    command = CommandIssued(
        id=event.id,
        account=event.account,
        place=event.place,
        at=event.at,
        name="log",
        text=said,
        files=files,
    )
    draft = _draft_of_command(Scene(command, scene.actor, scene.desk, scene.now))
    if not isinstance(draft, Draft):
        return draft
    return Decision(form=draft_form(scene, draft))


def decide_message(scene: Scene[MessageLogged]) -> Decision:
    """*Log this message…*: the trackers as a first question, the words and the link of the message kept."""
    mine = loggable(scene.actor, scene.desk)
    if not mine:
        return refuse(text("log.nothing_to_log"))
    link = scene.event.link
    quoted = f"{shorten(scrub(plain(scene.event.text)).text, MESSAGE_KEPT - len(link))}\n{link}".strip()
    extra: dict[str, Value] = {"said": quoted, "files": read_files(scene.event.files)[:FILES_KEPT]}
    context = FormContext("choose", scene.desk.key, "", home=scene.event.place.key, extra=extra)
    choices = tuple((tracker.key, tracker.title) for tracker in mine)
    question = Question("tracker", text("log.which_tracker"), "enum", True, choices)
    form = form_of(context, text("log.message_title"), text("log.next"), (question,), (quoted,))
    return Decision(form=form)


def decide_chosen(scene: Scene[FormSubmitted]) -> Decision:
    """A tracker was chosen for a message: its form, with the message in the first long text."""
    context = scene.event.form
    tracker = scene.desk.trackers.get(str(scene.event.answers.get("tracker") or ""))
    if tracker is None:
        return Decision(faults=(Fault("tracker", text("fault.required")),))
    refusal = may_log(scene.actor, scene.desk, tracker)
    if refusal is not None:
        return refuse(refusal)
    long = next((column.key for column in tracker.of_step("log") if column.type == "longtext"), None)
    said, files = context.extra.get("said"), context.extra.get("files")
    kept = read_files(files if isinstance(files, tuple) else ())
    photos = photo_column(tracker)
    values: dict[str, Value] = {photos: kept} if photos and kept else {}
    if long and said:
        values[long] = str(said)
    draft = Draft(tracker, Answers(values), files=kept, is_empty=True)
    return Decision(form=draft_form(scene, draft))


def decide_changed(scene: Scene[FormChanged]) -> Decision:
    """An answer showed or hid others: the form again, as it now is."""
    draft = draft_of_form(scene)
    if draft is None or may_log(scene.actor, scene.desk, draft.tracker) is not None:
        return Decision()
    return Decision(form=replace(draft_form(scene, draft), faults=()))


def need_form(scene: Scene[FormSubmitted]) -> Need:
    """A form without faults is filed at once."""
    draft = draft_of_form(scene)
    return need_filing(draft) if draft is not None else Need()


def decide_form(scene: Scene[FormSubmitted]) -> Decision:
    """A form was sent: its faults on their fields, a question about a duplicate, or the case filed."""
    draft = draft_of_form(scene)
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
    return file_case(scene, draft, choice=str(scene.event.answers.get(DUPLICATE) or ""))
