"""Ladders: who hears when; every rung once, however the ticks fall; a few a day; in nobody's night."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import Clock, Reminders, Rung
from config.desk import Desk
from config.load import load_desks
from handlers.clocks import answered
from handlers.hearing import calendar_heard
from handlers.ladder import Nudge, calls, next_check_at, unheard
from handlers.place import PersonKey
from handlers.silence import snoozed
from handlers.working_time import is_open, local_day
from tests.handlers.watched import DAY, HOUR, SHANGHAI, at, watched
from tests.slack_desk import slack_desks

MONDAY = at("2026-11-23 09:00")
MHJ = load_desks(slack_desks())["mhj"]
KIM, AGENT, BOWEN = PersonKey("kim"), PersonKey("agent"), PersonKey("bowen")


def with_people(desk: Desk, **changes: dict[str, Any]) -> Desk:
    """The desk with some people changed."""
    people = {key: one.model_copy(update=changes.get(key, {})) for key, one in desk.people.items()}
    return desk.model_copy(update={"people": people})


def only(desk: Desk, tracker: str, *clocks: Clock, **changes: Any) -> Desk:
    """The desk with one tracker, which has these clocks and no other."""
    changed = desk.trackers[tracker].model_copy(update={"clocks": clocks, "stale_after": None})
    return desk.model_copy(update={"trackers": {tracker: changed}, **changes})


def heard(nudges: tuple[Nudge, ...]) -> list[str]:
    """Who hears."""
    return [nudge.hearer.key for nudge in nudges]


def test_a_case_nobody_touches_for_a_week_walks_its_ladder(mhj: Desk) -> None:
    """Eight hours of Bowen's, then his thread, his name, the agent, Kim; the fifth rung is for the weekly digest.

    From the second week on it is stale besides.
    """
    case = watched(mhj, "item-issue", MONDAY, status="Posted", owner="bowen")
    assert case.until(MONDAY + 7 * DAY) == [
        ("Tue 24 08:00", "supplier", 0),
        ("Wed 25 03:00", "supplier", 1),
        ("Wed 25 09:00", "person:agent", 2),
        ("Fri 27 09:00", "person:kim", 3),
    ]
    assert case.until(MONDAY + 12 * DAY) == [
        ("Tue 01 09:00", "person:agent", 0),
        ("Wed 02 09:00", "person:agent", 1),
        ("Fri 04 09:00", "person:lead", 2),
    ]
    assert "4:exec_digest" in case.clock("ack").rung


def test_the_mention_is_of_who_sits_with_the_supplier(mhj: Desk) -> None:
    """The second rung rings Bowen by name."""
    case = watched(mhj, "item-issue", MONDAY, status="Posted")
    case.until(MONDAY + 3 * DAY)
    assert [nudges[0].hearer.mention for _, nudges in case.rang[:2]] == [(), (BOWEN,)]


def test_quiet_hours_move_a_rung_to_the_morning(mhj: Desk) -> None:
    """Due on Friday at half past five, when the desk goes home: it rings on Monday at nine."""
    clock = Clock(key="soon", after="8h", ladder="owner")
    case = watched(only(mhj, "refund", clock), "refund", at("2026-11-20 09:00"))
    assert case.clock("soon").due == at("2026-11-20 17:30")
    assert case.until(MONDAY + HOUR) == [("Mon 23 09:00", "person:kim", 0)]


def test_without_quiet_hours_it_rings_at_once(mhj: Desk) -> None:
    """A desk may say that nights do not matter."""
    clock = Clock(key="soon", after="8h", ladder="owner")
    desk = only(mhj, "refund", clock, reminders=Reminders(quiet_hours=False))
    case = watched(desk, "refund", at("2026-11-20 09:00"))
    assert case.until(MONDAY) == [("Fri 20 17:30", "person:kim", 0)]


def test_a_warning_comes_before_the_quiet_hours_and_not_after_them(mhj: Desk) -> None:
    """Due on Friday 4 December at 23:59: what falls into a night or a weekend rings at the opening before."""
    values = {"internal_due": "2026-12-04T23:59+01:00"}
    case = watched(mhj, "shopify-chargeback", MONDAY, status="Ready to submit", values=values, owner="loise")
    assert case.until(MONDAY + 14 * DAY) == [
        ("Fri 27 13:00", "person:loise", 1),
        ("Tue 01 13:00", "person:loise", 2),
        ("Wed 02 13:00", "person:loise", 3),
        ("Wed 02 13:00", "home", 3),
        ("Thu 03 13:00", "home", 4),
        ("Thu 03 13:00", "person:bram", 4),
        ("Fri 04 13:00", "home", 5),
        ("Fri 04 13:00", "person:bram", 5),
    ]


def test_of_the_warnings_that_are_past_only_the_last_rings(mhj: Desk) -> None:
    """A dispute logged two and a half days before it is due does not ring three times at once."""
    values = {"internal_due": "2026-11-25T21:00+01:00"}
    case = watched(mhj, "shopify-chargeback", MONDAY, status="Ready to submit", values=values, owner="loise")
    assert case.until(MONDAY + HOUR) == [("Mon 23 09:00", "person:loise", 2)]


def test_an_answer_stops_the_ladder(mhj: Desk) -> None:
    """After Bowen's word the ladder begins anew, once his eight hours have passed again."""
    case = watched(mhj, "item-issue", MONDAY, status="Posted", owner="bowen")
    case.until(at("2026-11-24 12:00"))
    case.watch = answered(mhj, case.case, case.watch, at("2026-11-24 08:30"), "supplier")
    assert case.until(at("2026-11-26 08:00")) == [
        ("Wed 25 07:30", "supplier", 0),
        ("Thu 26 02:30", "supplier", 1),
    ]


