"""Which clocks run, since when, until when, and when each is due."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from config.clock import Clock
from config.desk import Desk
from config.load import load_desks
from handlers.clocks import answered, deadline, proved, wind
from handlers.watch import Watch
from tests.handlers.watched import DAY, HOUR, SHANGHAI, Watched, at, watched
from tests.slack_desk import slack_desks

MONDAY = at("2026-11-23 09:00")
DESKS = load_desks(slack_desks())
STATES = [
    (tracker.key, state)
    for tracker in DESKS["mhj"].trackers.values()
    for state in DESKS["mhj"].flow_of(tracker).states
]


def running(case: Watched) -> set[str]:
    """The keys of the clocks that run."""
    return {one.key for one in case.watch.running}


def test_a_clock_runs_from_its_state_until_its_state(mhj: Desk) -> None:
    """Posted starts the clock of the acknowledgement, Acknowledged ends it and starts the next one."""
    case = watched(mhj, "item-issue", MONDAY)
    assert running(case) == {"stale"}
    case.move("Posted", MONDAY)
    assert running(case) == {"ack", "stale"}
    case.move("Acknowledged", MONDAY + HOUR)
    assert running(case) == {"solve", "stale"}
    assert case.clock("solve").since == MONDAY + HOUR


def test_a_state_that_is_jumped_over_ends_its_clock(mhj: Desk) -> None:
    """Who goes on to In progress without acknowledging has the case."""
    case = watched(mhj, "item-issue", MONDAY, status="Posted")
    case.move("In progress", MONDAY + HOUR)
    assert running(case) == {"solve", "stale"}


def test_due_counts_the_calendar_of_the_clock(mhj: Desk) -> None:
    """Eight hours of Bowen's from Monday 17:00 in Amsterdam, his midnight: his Tuesday, one hour before its end."""
    case = watched(mhj, "item-issue", at("2026-11-23 17:00"), status="Posted")
    assert case.clock("ack").due == at("2026-11-24 17:00", SHANGHAI)
    assert case.clock("stale").due == at("2026-12-01 17:00")


def test_a_closed_case_has_no_clocks_and_a_reopened_one_new_ones(mhj: Desk) -> None:
    """What was owed before it was closed is owed from the day it was opened again."""
    case = watched(mhj, "item-issue", MONDAY, status="Acknowledged")
    case.move("Done", MONDAY + HOUR)
    assert case.watch.running == ()
    case.move("In progress", MONDAY + DAY)
    assert case.clock("solve").since == MONDAY + DAY


def test_a_change_that_does_not_end_a_clock_lets_it_run_on(mhj: Desk) -> None:
    """Only the clock for stale cases counts from the last change."""
    case = watched(mhj, "item-issue", MONDAY, status="Posted")
    case.fill(MONDAY + HOUR, defect_tag="clasp")
    assert (case.clock("ack").since, case.clock("stale").since) == (MONDAY, MONDAY + HOUR)


def test_a_condition_chooses_the_clock(mhj: Desk) -> None:
    """A hold is acknowledged within two hours, a question about tracking within eight."""
    hold = watched(mhj, "request", MONDAY, status="Posted", values={"kind": "Hold"})
    question = watched(mhj, "request", MONDAY, status="Posted", values={"kind": "Tracking"})
    assert (running(hold), running(question)) == ({"ack_urgent", "stale"}, {"ack", "stale"})
    hold.fill(MONDAY + HOUR, kind="Tracking")
    assert running(hold) == {"ack", "stale"}


def test_a_column_ends_a_clock(mhj: Desk) -> None:
    """Once Bowen gave the cause, nobody waits for it."""
    case = watched(mhj, "order-delay", MONDAY, status="Posted")
    assert "cause" in running(case)
    case.fill(MONDAY + HOUR, cause="Customs")
    assert "cause" not in running(case)


def test_a_day_is_due_at_its_end_and_moves_with_its_column(mhj: Desk) -> None:
    """Pick up before 27 November means the end of that day in the desk's zone."""
    values = {"kind": "Customer pick-up", "pickup_by": "2026-11-27"}
    case = watched(mhj, "pickup-rts", MONDAY, values=values)
    assert case.clock("pickup_deadline").due == at("2026-11-27 23:59")
    case.fill(MONDAY + HOUR, pickup_by="2026-11-30")
    assert case.clock("pickup_deadline").due == at("2026-11-30 23:59")
    assert deadline(mhj.trackers["pickup-rts"], case.watch, MONDAY) == at("2026-11-30 23:59")
    assert deadline(mhj.trackers["pickup-rts"], case.watch, at("2026-12-01 09:00")) is None


