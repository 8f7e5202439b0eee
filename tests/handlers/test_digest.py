"""Digests: what stands in them, who may read it, and that a thousand cases fit into one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from config.desk import Desk
from handlers.digest import (
    Aged,
    Digest,
    Watched,
    channel_trackers,
    digest,
    my_day,
    role_trackers,
    supplier_digest,
)
from handlers.digest_message import (
    A_GROUP,
    MOST_LINES,
    leads_message,
    my_day_message,
    supplier_message,
    weekly_message,
)
from handlers.message import Message
from handlers.place import CaseId, PersonKey
from handlers.silence import snoozed
from handlers.weekly import weekly
from tests.handlers.watched import DAY, HOUR, at, watched

NOW = at("2026-11-24 09:00")
TELEGRAM = 4096


def numbered(
    desk: Desk, tracker: str, number: int, logged: datetime, *, owner: str | None = "kim", **options: str
) -> Watched:
    """A case with an id of its own, as it is watched."""
    prefix = desk.trackers[tracker].prefix
    values = {"order_no": f"{10000 + number}", "sku": "RING-7", "kind": "Broken", **options}
    case = watched(desk, tracker, logged, owner=owner, values=values, status=options.pop("status", ""))
    return replace(case.case, id=CaseId(f"{prefix}-2648-{number:04}")), case.watch


def leads(desk: Desk, watched_: Sequence[Watched], now: datetime = NOW, channel: str = "leads") -> Digest:
    """The digest of a channel."""
    return digest(desk, channel_trackers(desk, channel), watched_, now)


def ids(found: Digest) -> list[tuple[str, str]]:
    """How every case stands, in order."""
    return [(entry.standing, str(entry.case.id)) for group in found.groups for entry in group.entries]


def test_overdue_comes_first_then_today_then_stale(mhj: Desk) -> None:
    """In a group the earliest due comes first; what is owed later is not in it."""
    cases = [
        numbered(mhj, "refund", 1, at("2026-11-02 09:00")),
        numbered(mhj, "out-of-stock", 2, at("2026-11-23 10:00")),
        numbered(mhj, "out-of-stock", 3, at("2026-11-20 09:00")),
        numbered(mhj, "out-of-stock", 4, at("2026-11-19 09:00")),
        numbered(mhj, "ticket-issue", 5, at("2026-11-23 09:00")),
    ]
    found = leads(mhj, cases)
    assert ids(found) == [
        ("overdue", "OS-2648-0004"), ("overdue", "OS-2648-0003"), ("today", "OS-2648-0002"), ("stale", "RF-2648-0001"),
    ]  # fmt: skip
    assert (found.open, found.unowned, found.snoozed) == (5, 0, 0)


def test_groups_are_by_tracker_and_owner(mhj: Desk) -> None:
    """Trackers by their titles; what is with nobody first."""
    logged = at("2026-11-09 09:00")
    cases = [
        numbered(mhj, "refund", 1, logged),
        numbered(mhj, "refund", 2, logged, owner=None),
        numbered(mhj, "ticket-issue", 3, logged, owner="lead"),
        numbered(mhj, "refund", 4, logged, owner="agent"),
    ]
    found = leads(mhj, cases)
    assert [(group.standing, group.tracker, group.owner) for group in found.groups] == [
        ("overdue", "ticket-issue", "lead"),
        ("stale", "refund", None), ("stale", "refund", "agent"), ("stale", "refund", "kim"),
    ]  # fmt: skip
    assert found.unowned == 1


def test_a_restricted_tracker_is_in_its_own_peoples_digest_only(mhj: Desk) -> None:
    """Elsewhere it is in no list, count, age or trend."""
    dispute = numbered(mhj, "shopify-chargeback", 1, at("2026-11-09 09:00"), owner=None)
    closed = replace(dispute[0], status="Won", closed_at=NOW - DAY)
    history = [(date(2026, 11, 23), {"shopify-chargeback": 7, "refund": 2})]
    found = {
        channel: digest(mhj, channel_trackers(mhj, channel), [dispute], NOW, [closed], history)
        for channel in ("leads", "csr", "finance", "chargebacks")
    }
    for channel in ("leads", "csr", "finance"):
        empty = found[channel]
        assert (empty.groups, empty.open, empty.unowned, empty.closed_yesterday, empty.ages) == (
            (),
            0,
            0,
            (),
            (),
        )
        assert empty.trend == ((date(2026, 11, 23), 2),)
    assert ids(found["chargebacks"]) == [("overdue", "CB-2648-0001")]
    assert found["chargebacks"].trend == ((date(2026, 11, 23), 7),)
    assert found["chargebacks"].closed_yesterday == (closed,)


def test_a_suppliers_channel_gets_nothing_of_the_desks(mhj: Desk) -> None:
    """Nor does his role; those who lead see what they may read."""
    assert channel_trackers(mhj, "supplier_nl") == frozenset()
    assert role_trackers(mhj, "supplier") == frozenset()
    assert role_trackers(mhj, "exec") == frozenset(mhj.trackers)
    assert role_trackers(mhj, "team_lead") == frozenset(mhj.trackers) - {"shopify-chargeback"}


def test_what_is_snoozed_beyond_today_is_only_counted(mhj: Desk) -> None:
    """What comes back today is back."""
    case, watch = numbered(mhj, "refund", 1, at("2026-11-02 09:00"))
    later = (case, snoozed(mhj, case, watch, NOW + 2 * DAY))
    today = (case, snoozed(mhj, case, watch, NOW + HOUR))
    assert (ids(leads(mhj, [later])), leads(mhj, [later]).snoozed) == ([], 1)
    assert ids(leads(mhj, [today])) == [("stale", "RF-2648-0001")]


def test_yesterday_is_the_desks(mhj: Desk) -> None:
    """Closed at 23:30 UTC on Sunday is closed on Monday in Amsterdam."""
    case, _ = numbered(mhj, "refund", 1, at("2026-11-02 09:00"))
    moments = [
        datetime(2026, 11, day, hour, 30, tzinfo=UTC)
        for day, hour in ((22, 22), (22, 23), (23, 22), (23, 23))
    ]
    closed = [replace(case, closed_at=moment) for moment in moments]
    found = digest(mhj, frozenset(mhj.trackers), [], NOW, closed)
    assert [one.closed_at for one in found.closed_yesterday] == moments[1:3]


def test_ages_are_counted_by_tracker(mhj: Desk) -> None:
    """Under a day, under three, under seven, older."""
    logged = [NOW - HOUR, NOW - DAY, NOW - 2 * DAY, NOW - 3 * DAY, NOW - 30 * DAY]
    cases = [numbered(mhj, "refund", number, one) for number, one in enumerate(logged)]
    assert leads(mhj, cases).ages == (Aged("refund", (1, 2, 1, 1)),)


def test_my_day_is_what_is_with_me_and_i_may_see(mhj: Desk) -> None:
    """A case that somebody put in an agent's name although they may not see it, is not in it."""
    logged = at("2026-11-02 09:00")
    cases = [
        numbered(mhj, "refund", 1, logged, owner="agent"),
        numbered(mhj, "refund", 2, logged),
        numbered(mhj, "shopify-chargeback", 3, logged, owner="agent"),
    ]
    found = my_day(mhj, PersonKey("agent"), cases, NOW)
    assert (ids(found), found.open) == ([("stale", "RF-2648-0001")], 1)
    assert my_day(mhj, PersonKey("nobody"), cases, NOW).open == 0


