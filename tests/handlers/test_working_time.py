"""Working time: additive, never negative, right on the nights when clocks change, and none on holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.calendar import ALWAYS, WEEKDAYS, Calendar
from handlers.working_time import (
    after,
    between,
    end_of_day,
    is_open,
    is_working_day,
    local_day,
    next_opening,
    opening_before,
)

ZONES = [
    # Each with a Sunday or so on which its clock jumps in 2026, forward and back.
    ("Europe/Amsterdam", date(2026, 3, 29), date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8), date(2026, 11, 1)),
    ("America/Santiago", date(2026, 9, 6), date(2026, 4, 5)),
    ("Africa/Cairo", date(2026, 4, 24), date(2026, 10, 30)),
    ("Asia/Beirut", date(2026, 3, 29), date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 10, 4), date(2026, 4, 5)),
    ("Pacific/Auckland", date(2026, 9, 27), date(2026, 4, 5)),
    ("Atlantic/Azores", date(2026, 3, 29), date(2026, 10, 25)),
]
OFFICE = Calendar(
    timezone="Europe/Amsterdam", hours={"mon-fri": ("09:00-12:30", "13:00-17:30")}, holidays="NL"
)
BOWEN = Calendar(timezone="Asia/Shanghai", hours={"mon-sat": ("09:00-18:00",)}, holidays="CN")
NONE, HOUR, DAY = timedelta(0), timedelta(hours=1), timedelta(days=1)

SEPTEMBER = datetime(2026, 9, 1, tzinfo=UTC)
"""From here to December every zone's clock jumps once."""
moments = st.builds(
    lambda minutes, zone: (SEPTEMBER + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone)),
    st.integers(0, 90 * 24 * 60),
    st.sampled_from(["UTC", *(name for name, *_ in ZONES)]),
)
amounts = st.timedeltas(NONE, timedelta(hours=12))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any calendar: a zone, and some spans on some weekdays, a night span and a whole day among them."""
    marks = st.lists(st.integers(0, 96), min_size=4, max_size=6, unique=True).map(sorted)
    hours = {}
    for day in draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True)):
        quarters = draw(marks)
        pairs = zip(quarters[::2], quarters[1::2], strict=False)
        hours[day] = tuple(f"{_wall(opens)}-{_wall(closes)}" for opens, closes in pairs)
    zone = draw(st.sampled_from([name for name, *_ in ZONES]))
    country = draw(st.sampled_from([None, "NL", "ZA"]))
    return Calendar(timezone=zone, hours=hours, holidays=country)


def _wall(quarters: int) -> str:
    return f"{quarters // 4:02}:{quarters % 4 * 15:02}"


def local(calendar: Calendar, *parts: int) -> datetime:
    """A moment by the calendar's wall clock."""
    year, month, day, hour, minute = (*parts, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(calendar.timezone))


