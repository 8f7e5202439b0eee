"""What a case looks like: its card in the home thread, the supplier's request, a line in a list, its history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from config.desk import Desk
from config.model import is_filled
from config.texts import text
from config.tracker import Tracker
from handlers.access import SUPPLIER
from handlers.case import Case, HistoryLine
from handlers.events import Slot
from handlers.gate import DONE, finish, posted_state
from handlers.message import Button, Link, Message
from handlers.plain import shorten
from handlers.show import moment, person_name, shown

MOST_FACTS = 40
LINE = 400
"""Characters of one fact on a card: enough to act on, short enough to read in a channel."""
BUTTON = 70
"""Characters on a button: Slack shows 75."""
ABOUT = 120
REPLY_COLUMN = "supplier_reply"
"""The column that keeps what the supplier answers in his thread, where a tracker has one: no button asks for it."""
HISTORY_LINES = 30


def card(case: Case, desk: Desk, slot: Slot) -> Message:
    """The post of a case in one of its two places, as the case stands now."""
    tracker = desk.trackers[case.tracker]
    return home_card(case, desk, tracker) if slot == "home" else supplier_card(case, desk, tracker)


def home_card(case: Case, desk: Desk, tracker: Tracker) -> Message:
    """The desk's own view: every column that is filled in, links to row and request, and the next steps."""
    facts = [(text("card.owner"), person_name(desk, case.owner))]
    facts += _facts(case, desk, tracker, [column.key for column in tracker.columns])
    if case.acknowledged_at is not None:
        who = person_name(desk, case.acknowledged_by)
        facts.append(
            (text("card.acknowledged"), text("card.by_at", who=who, at=moment(case.acknowledged_at, desk)))
        )
    links = [Link(text("card.row"), case.row_link)] if case.row_link else []
    links += [Link(text("card.request"), case.post_link)] if case.post_link else []
    links += links_to(case.message_link)
    return Message(
        headline=text("card.headline", case=case.id, title=tracker.title, status=case.status),
        facts=tuple(facts[:MOST_FACTS]),
        links=tuple(links),
        buttons=tuple(_home_buttons(case, desk, tracker)),
        footer=text("card.footer", who=person_name(desk, case.reporter), at=moment(case.opened_at, desk)),
    )


def links_to(message: str) -> tuple[Link, ...]:
    """The link to a message that something was logged from, if there is one."""
    return (Link(text("card.message"), message),) if message else ()


def _home_buttons(case: Case, desk: Desk, tracker: Tracker) -> list[Button]:
    """Update and Assign, then the ways on: the one that finishes the case first, the ones that drop it last."""
    flow = desk.flow_of(tracker)
    ahead = flow.moves.get(case.status, ())
    buttons = [
        Button(text("button.update"), "update", case.id),
        Button(text("button.assign"), "assign", case.id),
    ]
    if case.status in flow.closed:
        back = (Button(_label(text("button.reopen", state=state)), "move", case.id, state) for state in ahead)
        return [*buttons, *back]
    by_itself = {flow.acknowledged} if tracker.supplier_post else set()
    states = sorted((state for state in ahead if state not in by_itself), key=flow.closed.__contains__)
    for state in states:
        if state == flow.posted and tracker.supplier_post is not None:
            if case.requested_at is None:
                buttons.append(Button(text("button.ask_supplier"), "move", case.id, state, "primary"))
        elif state == finish(flow):
            buttons.insert(2, Button(_label(state), "move", case.id, state, "primary"))
        else:
            style = "danger" if state in flow.closed and finish(flow) is not None else "plain"
            buttons.append(Button(_label(state), "move", case.id, state, style))  # type: ignore[arg-type]  # one of the two
    if case.requested_at is not None:
        buttons.append(Button(text("button.send"), "send", case.id))
    return buttons


def supplier_card(case: Case, desk: Desk, tracker: Tracker) -> Message:
    """The supplier's request: what is asked, of which order, by whom; only columns he may see.

    Whoever sees it sees that it is posted, so it says so from the beginning.
    """
    case = replace(case, status=posted_state(desk, tracker, case) or case.status)
    post = tracker.supplier_post
    asks = case.requested_at is not None and case.status not in desk.flow_of(tracker).closed
    lines = [post.ask] if post and post.ask and asks else []
    if case.acknowledged_at is not None:
        who = person_name(desk, case.acknowledged_by)
        lines.append(text("card.supplier_acknowledged", who=who, at=moment(case.acknowledged_at, desk)))
    return Message(
        headline=text("card.supplier_headline", case=case.id, title=tracker.title, status=case.status),
        facts=tuple(_facts(case, desk, tracker, post.sees if post else ())[:MOST_FACTS]),
        lines=tuple(lines),
        buttons=tuple(_supplier_buttons(case, desk, tracker)),
        footer=_asked_by(case, desk),
    )


