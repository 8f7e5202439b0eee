"""Digests as messages: overdue first, then due today, then stale; short enough for one message of any platform.

However much is open, a message names at most `MOST_LINES` cases and ten of a group; the rest is counted, and linked
where its readers can open the tab.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from config.calendar import ALWAYS
from config.clock import STALE
from config.desk import Desk
from config.model import is_filled
from config.texts import text
from handlers.case import Case
from handlers.digest import STANDINGS, Digest, Entry, Group, Standing
from handlers.hearing import calendar_of_channel
from handlers.message import Button, Link, Message
from handlers.plain import shorten
from handlers.show import day, person_name, shown
from handlers.weekly import Pace, Weekly

A_GROUP = 10
MOST_LINES = 25
"""Cases in one message: with their headings they fit into the 4,096 characters of a Telegram message."""
ABOUT = 40
NAMED = 10
"""Cases that are named in one line."""
Tabs = Mapping[str, str]
"""Tracker to the link of its tab, for readers who may open it."""


def leads_message(desk: Desk, digest: Digest, tabs: Tabs, picture: Sequence[str] = ()) -> Message:
    """The daily digest of a channel of the desk; `picture` is what its picture shows, in words, a line each."""
    lines = [_counts(digest)]
    if digest.closed_yesterday:
        ids = ", ".join(case.id for case in digest.closed_yesterday[:NAMED])
        lines.append(text("digest.closed", count=len(digest.closed_yesterday), cases=ids))
    listed, rest = _listed(desk, digest, as_supplier=False)
    buttons: tuple[Button, ...] = ()
    if digest.count("overdue") or digest.count("stale"):
        buttons = (
            Button(text("digest.nudge_all"), "nudge_all", value=digest.day.isoformat(), style="primary"),
            Button(text("digest.reassign"), "digest_assign", value=digest.day.isoformat()),
        )
    return Message(
        headline=text("digest.headline", desk=desk.title, day=day(digest.day)),
        lines=(*lines, *listed),
        below=tuple(picture),
        links=tuple(Link(desk.trackers[key].title, tabs[key]) for key in rest if key in tabs),
        buttons=buttons,
    )


def my_day_message(desk: Desk, digest: Digest) -> Message:
    """What is with one person today; empty lists are said, too."""
    listed, _ = _listed(desk, digest, as_supplier=False)
    return Message(
        headline=text("digest.my_day", day=day(digest.day), count=digest.open),
        lines=tuple(listed) or (text("digest.nothing_due"),),
    )


def supplier_message(desk: Desk, digest: Digest) -> Message:
    """What waits for a supplier, with what he may see of each case."""
    listed, _ = _listed(desk, digest, as_supplier=True)
    return Message(
        headline=text("digest.supplier", desk=desk.title, count=digest.open),
        lines=tuple(listed) or (text("digest.nothing_waits"),),
    )


def weekly_message(desk: Desk, week: Weekly) -> Message:
    """The week in numbers: trend, how long it took by tracker and supplier, what is oldest."""
    lines = [
        text("digest.week_opened", this=week.opened[0], last=week.opened[1]),
        text("digest.week_closed", this=week.closed[0], last=week.closed[1], open=week.open),
    ]
    paces = [(desk.trackers[pace.key].title, pace) for pace in week.trackers]
    paces += [(desk.channels[pace.key].name, pace) for pace in week.suppliers]
    facts = tuple(
        (name, _pace(pace)) for name, pace in paces if pace.opened or pace.closed or pace.to_acknowledge
    )
    below = []
    if week.oldest:
        below += [text("digest.oldest"), *(_line(desk, case, as_supplier=False) for case in week.oldest)]
    if week.reached:
        ids = ", ".join(case.id for case in week.reached[:NAMED])
        below.append(text("digest.reached", count=len(week.reached), cases=ids))
    headline = text("digest.weekly", desk=desk.title, day=day(week.day))
    return Message(headline, tuple(lines), facts=facts, below=tuple(below))


def _counts(digest: Digest) -> str:
    said = text(
        "digest.counts", overdue=digest.count("overdue"), today=digest.count("today"),
        stale=digest.count("stale"), open=digest.open,
    )  # fmt: skip
    if digest.unowned:
        said += text("digest.unowned", count=digest.unowned)
    return said + (text("digest.snoozed", count=digest.snoozed) if digest.snoozed else "")


def _listed(desk: Desk, digest: Digest, *, as_supplier: bool) -> tuple[list[str], list[str]]:
    """The lines of all groups as far as they fit, and the trackers of which something is only counted."""
    lines: list[str] = []
    counted: dict[str, None] = {}
    left = MOST_LINES
    for standing in STANDINGS:
        groups = digest.standing(standing)
        if not groups:
            continue
        lines.append(_heading(standing, digest.count(standing)))
        unnamed = 0
        for group in groups:
            named = min(A_GROUP, left, len(group.entries))
            left -= named
            if named < len(group.entries):
                counted[group.tracker] = None
            if not named:
                unnamed += len(group.entries)
                continue
            lines += _group(desk, group, named, as_supplier=as_supplier)
        if unnamed:
            lines.append(text("digest.more_groups", count=unnamed))
    return lines, list(counted)


def _group(desk: Desk, group: Group, named: int, *, as_supplier: bool) -> list[str]:
    title, owner = desk.trackers[group.tracker].title, person_name(desk, group.owner)
    count = len(group.entries)
    heading = (
        text("digest.supplier_group", tracker=title, count=count)
        if as_supplier
        else text("digest.group", tracker=title, owner=owner, count=count)
    )
    lines = [heading, *(_entry(desk, entry, as_supplier=as_supplier) for entry in group.entries[:named])]
    if named < count:
        lines.append(text("digest.more", count=count - named))
    return lines


def _heading(standing: Standing, count: int) -> str:
    if standing == "overdue":
        return text("digest.overdue", count=count)
    if standing == "today":
        return text("digest.today", count=count)
    return text("digest.stale", count=count) if standing == "stale" else text("digest.waiting", count=count)


def _entry(desk: Desk, entry: Entry, *, as_supplier: bool) -> str:
    line = _line(desk, entry.case, as_supplier=as_supplier)
    zone = ZoneInfo(_zone(desk, entry, as_supplier=as_supplier))
    if entry.clock == STALE:
        since = entry.case.changed_at.astimezone(zone)
        return text("digest.unchanged", line=line, at=f"{day(since)}, {since:%H:%M}")
    due = entry.due.astimezone(zone)
    return text("digest.due", line=line, at=f"{day(due)}, {due:%H:%M}")


def _zone(desk: Desk, entry: Entry, *, as_supplier: bool) -> str:
    """The time zone of the readers."""
    post = desk.trackers[entry.case.tracker].supplier_post
    if not as_supplier or post is None:
        return desk.timezone
    zone = calendar_of_channel(desk, post.to).timezone
    return desk.timezone if zone == ALWAYS.timezone else zone


def _line(desk: Desk, case: Case, *, as_supplier: bool) -> str:
    """A case in a digest: id, what it is about, status."""
    tracker = desk.trackers[case.tracker]
    sees = tracker.supplier_post.sees if tracker.supplier_post else ()
    about: Sequence[str] = [
        shown(tracker.column(key), case.values[key], desk)
        for key in tracker.dedupe or ("order_no",)
        if is_filled(case.values.get(key)) and (not as_supplier or key in sees)
    ]
    return " · ".join(part for part in (case.id, shorten(" · ".join(about), ABOUT), case.status) if part)


def _pace(pace: Pace) -> str:
    parts = [text("digest.pace", opened=pace.opened, closed=pace.closed)]
    if pace.to_acknowledge is not None:
        parts.append(text("digest.to_acknowledge", hours=_hours(pace.to_acknowledge)))
    if pace.to_close is not None:
        parts.append(text("digest.to_close", hours=_hours(pace.to_close)))
    return "; ".join(parts)


def _hours(time: timedelta) -> str:
    return f"{time.total_seconds() / 3600:.1f}"