@given(calendars(), moments, amounts, amounts)
@settings(deadline=None, max_examples=40)
def test_working_time_adds_up(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    """First so much and then so much more is both at once."""
    assert after(calendar, after(calendar, start, first), second) == after(calendar, start, first + second)


@given(calendars(), moments, amounts)
@settings(deadline=None, max_examples=40)
def test_what_has_passed_is_what_lies_between(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    """Counting back from where an amount ends gives the amount."""
    assert between(calendar, start, after(calendar, start, amount)) == amount


@given(calendars(), moments, moments, moments)
@settings(deadline=None, max_examples=40)
def test_what_lies_between_is_never_negative_and_adds_up(
    calendar: Calendar, one: datetime, two: datetime, three: datetime
) -> None:
    """Between three moments in order, the parts are the whole; backwards there is none."""
    first, second, third = sorted((one, two, three))
    parts = between(calendar, first, second), between(calendar, second, third)
    assert min(parts) >= NONE
    assert sum(parts, NONE) == between(calendar, first, third)
    assert between(calendar, third, first) == NONE
    assert between(calendar, first, third) <= third.astimezone(UTC) - first.astimezone(UTC)


@given(calendars(), moments, moments, amounts, amounts)
@settings(deadline=None, max_examples=40)
def test_later_and_longer_never_end_sooner(
    calendar: Calendar, one: datetime, two: datetime, less: timedelta, more: timedelta
) -> None:
    """A later start or a larger amount ends later, or at the same moment."""
    early, late = sorted((one, two))
    small, large = sorted((less, more))
    assert after(calendar, early, small) <= after(calendar, late, small)
    assert after(calendar, early, small) <= after(calendar, early, large)
    assert after(calendar, early, small) >= early


@given(calendars(), moments)
@settings(deadline=None, max_examples=40)
def test_an_opening_is_open_and_nothing_is_worked_before_it(calendar: Calendar, at: datetime) -> None:
    """The next opening is the moment itself or the first worked after it; the one before lies before."""
    opening, earlier = next_opening(calendar, at), opening_before(calendar, at)
    assert is_open(calendar, opening)
    assert is_open(calendar, earlier)
    assert earlier <= at <= opening
    assert between(calendar, at, opening) == NONE
    assert (opening == at) is (earlier == at) is is_open(calendar, at)


@given(moments, amounts)
@settings(deadline=None)
def test_in_the_calendar_always_time_is_time(start: datetime, amount: timedelta) -> None:
    """Every hour counts."""
    assert after(ALWAYS, start, amount) == start.astimezone(UTC) + amount


@pytest.mark.parametrize(("zone", "forward", "back"), ZONES, ids=str)
def test_a_week_in_which_the_clock_jumps_is_as_long_as_it_is(zone: str, forward: date, back: date) -> None:
    """Around the clock a day is shorter or longer by the jump; from nine to five it is eight hours always."""
    around = Calendar(timezone=zone, hours={"mon-sun": ("00:00-24:00",)})
    office = Calendar(timezone=zone, hours={"mon-sun": ("09:00-17:00",)})
    jump = timedelta(minutes=30) if zone == "Australia/Lord_Howe" else HOUR
    worked, days = {}, {}
    for name, day in (("forward", forward), ("back", back)):
        week = [day + DAY * number for number in range(-3, 4)]
        bounds = end_of_day(office, week[0] - DAY), end_of_day(office, week[-1])
        worked[name] = between(office, *bounds)
        days[name] = between(around, *bounds) - 7 * DAY
    assert worked == {"forward": 56 * HOUR, "back": 56 * HOUR}
    assert days == {"forward": -jump, "back": jump}


@pytest.mark.parametrize(("zone", "forward", "back"), ZONES, ids=str)
def test_eight_hours_from_nine_end_at_five_on_the_day_of_a_jump(zone: str, forward: date, back: date) -> None:
    """Who starts at nine by the wall clock is through at five by the wall clock, every day of these weeks."""
    office = Calendar(timezone=zone, hours={"mon-sun": ("09:00-17:00",)})
    for middle in (forward, back):
        for day in (middle + DAY * number for number in range(-3, 4)):
            start = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo(zone))
            assert after(office, start, 8 * HOUR).astimezone(ZoneInfo(zone)).hour == 17


def test_spans_in_an_hour_that_does_not_exist_are_not_worked() -> None:
    """On 29 March 2026 there is no 02:30 in Amsterdam: of 02:15 to 02:45 nothing is left, of 02:50 to 03:10 ten."""
    night = Calendar(timezone="Europe/Amsterdam", hours={"sun": ("02:15-02:45", "02:50-03:10")})
    assert between(night, local(night, 2026, 3, 28), local(night, 2026, 3, 30)) == timedelta(minutes=10)


def test_an_hour_that_comes_twice_is_worked_twice() -> None:
    """On 25 October 2026 it is 02:00 to 03:00 twice in Amsterdam."""
    night = Calendar(timezone="Europe/Amsterdam", hours={"sun": ("01:00-03:00",)})
    assert between(night, local(night, 2026, 10, 24), local(night, 2026, 10, 26)) == 3 * HOUR


def test_eight_hours_of_the_desk_leave_out_lunch_and_the_weekend() -> None:
    """From Friday 15:00: 2.5 hours, then 5.5 on Monday, with half an hour of lunch between."""
    start = local(OFFICE, 2026, 11, 20, 15)
    assert after(OFFICE, start, 8 * HOUR) == local(OFFICE, 2026, 11, 23, 15)


def test_holidays_are_not_worked() -> None:
    """King's Day in Amsterdam; the Spring Festival in Shanghai, a week with its days in lieu."""
    assert not is_working_day(OFFICE, date(2026, 4, 27))
    assert after(OFFICE, local(OFFICE, 2026, 4, 24, 17), HOUR) == local(OFFICE, 2026, 4, 28, 9, 30)
    assert next_opening(BOWEN, local(BOWEN, 2026, 2, 14, 18)) == local(BOWEN, 2026, 2, 21, 9)


def test_desk_and_supplier_count_differently() -> None:
    """Eight hours from Saturday 08:00 in Shanghai are Saturday's for Bowen, and Monday's for the desk."""
    start = local(BOWEN, 2026, 11, 21, 8)
    assert after(BOWEN, start, 8 * HOUR) == local(BOWEN, 2026, 11, 21, 17)
    assert after(OFFICE, start, 8 * HOUR) == local(OFFICE, 2026, 11, 23, 17, 30)


def test_an_amount_that_fills_a_span_ends_with_it() -> None:
    """What is due after a whole morning is due at noon, not when the afternoon begins."""
    assert after(OFFICE, local(OFFICE, 2026, 11, 23, 9), 3.5 * HOUR) == local(OFFICE, 2026, 11, 23, 12, 30)


def test_working_time_does_not_run_backwards() -> None:
    """A negative amount is a mistake of the caller."""
    with pytest.raises(ValueError, match="backwards"):
        after(OFFICE, local(OFFICE, 2026, 11, 23), -HOUR)


def test_a_day_is_the_calendars_own() -> None:
    """At 23:30 in Amsterdam it is tomorrow in Shanghai."""
    at = local(OFFICE, 2026, 11, 23, 23, 30)
    assert (local_day(OFFICE, at), local_day(BOWEN, at)) == (date(2026, 11, 23), date(2026, 11, 24))