def posted(desk: Desk, number: int, logged: datetime, tracker: str = "item-issue") -> Watched:
    """A case that waits for the supplier."""
    case = watched(
        desk,
        tracker,
        logged,
        status="Posted",
        owner="bowen",
        values={"order_no": f"{number}", "ticket": "88"},
    )
    return replace(case.case, id=CaseId(f"II-2648-{number:04}")), case.watch


def test_a_supplier_reads_what_he_owes_and_no_more(mhj: Desk) -> None:
    """By tracker, due or not; what the desk owes, what was not posted, and who has it are not in it."""
    cases = [
        posted(mhj, 1, at("2026-11-20 03:00")),
        posted(mhj, 2, at("2026-11-24 08:30")),
        posted(mhj, 3, at("2026-11-23 10:30")),
        numbered(mhj, "refund", 4, at("2026-11-02 09:00")),
    ]
    waiting, watch = posted(mhj, 5, at("2026-11-20 03:00"))
    cases.append((replace(waiting, requested_at=None), watch))
    found = supplier_digest(mhj, "supplier_nl", cases, NOW)
    assert ids(found) == [("overdue", "II-2648-0001"), ("today", "II-2648-0003"), ("waiting", "II-2648-0002")]
    assert {group.owner for group in found.groups} == {None}
    said = supplier_message(mhj, found)
    assert said.headline == "MHJ Customer Support: 3 cases wait for you"
    assert said.lines == (
        "Overdue: 1",
        "Item Issue (1)",
        "• II-2648-0001 · 1 · Posted · due 20 Nov 2026, 18:00",
        "Due today: 1",
        "Item Issue (1)",
        "• II-2648-0003 · 3 · Posted · due 24 Nov 2026, 16:30",
        "Due later: 1",
        "Item Issue (1)",
        "• II-2648-0002 · 2 · Posted · due 25 Nov 2026, 14:30",
    )


def size(message: Message) -> int:
    """About how many characters a platform shows."""
    parts = [message.headline, *message.lines, *message.below, message.footer]
    return sum(len(part) + 1 for part in parts)


