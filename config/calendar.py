"""When people work: spans of a weekday in a time zone, and the days on which nobody does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Annotated

import holidays
from pydantic import Field, field_validator

from config.model import Declared

LENGTH = r"^\d{1,4}[mhd]$"
"""A length of time in a declaration: `"30m"`, `"8h"`, `"3d"`."""
Length = Annotated[str, Field(pattern=LENGTH)]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COUNTRY = r"^[A-Z]{2}(-[A-Z0-9]{1,5})?$"
"""A country whose public holidays are days off, with a part of it where they differ: `"NL"`, `"DE-BY"`."""
_DAYS = re.compile(rf"^({'|'.join(WEEKDAYS)})(?:-({'|'.join(WEEKDAYS)}))?$")
_SPAN = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
Span = tuple[timedelta, timedelta]
"""From when to when on a day's clock, both counted from midnight; the second may be 24 hours."""


@cache
def length(said: str) -> timedelta:
    """The length of time that a declaration says: `"8h"`. A day is 24 hours.

    Raises:
        ValueError: it is none.
    """
    if re.fullmatch(LENGTH, said) is None:
        raise ValueError(f'"{said}" is no length of time, like "8h"')
    return timedelta(**{_UNITS[said[-1]]: int(said[:-1])})


class Calendar(Declared):
    """The working time of a desk or a supplier: what clocks count, and when somebody is disturbed."""

    timezone: str
    hours: dict[str, tuple[str, ...]] = Field(min_length=1)
    """Weekdays (`mon-fri`, `sat`) to the spans of each, in order: `["09:00-12:30", "13:00-17:30"]`."""
    holidays: str | None = Field(default=None, pattern=COUNTRY)
    """The country whose public holidays are days off."""
    holidays_file: str | None = Field(default=None, pattern=r"^[\w.-]+\.ics$")
    """An iCalendar file beside `desk.toml`, whose all-day events are days off."""
    days_off: tuple[date, ...] = ()
    """Further days off; those of `holidays_file` are added when the desk is loaded."""

    @field_validator("hours")
    @classmethod
    def _is_a_week(cls, hours: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Refuse what is no weekday, no span, said twice, out of order, or no time at all."""
        seen: set[int] = set()
        for days, spans in hours.items():
            again = seen.intersection(_weekdays(days))
            if again:
                raise ValueError(f'"{WEEKDAYS[min(again)]}" is there twice')
            seen.update(_weekdays(days))
            _spans(days, spans)
        if not any(hours.values()):
            raise ValueError("has no working time at all")
        return hours

    @property
    def hours_open(self) -> Hours:
        """The same as a value that working time is counted with."""
        return _hours(self.timezone, tuple(self.hours.items()), self.holidays, self.days_off)


class Hours:
    """A calendar, ready to count with: the zone, the spans of seven weekdays from Monday on, the days off.

    Two of the same content are equal, and the hash is computed once: it is the key of what is remembered of a day.
    """

    __slots__ = ("_hash", "content")

    def __init__(
        self,
        timezone: str,
        week: tuple[tuple[Span, ...], ...],
        country: str | None,
        days_off: frozenset[date],
    ) -> None:
        self.content = (timezone, week, country, days_off)
        self._hash = hash(self.content)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hours) and self.content == other.content

    @property
    def timezone(self) -> str:
        """The name of its time zone."""
        return self.content[0]

    def spans(self, day: date) -> tuple[Span, ...]:
        """From when to when people work on a day, in order, by the wall clock."""
        _, week, country, days_off = self.content
        if day in days_off or (country is not None and day in public_holidays(country, day.year)):
            return ()
        return week[day.weekday()]


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country (`"NL"`, `"DE-BY"`) in a year, as the package `holidays` knows them.

    Raises:
        NotImplementedError: it knows no such country or part of one.
    """
    name, _, part = country.partition("-")
    return frozenset(holidays.country_holidays(name, subdiv=part or None, years=year))


def time_of_day(said: str) -> time:
    """A time of day in a declaration: `"09:00"`."""
    return time.fromisoformat(said)


@cache
def _hours(
    timezone: str,
    hours: tuple[tuple[str, tuple[str, ...]], ...],
    country: str | None,
    days_off: tuple[date, ...],
) -> Hours:
    week: list[tuple[Span, ...]] = [()] * len(WEEKDAYS)
    for days, spans in hours:
        for weekday in _weekdays(days):
            week[weekday] = _spans(days, spans)
    return Hours(timezone, tuple(week), country, frozenset(days_off))


def _weekdays(said: str) -> range:
    """The weekdays that a key means, Monday being 0."""
    found = _DAYS.match(said)
    if found is None:
        raise ValueError(f'"{said}" must be a weekday like "sat", or from one to another like "mon-fri"')
    first = WEEKDAYS.index(found[1])
    last = WEEKDAYS.index(found[2]) if found[2] else first
    if last < first:
        raise ValueError(f'"{said}" must go from an earlier weekday to a later one')
    return range(first, last + 1)


def _spans(days: str, said: tuple[str, ...]) -> tuple[Span, ...]:
    """The spans of a weekday, in order and apart from each other."""
    spans = tuple(_read_spans(days, said))
    if any(after[0] < before[1] for before, after in pairwise(spans)):
        raise ValueError(f'the spans of "{days}" must be in order and apart from each other')
    return spans


def _read_spans(days: str, said: tuple[str, ...]) -> Iterator[Span]:
    for one in said:
        found = _SPAN.match(one)
        if found is None:
            raise ValueError(f'"{one}" of "{days}" must be a span like "09:00-17:30"')
        hour, minute, end_hour, end_minute = (int(part) for part in found.groups() if part is not None)
        start, end = timedelta(hours=hour, minutes=minute), timedelta(hours=end_hour, minutes=end_minute)
        if end <= start:
            raise ValueError(f'"{one}" of "{days}" must end after it starts; over midnight it is two spans')
        yield start, end


ALWAYS = Calendar(timezone="UTC", hours={"mon-sun": ("00:00-24:00",)})
"""The calendar `always`: every hour counts."""