def test_a_case_rings_three_times_a_day_at_most(mhj: Desk) -> None:
    """What is more waits for the next morning, and nothing of it is lost."""
    rungs = tuple(Rung(at=f"{number}m", to=("owner_dm",)) for number in range(0, 50, 10))
    clock = Clock(key="soon", after="1h", ladder="quick")
    case = watched(only(mhj, "refund", clock, ladders={"quick": rungs}), "refund", MONDAY)
    assert case.until(MONDAY + 2 * DAY) == [
        ("Mon 23 10:00", "person:kim", 0),
        ("Mon 23 10:10", "person:kim", 1),
        ("Mon 23 10:20", "person:kim", 2),
        ("Tue 24 09:00", "person:kim", 4),
    ]


def test_what_is_due_together_is_one_nudge(mhj: Desk) -> None:
    """Three days without anybody looking: each who should have heard hears once."""
    case = watched(mhj, "item-issue", MONDAY, status="Posted", owner="bowen")
    nudges = case.tick(at("2026-11-27 10:00"))
    assert [(nudge.hearer.key, nudge.clocks, nudge.rung) for nudge in nudges] == [
        ("supplier", ("ack",), 1),
        ("person:agent", ("ack",), 2),
        ("person:kim", ("ack",), 3),
    ]
    assert case.tick(at("2026-11-27 10:00")) == ()


def test_a_nudge_that_reached_nobody_hurries_the_next_rung(mhj: Desk) -> None:
    """Where the supplier's thread is gone, the rung after it rings at once instead of hours later."""
    case = watched(mhj, "item-issue", MONDAY, status="Posted", owner="bowen")
    late = at("2026-11-24 08:00")
    (nudge,) = case.tick(late)
    case.watch = unheard(case.watch, nudge, late)
    assert [one.rung for one in case.tick(late)] == [1]
    case.watch = unheard(case.watch, case.rang[-1][1][0], late)
    assert [(one.hearer.key, one.rung) for one in case.tick(late + 2 * HOUR)] == [("person:agent", 2)]


@pytest.mark.parametrize(
    ("people", "owner", "reporter", "away", "expected"),
    [
        ({}, "kim", "agent", {}, "person:kim"),
        ({}, "kim", "agent", {KIM: MONDAY + 9 * DAY}, "person:agent"),
        ({"kim": {"deputy": "agent2"}}, "kim", "agent", {KIM: MONDAY + 9 * DAY}, "person:agent2"),
        ({"kim": {"deputy": "agent2"}}, "kim", "agent", {KIM: MONDAY}, "person:kim"),
        ({"kim": {"slack": None, "telegram": None}}, "kim", "agent", {}, "person:agent"),
        ({"kim": {"active": False}}, "kim", "agent", {}, "person:agent"),
        ({}, "bowen", "agent", {}, "person:agent"),
        ({}, "bowen", "sheet", {}, "person:lead"),
        ({}, None, "sheet", {}, "person:lead"),
        ({"lead": {"active": False}}, None, "sheet", {}, "home"),
        ({"agent": {"deputy": "kim"}, "kim": {"deputy": "agent"}}, "kim", "agent",
         {KIM: MONDAY + 9 * DAY, AGENT: MONDAY + 9 * DAY}, "person:lead"),
    ],
)  # fmt: skip
def test_somebody_hears(
    mhj: Desk,
    people: dict[str, dict[str, Any]],
    owner: str | None,
    reporter: str,
    away: dict[PersonKey, datetime],
    expected: str,
) -> None:
    """The owner; who stands in for them; who logged the case; the lead; in the end the channel. Never nobody."""
    clock = Clock(key="soon", after="1h", ladder="owner")
    desk = with_people(only(mhj, "item-issue", clock), **people)
    case = watched(desk, "item-issue", MONDAY, owner=owner, reporter=reporter)
    case.away = away
    assert heard(case.tick(MONDAY + 2 * HOUR)) == [expected]