def test_a_thousand_cases_fit_into_one_message(mhj: Desk) -> None:
    """Ten of a group, 25 in all; the rest is counted and linked, and no number is lost."""
    trackers = [key for key in mhj.trackers if key != "shopify-chargeback"]
    owners = ["kim", "agent", "agent2", "lead", None]
    cases = [
        numbered(
            mhj, trackers[number % 10], number, NOW - (number % 60) * DAY, owner=owners[number // 10 % 5]
        )
        for number in range(1000)
    ]
    found = leads(mhj, cases)
    said = leads_message(mhj, found, {key: f"https://docs.example/{key}" for key in trackers})
    named = [line for line in said.lines if line.startswith("• ")]
    assert (found.open, len(named)) == (1000, MOST_LINES)
    assert size(said) < TELEGRAM
    assert len(said.links) == len(trackers)
    assert "1000 open" in said.lines[0]


def test_a_group_names_ten_and_counts_the_rest(mhj: Desk) -> None:
    """With a link to the tab where they all are."""
    cases = [numbered(mhj, "refund", number, at("2026-11-02 09:00")) for number in range(13)]
    said = leads_message(mhj, leads(mhj, cases), {"refund": "https://docs.example/refund"})
    assert said.lines[:3] == (
        "0 overdue, 0 due today, 13 stale, of 13 open.",
        "Stale: 13",
        "BIG5 Refund · Kim (13)",
    )
    assert said.lines[3] == "• RF-2648-0000 · 10000 · Broken · Requested · unchanged since 2 Nov 2026, 09:00"
    assert len(said.lines) == 3 + A_GROUP + 1
    assert said.lines[-1] == "  and 3 more"
    assert [link.url for link in said.links] == ["https://docs.example/refund"]
    assert [button.action for button in said.buttons] == ["nudge_all", "digest_assign"]


def test_a_digest_with_nothing_in_it_says_so(mhj: Desk) -> None:
    """Nothing to nudge, so no button; for one person and for the supplier, a friendly line."""
    empty = leads(mhj, [])
    said = leads_message(mhj, empty, {})
    assert (said.lines, said.buttons, said.links) == (
        ("0 overdue, 0 due today, 0 stale, of 0 open.",),
        (),
        (),
    )
    assert my_day_message(mhj, empty).lines == ("Nothing is due today.",)
    assert supplier_message(mhj, empty).lines == ("Nothing waits for you. Thank you.",)


def test_what_the_picture_shows_stands_below_in_words(mhj: Desk) -> None:
    """For those who cannot see it."""
    assert leads_message(mhj, leads(mhj, []), {}, ["One is older."]).below == ("One is older.",)


def test_the_trend_is_of_what_its_readers_may_see(mhj: Desk) -> None:
    """Day by day, the trackers of the digest added up."""
    history = [
        (date(2026, 11, 22), {"refund": 3, "proof": 1}),
        (date(2026, 11, 23), {"shopify-chargeback": 9}),
    ]
    found = digest(mhj, channel_trackers(mhj, "leads"), [], NOW, history=history)
    assert found.trend == ((date(2026, 11, 22), 4), (date(2026, 11, 23), 0))


def test_the_week_is_told_in_working_time(mhj: Desk) -> None:
    """Acknowledged by the supplier's hours, closed by the desk's; the oldest ten; what no reminder helped."""
    case, watch = posted(mhj, 1, at("2026-11-20 02:00"))
    acknowledged = replace(case, acknowledged_at=at("2026-11-20 05:00"))
    closed = replace(acknowledged, id=CaseId("II-2648-0009"), closed_at=at("2026-11-23 10:00"), status="Done")
    older = replace(closed, opened_at=NOW - 10 * DAY, closed_at=NOW - 9 * DAY, acknowledged_at=None)
    reached = replace(
        watch, running=tuple(replace(one, rung=frozenset({"4:exec_digest"})) for one in watch.running)
    )
    open_cases = [posted(mhj, number, NOW - number * DAY) for number in range(2, 14)] + [(case, reached)]
    week = weekly(mhj, "exec", open_cases, [acknowledged, closed, older], NOW)
    assert (week.opened, week.closed, week.open) == ((2, 1), (1, 1), 13)
    assert [str(one.id) for one in week.oldest[:2]] == ["II-2648-0013", "II-2648-0012"]
    assert (len(week.oldest), week.reached) == (10, (case,))
    said = weekly_message(mhj, week)
    assert said.lines == (
        "Logged: 2, the week before 1.",
        "Closed: 1, the week before 1. Open now: 13.",
    )
    assert said.facts == (
        ("Item Issue", "2 logged, 1 closed; acknowledged within 3.0 working hours; closed within 9.0 working hours"),
        (mhj.channels["supplier_nl"].name, "2 logged, 1 closed; acknowledged within 3.0 working hours; closed within "
         "9.0 working hours"),
    )  # fmt: skip
    assert said.below[-1] == "One was not helped by any reminder: II-2648-0001."


@pytest.mark.parametrize(("role", "count"), [("exec", 1), ("team_lead", 0)])
def test_the_week_of_a_role_is_of_what_it_may_read(mhj: Desk, role: str, count: int) -> None:
    """A dispute is in no number of those who may not know of it."""
    case, watch = numbered(mhj, "shopify-chargeback", 1, NOW - DAY)
    week = weekly(mhj, role, [(case, watch)], [case], NOW)
    assert (week.open, week.opened[0], len(week.oldest)) == (count, count, count)
