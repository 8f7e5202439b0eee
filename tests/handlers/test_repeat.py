"""A matter that comes up again: the open case counts it, gathers what is new, and nobody makes a second row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.handlers.complete import ANSWERS, log
from tests.handlers.play import CSR, Outcome, Play

LINE = "/log ticket-issue kind='Recurring product defect' sku=ring-204 defect_tag=clasp urgency=High"


def again(play: Play, who: str = "agent2", **other: Any) -> Outcome:
    """The usual ticket issue reported once more by somebody else."""
    form = play.command(who, "/log ticket-issue").form
    return play.submit(who, form, **{**ANSWERS["ticket-issue"], **other})


def test_the_first_report_counts_as_one(play: Play) -> None:
    """Seen when it was logged."""
    case = log(play, "ticket-issue")
    assert (case.values["occurrences"], case.values["last_seen"]) == (1, "2026-11-22T10:00+01:00")
    assert (play.rows[case.id]["occurrences"], case.owner, case.requested_at) == (1, "kim", None)


def test_a_repeat_is_one_more_on_the_open_case(play: Play) -> None:
    """No second case, the count and the moment on the row; nobody is asked what to do."""
    case = log(play, "ticket-issue")
    play.wait(timedelta(days=1))
    outcome = again(play, tickets="FD-93")
    assert (outcome.decision.form, list(play.cases)) == (None, [case.id])
    row = play.rows[case.id]
    assert (row["occurrences"], row["last_seen"]) == (2, "2026-11-23T10:00+01:00")


def test_the_reporter_and_the_thread_are_told(play: Play) -> None:
    """Which case it is and how often by now; in the thread with what was said that is new."""
    case = log(play, "ticket-issue")
    words = again(play, tickets="FD-93", detail="breaks at the hinge", summary="clasp came off").words
    assert (case.id in words, "2 times" in words) == (True, True)
    told = play.heard(case.id, "home")[-1]
    assert [
        each in told for each in ("Agent 2", "2 times", "FD-93", "breaks at the hinge", "clasp came off")
    ] == [True] * 5
    assert play.history(case.id)[-1] == "reported it again, 2 times by now"


def test_tickets_and_orders_gather_each_once(play: Play) -> None:
    """In the order they came, whatever their spelling; a blank answer adds nothing."""
    case = log(play, "ticket-issue")
    again(play, tickets="fd-92\nFD-93\n\nFD-94", orders="")
    values = play.case(case.id).values
    assert (values["tickets"], values["orders"]) == ("FD-91\nFD-92\nFD-93\nFD-94", "10440")


def test_the_latest_lines_stay_where_a_cell_is_full(play: Play) -> None:
    """A long list loses its oldest lines, not its newest."""
    case = log(play, "ticket-issue", tickets="\n".join(f"FD-{number}" for number in range(1000, 1350)))
    again(play, tickets="\n".join(f"FD-{number}" for number in range(2000, 2100)))
    lines = str(play.case(case.id).values["tickets"]).splitlines()
    assert (lines[-1], "FD-1000" in lines, len("\n".join(lines)) <= 3000) == ("FD-2099", False, True)


def test_what_the_case_said_stays_and_what_it_lacked_is_filled_in(play: Play) -> None:
    """The first summary is the case's; an empty column takes what a repeat says."""
    case = log(play, "ticket-issue")
    again(play, summary="clasp came off", detail="breaks at the hinge")
    values = play.case(case.id).values
    assert (values["summary"], values["detail"]) == ("clasps break", "breaks at the hinge")


def test_a_complete_line_counts_too(play: Play) -> None:
    """One line, in chat, without a form."""
    case = log(play, "ticket-issue")
    outcome = play.command("lead", f"{LINE} summary=again tickets=FD-99")
    assert (case.id in outcome.words, play.case(case.id).values["occurrences"]) == (True, 2)