def test_a_restricted_case_is_heard_of_by_its_people_only(mhj: Desk) -> None:
    """The team lead of the owner's third rung may not know of a dispute: their own channel hears instead."""
    case = watched(mhj, "shopify-chargeback", MONDAY, owner="loise", reporter="loise")
    case.until(MONDAY + 30 * DAY)
    names = {nudge.hearer.key for _, nudges in case.rang for nudge in nudges}
    assert names == {"person:loise", "home"}


def test_a_supplier_who_was_not_asked_is_not_reminded(mhj: Desk) -> None:
    """Without a request there is no thread: the desk's side hears."""
    clock = Clock(key="soon", after="1h", ladder="supplier")
    case = watched(only(mhj, "item-issue", clock), "item-issue", MONDAY, owner="bowen", posted=False)
    assert heard(case.tick(MONDAY + 2 * HOUR)) == ["person:agent"]


def test_a_role_hears_when_all_of_it_work(mhj: Desk) -> None:
    """One agent works mornings, the other afternoons: where they never meet, the first one's hours count."""
    clock = Clock(key="soon", after="1h", calendar="always", ladder="all")
    calendars = {
        "early": mhj.calendars["mhj_desk"].model_copy(update={"hours": {"mon-fri": ("08:00-12:00",)}}),
        "late": mhj.calendars["mhj_desk"].model_copy(update={"hours": {"mon-fri": ("11:00-20:00",)}}),
        "night": mhj.calendars["mhj_desk"].model_copy(update={"hours": {"mon-fri": ("20:00-23:00",)}}),
    }
    ladders = {"all": (Rung(at="0h", to=("csr_dm",)),)}
    found = {}
    for other in ("late", "night"):
        desk = only(mhj, "refund", clock, calendars={**mhj.calendars, **calendars}, ladders=ladders)
        desk = with_people(desk, agent={"calendar": "early"}, agent2={"calendar": other})
        found[other] = watched(desk, "refund", at("2026-11-23 06:00")).until(MONDAY + DAY)
    assert found == {
        "late": [("Mon 23 11:00", "person:agent", 0), ("Mon 23 11:00", "person:agent2", 0)],
        "night": [("Mon 23 08:00", "person:agent", 0), ("Mon 23 08:00", "person:agent2", 0)],
    }


def test_the_suppliers_holiday_is_not_counted_and_not_disturbed(mhj: Desk) -> None:
    """Posted on Friday 13 February 2026 in his afternoon: the Spring Festival passes, he hears on the 24th."""
    case = watched(mhj, "item-issue", at("2026-02-14 17:00", SHANGHAI), status="Posted", owner="bowen")
    case.until(at("2026-03-01 09:00"))
    moment, nudges = case.rang[0]
    assert (heard(nudges), moment) == (["supplier"], at("2026-02-21 16:00", SHANGHAI))


OPEN = [
    (tracker.key, state)
    for tracker in MHJ.trackers.values()
    for state in MHJ.flow_of(tracker).states
    if state not in MHJ.flow_of(tracker).closed
]
ticks = st.lists(st.integers(1, 14 * 60), min_size=10, max_size=40)


