"""A nudge as a message: what is owed, since when, when it was due where its reader is, and what can be pressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from config.calendar import ALWAYS
from config.clock import STALE, Clock
from config.desk import Desk
from config.texts import text
from config.tracker import Tracker
from handlers.card import line
from handlers.case import Case
from handlers.clocks import clock_named, rungs_of
from handlers.gate import finish
from handlers.hearing import calendar_heard
from handlers.ladder import Nudge
from handlers.message import Button, Link, Message
from handlers.show import day
from handlers.watch import Running, Watch

BUNDLED = 10
"""Cases in one message: each has a button, and a message holds 25."""


@dataclass(frozen=True, slots=True)
class Told:
    """A nudge with the case it is about, as it stood when it rang."""

    case: Case
    watch: Watch
    nudge: Nudge


def nudge_message(desk: Desk, told: Told, now: datetime) -> Message:
    """The message of one nudge, for its hearer."""
    case, hearer = told.case, told.nudge.hearer
    as_supplier = hearer.kind == "supplier"
    zone = _zone(desk, told)
    owed = [
        (clock, running)
        for key in told.nudge.clocks
        if (clock := clock_named(desk, desk.trackers[case.tracker], key)) is not None
        and (running := told.watch.clock(key)) is not None
    ]
    facts = tuple(
        (_owed(desk.trackers[case.tracker], clock), _when(running, now, zone)) for clock, running in owed
    )
    links = (Link(text("card.thread"), case.home_link),) if case.home_link and not as_supplier else ()
    is_addressed = hearer.kind == "person"
    return Message(
        headline=text(
            "nudge.headline" if is_addressed else "nudge.still_waits", case=case.id, status=case.status
        ),
        lines=(line(case, desk, as_supplier=as_supplier),),
        facts=facts,
        links=links,
        buttons=tuple(_buttons(desk, case, [clock for clock, _ in owed], as_supplier=as_supplier)),
        footer="" if as_supplier else _before(desk, told.nudge, [clock for clock, _ in owed]),
        mention=hearer.mention,
    )


def bundle_message(desk: Desk, told: Sequence[Told], now: datetime) -> Message:
    """One message for several nudges to the same person: a line and a button for each case."""
    if len(told) == 1:
        return nudge_message(desk, told[0], now)
    lines = []
    for one in told[:BUNDLED]:
        tracker = desk.trackers[one.case.tracker]
        key = one.nudge.clocks[0]
        clock, running = clock_named(desk, tracker, key), one.watch.clock(key)
        owed = _owed(tracker, clock) if clock is not None else ""
        when = _when(running, now, _zone(desk, one)) if running is not None else ""
        lines.append(text("nudge.line", line=line(one.case, desk), owed=owed, when=when))
    more = len(told) - BUNDLED
    return Message(
        headline=text("nudge.bundle", count=len(told)),
        lines=tuple(lines),
        buttons=tuple(Button(one.case.id, "show", one.case.id) for one in told[:BUNDLED]),
        footer=text("nudge.more", count=more) if more > 0 else "",
    )


def _before(desk: Desk, nudge: Nudge, owed: Sequence[Clock]) -> str:
    """Why somebody further up the ladder hears: how many reminders came before. Warnings of a day are no ladder up."""
    warns = any(rung.before for clock in owed for rung in rungs_of(desk, clock))
    return text("nudge.before", count=nudge.rung) if nudge.rung and not warns else ""


def _zone(desk: Desk, told: Told) -> ZoneInfo:
    """Where the hearer is; the calendar `always` is nowhere, so the desk."""
    name = calendar_heard(desk, told.case, told.nudge.hearer).timezone
    return ZoneInfo(desk.timezone if name == ALWAYS.timezone else name)


def _owed(tracker: Tracker, clock: Clock) -> str:
    """What is waited for, in words."""
    if clock.key == STALE:
        return text("nudge.stale")
    if clock.ask:
        return clock.ask
    key = clock.until_column or clock.due
    if key is not None:
        return tracker.column(key).header
    return clock.until_state or text("nudge.end")


def _when(running: Running, now: datetime, zone: ZoneInfo) -> str:
    """Since when it is waited for and when it is, or was, due."""
    since, due = _moment(running.since, zone), _moment(running.due, zone)
    return text("nudge.was_due" if running.due <= now else "nudge.is_due", since=since, due=due)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{day(local)}, {local:%H:%M}"


def _buttons(desk: Desk, case: Case, owed: Sequence[Clock], *, as_supplier: bool) -> list[Button]:
    """What answers a nudge; of a check, the proof comes first."""
    on_it = Button(text("nudge.on_it"), "on_it", case.id)
    if as_supplier:
        asks = desk.trackers[case.tracker].supplier_post
        if asks is not None and asks.acknowledge and case.acknowledged_at is None:
            return [Button(text("button.acknowledge"), "acknowledge", case.id, style="primary"), on_it]
        return [on_it]
    end = finish(desk.flow_of(desk.trackers[case.tracker]))
    checks = [clock for clock in owed if clock.every is not None]
    buttons = [Button(text("nudge.check"), "check", case.id, clock.key, "primary") for clock in checks[:2]]
    buttons += [
        Button(text("nudge.still_waiting"), "still_waiting", case.id, clock.key) for clock in checks[:2]
    ]
    if end is not None and not checks:
        buttons.append(Button(end, "move", case.id, end, "primary"))
    return [
        *buttons,
        Button(text("nudge.snooze"), "snooze", case.id),
        Button(text("nudge.reassign"), "assign", case.id),
        on_it,
    ]
