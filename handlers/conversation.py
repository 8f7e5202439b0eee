"""What is said in a case's two threads: words and reactions that mean a state, and a supplier's replies.

The one way across is *Send to supplier*: nothing else said in the home thread ever leaves it.
"""

from __future__ import annotations

from typing import Any

from config.desk import Desk
from config.texts import text
from config.tracker import Tracker
from handlers.access import SUPPLIER, is_supplier_of, may_acknowledge, may_see, may_speak_for_desk
from handlers.acknowledge import acknowledge
from handlers.answers import LONG_LIMIT
from handlers.ask import form_of
from handlers.case import Case
from handlers.decision import NOTHING, Audit, Decision
from handlers.effects import Effect, Say, Whisper
from handlers.events import ButtonPressed, FileRef, FormContext, FormSubmitted, MessagePosted, ReactionAdded
from handlers.form import Fault, Question
from handlers.message import Button, Message
from handlers.move import Move, cards, move_case, reachable
from handlers.plain import plain
from handlers.refuse import not_found, refuse, seen_case
from handlers.row import changed_row
from handlers.scene import Need, Scene
from handlers.scrub import scrub

WORD_LIMIT = 40
"""A message longer than this is a sentence, not a word for a state."""
BUTTON_KEPT = 1_500
"""Characters of a message that its *Send to supplier* button carries: Slack's buttons hold 2,000 in all."""
REPLY_COLUMN = "supplier_reply"
"""The column that keeps what the supplier last answered, where a tracker has one."""
WORDS = "words"


def need_thread(scene: Scene[MessagePosted] | Scene[ReactionAdded]) -> Need:
    """The case whose post is the thread's first message, or the message reacted to."""
    place = scene.event.place
    if isinstance(scene.event, ReactionAdded):
        return Need(at=place.in_thread(scene.event.message))
    return Need(at=place) if place.thread else Need()


def decide_message(scene: Scene[MessagePosted]) -> Decision:
    """Something was said under one of a case's posts; elsewhere it is none of our business."""
    case, slot, event = seen_case(scene), scene.found.slot, scene.event
    if case is None or slot is None or scene.actor.person is None:
        return NOTHING
    if event.edited or event.deleted:
        return (
            _changed_words(scene, case) if slot == "supplier" and SUPPLIER in scene.actor.roles else NOTHING
        )
    state = state_meant(scene.desk, event.text) if not event.files else None
    if state is not None and (decision := _state_said(scene, case, state)) is not None:
        return decision
    tracker = scene.desk.trackers[case.tracker]
    if slot == "supplier":
        supplier = is_supplier_of(scene.actor, tracker, case)
        return supplier_replied(scene, case) if supplier else _noted(scene, case, to_supplier=True)
    return _at_home(scene, case)


def decide_reaction(scene: Scene[ReactionAdded]) -> Decision:
    """An emoji on one of a case's posts that stands for a state."""
    case = seen_case(scene)
    state = state_meant(scene.desk, scene.event.emoji)
    if case is None or state is None or scene.found.slot is None or scene.actor.person is None:
        return NOTHING
    return _state_said(scene, case, state) or NOTHING


def state_meant(desk: Desk, said: str) -> str | None:
    """The state that a word, an emoji or a reaction stands for, in any case and with any closing mark."""
    if len(said) > WORD_LIMIT:
        return None
    word = _bare(said)
    for state, words in desk.status_words.items():
        if word and word in {_bare(each) for each in (state, *words)}:
            return state
    return None


def _bare(said: str) -> str:
    word = plain(said).strip().strip(":.!,…").casefold()
    return " ".join(word.split("::")[0].replace("\ufe0f", "").split())


def _state_said(scene: Scene[Any], case: Case, state: str) -> Decision | None:
    """The move a word asks for; None where the word is just a word to this actor on this case."""
    tracker = scene.desk.trackers[case.tracker]
    flow = scene.desk.flow_of(tracker)
    if state == "Acknowledged":
        asked = may_acknowledge(scene.actor, scene.desk, tracker, case) is None
        return acknowledge(scene, case) if asked else None
    target = flow.finished if state == "Done" else state
    if target not in flow.states:
        return None
    if case.status == target or not reachable(flow, case, target):
        return None
    return move_case(scene, case, Move(target, {}))


# --- the supplier's side ---


def supplier_replied(scene: Scene[MessagePosted], case: Case) -> Decision:
    """The supplier's words and files: kept on the case, written to the row, shown in the home thread as his."""
    tracker = scene.desk.trackers[case.tracker]
    said = scrub(plain(scene.event.text)).text
    after = case
    if any(column.key == REPLY_COLUMN for column in tracker.columns) and said:
        earlier = str(case.values.get(REPLY_COLUMN, ""))
        kept = f"{earlier}\n{said}".strip()[-LONG_LIMIT:]
        after = case.with_values(scene.now, {REPLY_COLUMN: kept})
    told = Message(lines=(text("supplier.replied", who=scene.actor.name),), quote=said)
    effects: list[Effect] = [*changed_row(case, after, scene.desk)]
    effects.append(Say(f"{scene.event.id}:reply", case.id, "home", told, scene.event.files))
    if after is not case:
        effects += [card for card in cards(scene, after) if card.slot == "home"]
    audit = Audit("replied", case.id, text("history.replied", said=said or _names(scene.event.files)))
    return Decision((after.changed(scene.now),), tuple(effects), (audit,))