def _asked_by(case: Case, desk: Desk) -> str:
    who = person_name(desk, case.reporter)
    if case.requested_at is None:
        return text("card.footer", who=who, at=moment(case.opened_at, desk))
    person = desk.people.get(case.reporter)
    if person is not None and set(person.roles) == {SUPPLIER}:
        return text("card.supplier_logged", who=who, desk=desk.title)
    return text("card.supplier_footer", who=who, desk=desk.title)


def _supplier_buttons(case: Case, desk: Desk, tracker: Tracker) -> list[Button]:
    flow = desk.flow_of(tracker)
    if case.status in flow.closed:
        return []
    asked = case.requested_at is not None
    buttons = []
    if asked and tracker.supplier_post and tracker.supplier_post.acknowledge and case.acknowledged_at is None:
        buttons.append(Button(text("button.acknowledge"), "acknowledge", case.id, style="primary"))
    buttons += [
        Button(_label(column.header), "answer", case.id, column.key)
        for column in tracker.of_step("supplier")
        if column.is_asked(case.values) and column.key != REPLY_COLUMN
    ]
    ahead = [state for state in flow.moves.get(case.status, ()) if state in flow.supplier_moves and asked]
    buttons += [Button(_label(state), "move", case.id, state) for state in ahead]
    return [*buttons, *_reply_buttons(case, desk)] if asked else buttons


def _reply_buttons(case: Case, desk: Desk) -> list[Button]:
    """What he may say by a press: an answer in his own words, and that it is done, where that word means something."""
    answer = Button(text("button.reply"), "reply", case.id)
    done = Button(text("button.reply_done"), "reply", case.id, DONE)
    return [answer, done] if DONE in desk.status_words else [answer]


def _label(words: str) -> str:
    return shorten(words, BUTTON)


def _facts(case: Case, desk: Desk, tracker: Tracker, keys: Collection[str]) -> list[tuple[str, str]]:
    return [
        (column.header, shorten(shown(column, case.values[column.key], desk), LINE))
        for column in tracker.columns
        if column.key in keys and is_filled(case.values.get(column.key))
    ]


def line(case: Case, desk: Desk, *, as_supplier: bool = False) -> str:
    """A case in a list: id, tracker, status, what it is about, whose it is, since when."""
    tracker = desk.trackers[case.tracker]
    sees = tracker.supplier_post.sees if tracker.supplier_post else ()
    keys = [key for key in tracker.dedupe or ("order_no",) if not as_supplier or key in sees]
    about = [
        shown(tracker.column(key), case.values[key], desk) for key in keys if is_filled(case.values.get(key))
    ]
    owner = "" if as_supplier else text("card.line_owner", owner=person_name(desk, case.owner))
    at = moment(case.changed_at, desk)
    parts = [case.id, tracker.title, case.status, shorten(" · ".join(about), ABOUT), owner, at]
    return " · ".join(part for part in parts if part)


def told(case: Case, desk: Desk, history: tuple[HistoryLine, ...], *, as_supplier: bool) -> Message:
    """The whole case with what happened to it, newest first, for one reader; a supplier sees his request."""
    tracker = desk.trackers[case.tracker]
    if as_supplier:
        return supplier_card(case, desk, tracker)
    seen = home_card(case, desk, tracker)
    happened = tuple(_told_line(entry, desk) for entry in reversed(history[-HISTORY_LINES:]))
    home = (Link(text("card.thread"), case.home_link),) if case.home_link else ()
    return Message(
        headline=seen.headline,
        facts=seen.facts,
        below=(text("card.history"), *happened) if happened else (),
        links=(*seen.links, *home),
        buttons=seen.buttons,
        footer=seen.footer,
    )


def _told_line(entry: HistoryLine, desk: Desk) -> str:
    return text("card.history_line", at=moment(entry.at, desk), who=entry.who, what=shorten(entry.what, LINE))
