"""Working time: how much of it lies between two moments, and when so much of it has passed.

Spans are declared by the wall clock and counted in real time. On the night the clocks change a span is as long as
it really is; an hour that does not exist is not worked, one that comes twice is worked twice where both lie within.
Every moment that comes or goes is aware; what is returned is in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from config.calendar import Calendar, Hours

A_DAY = timedelta(days=1)
NONE = timedelta(0)
DAYS_KEPT = 8192
"""Days whose spans are remembered: some years of a handful of calendars."""
Between = tuple[datetime, datetime]


def after(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """When so much working time has passed since a moment: the start itself for none, else the earliest such moment.

    Raises:
        ValueError: the amount is negative.
        OverflowError: so much working time never comes.
    """
    if amount < NONE:
        raise ValueError("working time does not run backwards")
    start, left = start.astimezone(UTC), amount
    if left == NONE:
        return start
    for opens, closes in _ahead(calendar.hours_open, start):
        begins = max(opens, start)
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
    raise OverflowError


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments; none where the second is not the later one."""
    # Within one time zone Python counts by the wall clock; in UTC it counts what passed.
    start, end, total = start.astimezone(UTC), end.astimezone(UTC), NONE
    for opens, closes in _ahead(calendar.hours_open, start):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, start), NONE)
    return total


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether people work at a moment; they do in the first of a span and no more in its last."""
    opens, _ = next(_ahead(calendar.hours_open, at))
    return opens <= at


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """The moment itself if people work then, else when they begin next."""
    opens, _ = next(_ahead(calendar.hours_open, at))
    return max(opens, at).astimezone(UTC)


def opening_before(calendar: Calendar, at: datetime) -> datetime:
    """The moment itself if people work then, else when their last span before it began."""
    if is_open(calendar, at):
        return at.astimezone(UTC)
    day = at.astimezone(_zone(calendar.hours_open.timezone)).date() + A_DAY
    while True:
        earlier = [opens for opens, _ in _spans(calendar.hours_open, day) if opens <= at]
        if earlier:
            return earlier[-1]
        day -= A_DAY


def local_day(calendar: Calendar, at: datetime) -> date:
    """The date of a moment where the calendar is."""
    return at.astimezone(_zone(calendar.hours_open.timezone)).date()


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether anybody works on a day."""
    return bool(calendar.hours_open.spans(day))


def at_local(calendar: Calendar, day: date, at: time) -> datetime:
    """The moment of a wall clock's time on a day, in UTC; where it comes twice, the first."""
    return datetime.combine(day, at, _zone(calendar.hours_open.timezone)).astimezone(UTC)


def end_of_day(calendar: Calendar, day: date) -> datetime:
    """The moment a day ends where the calendar is, in UTC."""
    return at_local(calendar, day + A_DAY, time.min)


def _ahead(hours: Hours, start: datetime) -> Iterator[Between]:
    """The spans that end after a moment, in order and apart from each other, without end."""
    day = start.astimezone(_zone(hours.timezone)).date()
    while True:
        yield from ((opens, closes) for opens, closes in _spans(hours, day) if closes > start)
        day += A_DAY


@lru_cache(maxsize=DAYS_KEPT)
def _spans(hours: Hours, day: date) -> tuple[Between, ...]:
    """The spans of a day as moments, those that do not exist on it left out."""
    zone = _zone(hours.timezone)
    moments = [(_moment(zone, day, opens), _moment(zone, day, closes)) for opens, closes in hours.spans(day)]
    return tuple((opens, closes) for opens, closes in moments if opens < closes)


def _moment(zone: ZoneInfo, day: date, wall: timedelta) -> datetime:
    """The moment at which the wall clock shows so much since midnight; in a gap, where the gap is."""
    shown = datetime.combine(day, time.min) + wall
    first = shown.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == shown:
        return first
    # The clock jumps over this time: before the jump it is too early by as much as after it is too late.
    return _jump(zone, shown)


@cache
def _jump(zone: ZoneInfo, shown: datetime) -> datetime:
    """The moment of the jump over a time of the wall clock, to the second."""
    early = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
    late = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
