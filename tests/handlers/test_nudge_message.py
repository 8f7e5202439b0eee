"""What a nudge says, in its reader's time, and what can be pressed under it."""

from __future__ import annotations

from dataclasses import replace

from config.clock import Clock
from config.desk import Desk
from handlers.ladder import Nudge
from handlers.message import Message
from handlers.nudge_message import BUNDLED, Told, bundle_message, nudge_message
from handlers.place import CaseId
from tests.handlers.watched import DAY, HOUR, SHANGHAI, Watched, at, watched

MONDAY = at("2026-11-23 09:00")


def told(case: Watched, nudge: Nudge) -> Told:
    """The nudge with its case."""
    return Told(case.case, case.watch, nudge)


def pressed(message: Message) -> list[tuple[str, str]]:
    """The buttons: what they are called, what they do."""
    return [(button.label, button.action) for button in message.buttons]


def test_the_owner_reads_what_is_owed_in_his_time(mhj: Desk) -> None:
    """What, since when, when it was due; done, snooze, reassign, on it."""
    case = watched(mhj, "out-of-stock", MONDAY, values={"order_no": "10423", "sku": "RING-7"})
    case.case = replace(case.case, home_link="https://chat.example/1")
    now = at("2026-11-24 10:00")
    said = nudge_message(mhj, told(case, case.tick(now)[0]), now)
    assert said.headline == "II-2648-0001 waits for you · Open"
    assert said.facts == (("Alternatives given", "since 23 Nov 2026, 09:00, was due 23 Nov 2026, 17:30"),)
    assert [link.url for link in said.links] == ["https://chat.example/1"]
    assert pressed(said) == [
        ("Done", "move"), ("Snooze", "snooze"), ("Reassign", "assign"), ("I'm on it", "on_it"),
    ]  # fmt: skip


def test_the_supplier_reads_his_side_in_his_time(mhj: Desk) -> None:
    """No owner, no link into the desk, and Acknowledge as long as he has not."""
    case = watched(mhj, "item-issue", at("2026-11-23 10:00", SHANGHAI), status="Posted", owner="bowen",
                   values={"order_no": "10423", "ticket": "88"})  # fmt: skip
    case.case = replace(case.case, home_link="https://chat.example/1")
    now = at("2026-11-24 10:00", SHANGHAI)
    (nudge,) = case.tick(now)
    said = nudge_message(mhj, told(case, nudge), now)
    assert said.facts == (("Acknowledged", "since 23 Nov 2026, 10:00, was due 23 Nov 2026, 18:00"),)
    assert (said.links, pressed(said)) == ((), [("Acknowledge", "acknowledge"), ("I'm on it", "on_it")])
    assert "with" not in said.lines[0]
    case.case = replace(case.case, acknowledged_at=now)
    assert pressed(nudge_message(mhj, told(case, nudge), now)) == [("I'm on it", "on_it")]


def test_who_hears_later_reads_why(mhj: Desk) -> None:
    """The lead learns how many reminders were not answered; the channel is not addressed as "you"."""
    case = watched(mhj, "refund", at("2026-11-02 09:00"))
    case.until(at("2026-11-20 09:00"))
    said = [nudge_message(mhj, told(case, nudge), now) for now, nudges in case.rang for nudge in nudges]
    assert [(message.headline, message.footer) for message in said] == [
        ("II-2648-0001 waits for you · Requested", ""),
        ("II-2648-0001 waits for you · Requested", "One reminder before this one was not answered."),
        ("II-2648-0001 waits for you · Requested", "2 reminders before this one were not answered."),
        ("II-2648-0001 still waits · Requested", "3 reminders before this one were not answered."),
    ]


def test_a_warning_says_what_is_due_and_when(mhj: Desk) -> None:
    """Before its day it is due, not overdue; of a flow with several ends none is offered."""
    values = {"internal_due": "2026-11-27T12:00+01:00"}
    case = watched(mhj, "shopify-chargeback", MONDAY, status="Ready to submit", values=values, owner="loise")
    said = nudge_message(mhj, told(case, case.tick(MONDAY)[0]), MONDAY)
    assert said.facts == (("Our due", "since 23 Nov 2026, 09:00, due 27 Nov 2026, 12:00"),)
    assert pressed(said)[0] == ("Snooze", "snooze")


def test_what_is_stale_and_what_has_no_end_are_said_in_words(mhj: Desk) -> None:
    """Nothing has happened; a verdict is waited for until the end of the case."""
    stale = watched(mhj, "refund", at("2026-11-02 09:00"))
    said = nudge_message(mhj, told(stale, stale.tick(MONDAY)[0]), MONDAY)
    assert said.facts[0][0] == "Nothing has happened"
    case = watched(mhj, "shopify-chargeback", at("2026-08-03 09:00"), status="Submitted", owner="loise")
    said = nudge_message(mhj, told(case, case.tick(MONDAY)[0]), MONDAY)
    assert said.facts[0][0] == "The end of the case"


def test_a_check_is_answered_or_still_waited_for(mhj: Desk) -> None:
    """Its question is what is owed; to be done is not among the answers."""
    check = Clock(key="asked", every="24h", calendar="always", ladder="owner", ask="Supplier asked?",
                  writes=("notes",))  # fmt: skip
    tracker = mhj.trackers["refund"].model_copy(update={"clocks": (check,), "stale_after": None})
    desk = mhj.model_copy(update={"trackers": {"refund": tracker}, "stale_after": None})
    case = watched(desk, "refund", MONDAY)
    now = MONDAY + DAY + HOUR
    said = nudge_message(desk, told(case, case.tick(now)[0]), now)
    assert said.facts[0][0] == "Supplier asked?"
    assert [button.value for button in said.buttons[:2]] == ["asked", "asked"]
    assert pressed(said) == [
        ("Answer", "check"), ("Still waiting", "still_waiting"), ("Snooze", "snooze"), ("Reassign", "assign"),
        ("I'm on it", "on_it"),
    ]  # fmt: skip


def test_nudges_to_one_person_are_one_message(mhj: Desk) -> None:
    """A line and a button each, ten at most; one alone is a nudge as ever."""
    nudges = []
    for number in range(12):
        case = watched(mhj, "out-of-stock", MONDAY, values={"order_no": f"{number}"})
        case.case = replace(case.case, id=CaseId(f"OS-2648-{number:04}"))
        nudges.append(told(case, case.tick(MONDAY + DAY)[0]))
    said = bundle_message(mhj, nudges, MONDAY + DAY)
    assert (said.headline, len(said.lines), len(said.buttons)) == ("12 cases wait for you", BUNDLED, BUNDLED)
    assert said.lines[0].endswith("Alternatives given: since 23 Nov 2026, 09:00, was due 23 Nov 2026, 17:30")
    assert said.footer == "2 more are in /mine."
    assert bundle_message(mhj, nudges[:1], MONDAY + DAY) == nudge_message(mhj, nudges[0], MONDAY + DAY)
