"""Faults of calendars, ladders, clocks and digests, and days off out of a file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from config.calendar import ALWAYS, Calendar, length, public_holidays
from config.days_off import YEARS_AHEAD, days_off
from config.load import load_desks
from tests.config.planting import BROKEN, DESK, copy_shop, faults_of, plant

RINGING = """calendar = "office"
stale_after = "16h"
stale_ladder = "owner"

[calendars.office]
timezone = "Europe/Amsterdam"
hours = { mon-fri = ["09:00-12:30", "13:00-17:30"], sat = ["10:00-12:00"] }
holidays = "NL"
holidays_file = "closed.ics"
days_off = [2026-12-24]

[ladders]
owner = [{ at = "0h", to = ["owner_dm"] }, { at = "8h", to = ["lead_dm", "desk_channel"] }]
asked = [{ at = "0h", to = ["supplier_thread"] }, { at = "4h", to = ["lead_digest"] }]
warned = [{ before = "3d", to = ["owner_dm"] }, { before = "4h", to = ["owner_dm"] }]

[reminders]
bundle = "5m"

[digests]
daily = { kind = "leads", to = "csr", at = "09:00" }
theirs = { kind = "supplier", to = "supplier", at = "09:15", calendar = "always" }
week = { kind = "weekly", to = "lead", at = "09:30", weekday = "mon" }

[roles]"""
CLOCKS = """clocks = [
  { key = "seen", from_state = "Posted", until_state = "Seen", after = "8h", ladder = "asked" },
  { key = "paid", when = { kind = ["Broken"] }, until_column = "result", due = "paid_on", ladder = "warned" },
  { key = "asked", from_column = "ticket", every = "2d", calendar = "always", ask = "Asked?", writes = ["result"] },
]
stale_after = "24h"

