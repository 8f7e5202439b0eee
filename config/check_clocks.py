"""Checks of what rings: calendars that exist, ladders whose people exist, clocks that can start and end, digests."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.calendar import Calendar, length, public_holidays
from config.check_columns import wrong_condition
from config.clock import DIGEST, DM, HEARING, STALE, Clock, Rung
from config.desk import Desk
from config.errors import DeclarationFault, in_desk, in_tracker
from config.nearest import did_you_mean
from config.tracker import Tracker

BUILT_IN = ("always", "desk")
"""Keys of calendars that every desk has."""
MOMENTS = ("date", "datetime")
SOME_YEAR = 2026
"""A country that has holidays in one year is one that the package knows."""


def calendars(desk: Desk) -> Iterator[DeclarationFault]:
    """A calendar has a time zone and a country that exist, and a name of its own."""
    for key, calendar in desk.calendars.items():
        where = f"calendars.{key}"
        if key in BUILT_IN:
            yield in_desk(desk.key, where, f'"{key}" is there without being declared: choose another name')
        try:
            ZoneInfo(calendar.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            sentence = f'"{calendar.timezone}" is no time zone, like "Europe/Amsterdam"'
            yield in_desk(desk.key, f"{where}.timezone", sentence)
        if calendar.holidays is not None and not _has_holidays(calendar):
            sentence = f'"{calendar.holidays}" is no country whose holidays are known'
            yield in_desk(desk.key, f"{where}.holidays", sentence)


def _has_holidays(calendar: Calendar) -> bool:
    try:
        public_holidays(str(calendar.holidays), SOME_YEAR)
    except NotImplementedError:
        return False
    return True


def calendars_named(desk: Desk) -> Iterator[DeclarationFault]:
    """Every calendar that is named is declared."""
    named = [("calendar", desk.calendar)]
    named += [(f"people.{key}.calendar", one.calendar) for key, one in desk.people.items() if one.calendar]
    named += [
        (f"channels.{key}.calendar", one.calendar) for key, one in desk.channels.items() if one.calendar
    ]
    named += [(f"digests.{key}.calendar", digest.calendar) for key, digest in desk.digests.items()]
    for where, name in named:
        if where == "calendar" and name == "desk":
            yield in_desk(desk.key, where, '"desk" is the desk\'s own: it cannot stand for itself')
        elif sentence := _unknown(name, desk):
            yield in_desk(desk.key, where, sentence)
    for tracker in desk.trackers.values():
        for clock in tracker.clocks:
            if sentence := _unknown(clock.calendar, desk):
                yield in_tracker(desk.key, tracker.key, f"clocks.{clock.key}.calendar", sentence)


def _unknown(name: str, desk: Desk) -> str | None:
    known = (*BUILT_IN, *desk.calendars)
    return None if name in known else f'"{name}" is no calendar of this desk.{did_you_mean(name, known)}'


def deputies(desk: Desk) -> Iterator[DeclarationFault]:
    """A deputy is somebody else of the desk who still works there."""
    for key, person in desk.people.items():
        where, deputy = f"people.{key}.deputy", person.deputy
        if deputy is None:
            continue
        if deputy == key:
            yield in_desk(desk.key, where, "is the person themselves")
        elif deputy not in desk.people:
            sentence = f'"{deputy}" is no person of this desk.{did_you_mean(deputy, desk.people)}'
            yield in_desk(desk.key, where, sentence)
        elif not desk.people[deputy].active:
            yield in_desk(desk.key, where, f'"{deputy}" is not active, so nobody would act')


def ladders(desk: Desk) -> Iterator[DeclarationFault]:
    """A ladder has rungs of one kind, in order, and all who hear exist."""
    for name, rungs in desk.ladders.items():
        where = f"ladders.{name}"
        if not rungs:
            yield in_desk(desk.key, where, "is empty, so nobody would hear")
        if len({rung.at is None for rung in rungs}) > 1:
            yield in_desk(desk.key, where, "mixes `at` and `before`")
        elif [_place(rung) for rung in rungs] != sorted({_place(rung) for rung in rungs}):
            yield in_desk(desk.key, where, "must have its rungs in the order of their times")
        for rung in rungs:
            for hearing in rung.to:
                if not _exists(hearing, desk):
                    known = (*HEARING, *(f"{role}{DM}" for role in desk.roles))
                    sentence = f'"{hearing}" is nobody who could hear.{did_you_mean(hearing, known)}'
                    yield in_desk(desk.key, where, sentence)


def _place(rung: Rung) -> float:
    """Where a rung stands: the later, the larger."""
    return length(rung.at).total_seconds() if rung.at else -length(rung.before or "0m").total_seconds()


def _exists(hearing: str, desk: Desk) -> bool:
    for ending in (DM, DIGEST):
        if hearing.removesuffix(ending) in desk.roles and hearing.endswith(ending):
            return True
    return hearing in HEARING


def clocks(desk: Desk) -> Iterator[DeclarationFault]:
    """What a clock names exists, and each clock of a tracker has a name of its own."""
    for tracker in desk.trackers.values():
        keys = [clock.key for clock in tracker.clocks]
        for key in sorted({key for key in keys if keys.count(key) > 1 or key == STALE}):
            sentence = "is the bot's own: say `stale_after`" if key == STALE else "is there twice"
            yield in_tracker(desk.key, tracker.key, f"clocks.{key}.key", sentence)
        for clock in tracker.clocks:
            for key, sentence in _wrong(desk, tracker, clock):
                yield in_tracker(desk.key, tracker.key, f"clocks.{clock.key}{key}", sentence)


def _wrong(desk: Desk, tracker: Tracker, clock: Clock) -> Iterator[tuple[str, str]]:
    """What is wrong with a clock: the key below it, the sentence."""
    columns = {column.key: column for column in tracker.columns}
    for where, key in (
        ("due", clock.due),
        ("from_column", clock.from_column),
        ("until_column", clock.until_column),
    ):
        if key is not None and key not in columns:
            yield f".{where}", f'"{key}" is no column here.{did_you_mean(key, columns)}'
        elif where == "due" and key is not None and columns[key].type not in MOMENTS:
            yield f".{where}", f'"{key}" is of type {columns[key].type}, which is no moment'
    for key in clock.writes:
        if key not in columns:
            yield ".writes", f'"{key}" is no column here.{did_you_mean(key, columns)}'
    if clock.when is not None:
        yield from ((".when", sentence) for sentence in wrong_condition(desk, tracker, clock.when))
    yield from _wrong_states(desk, tracker, clock)
    yield from _wrong_ladder(desk, clock)
    said = clock.after or clock.every
    if said is not None and said.endswith("d") and clock.calendar != "always":
        yield "", f'"{said}" is no working time: say it in hours, or count it with the calendar "always"'


def _wrong_states(desk: Desk, tracker: Tracker, clock: Clock) -> Iterator[tuple[str, str]]:
    flow = desk.flows.get(tracker.flow)
    if flow is None:
        return
    for where, state in (("from_state", clock.from_state), ("until_state", clock.until_state)):
        if state is not None and state not in flow.states:
            near = did_you_mean(state, flow.states)
            yield f".{where}", f'"{state}" is no state of the flow "{tracker.flow}".{near}'
    start, end = clock.from_state or flow.initial, clock.until_state
    if start in flow.closed:
        yield ".from_state", f'in "{start}" the case is over, and its clocks with it'
    elif start in flow.states and end in flow.states and flow.states.index(end) <= flow.states.index(start):
        yield ".until_state", f'"{end}" does not come after "{start}" in the flow "{tracker.flow}"'


def _wrong_ladder(desk: Desk, clock: Clock) -> Iterator[tuple[str, str]]:
    if clock.ladder is None:
        return
    rungs = desk.ladders.get(clock.ladder)
    if rungs is None:
        yield (
            ".ladder",
            f'"{clock.ladder}" is no ladder of this desk.{did_you_mean(clock.ladder, desk.ladders)}',
        )
    elif clock.due is None and any(rung.before for rung in rungs):
        yield ".ladder", f'"{clock.ladder}" rings before a day that is due, so the clock needs `due`'


def stale(desk: Desk) -> Iterator[DeclarationFault]:
    """What says when a case is stale does so in hours of work, and who hears of it exists."""
    said = [(in_desk(desk.key, "stale_after", SAY_HOURS), desk.stale_after)]
    said += [
        (in_tracker(desk.key, tracker.key, "stale_after", SAY_HOURS), tracker.stale_after)
        for tracker in desk.trackers.values()
    ]
    yield from (fault for fault, after in said if after is not None and after.endswith("d"))
    ladder = desk.stale_ladder
    if ladder is not None and ladder not in desk.ladders:
        sentence = f'"{ladder}" is no ladder of this desk.{did_you_mean(ladder, desk.ladders)}'
        yield in_desk(desk.key, "stale_ladder", sentence)
    elif ladder is not None and any(rung.before for rung in desk.ladders[ladder]):
        yield in_desk(
            desk.key, "stale_ladder", f'"{ladder}" rings before a day that is due, and stale has none'
        )


SAY_HOURS = "must be in hours or minutes of working time"


def digests(desk: Desk) -> Iterator[DeclarationFault]:
    """A digest goes to a channel or a role that exists, a supplier's to a supplier's channel and no other."""
    for key, digest in desk.digests.items():
        where = f"digests.{key}.to"
        if digest.kind in ("my_day", "weekly"):
            if digest.to not in desk.roles:
                sentence = f'"{digest.to}" is no role of this desk.{did_you_mean(digest.to, desk.roles)}'
                yield in_desk(desk.key, where, sentence)
            continue
        channel = desk.channels.get(digest.to)
        if channel is None:
            sentence = f'"{digest.to}" is no channel of this desk.{did_you_mean(digest.to, desk.channels)}'
            yield in_desk(desk.key, where, sentence)
        elif (channel.kind == "supplier") != (digest.kind == "supplier"):
            yield in_desk(
                desk.key, where, f"a digest of kind {digest.kind} does not belong in a {channel.kind} channel"
            )