@pytest.mark.parametrize(
    "other", [{"sku": "ring-205"}, {"defect_tag": "stone"}, {"kind": "Wrong item trend"}, {"defect_tag": ""}]
)
def test_another_matter_is_a_case_of_its_own(play: Play, other: dict[str, str]) -> None:
    """Issue, item and tag together make it the same."""
    log(play, "ticket-issue")
    again(play, **other)
    assert len(play.cases) == 2


def test_without_a_tag_both_times_it_is_the_same_item(play: Play) -> None:
    """What may be left out is the same where it was left out both times."""
    case = log(play, "ticket-issue", defect_tag="")
    again(play, defect_tag="")
    assert (len(play.cases), play.case(case.id).values["occurrences"]) == (1, 2)


def test_a_kind_alone_makes_nothing_the_same(play: Play) -> None:
    """Two faults of the website are two matters, as long as nothing but a choice says they are one."""
    kind = {"kind": "Website or checkout fault", "sku": "", "defect_tag": ""}
    log(play, "ticket-issue", **kind)
    again(play, **kind)
    assert len(play.cases) == 2


@pytest.mark.parametrize("said", ["FD-91", "93", "10440"])
def test_it_is_found_by_each_ticket_and_order_it_gathered(play: Play, said: str) -> None:
    """As any case is found by its own."""
    case = log(play, "ticket-issue")
    again(play, tickets="FD-93")
    assert case.id in play.command("agent", f"/find {said}").words


def test_what_is_settled_starts_anew(play: Play) -> None:
    """A closed case counts no more: the matter is back."""
    case = log(play, "ticket-issue")
    play.press("kim", "move", case.id, "Triaged")
    play.command("kim", f"/done {case.id} new clasps")
    again(play)
    assert (len(play.cases), play.last.values["occurrences"]) == (2, 1)


def test_the_supplier_hears_how_often_where_he_was_asked(play: Play) -> None:
    """Only where he is to act; then each repeat is told under his request, without the desk's tickets."""
    case = log(play, "ticket-issue")
    play.press("kim", "move", case.id, "Triaged")
    again(play, tickets="FD-93")
    assert (play.case(case.id).requested_at, play.heard(case.id, "supplier")) == (None, [])
    play.command("kim", f"/update {case.id} supplier_related=yes")
    request = play.card(case.id, "supplier")
    assert dict(request.facts)["Occurrences"] == "2"
    again(play, tickets="FD-94", orders="10441")
    told = play.heard(case.id, "supplier")[-1]
    assert ("Occurrences" in told, "10441" in told, "FD-94" in told, "Example tickets" in told) == (
        True,
        True,
        False,
        False,
    )


@pytest.mark.parametrize("status", ["Triaged", "In progress", "Watching"])
def test_a_supplier_is_asked_as_soon_as_he_has_to_act(play: Play, status: str) -> None:
    """Also on a case that has gone further, and where the box was ticked in the sheet."""
    case = log(play, "ticket-issue")
    play.press("kim", "move", case.id, "Triaged")
    if status != "Triaged":
        play.press("kim", "move", case.id, status)
    play.edit_row(case.id, supplier_related="yes")
    after = play.case(case.id)
    assert (after.status, after.requested_at, (case.id, "supplier") in play.posts.values()) == (
        status,
        play.now,
        True,
    )


def test_a_supplier_is_not_asked_before_the_desk_has_looked(play: Play) -> None:
    """Ticked early, the request goes out when the case is triaged."""
    case = log(play, "ticket-issue")
    play.command("kim", f"/update {case.id} supplier_related=yes")
    assert play.case(case.id).requested_at is None
    play.press("kim", "move", case.id, "Triaged")
    assert play.case(case.id).requested_at == play.now


def test_a_count_typed_in_the_sheet_is_counted_on(play: Play) -> None:
    """What people change by hand counts; nobody can in a form."""
    case = log(play, "ticket-issue")
    play.edit_row(case.id, occurrences="7")
    again(play)
    assert play.case(case.id).values["occurrences"] == 8
    assert play.command("agent", f"/update {case.id} occurrences=1", CSR).is_refused