columns = [
  { key = "paid_on", header = "Paid on", type = "date" },"""
ICS = """BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Stock-taking
DTSTART;VALUE=DATE:20261228
DTEND;VALUE=DATE:20261231
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small desk with everything that rings, and no fault."""
    shop = copy_shop(tmp_path)
    plant(shop, DESK, "\n[roles]", "\n" + RINGING)
    plant(
        shop,
        DESK,
        'csr = { name = "support", place = "slack:C0CSR"',
        'csr = { calendar = "office", name = "support", place = "slack:C0CSR"',
    )
    plant(
        shop,
        DESK,
        'agent = { name = "Agent"',
        'agent = { calendar = "always", deputy = "lead", name = "Agent"',
    )
    plant(shop, BROKEN, "columns = [", CLOCKS)
    (shop / "shop/closed.ics").write_text(ICS, encoding="utf-8")
    return shop


def test_what_rings_is_loaded(folder: Path) -> None:
    """With the days off of the file beside those declared."""
    desk = load_desks(folder)["shop"]
    assert desk.calendar_named("desk") == desk.calendar_named(None) == desk.calendars["office"]
    assert desk.calendar_named("always") == ALWAYS
    assert desk.calendars["office"].days_off == tuple(date(2026, 12, day) for day in (24, 28, 29, 30))
    assert [clock.key for clock in desk.trackers["broken"].clocks] == ["seen", "paid", "asked"]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (DESK, 'calendar = "office"\nstale', 'calendar = "offise"\nstale',
         'calendar: "offise" is no calendar of this desk. Did you mean "office"?'),
        (DESK, 'calendar = "office"\nstale', 'calendar = "desk"\nstale',
         'calendar: "desk" is the desk\'s own: it cannot stand for itself'),
        (DESK, 'csr = { calendar = "office"', 'csr = { calendar = "ofice"',
         'channels.csr.calendar: "ofice" is no calendar of this desk. Did you mean "office"?'),
        (DESK, 'calendar = "always", deputy', 'calendar = "never", deputy',
         'people.agent.calendar: "never" is no calendar of this desk.'),
        (DESK, 'deputy = "lead"', 'deputy = "agent"', "people.agent.deputy: is the person themselves"),
        (DESK, 'deputy = "lead"', 'deputy = "leed"',
         'people.agent.deputy: "leed" is no person of this desk. Did you mean "lead"?'),
        (DESK, 'deputy = "lead"', 'deputy = "kim"', 'people.agent.deputy: "kim" is not active, so nobody would act'),
        (DESK, 'timezone = "Europe/Amsterdam"\nhours', 'timezone = "Europe/Amsterdan"\nhours',
         'calendars.office.timezone: "Europe/Amsterdan" is no time zone, like "Europe/Amsterdam"'),
        (DESK, 'holidays = "NL"', 'holidays = "XX"',
         'calendars.office.holidays: "XX" is no country whose holidays are known'),
        (DESK, 'holidays = "NL"', 'holidays = "nl"',
         'calendars.office.holidays: "nl" must be a country, like "NL", or a part of one, like "DE-BY"'),
        (DESK, "closed.ics", "gone.ics", None),
        (DESK, "mon-fri = [", "mon-sun = [", 'calendars.office.hours: "sat" is there twice'),
        (DESK, "mon-fri = [", "monday = [",
         'calendars.office.hours: "monday" must be a weekday like "sat", or from one to another like "mon-fri"'),
        (DESK, "mon-fri = [", "fri-mon = [",
         'calendars.office.hours: "fri-mon" must go from an earlier weekday to a later one'),
        (DESK, "10:00-12:00", "10-12", 'calendars.office.hours: "10-12" of "sat" must be a span like "09:00-17:30"'),
        (DESK, "10:00-12:00", "22:00-06:00",
         'calendars.office.hours: "22:00-06:00" of "sat" must end after it starts; over midnight it is two spans'),
        (DESK, "13:00-17:30", "12:00-17:30",
         'calendars.office.hours: the spans of "mon-fri" must be in order and apart from '
         "each other"),
        (DESK, 'hours = { mon-fri = ["09:00-12:30", "13:00-17:30"], sat = ["10:00-12:00"] }', "hours = { mon = [] }",
         "calendars.office.hours: has no working time at all"),
        (DESK, '"lead_dm", "desk_channel"', '"leed_dm", "desk_channel"',
         'ladders.owner: "leed_dm" is nobody who could hear. Did you mean "lead_dm"?'),
        (DESK, 'before = "4h"', 'at = "4h"', "ladders.warned: mixes `at` and `before`"),
        (DESK, 'before = "4h"', 'before = "5d"', "ladders.warned: must have its rungs in the order of their times"),
        (DESK, '{ at = "0h", to = ["supplier_thread"] }', '{ to = ["supplier_thread"] }',
         "ladders.asked.0: must have either `at` or `before`"),
        (DESK, 'stale_ladder = "owner"', 'stale_ladder = "ovner"',
         'stale_ladder: "ovner" is no ladder of this desk. Did you mean "owner"?'),
        (DESK, 'stale_ladder = "owner"', 'stale_ladder = "warned"',
         'stale_ladder: "warned" rings before a day that is due, and stale has none'),
        (DESK, 'stale_after = "16h"', 'stale_after = "2d"',
         "stale_after: must be in hours or minutes of working time"),
        (BROKEN, 'stale_after = "24h"', 'stale_after = "2d"',
         "stale_after: must be in hours or minutes of working time"),
        (DESK, 'bundle = "5m"', 'bundle = "soon"',
         'reminders.bundle: "soon" must be a length of time, like "30m", "8h" or "3d"'),
        (DESK, 'to = "csr", at', 'to = "cser", at',
         'digests.daily.to: "cser" is no channel of this desk. Did you mean "csr"?'),
        (DESK, 'to = "csr", at', 'to = "supplier", at',
         "digests.daily.to: a digest of kind leads does not belong in a supplier channel"),
        (DESK, 'to = "lead", at', 'to = "leed", at',
         'digests.week.to: "leed" is no role of this desk. Did you mean "lead"?'),
        (DESK, 'at = "09:30"', 'at = "9:30"', 'digests.week.at: "9:30" must be a time of day, like "09:00"'),
        (BROKEN, 'due = "paid_on"', 'due = "paid"',
         'clocks.paid.due: "paid" is no column here. Did you mean "paid_on"?'),
        (BROKEN, 'due = "paid_on"', 'due = "kind"', 'clocks.paid.due: "kind" is of type enum, which is no moment'),
        (BROKEN, 'until_column = "result"', 'until_column = "resolt"',
         'clocks.paid.until_column: "resolt" is no column here. Did you mean "result"?'),
        (BROKEN, 'writes = ["result"]', 'writes = ["results"]',
         'clocks.asked.writes: "results" is no column here. Did you mean "result"?'),
        (BROKEN, 'when = { kind = ["Broken"] }, until', 'when = { kind = ["Brocken"] }, until',
         'clocks.paid.when: "Brocken" is no choice of "kind". Did you mean "Broken"?'),
        (BROKEN, 'from_state = "Posted"', 'from_state = "Postd"',
         'clocks.seen.from_state: "Postd" is no state of the flow "simple". Did you mean "Posted"?'),
        (BROKEN, 'from_state = "Posted"', 'from_state = "Seen"',
         'clocks.seen.until_state: "Seen" does not come after "Seen" in the flow "simple"'),
        (BROKEN, 'from_state = "Posted"', 'from_state = "Done"',
         'clocks.seen.from_state: in "Done" the case is over, and its clocks with it'),
        (BROKEN, 'ladder = "asked"', 'ladder = "aksed"',
         'clocks.seen.ladder: "aksed" is no ladder of this desk. Did you mean "asked"?'),
        (BROKEN, 'ladder = "asked"', 'ladder = "warned"',
         'clocks.seen.ladder: "warned" rings before a day that is due, so the clock needs `due`'),
        (BROKEN, 'calendar = "always"', 'calendar = "desk"',
         'clocks.asked: "2d" is no working time: say it in hours, or count it with the calendar "always"'),
        (BROKEN, 'calendar = "always"', 'calendar = "alway"',
         'clocks.asked.calendar: "alway" is no calendar of this desk. Did you mean "always"?|clocks.asked: "2d" is no '
         'working time: say it in hours, or count it with the calendar "always"'),
        (BROKEN, 'key = "seen", from', 'key = "paid", from', "clocks.paid.key: is there twice"),
        (BROKEN, 'key = "seen", from', 'key = "stale", from',
         "clocks.stale.key: is the bot's own: say `stale_after`"),
        (BROKEN, 'after = "8h"', 'after = "8h", due = "paid_on"',
         "clocks.seen: must have exactly one of `after`, `every` and "
         "`due`"),
        (BROKEN, 'after = "8h"', 'after = "8h", ask = "Well?"',
         "clocks.seen: has `ask` and `writes` only together with "
         "`every`"),
        (BROKEN, 'from_state = "Posted"', 'from_state = "Posted", from_column = "ticket"',
         "clocks.seen: starts with `from_state` or `from_column`, not with both"),
        (BROKEN, 'until_state = "Seen"', 'until_state = "Seen", until_column = "result"',
         "clocks.seen: ends with `until_state` or `until_column`, not with both"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found_and_nothing_else(
    folder: Path, file: str, old: str, new: str, expected: str | None
) -> None:
    """Each check names the file, the key and what to do."""
    plant(folder, file, old, new)
    found = faults_of(folder)
    if expected is None:
        (fault,) = found
        assert fault.startswith('shop/desk.toml: calendars.office.holidays_file: "gone.ics" cannot be read')
    else:
        assert sorted(found) == sorted(f"{file}: {one}" for one in expected.split("|"))


def test_a_name_that_is_there_already_is_refused(folder: Path) -> None:
    """`always` and `desk` mean something on every desk."""
    plant(
        folder,
        DESK,
        "[calendars.office]",
        '[calendars.always]\ntimezone = "UTC"\nhours = { mon = ["09:00-10:00"] }\n\n[calendars.office]',
    )
    assert faults_of(folder) == [
        'shop/desk.toml: calendars.always: "always" is there without being declared: choose another name'
    ]


def test_days_off_are_read_from_a_file() -> None:
    """Days, spans of days, each year again; what has a time of day is no day off; long lines are folded."""
    found = days_off(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:A name that is\r\n  folded\r\nDTSTART;VALUE=DATE:20240229\r\n"
        "RRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20261231T120000Z\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261226\r\nDTEND;VALUE=DATE:20261226\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    leap = [date(year, 2, 29) for year in range(2024, 2024 + YEARS_AHEAD, 4)]
    assert found == tuple(sorted([*leap, date(2026, 12, 26)]))


@pytest.mark.parametrize(
    ("ics", "sentence"),
    [
        ("Monday", "is no iCalendar file: it has no line BEGIN:VCALENDAR"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Eid\nDTSTART;VALUE=DATE:20260320\nRRULE:FREQ=MONTHLY\nEND:VEVENT",
         '"Eid" comes again by FREQ=MONTHLY: only FREQ=YEARLY is read, write the others out'),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:tomorrow\nEND:VEVENT",
         '"an event" has no day that can be read: "tomorrow"'),
    ],
)  # fmt: skip
def test_a_file_that_would_be_read_wrongly_is_refused(folder: Path, ics: str, sentence: str) -> None:
    """With the reason, where the calendar names it."""
    (folder / "shop/closed.ics").write_text(ics, encoding="utf-8")
    assert faults_of(folder) == [f'shop/desk.toml: calendars.office.holidays_file: "closed.ics": {sentence}']


def test_a_length_of_time_is_a_number_and_its_unit() -> None:
    """Minutes, hours, days; nothing else."""
    assert [length(said) for said in ("30m", "8h", "3d")] == [
        timedelta(minutes=30), timedelta(hours=8), timedelta(days=3),
    ]  # fmt: skip
    with pytest.raises(ValueError, match='"8 h" is no length of time'):
        length("8 h")


def test_holidays_are_those_of_the_country_and_its_part() -> None:
    """All Saints' Day is one in Bavaria and none in Berlin."""
    assert date(2026, 4, 27) in public_holidays("NL", 2026)
    assert date(2026, 11, 1) in public_holidays("DE-BY", 2026)
    assert date(2026, 11, 1) not in public_holidays("DE-BE", 2026)


def test_equal_calendars_count_alike() -> None:
    """Two of the same content are one for whoever remembers days by them."""
    first, second = (Calendar(timezone="UTC", hours={"mon": ("09:00-10:00",)}) for _ in range(2))
    assert first.hours_open == second.hours_open
    assert hash(first.hours_open) == hash(second.hours_open)
    assert first.hours_open != ALWAYS.hours_open
