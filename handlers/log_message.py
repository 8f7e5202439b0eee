"""*Log this message…*: a message becomes a case, with its words, its files, and for the desk the way back to it."""

from __future__ import annotations

from config.model import Value
from config.texts import text
from handlers.access import loggable, may_log
from handlers.answers import read_files
from handlers.ask import Answers, form_of
from handlers.carried import FILES_KEPT
from handlers.decision import Decision
from handlers.draft import Draft, draft_form, long_column, message_link, photo_column
from handlers.events import FormContext, FormSubmitted, MessageLogged
from handlers.form import Fault, Question
from handlers.plain import plain, shorten
from handlers.refuse import refuse
from handlers.scene import Scene
from handlers.scrub import scrub

MESSAGE_KEPT = 1_500
"""Characters of a logged message that travel with the form: Slack's `private_metadata` holds 3,000 in all."""


def decide_message(scene: Scene[MessageLogged]) -> Decision:
    """*Log this message…*: the trackers as a first question, the words and the link of the message kept.

    The link is for the desk: it never becomes part of an answer, for what is answered a supplier may see.
    """
    mine = loggable(scene.actor, scene.desk)
    if not mine:
        return refuse(text("log.nothing_to_log"))
    said = shorten(scrub(plain(scene.event.text)).text, MESSAGE_KEPT - len(scene.event.link))
    files = read_files(scene.event.files)[:FILES_KEPT]
    extra: dict[str, Value] = {"said": said, "files": files, "link": scene.event.link}
    context = FormContext("choose", scene.desk.key, "", home=scene.event.place.key, extra=extra)
    choices = tuple((tracker.key, tracker.title) for tracker in mine)
    question = Question("tracker", text("log.which_tracker"), "enum", True, choices)
    form = form_of(context, text("log.message_title"), text("log.next"), (question,), (said,) if said else ())
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
    long = long_column(tracker)
    said, files = context.extra.get("said"), context.extra.get("files")
    kept = read_files(files if isinstance(files, tuple) else ())
    photos = photo_column(tracker)
    values: dict[str, Value] = {photos: kept} if photos and kept else {}
    if long and said:
        values[long] = str(said)
    link = message_link(context.extra.get("link"))
    draft = Draft(tracker, Answers(values), files=kept, link=link, is_empty=True)
    return Decision(form=draft_form(scene, draft))
