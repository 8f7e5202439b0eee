"""Days off out of an iCalendar file: its all-day events, and nothing else of it.

The form is RFC 5545. What is read: `DTSTART;VALUE=DATE`, `DTEND`, and `RRULE:FREQ=YEARLY` without further parts. What
would be read wrongly is refused instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

YEARS_AHEAD = 30
"""For so many years a day that comes each year is written out."""
Event = dict[str, str]
_DATE = re.compile(r"^\d{8}$")
_TIME = re.compile(r"^\d{8}T\d{6}Z?$")


def days_off(ics: str) -> tuple[date, ...]:
    """The days of all all-day events of an iCalendar file, in order.

    Raises:
        ValueError: with a sentence, where it is no such file or an event comes again by a rule that is not read.
    """
    lines = re.sub(r"\r?\n[ \t]", "", ics).splitlines()
    if "BEGIN:VCALENDAR" not in lines:
        raise ValueError("is no iCalendar file: it has no line BEGIN:VCALENDAR")
    return tuple(sorted({day for event in _events(lines) for day in _days(event)}))


def _events(lines: list[str]) -> Iterator[Event]:
    """The events: name of a property, without its parameters, to its value."""
    event: Event | None = None
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT" and event is not None:
            yield event
            event = None
        elif event is not None:
            event[name.partition(";")[0].upper()] = value.strip()


def _days(event: Event) -> Iterator[date]:
    """The days of an event, in every year it comes; none of one that has a time of day."""
    start = event.get("DTSTART", "")
    if _TIME.match(start):
        return
    first = _date(event, start)
    last = _date(event, event["DTEND"]) if "DTEND" in event else first + timedelta(days=1)
    length = max((last - first).days, 1)
    for begin in _years(event, first):
        yield from (begin + timedelta(days=number) for number in range(length))


def _years(event: Event, first: date) -> Iterator[date]:
    rule = event.get("RRULE")
    if rule is None:
        yield first
    elif rule.upper() in ("FREQ=YEARLY", "FREQ=YEARLY;INTERVAL=1"):
        for year in range(first.year, first.year + YEARS_AHEAD):
            if (first.month, first.day) != (2, 29) or year % 4 == 0:
                yield first.replace(year=year)
    else:
        raise ValueError(
            f'"{_title(event)}" comes again by {rule}: only FREQ=YEARLY is read, write the others out'
        )


def _date(event: Event, said: str) -> date:
    if not _DATE.match(said):
        raise ValueError(f'"{_title(event)}" has no day that can be read: "{said}"')
    return datetime.strptime(said, "%Y%m%d").date()  # noqa: DTZ007 # a day has no time zone


def _title(event: Event) -> str:
    return event.get("SUMMARY", "an event")
