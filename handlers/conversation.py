"""What is said in a case's two threads: words and reactions that mean a state, and a supplier's replies.

The one way across is *Send to supplier* (`handlers.send`): nothing else said in the home thread ever leaves it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from config.desk import Desk
from config.texts import text
from handlers.access import is_supplier_of, may_move, may_speak_for_desk
from handlers.acknowledge import ACKNOWLEDGED, acknowledge
from handlers.answers import LONG_LIMIT
from handlers.card import REPLY_COLUMN
from handlers.case import Case
from handlers.decision import NOTHING, Audit, Decision
from handlers.effects import Effect, Say, Whisper
from handlers.events import FileRef, MessagePosted, ReactionAdded, Slot
from handlers.gate import DONE, finish, reachable
from handlers.message import Message
from handlers.move import cards, move_case
from handlers.move_form import Move
from handlers.plain import plain
from handlers.row import changed_row
from handlers.scene import Need, Scene
from handlers.scrub import scrub
from handlers.seen import seen_case
from handlers.send import offer
from handlers.unheard import unheard

WORD_LIMIT = 40
"""A message longer than this is a sentence, not a word for a state."""
EMOJI = {
    "+1": "👍", "thumbsup": "👍", "eyes": "👀", "white_check_mark": "✅", "heavy_check_mark": "✔",
    "ballot_box_with_check": "☑", "hammer_and_wrench": "🛠", "ok_hand": "👌", "x": "❌",
}  # fmt: skip
"""What Slack calls an emoji to the character it is: reactions come by name, declarations have either."""


def need_thread(scene: Scene[MessagePosted] | Scene[ReactionAdded]) -> Need:
    """The case whose post is the thread's first message, or the message reacted to.

    What went before decides what an acknowledging word means.
    """
    place = scene.event.place
    if isinstance(scene.event, ReactionAdded):
        return Need(at=place.in_thread(scene.event.message))
    may_acknowledge = state_meant(scene.desk, scene.event.text) == ACKNOWLEDGED
    return Need(at=place, with_history=may_acknowledge) if place.thread else Need()


def decide_message(scene: Scene[MessagePosted]) -> Decision:
    """Something was said under one of a case's posts; its author alone is told where something in it was masked."""
    decision, event = _heard(scene), scene.event
    if not decision.is_durable or event.deleted or _said(scene) == plain(event.text):
        return decision
    told = Message(lines=(text("answer.masked"),))
    whisper = Whisper(f"{event.id}:masked", event.place, event.account.user, told)
    return replace(decision, effects=(*decision.effects, whisper))


def _heard(scene: Scene[MessagePosted]) -> Decision:
    """What follows from words under one of a case's posts; elsewhere they are none of our business."""
    case, slot, event = seen_case(scene), scene.found.slot, scene.event
    if scene.actor.person is None:
        return unheard(scene)
    if case is None or slot is None:
        return NOTHING
    tracker = scene.desk.trackers[case.tracker]
    replies = slot == "supplier" and is_supplier_of(scene.actor, scene.desk, tracker, case)
    if event.edited or event.deleted:
        return _changed_words(scene, case) if replies else NOTHING
    state = state_meant(scene.desk, event.text) if not event.files else None
    decision = _state_said(scene, case, slot, state) if state is not None else None
    if decision is not None:
        is_said_again = state == ACKNOWLEDGED and _answers_nothing(scene, case)
        return _with_reply(scene, case, decision) if replies and not is_said_again else decision
    if replies:
        return _finished(scene, case) if state == DONE else supplier_replied(scene, case)
    return _noted(scene, case) if slot == "supplier" else _at_home(scene, case)


def decide_reaction(scene: Scene[ReactionAdded]) -> Decision:
    """An emoji on one of a case's posts that stands for a state."""
    case, slot = seen_case(scene), scene.found.slot
    state = state_meant(scene.desk, scene.event.emoji)
    if case is None or state is None or slot is None or scene.actor.person is None:
        return NOTHING
    return _state_said(scene, case, slot, state) or NOTHING


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
    """A word without its case, its closing marks, the colons and skin tone of an emoji, and its variation."""
    word = plain(said).strip().strip(":.!,…").casefold().split("::")[0]
    word = EMOJI.get(word, word).replace("\ufe0f", "")
    return " ".join(word.rstrip("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff").split())


def emoji_shown(word: str) -> str:
    """The emoji that a declared word is, as people see it; "" for a word of letters."""
    shown = _bare(word)
    return "" if shown.isascii() else shown


def _state_said(scene: Scene[Any], case: Case, slot: Slot, state: str) -> Decision | None:
    """The move a word asks for; None where the word is just a word to this actor, on this case, in this thread.

    Only the supplier acknowledges by a word, in his own thread: "ok" among the desk's people is just said.
    """
    tracker = scene.desk.trackers[case.tracker]
    flow = scene.desk.flow_of(tracker)
    is_supplier = slot == "supplier" and is_supplier_of(scene.actor, scene.desk, tracker, case)
    if state == ACKNOWLEDGED:
        asked = tracker.supplier_post is not None and tracker.supplier_post.acknowledge
        return acknowledge(scene, case) if is_supplier and asked else None
    target = finish(flow) if state == DONE else state
    if target not in flow.states or target == case.status or not reachable(flow, case, target):
        return None
    if is_supplier and may_move(scene.actor, scene.desk, tracker, case, target) is not None:
        return None
    return move_case(scene, case, Move(target, {}))


