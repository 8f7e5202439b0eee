"""A digest is due once on each of its days, whatever clocks, zones and downtimes there are."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.calendar import Calendar
from config.clock import DigestTime
from config.desk import Desk
from handlers.digest_due import digest_day, next_digest
from handlers.working_time import is_working_day
from tests.handlers.test_working_time import ZONES
from tests.handlers.watched import DAY, HOUR, at

START = datetime(2026, 1, 5, tzinfo=UTC)
DAILY = DigestTime(kind="leads", to="leads", at="09:00")


def in_zone(desk: Desk, zone: str) -> Desk:
    """The desk, working nine to five in a time zone with the holidays of the Netherlands."""
    office = Calendar(timezone=zone, hours={"mon-fri": ("09:00-17:00",)}, holidays="NL")
    return desk.model_copy(update={"timezone": zone, "calendars": {"office": office}, "calendar": "office"})


@pytest.mark.parametrize("at_", ["09:00", "00:30", "02:30"])
@pytest.mark.parametrize("zone", [name for name, *_ in ZONES])
def test_two_clocks_send_one_digest_on_each_of_400_days(mhj: Desk, zone: str, at_: str) -> None:
    """Ten minutes apart, through every night on which clocks jump: one on each working day, none on others."""
    desk, daily = in_zone(mhj, zone), DigestTime(kind="leads", to="leads", at=at_)
    ledger: Counter[date] = Counter()
    for number in range(400 * 12):
        for apart in (timedelta(0), timedelta(minutes=10)):
            day = digest_day(desk, daily, START + number * 2 * HOUR + apart)
            if day is not None and day not in ledger:
                ledger[day] += 1
        ahead = next_digest(desk, daily, START + number * 2 * HOUR) if number % 40 == 0 else None
        assert ahead is None or digest_day(desk, daily, ahead) is not None
    local = [(START + number * DAY).astimezone(ZoneInfo(zone)).date() for number in range(1, 399)]
    expected = [day for day in local if is_working_day(desk.calendar_named(None), day)]
    assert [day for day in sorted(ledger) if local[0] <= day <= local[-1]] == expected


@pytest.mark.parametrize("zone", [name for name, *_ in ZONES])
def test_whoever_looks_when_it_is_due_finds_each_day_once(mhj: Desk, zone: str) -> None:
    """From one due moment to the next, 400 of them: every working day in order, none twice."""
    desk, late = in_zone(mhj, zone), DigestTime(kind="leads", to="leads", at="23:45")
    now, days = START, []
    for _ in range(400):
        ahead = next_digest(desk, late, now)
        assert ahead is not None
        now = ahead
        days.append(digest_day(desk, late, now))
    first, last = days[0], days[-1]
    assert first is not None
    assert last is not None
    every = [first + number * DAY for number in range((last - first).days + 1)]
    assert days == [day for day in every if is_working_day(desk.calendar_named(None), day)]


def test_a_missed_digest_is_caught_up_on_its_own_day(mhj: Desk) -> None:
    """Before its time there is none; later that day it is still due; the next day there is a newer one."""
    monday = date(2026, 11, 23)
    assert digest_day(mhj, DAILY, at("2026-11-23 08:59")) is None
    assert digest_day(mhj, DAILY, at("2026-11-23 09:00")) == monday
    assert digest_day(mhj, DAILY, at("2026-11-23 23:00")) == monday
    assert digest_day(mhj, DAILY, at("2026-11-24 08:00")) is None
    assert digest_day(mhj, DAILY, at("2026-11-22 12:00")) is None


def test_a_suppliers_digest_follows_his_clock_and_days(mhj: Desk) -> None:
    """Saturday at nine in Shanghai he works, and the desk sleeps."""
    theirs = mhj.digests["supplier_daily"]
    assert digest_day(mhj, theirs, at("2026-11-21 01:59")) is None
    assert digest_day(mhj, theirs, at("2026-11-21 02:00")) == date(2026, 11, 21)
    assert next_digest(mhj, theirs, at("2026-11-21 02:00")) == at("2026-11-23 02:00")


def test_a_weekly_digest_comes_on_its_weekday(mhj: Desk) -> None:
    """On a Monday that is a holiday it does not; on a day that nobody works on it never does."""
    weekly = mhj.digests["exec_weekly"]
    assert next_digest(mhj, weekly, at("2026-04-24 12:00")) == at("2026-05-04 09:30")
    never = DigestTime(kind="weekly", to="exec", at="09:30", weekday="sun")
    assert next_digest(mhj, never, at("2026-04-24 12:00")) is None


def test_a_digest_for_always_is_in_the_desks_time(mhj: Desk) -> None:
    """Every day of the week, at nine where the desk is."""
    always = DigestTime(kind="leads", to="leads", at="09:00", calendar="always")
    assert next_digest(mhj, always, at("2026-11-21 10:00")) == at("2026-11-22 09:00")
