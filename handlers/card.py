"""What a case looks like: its card in the home thread, the supplier's request, a line in a list, its history."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from config.desk import Desk
from config.model import Value, is_filled
from config.texts import text
from config.tracker import Column, Tracker
from handlers.case import Case, HistoryLine
from handlers.events import FileRef, Slot
from handlers.message import Button, Link, Message

MOST_FACTS = 24
SHOWN_STEPS = ("log", "triage", "supplier", "resolve", "finance", "system")
LINE = 400
"""Characters of one fact on a card: enough to act on, short enough to read in a channel."""
HISTORY_LINES = 30


def card(case: Case, desk: Desk, slot: Slot) -> Message:
    """The post of a case in one of its two places, as the case stands now."""
    tracker = desk.trackers[case.tracker]
    return home_card(case, desk, tracker) if slot == "home" else supplier_card(case, desk, tracker)


def home_card(case: Case, desk: Desk, tracker: Tracker) -> Message:
    """The desk's own view: every column that is filled in, links to row and request, and the next steps."""
    facts = [(text("card.owner"), person_name(desk, case.owner))]
    facts += _facts(case, desk, tracker, frozenset(column.key for column in tracker.columns))
    if case.acknowledged_at is not None:
        who = person_name(desk, case.acknowledged_by)
        facts.append(
            (text("card.acknowledged"), text("card.by_at", who=who, at=moment(case.acknowledged_at, desk)))
        )
    links = [Link(text("card.row"), case.row_link)] if case.row_link else []
    links += [Link(text("card.request"), case.post_link)] if case.post_link else []
    return Message(
        headline=text("card.headline", case=case.id, title=tracker.title, status=case.status),
        facts=tuple(facts[:MOST_FACTS]),
        links=tuple(links),
        buttons=tuple(_home_buttons(case, desk, tracker)),
        footer=text("card.footer", who=person_name(desk, case.reporter), at=moment(case.opened_at, desk)),
    )


def _home_buttons(case: Case, desk: Desk, tracker: Tracker) -> list[Button]:
    flow = desk.flow_of(tracker)
    ahead = flow.moves.get(case.status, ())
    buttons = [
        Button(text("button.update"), "update", case.id),
        Button(text("button.assign"), "assign", case.id),
    ]
    if case.status in flow.closed:
        return [
            *buttons,
            *(Button(text("button.reopen", state=state), "move", case.id, state) for state in ahead),
        ]
    if flow.finished in ahead:
        buttons.append(Button(text("button.done"), "move", case.id, flow.finished, "primary"))
    by_itself = {flow.finished, flow.posted, flow.acknowledged}
    buttons += [_move_button(case, flow.closed, state) for state in ahead if state not in by_itself]
    if case.requested_at is not None:
        buttons.append(Button(text("button.send"), "send", case.id))
    return buttons


def _move_button(case: Case, closed: tuple[str, ...], state: str) -> Button:
    return Button(state, "move", case.id, state, "danger" if state in closed else "plain")


def supplier_card(case: Case, desk: Desk, tracker: Tracker) -> Message:
    """The supplier's request: what is asked, of which order, by whom; only columns he may see."""
    post = tracker.supplier_post
    sees = frozenset(post.sees) if post else frozenset()
    facts = _facts(case, desk, tracker, sees)
    answered = {column.key for column in tracker.of_step("supplier")} - sees
    facts += _facts(case, desk, tracker, frozenset(answered))
    lines = [post.ask] if post and post.ask else []
    if case.acknowledged_at is not None:
        who = person_name(desk, case.acknowledged_by)
        lines.append(text("card.supplier_acknowledged", who=who, at=moment(case.acknowledged_at, desk)))
    return Message(
        headline=text("card.supplier_headline", case=case.id, title=tracker.title, status=case.status),
        facts=tuple(facts[:MOST_FACTS]),
        lines=tuple(lines),
        buttons=tuple(_supplier_buttons(case, desk, tracker)),
        footer=text("card.supplier_footer", who=person_name(desk, case.reporter), desk=desk.title),
    )