def test_a_clock_without_its_day_does_not_run(mhj: Desk) -> None:
    """Nor where the condition is about something else; where nothing else runs, it is the clock for stale cases."""
    empty = watched(mhj, "pickup-rts", MONDAY, status="No reply", values={"kind": "Customer pick-up"})
    other = watched(mhj, "pickup-rts", MONDAY, values={"kind": "Return to sender", "pickup_by": "2026-11-27"})
    assert (running(empty), running(other)) == ({"stale"}, {"contact", "stale"})


def test_the_default_clock_runs_where_no_other_does(mhj: Desk) -> None:
    """A dispute has one for every state, so it is never stale; a proof past its clock would be."""
    dispute = watched(mhj, "shopify-chargeback", MONDAY, values={"internal_due": "2026-12-04T23:59+01:00"})
    assert running(dispute) == {"pick_up", "evidence_due"}
    dispute.move("Submitted", MONDAY + HOUR)
    assert running(dispute) == {"verdict"}
    dispute.fill(MONDAY + HOUR, internal_due="")
    dispute.move("Ready to submit", MONDAY + 2 * HOUR)
    assert running(dispute) == {"stale"}


@pytest.mark.parametrize(("tracker", "state"), STATES)
def test_nothing_open_is_without_a_clock(tracker: str, state: str) -> None:
    """Whatever state a case is in, and with nothing filled in: while it is open, something will be due."""
    desk = DESKS["mhj"]
    case = watched(desk, tracker, MONDAY, status=state)
    assert bool(case.watch.running) is (state not in desk.flow_of(desk.trackers[tracker]).closed)


@given(st.lists(st.sampled_from(DESKS["mhj"].flows["supplier_request"].states), max_size=8))
def test_winding_twice_is_winding_once(states: list[str]) -> None:
    """A change that is wound again, as after a crash, changes nothing."""
    case = watched(DESKS["mhj"], "item-issue", MONDAY)
    for hours, state in enumerate(states):
        now, before = MONDAY + 20 * hours * HOUR, case.case
        case.move(state, now)
        assert wind(case.desk, case.case, case.watch, now, before) == case.watch


def test_an_answer_stops_what_waits_for_its_side(mhj: Desk) -> None:
    """When Bowen answers a day late, his clock rings again after its eight hours; what is due stays as promised."""
    case = watched(mhj, "item-issue", MONDAY, status="Posted")
    due, late = case.clock("ack").due, at("2026-11-25 10:00", SHANGHAI)
    case.tick(late)
    by_desk = answered(mhj, case.case, case.watch, late, "desk")
    by_supplier = answered(mhj, case.case, case.watch, late, "supplier")
    assert by_desk == case.watch
    ack = by_supplier.clock("ack")
    assert ack is not None
    assert (ack.due, ack.ringing, ack.rung) == (due, at("2026-11-25 18:00", SHANGHAI), frozenset())


def test_an_answer_before_it_is_due_changes_nothing(mhj: Desk) -> None:
    """What was promised is still owed then."""
    case = watched(mhj, "item-issue", MONDAY, status="Posted")
    assert answered(mhj, case.case, case.watch, MONDAY + HOUR, "supplier") == case.watch


def test_an_overdue_day_rings_again_the_next_morning(mhj: Desk) -> None:
    """A day that has passed does not come again, so an answer is good for the rest of today."""
    values = {"kind": "Customer pick-up", "pickup_by": "2026-11-24"}
    case = watched(mhj, "pickup-rts", MONDAY, status="Customer contacted", values=values)
    stopped = answered(mhj, case.case, case.watch, at("2026-11-25 10:00"), "desk")
    again = stopped.clock("pickup_deadline")
    assert again is not None
    assert again.ringing == at("2026-11-26 09:00")


def test_a_move_stops_ladders_that_ring_and_ends_a_snooze(mhj: Desk) -> None:
    """A clock that runs on beyond the move rings again after its own time."""
    case = watched(mhj, "item-issue", MONDAY, status="Acknowledged")
    late = case.clock("solve").due + HOUR
    case.watch = replace(case.watch, snoozed_until=late + 5 * DAY)
    case.move("In progress", late)
    assert case.watch.snoozed_until is None
    assert case.clock("solve").ringing > late + 7 * DAY
    assert case.clock("solve").due < late


def checked(mhj: Desk) -> Desk:
    """The desk with checks of two sides on its item issues: the supplier asked, and the customer told."""
    checks = (
        Clock(key="asked", from_state="Posted", every="24h", calendar="always", ladder="owner",
              ask="Supplier asked?", writes=("supplier_reply",)),
        Clock(key="told", from_state="Posted", every="24h", calendar="always", ladder="owner",
              ask="Customer told?", writes=("resolution", "defect_tag")),
    )  # fmt: skip
    tracker = mhj.trackers["item-issue"].model_copy(update={"clocks": checks})
    return mhj.model_copy(update={"trackers": {**mhj.trackers, "item-issue": tracker}})