@given(
    ticks,
    st.sampled_from(["item-issue", "refund", "out-of-stock", "shopify-chargeback"]),
    st.data(),
)
@settings(deadline=None, max_examples=25)
def test_each_rung_rings_once_however_the_ticks_fall(
    waits: list[int], tracker: str, data: st.DataObject
) -> None:
    """Whoever looks when, twice at once or after days: no call rings twice, the cap holds, and nobody is woken."""
    flow = MHJ.flow_of(MHJ.trackers[tracker])
    status = data.draw(st.sampled_from([state for state in flow.states if state not in flow.closed]))
    values = {"internal_due": "2026-12-04T23:59+01:00"}
    case = watched(MHJ, tracker, MONDAY, status=status, values=values, owner="kim")
    now, keys = MONDAY, []
    for wait in waits:
        now += timedelta(minutes=wait)
        for _ in range(data.draw(st.integers(1, 2))):
            keys += [nudge.key for nudge in case.tick(now)]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    days = Counter(local_day(MHJ.calendar_named(None), moment) for moment, _ in case.rang)
    assert max(days.values(), default=0) <= MHJ.reminders.a_case_a_day
    for moment, nudges in case.rang:
        for nudge in nudges:
            assert is_open(calendar_heard(MHJ, case.case, nudge.hearer), moment)


@given(ticks, st.sampled_from(OPEN), st.integers(0, 80), st.booleans())
@settings(deadline=None, max_examples=25)
def test_the_next_look_is_never_in_the_past(
    waits: list[int], case_of: tuple[str, str], snooze: int, is_hurried: bool
) -> None:
    """Who has just looked need not look again at once, whatever was late, silenced, capped or not delivered."""
    tracker, status = case_of
    values = {"kind": "Customer pick-up", "pickup_by": "2026-11-27", "internal_due": "2026-12-04T23:59+01:00"}
    case = watched(MHJ, tracker, MONDAY, status=status, values=values, owner="bowen")
    case.watch = snoozed(MHJ, case.case, case.watch, MONDAY + snooze * HOUR)
    now = MONDAY
    for wait in waits:
        now += timedelta(minutes=wait)
        nudges = case.tick(now)
        ahead = next_check_at(case.desk, case.case, case.watch, now)
        assert ahead is None or ahead > now
        if nudges and is_hurried:
            case.watch = unheard(case.watch, nudges[0], now)


@given(st.sampled_from(OPEN), st.integers(1, 10))
@settings(deadline=None, max_examples=20)
def test_every_rung_rings_in_the_end(case_of: tuple[str, str], days: int) -> None:
    """However seldom somebody looks: after some months no call is left."""
    tracker, status = case_of
    values = {"kind": "Customer pick-up", "pickup_by": "2026-11-27", "internal_due": "2026-12-04T23:59+01:00"}
    case = watched(MHJ, tracker, MONDAY, status=status, values=values)
    for number in range(1, 400 // days):
        case.tick(MONDAY + number * days * DAY + 2 * HOUR)
    assert calls(MHJ, case.case, case.watch, MONDAY + 400 * DAY) == ()


@given(ticks, st.lists(st.integers(0, 59), max_size=4))
@settings(deadline=None, max_examples=20)
def test_answers_between_ticks_double_nothing(waits: list[int], answers: list[int]) -> None:
    """Stopped and started again, a ladder has new keys and never an old one."""
    case = watched(MHJ, "item-issue", MONDAY, status="Posted", owner="bowen")
    now, keys = MONDAY, []
    for number, wait in enumerate(waits):
        now += timedelta(minutes=wait)
        if number in answers:
            case.watch = answered(MHJ, case.case, case.watch, now, "supplier")
        keys += [nudge.key for nudge in case.tick(now)]
    assert len(keys) == len(set(keys))


def test_what_is_no_clock_any_more_does_not_ring(mhj: Desk) -> None:
    """A clock that was taken out of the declaration is forgotten with the next change."""
    case = watched(mhj, "item-issue", MONDAY, status="Posted")
    case.desk = only(mhj, "item-issue", stale_after=None)
    assert case.until(MONDAY + 30 * DAY) == []
    case.move("In progress", MONDAY + DAY)
    assert case.watch.running == ()


def test_it_is_remembered_for_two_days_when_a_case_rang(mhj: Desk) -> None:
    """The cap looks at one day; what is older is forgotten."""
    case = watched(mhj, "item-issue", MONDAY, status="Posted", owner="bowen")
    case.watch = replace(case.watch, nudged=(MONDAY - 9 * DAY,))
    case.until(MONDAY + 20 * DAY)
    assert MONDAY - 9 * DAY not in case.watch.nudged
