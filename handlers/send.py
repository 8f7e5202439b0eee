"""*Send to supplier*: the only way from the home thread to the supplier's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from config.model import Value
from config.texts import text
from handlers.access import Refusal, may_speak_for_desk
from handlers.answers import LONG_LIMIT, read_files
from handlers.ask import form_of
from handlers.carried import KEPT, carried, unpacked
from handlers.case import Case
from handlers.decision import Audit, Decision
from handlers.effects import Effect, Say, Whisper
from handlers.events import ButtonPressed, FileRef, FormContext, FormSubmitted, MessagePosted
from handlers.form import Fault, Question
from handlers.message import Button, Message
from handlers.plain import plain
from handlers.refuse import not_found, refuse
from handlers.scene import Need, Scene
from handlers.scrub import scrub
from handlers.seen import seen_case

WORDS, FILES = "words", "files"


def offer(scene: Scene[MessagePosted], case: Case, said: str, files: Sequence[FileRef]) -> Whisper | None:
    """The offer, to its author alone, to pass a message on; None for one that is empty or too long for a button."""
    value = carried(said, files)
    if not value or len(said) > KEPT:
        return None
    button = Button(text("button.send"), "send", case.id, value)
    message = Message(lines=(text("supplier.only_us"),), buttons=(button,))
    return Whisper(f"{scene.event.id}:offer", scene.event.place, scene.event.account.user, message)


def need_button(scene: Scene[ButtonPressed]) -> Need:
    """The case the button names."""
    return Need(case=scene.event.case)


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """*Send to supplier*, on the card or under a message: the form that shows what he will read, to be sent."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.case)
    refusal = _may_not_send(scene, case)
    if refusal is not None:
        return refuse(refusal, case.id)
    words, files = unpacked(scene.event.value)
    kept = read_files(files)
    extra: dict[str, Value] = {FILES: kept} if kept else {}
    context = FormContext("send", scene.desk.key, case.tracker, case.id, extra=extra)
    intro = [text("supplier.for", case=case.id)]
    if files:
        intro.append(text("supplier.with_files", names=", ".join(file.name for file in files)))
    hint = text("supplier.words_hint")
    question = Question(WORDS, text("supplier.words"), "longtext", not files, hint=hint, value=words or None)
    return Decision(
        form=form_of(context, text("button.send"), text("supplier.submit"), (question,), tuple(intro))
    )


def decide_form(scene: Scene[FormSubmitted]) -> Decision:
    """The words for the supplier were written."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.form.case)
    refusal = _may_not_send(scene, case)
    if refusal is not None:
        return refuse(refusal, case.id)
    words = plain(str(scene.event.answers.get(WORDS) or ""))
    kept = scene.event.form.extra.get(FILES)
    files = tuple(FileRef.parse(file) for file in read_files(kept if isinstance(kept, tuple) else ()))
    if fault := _fault(words, files):
        return Decision(faults=(Fault(WORDS, fault),))
    return _sent(scene, case, words, files)


def _fault(words: str, files: Sequence[FileRef]) -> str:
    if not words and not files:
        return text("fault.required")
    if len(words) > LONG_LIMIT:
        return text("fault.too_long", limit=LONG_LIMIT)
    return text("fault.secret") if scrub(words).must_ask else ""


def _sent(scene: Scene[FormSubmitted], case: Case, words: str, files: tuple[FileRef, ...]) -> Decision:
    """Say something to the supplier under his request, in the name of the one who sent the form."""
    said = scrub(plain(words)).text
    who = scene.actor.name
    to_supplier = Message(lines=(text("supplier.from_desk", who=who, desk=scene.desk.title),), quote=said)
    at_home = Message(lines=(text("supplier.sent", who=who),), quote=said)
    effects: tuple[Effect, ...] = (
        Say(f"{scene.event.id}:send", case.id, "supplier", to_supplier, files),
        Say(f"{scene.event.id}:sent", case.id, "home", at_home),
    )
    audit = Audit("sent", case.id, text("history.sent", said=said or ", ".join(file.name for file in files)))
    return Decision((case.changed(scene.now),), effects, (audit,))


def _may_not_send(scene: Scene[Any], case: Case) -> Refusal | str | None:
    tracker = scene.desk.trackers[case.tracker]
    refusal = may_speak_for_desk(scene.actor, scene.desk, tracker, case)
    if refusal is None and case.requested_at is None:
        return text("supplier.not_asked", case=case.id)
    return refusal