def _supplier_buttons(case: Case, desk: Desk, tracker: Tracker) -> list[Button]:
    flow = desk.flow_of(tracker)
    if case.status in flow.closed:
        return []
    buttons = []
    if tracker.supplier_post and tracker.supplier_post.acknowledge and case.acknowledged_at is None:
        buttons.append(Button(text("button.acknowledge"), "acknowledge", case.id, style="primary"))
    buttons += [
        Button(short(column.header, 70), "answer", case.id, column.key)
        for column in tracker.of_step("supplier")
        if column.is_asked(case.values)
    ]
    ahead = [state for state in flow.moves.get(case.status, ()) if state in flow.supplier_moves]
    return buttons + [Button(state, "move", case.id, state) for state in ahead]


def _facts(case: Case, desk: Desk, tracker: Tracker, keys: frozenset[str]) -> list[tuple[str, str]]:
    ordered = sorted(tracker.columns, key=lambda column: SHOWN_STEPS.index(column.step))
    return [
        (column.header, short(shown(column, case.values[column.key], desk), LINE))
        for column in ordered
        if column.key in keys and is_filled(case.values.get(column.key))
    ]


def shown(column: Column, value: Value, desk: Desk) -> str:
    """A value as people read it, by its column's type."""
    if isinstance(value, bool):
        return text("card.yes") if value else text("card.no")
    if column.type == "files" and isinstance(value, tuple):
        return ", ".join(FileRef.parse(stored).name for stored in value)
    if isinstance(value, tuple):
        return ", ".join(value)
    if column.type == "person":
        return person_name(desk, str(value))
    if column.type == "money":
        return f"{Decimal(str(value)):,.2f}"
    if column.type == "datetime":
        return moment(datetime.fromisoformat(str(value)), desk)
    return str(value)


def person_name(desk: Desk, key: str | None) -> str:
    """What to call a person; a key the desk no longer has stands for itself."""
    if key is None:
        return text("card.nobody")
    return desk.people[key].name if key in desk.people else str(key)


def moment(at: datetime, desk: Desk) -> str:
    """A moment in the desk's own time: `22 Nov 10:32`."""
    local = at.astimezone(ZoneInfo(desk.timezone))
    return f"{local.day} {local:%b %H:%M}"


def short(words: str, limit: int) -> str:
    """A text cut to a number of characters, with `…` where it was cut."""
    return words if len(words) <= limit else f"{words[: limit - 1].rstrip()}…"


def line(case: Case, desk: Desk) -> str:
    """A case in a list: id, tracker, status, what it is about, whose it is, since when."""
    tracker = desk.trackers[case.tracker]
    about = [str(case.values[key]) for key in ("order_no", "kind", "sku") if is_filled(case.values.get(key))]
    return text(
        "card.line",
        case=case.id,
        title=tracker.title,
        status=case.status,
        about=short(" · ".join(about), 120),
        owner=person_name(desk, case.owner),
        at=moment(case.changed_at, desk),
    )


def told(case: Case, desk: Desk, history: tuple[HistoryLine, ...], *, as_supplier: bool) -> Message:
    """The whole case with what happened to it, oldest first, for one reader."""
    tracker = desk.trackers[case.tracker]
    seen = supplier_card(case, desk, tracker) if as_supplier else home_card(case, desk, tracker)
    lines = () if as_supplier else tuple(_told_line(entry, desk) for entry in history[-HISTORY_LINES:])
    home = (Link(text("card.thread"), case.home_link),) if case.home_link and not as_supplier else ()
    return Message(
        headline=seen.headline,
        facts=seen.facts,
        lines=(text("card.history"), *lines) if lines else (),
        links=(*seen.links, *home),
        buttons=seen.buttons,
        footer=seen.footer,
    )


def _told_line(entry: HistoryLine, desk: Desk) -> str:
    return text("card.history_line", at=moment(entry.at, desk), who=entry.who, what=short(entry.what, LINE))