def _changed_words(scene: Scene[MessagePosted], case: Case) -> Decision:
    """He edited or deleted a message: said in the home thread, never undone on the case."""
    event = scene.event
    said = "" if event.deleted else scrub(plain(event.text)).text
    told = Message(
        lines=(text("supplier.deleted" if event.deleted else "supplier.edited", who=scene.actor.name),),
        quote=said,
    )
    audit = Audit("replied", case.id, text("history.edited", said=said))
    return Decision((), (Say(f"{event.id}:reply", case.id, "home", told),), (audit,))


def _names(files: tuple[FileRef, ...]) -> str:
    return ", ".join(file.name for file in files)


# --- the home side ---


def _noted(scene: Scene[MessagePosted], case: Case, *, to_supplier: bool = False) -> Decision:
    said = scrub(plain(scene.event.text)).text or _names(scene.event.files)
    return Decision(
        (case.changed(scene.now),),
        (),
        (
            Audit(
                "said",
                case.id,
                text("history.said_to_supplier" if to_supplier else "history.said", said=said),
            ),
        ),
    )


def _at_home(scene: Scene[MessagePosted], case: Case) -> Decision:
    """Noted in the history; where there is a supplier, its author alone is offered to pass it on."""
    decision = _noted(scene, case)
    tracker = scene.desk.trackers[case.tracker]
    if case.requested_at is None or may_speak_for_desk(scene.actor, scene.desk, tracker, case) is not None:
        return decision
    words = scrub(plain(scene.event.text)).text
    if not words or len(words) > BUTTON_KEPT:
        return decision
    button = Button(text("button.send"), "send", case.id, words)
    offer = Message(lines=(text("supplier.only_us"),), buttons=(button,))
    whisper = Whisper(f"{scene.event.id}:offer", scene.event.place, scene.event.account.user, offer)
    return Decision(decision.cases, (whisper,), decision.audit)


def need_send_button(scene: Scene[ButtonPressed]) -> Need:
    """The case the button names."""
    return Need(case=scene.event.case)


def decide_send_button(scene: Scene[ButtonPressed]) -> Decision:
    """*Send to supplier*: under a message, that message; on the card, a form for the words."""
    case = seen_case(scene)
    if case is None:
        return not_found(str(scene.event.case))
    if scene.event.value:
        return send(scene, case, scene.event.value)
    refusal = _may_not_send(scene, case)
    if refusal is not None:
        return refuse(refusal, case.id)
    context = FormContext("send", scene.desk.key, case.tracker, case.id)
    question = Question(WORDS, text("supplier.words"), "longtext", True, hint=text("supplier.words_hint"))
    return Decision(
        form=form_of(
            context,
            text("button.send"),
            text("supplier.submit"),
            (question,),
            (text("update.for", case=case.id),),
        )
    )


def decide_send_form(scene: Scene[FormSubmitted]) -> Decision:
    """The words for the supplier were written."""
    case = seen_case(scene)
    if case is None:
        return not_found(str(scene.event.form.case))
    words = plain(str(scene.event.answers.get(WORDS) or ""))
    if not words:
        return Decision(faults=(Fault(WORDS, text("fault.required")),))
    if scrub(words).must_ask:
        return Decision(faults=(Fault(WORDS, text("fault.secret")),))
    return send(scene, case, words)


def send(scene: Scene[Any], case: Case, words: str) -> Decision:
    """Say something to the supplier under his request, in the name of the one who pressed."""
    refusal = _may_not_send(scene, case)
    if refusal is not None:
        return refuse(refusal, case.id)
    said = scrub(plain(words)).text[:LONG_LIMIT]
    to_supplier = Message(
        lines=(text("supplier.from_desk", who=scene.actor.name, desk=scene.desk.title),), quote=said
    )
    at_home = Message(lines=(text("supplier.sent", who=scene.actor.name),), quote=said)
    effects: tuple[Effect, ...] = (
        Say(f"{scene.event.id}:send", case.id, "supplier", to_supplier),
        Say(f"{scene.event.id}:sent", case.id, "home", at_home),
    )
    audit = Audit("sent", case.id, text("history.sent", said=said))
    return Decision(
        (case.changed(scene.now),),
        effects,
        (audit,),
        Message(lines=(text("supplier.sent_answer", case=case.id),)),
    )


def _may_not_send(scene: Scene[Any], case: Case) -> Any:
    tracker: Tracker = scene.desk.trackers[case.tracker]
    if case.requested_at is None or not may_see(scene.actor, scene.desk, tracker, case):
        return text("supplier.not_asked", case=case.id)
    return may_speak_for_desk(scene.actor, scene.desk, tracker, case)