def test_a_recurring_check_wants_its_proof(mhj: Desk) -> None:
    """Neither an answer nor a move counts as the check; a new value in its columns does, and only for its side."""
    case = watched(checked(mhj), "item-issue", MONDAY, status="Posted")
    late = MONDAY + 30 * HOUR
    case.watch = answered(case.desk, case.case, case.watch, late, "desk")
    case.move("In progress", late)
    assert [case.clock(key).due for key in ("asked", "told")] == [MONDAY + DAY, MONDAY + DAY]
    case.fill(late + HOUR, supplier_reply="On its way")
    assert [case.clock(key).due for key in ("asked", "told")] == [late + HOUR + DAY, MONDAY + DAY]
    case.fill(late + 2 * HOUR, supplier_reply="On its way")
    assert case.clock("asked").due == late + HOUR + DAY


def test_still_waiting_counts_a_check_anew(mhj: Desk) -> None:
    """Said with a note, it is the proof; said of what is no check, or does not run, it is nothing."""
    case = watched(checked(mhj), "item-issue", MONDAY, status="Posted")
    watch = proved(case.desk, case.case, case.watch, "told", MONDAY + 3 * HOUR)
    told = watch.clock("told")
    assert told is not None
    assert told.due == MONDAY + 27 * HOUR
    assert proved(case.desk, case.case, case.watch, "stale", MONDAY) == case.watch
    assert proved(case.desk, case.case, Watch(), "told", MONDAY) == Watch()


def test_a_column_with_a_moment_starts_a_clock_at_that_moment(mhj: Desk) -> None:
    """The customer was told at ten, so the next word to him is owed 24 hours after that, whenever it was typed."""
    clock = Clock(key="again", from_column="customer_told_at", after="24h", calendar="always")
    tracker = mhj.trackers["request"].model_copy(update={"clocks": (clock,)})
    desk = mhj.model_copy(update={"trackers": {"request": tracker}})
    case = watched(desk, "request", MONDAY)
    assert running(case) == {"stale"}
    case.fill(MONDAY + 5 * HOUR, customer_told_at="2026-11-23T10:00+01:00")
    assert case.clock("again").due == at("2026-11-24 10:00")
    case.fill(MONDAY + 6 * HOUR, customer_told_at="2026-11-23T11:30+01:00")
    assert case.clock("again").due == at("2026-11-24 11:30")


def test_a_proof_that_is_a_moment_counts_from_that_moment(mhj: Desk) -> None:
    """The customer was told at ten and the agent types it at two: the next word is owed at ten the day after."""
    clock = Clock(key="again", from_column="customer_told_at", every="24h", calendar="always", ask="Customer told?",
                  writes=("customer_told_at",))  # fmt: skip
    tracker = mhj.trackers["request"].model_copy(update={"clocks": (clock,)})
    case = watched(mhj.model_copy(update={"trackers": {"request": tracker}}), "request", MONDAY)
    for day, told in enumerate(("2026-11-23T10:00+01:00", "2026-11-24T10:30+01:00")):
        case.fill(MONDAY + day * DAY + 5 * HOUR, customer_told_at=told)
    assert case.clock("again").due == at("2026-11-25 10:30")


def test_rungs_before_a_day_go_on_whatever_is_answered(mhj: Desk) -> None:
    """A deadline does not move because somebody said something."""
    case = watched(mhj, "shopify-chargeback", MONDAY, values={"internal_due": "2026-11-24T12:00+01:00"})
    assert answered(mhj, case.case, case.watch, at("2026-11-25 09:00"), "desk").clock("evidence_due") == (
        case.clock("evidence_due")
    )


def test_a_watch_is_stored_as_json_and_read_back(mhj: Desk) -> None:
    """It stands beside the case: what is read is what was written."""
    case = watched(mhj, "item-issue", MONDAY, status="Posted")
    case.until(MONDAY + 3 * DAY)
    watch = replace(case.watch, snoozed_until=MONDAY)
    kind = TypeAdapter(Watch)
    assert kind.validate_json(kind.dump_json(watch)) == watch


def test_a_desk_without_any_declaration_watches_nothing(mhj: Desk) -> None:
    """Clocks are there once a desk declares them."""
    tracker = mhj.trackers["proof"].model_copy(update={"clocks": ()})
    desk = mhj.model_copy(update={"trackers": {"proof": tracker}, "stale_after": None})
    assert watched(desk, "proof", MONDAY).watch == Watch()