# --- the supplier's side ---


def _answers_nothing(scene: Scene[MessagePosted], case: Case) -> bool:
    """Whether an "ok" only says so again: the case is closed, or nobody else did anything since he last did."""
    history, flow = scene.found.history, scene.desk.flow_of(scene.desk.trackers[case.tracker])
    return case.status in flow.closed or (bool(history) and history[-1].who == scene.actor.name)


def _with_reply(scene: Scene[MessagePosted], case: Case, decision: Decision) -> Decision:
    """A word that changed nothing (an "ok" to what the desk wrote meanwhile) may be an answer: the desk reads it."""
    if decision.cases or decision.form is not None:
        return decision
    return _with_reply_told(scene, case, decision)


def _with_reply_told(scene: Scene[MessagePosted], case: Case, decision: Decision) -> Decision:
    """The decision, with his words told at home and in the history."""
    said = _said(scene)
    audit = Audit("replied", case.id, text("history.replied", said=said))
    effects = (*decision.effects, _told(scene, case, said))
    return replace(decision, effects=effects, audit=(*decision.audit, audit), answer=None)


def _finished(scene: Scene[MessagePosted], case: Case) -> Decision:
    """His "done" where only the desk closes: it acknowledges, the desk reads it, and he is told what comes next."""
    tracker = scene.desk.trackers[case.tracker]
    replied = supplier_replied(scene, case)
    if case.status in scene.desk.flow_of(tracker).closed:
        return replied
    noted = Message(lines=(text("supplier.noted", case=case.id),))
    asked = tracker.supplier_post is not None and tracker.supplier_post.acknowledge
    if not asked or case.acknowledged_at is not None:
        return replace(replied, answer=noted)
    decision = _with_reply_told(scene, case, acknowledge(scene, case))
    return replace(decision, answer=noted)


def supplier_replied(scene: Scene[MessagePosted], case: Case) -> Decision:
    """The supplier's words and files: kept on the case, written to the row, shown in the home thread as his."""
    tracker = scene.desk.trackers[case.tracker]
    said = _said(scene)
    after = case.changed(scene.now)
    if said and any(column.key == REPLY_COLUMN for column in tracker.columns):
        earlier = str(case.values.get(REPLY_COLUMN, ""))
        after = case.with_values(scene.now, {REPLY_COLUMN: f"{earlier}\n{said}".strip()[-LONG_LIMIT:]})
    shown = cards(scene, after) if after.values != case.values else ()
    audit = Audit("replied", case.id, text("history.replied", said=said or _names(scene.event.files)))
    effects: tuple[Effect, ...] = (*changed_row(case, after, scene.desk), _told(scene, case, said), *shown)
    return Decision((after,), effects, (audit,))


def _told(scene: Scene[MessagePosted], case: Case, said: str) -> Say:
    message = Message(lines=(text("supplier.replied", who=scene.actor.name),), quote=said)
    return Say(f"{scene.event.id}:reply", case.id, "home", message, scene.event.files)


def _changed_words(scene: Scene[MessagePosted], case: Case) -> Decision:
    """He edited or deleted a message: said in the home thread, never undone on the case."""
    event, who = scene.event, scene.actor.name
    said = "" if event.deleted else _said(scene)
    sentence = text("supplier.deleted", who=who) if event.deleted else text("supplier.edited", who=who)
    told = Message(lines=(sentence,), quote=said)
    history = text("history.deleted") if event.deleted else text("history.edited", said=said)
    audit = Audit("replied", case.id, history)
    return Decision((), (Say(f"{event.id}:reply", case.id, "home", told),), (audit,))


def _said(scene: Scene[MessagePosted]) -> str:
    return scrub(plain(scene.event.text)).text


def _names(files: tuple[FileRef, ...]) -> str:
    return scrub(plain(", ".join(file.name for file in files))).text


# --- the desk's side ---


def _noted(scene: Scene[MessagePosted], case: Case) -> Decision:
    """One of the desk's people said something in one of the threads: kept in the history."""
    said = _said(scene) or _names(scene.event.files)
    to_supplier = scene.found.slot == "supplier"
    history = text("history.said_to_supplier" if to_supplier else "history.said", said=said)
    return Decision((case.changed(scene.now),), (), (Audit("said", case.id, history),))


def _at_home(scene: Scene[MessagePosted], case: Case) -> Decision:
    """Noted; where a supplier was asked, its author alone is offered to pass it on."""
    decision = _noted(scene, case)
    tracker = scene.desk.trackers[case.tracker]
    is_open = case.status not in scene.desk.flow_of(tracker).closed
    may = may_speak_for_desk(scene.actor, scene.desk, tracker, case) is None
    if case.requested_at is None or not is_open or not may:
        return decision
    offered = offer(scene, case, _said(scene), scene.event.files)
    return Decision(decision.cases, (offered,), decision.audit) if offered else decision
