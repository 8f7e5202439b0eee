"""The weekly digest of those who lead: how many came and went, how long it took, what is oldest.

Times are working time: the supplier's from the request to his acknowledgement, the desk's from logging to closing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from config.clock import DIGEST
from config.desk import Desk
from handlers.case import Case
from handlers.digest import Watched, role_trackers
from handlers.hearing import calendar_of_channel
from handlers.watch import Watch
from handlers.working_time import between, local_day

OLDEST = 10
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Pace:
    """How it went with one tracker, or with one supplier: in the middle, not on average."""

    key: str
    opened: int
    closed: int
    to_acknowledge: timedelta | None
    """None where nothing was acknowledged."""
    to_close: timedelta | None


@dataclass(frozen=True, slots=True)
class Weekly:
    """The week that ended, for one role."""

    desk: str
    day: date
    opened: tuple[int, int]
    """This week, and the week before."""
    closed: tuple[int, int]
    open: int
    trackers: tuple[Pace, ...]
    suppliers: tuple[Pace, ...]
    """By the key of their channel."""
    oldest: tuple[Case, ...]
    reached: tuple[Case, ...]
    """Whose ladder reached the rung at which this role hears in its digest."""


def weekly(
    desk: Desk, role: str, watched: Iterable[Watched], lately: Iterable[Case], now: datetime
) -> Weekly:
    """The weekly digest of a role.

    Args:
        desk: the desk.
        role: whose readers get it: only trackers that this role may read are in it, in no number either.
        watched: open cases of the desk.
        lately: cases, open or not, that were opened, acknowledged or closed within the last 14 days.
        now: the moment it is made; the week is the seven days before it.
    """
    trackers = role_trackers(desk, role)
    shown = [(case, watch) for case, watch in watched if case.tracker in trackers]
    known = [case for case in lately if case.tracker in trackers]
    this, last = (now - WEEK, now), (now - 2 * WEEK, now - WEEK)
    by_age = sorted((case for case, _ in shown), key=lambda case: (case.opened_at, case.id))
    return Weekly(
        desk=desk.key,
        day=local_day(desk.calendar_named(None), now),
        opened=(len(_opened(known, *this)), len(_opened(known, *last))),
        closed=(len(_closed(known, *this)), len(_closed(known, *last))),
        open=len(shown),
        trackers=tuple(
            _pace(desk, key, [case for case in known if case.tracker == key], this)
            for key in sorted(trackers)
        ),
        suppliers=tuple(
            _pace(desk, key, [case for case in known if _goes_to(desk, case, key)], this)
            for key, channel in desk.channels.items()
            if channel.kind == "supplier"
        ),
        oldest=tuple(by_age[:OLDEST]),
        reached=tuple(case for case, watch in shown if _reached(watch, role)),
    )


def _pace(desk: Desk, key: str, cases: Sequence[Case], week: tuple[datetime, datetime]) -> Pace:
    closed = _closed(cases, *week)
    waited = [waited for case in cases if (waited := _to_acknowledge(desk, case, week)) is not None]
    took = [
        between(desk.calendar_named(None), case.opened_at, case.closed_at)
        for case in closed
        if case.closed_at is not None
    ]
    return Pace(key, len(_opened(cases, *week)), len(closed), _middle(waited), _middle(took))


def _to_acknowledge(desk: Desk, case: Case, week: tuple[datetime, datetime]) -> timedelta | None:
    """How long the supplier took to acknowledge a case, if he did so within the week."""
    asked, said, post = case.requested_at, case.acknowledged_at, desk.trackers[case.tracker].supplier_post
    if asked is None or said is None or post is None or not week[0] < said <= week[1]:
        return None
    return between(calendar_of_channel(desk, post.to), asked, said)


def _middle(times: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in times)) if times else None


def _opened(cases: Sequence[Case], start: datetime, end: datetime) -> list[Case]:
    return [case for case in cases if start < case.opened_at <= end]


def _closed(cases: Sequence[Case], start: datetime, end: datetime) -> list[Case]:
    return [case for case in cases if case.closed_at is not None and start < case.closed_at <= end]


def _goes_to(desk: Desk, case: Case, channel: str) -> bool:
    post = desk.trackers[case.tracker].supplier_post
    return post is not None and post.to == channel


def _reached(watch: Watch, role: str) -> bool:
    return any(mark.partition(":")[2] == f"{role}{DIGEST}" for one in watch.running for mark in one.rung)
