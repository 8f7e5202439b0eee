"""What rings on the MHJ desk: its clocks, ladders, limits and calendars line by line, and who is never told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.clock import Clock, Rung
from config.desk import Desk
from config.load import load_desks
from config.model import Condition
from config.tracker import Tracker

CATALOGUE = Path(__file__).parent / "mhj_clocks.txt"
LADDERS = ("supplier", "owner", "customer", "deadline")


@pytest.fixture(scope="module")
def mhj() -> Desk:
    """The desk."""
    return load_desks()["mhj"]


def _sections() -> dict[str, list[str]]:
    """The lines of the catalogue by the name of their section."""
    sections: dict[str, list[str]] = {}
    for line in CATALOGUE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return sections


SECTIONS = _sections()
TRACKERS = [name for name in SECTIONS if name.partition(" ")[0] not in ("ladder", "limits", "calendar")]


def _condition(condition: Condition | None) -> str:
    parts = [
        f"?{key}={'|'.join(wanted)}" if isinstance(wanted, tuple) else f"?{key}"
        for key, wanted in (condition.root if condition else {}).items()
    ]
    return " ".join(parts) or "-"


def _clock(clock: Clock) -> str:
    until = f"column {clock.until_column}" if clock.until_column else clock.until_state or "-"
    due = f"due {clock.due}" if clock.due else f"after {clock.after}"
    calendar = "-" if clock.due else clock.calendar
    span = f"{clock.from_state or '-'} > {until}"
    return " : ".join((clock.key, _condition(clock.when), span, due, calendar, clock.ladder or "-"))


def _tracker(tracker: Tracker) -> Iterator[str]:
    yield from map(_clock, tracker.clocks)
    yield f"stale : {tracker.stale_after or '-'}"


def _rung(rung: Rung) -> str:
    return f"{f'at {rung.at}' if rung.at else f'before {rung.before}'} : {' '.join(rung.to)}"


def test_every_tracker_of_the_desk_is_compared(mhj: Desk) -> None:
    """A tracker that comes later brings its clocks, and its lines here."""
    assert sorted(mhj.trackers) == sorted(TRACKERS)


@pytest.mark.parametrize("key", TRACKERS)
def test_the_clocks_of_a_tracker_are_as_the_catalogue_has_them(mhj: Desk, key: str) -> None:
    """Every clock with its condition, start, end, length, calendar and ladder, in order."""
    assert list(_tracker(mhj.trackers[key])) == SECTIONS[key]


@pytest.mark.parametrize("key", LADDERS)
def test_a_ladder_is_as_the_catalogue_has_it(mhj: Desk, key: str) -> None:
    """Every rung with its time and all who hear."""
    assert [_rung(rung) for rung in mhj.ladders[key]] == SECTIONS[f"ladder {key}"]


def test_there_is_no_ladder_that_nothing_rings_on(mhj: Desk) -> None:
    """The desk has these ladders and a clock for each."""
    used = {clock.ladder for tracker in mhj.trackers.values() for clock in tracker.clocks}
    assert (sorted(mhj.ladders), used) == (sorted(LADDERS), set(LADDERS))


def test_the_limits_are_as_the_catalogue_has_them(mhj: Desk) -> None:
    """Caps, bundling and snoozing."""
    limits = mhj.reminders
    assert SECTIONS["limits"] == [
        f"a case a day : {limits.a_case_a_day}",
        f"bundle : {limits.bundle}",
        f"snooze at most : {limits.snooze_most}",
        f"reason from : {limits.snooze_reason_from}",
    ]
    assert limits.quiet_hours is True


@pytest.mark.parametrize("key", ["mhj_desk", "mhj_supplier"])
def test_a_calendar_is_as_the_catalogue_has_it(mhj: Desk, key: str) -> None:
    """Zone and spans; it has holidays, too."""
    calendar = mhj.calendars[key]
    spans = [f"{days} : {' '.join(spans)}" for days, spans in calendar.hours.items()]
    assert [f"timezone : {calendar.timezone}", *spans] == SECTIONS[f"calendar {key}"]
    assert calendar.holidays is not None


def test_what_is_stale_by_default_is_what_the_catalogue_calls_stale(mhj: Desk) -> None:
    """The desk's calendar and the owner's ladder."""
    assert (mhj.calendar, mhj.stale_ladder) == ("mhj_desk", "owner")
