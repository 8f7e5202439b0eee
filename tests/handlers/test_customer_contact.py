"""Cases about which the customer is asked: what a supplier logs, what is confirmed, and what goes back to him."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.handlers.complete import log
from tests.handlers.play import CSR, SUPPLIER, Play, question_keys, values_of

CONTACTED, REPLIED, PASSED = "Customer contacted", "Customer replied", "Passed to supplier"
REPLY = {"customer_reply": "yes, number 7"}
CONFIRMED = {**REPLY, "ship_address": "Keizersgracht 7\n1015 Amsterdam", "phone": "+31 20 1234567"}


def contacted(play: Play, tracker: str, **other: Any) -> str:
    """A case whose customer was asked: its id."""
    case = log(play, tracker, **other)
    form = play.press("agent", "move", case.id, CONTACTED).form
    play.submit("agent", form, ticket="FD-91")
    assert play.case(case.id).status == CONTACTED
    return case.id


def replied(play: Play, ident: str, **answers: str) -> None:
    """The customer's answer is put down, with what was confirmed."""
    form = play.press("agent", "move", ident, REPLIED).form
    play.submit("agent", form, **answers)


@pytest.mark.parametrize("tracker", ["incorrect-address", "pickup-rts"])
def test_what_a_supplier_logs_is_with_the_agent_on_the_ticket(play: Play, tracker: str) -> None:
    """Who has the ticket, nobody knows yet: the desk's stand-in has the case, and is told."""
    case = log(play, tracker)
    assert (case.owner, case.reporter, case.status, case.requested_at) == ("agent", "bowen", "Open", None)
    assert [(direct.person, "Bowen" in direct.message.headline) for direct in play.directs] == [
        ("agent", True)
    ]


def test_an_out_of_stock_order_waits_with_the_agent_on_the_ticket(play: Play) -> None:
    """While the customer is asked; afterwards it is Bowen's again."""
    case = log(play, "out-of-stock")
    play.press("kim", "move", case.id, "Alternatives asked")
    play.submit("kim", play.press("kim", "move", case.id, "Alternatives given").form, alternatives="ring-205")
    play.press("kim", "move", case.id, "Waiting customer")
    assert play.case(case.id).owner == "agent"
    play.submit("kim", play.press("kim", "move", case.id, "Sourcing").form, chosen_option="ring-205")
    assert play.case(case.id).owner == "bowen"


def test_contacting_the_customer_asks_when_and_on_which_ticket(play: Play) -> None:
    """Both are required; now is offered."""
    case = log(play, "incorrect-address")
    form = play.press("agent", "move", case.id, CONTACTED).form
    assert (question_keys(form), values_of(form)) == (
        ["contacted_at", "ticket"],
        {"contacted_at": "2026-11-22T10:00+01:00"},
    )
    assert "ticket" in play.submit("agent", form).faults


@pytest.mark.parametrize(
    ("wrong", "asked"),
    [
        (["Name"], ["customer_name"]),
        (["Tax number", "Phone"], ["phone", "tax_no"]),
        (
            ["Shipping address", "Phone", "Name", "Tax number"],
            ["ship_address", "phone", "customer_name", "tax_no"],
        ),
    ],
)
def test_what_was_wrong_has_to_be_confirmed_before_it_goes_back(
    play: Play, wrong: list[str], asked: list[str]
) -> None:
    """Exactly the fields that were to be confirmed are asked, beside the customer's answer."""
    ident = contacted(play, "incorrect-address", wrong_fields=wrong)
    form = play.press("agent", "move", ident, REPLIED).form
    assert (question_keys(form), {question.required for question in form.questions}) == (
        ["customer_reply", *asked],
        {True},
    )


def test_confirmed_details_go_to_the_supplier_beside_what_was_wrong(play: Play) -> None:
    """The request posts itself, the case is passed on, and the customer's own words stay with the desk."""
    ident = contacted(play, "incorrect-address")
    replied(play, ident, **CONFIRMED)
    case, request = play.case(ident), play.card(ident, "supplier")
    assert case.status == PASSED
    facts = dict(request.facts)
    assert (facts["What is wrong"], facts["Confirmed address"]) == (
        "no house number, phone too short",
        "Keizersgracht 7\n1015 Amsterdam",
    )
    assert (facts["Confirmed phone"], "Customer's answer" in facts, "FD ticket" in facts) == (
        "+31 20 1234567",
        False,
        False,
    )
    assert any("confirmed these details" in line for line in request.lines)


def test_a_confirmed_detail_cannot_be_emptied_afterwards(play: Play) -> None:
    """The supplier ships with it."""
    ident = contacted(play, "incorrect-address")
    replied(play, ident, **CONFIRMED)
    outcome = play.command("agent", f"/update {ident} ship_address=")
    assert "ship_address" in outcome.faults


def test_a_return_that_is_to_be_sent_again_needs_its_address(play: Play) -> None:
    """The wish is asked, and by its answer the address, with nothing typed twice."""
    ident = contacted(play, "pickup-rts")
    form = play.press("agent", "move", ident, REPLIED).form
    assert question_keys(form) == ["customer_reply", "wish"]
    second = play.submit("agent", form, customer_reply="send it again", wish="Reshipment").form
    assert (question_keys(second), values_of(second)) == (
        ["ship_address", "customer_reply", "wish"],
        {"customer_reply": "send it again", "wish": "Reshipment"},
    )
    play.submit("agent", second, ship_address="Keizersgracht 7\n1015 Amsterdam")
    case = play.case(ident)
    assert (case.status, case.values["customer_reply"], case.values["wish"]) == (
        PASSED,
        "send it again",
        "Reshipment",
    )


def test_a_supplier_sees_the_wish_and_not_where_to_ship(play: Play) -> None:
    """Where a return goes he learns from its reshipment, once that is approved."""
    ident = contacted(play, "pickup-rts")
    replied(play, ident, customer_reply="refund please", wish="Refund")
    facts = dict(play.card(ident, "supplier").facts)
    assert (facts["If RTS, customer wants"], "Confirmed shipping address" in facts) == ("Refund", False)


def test_a_pick_up_asks_for_its_point_and_no_wish(play: Play) -> None:
    """Conditions of the log form, and of the gate."""
    ident = contacted(play, "pickup-rts", kind="Customer pick-up", rts_reason="", pickup_point="DHL point 12")
    form = play.press("agent", "move", ident, REPLIED).form
    assert question_keys(form) == ["customer_reply"]


def test_the_bot_counts_how_often_the_customer_was_contacted(play: Play) -> None:
    """Each time asks when it was, offers now, and counts; nobody can type the count in a form."""
    ident = contacted(play, "incorrect-address")
    assert play.case(ident).values["contact_count"] == 1
    play.press("agent", "move", ident, "No reply")
    play.wait(timedelta(days=1))
    form = play.press("agent", "move", ident, CONTACTED).form
    assert (question_keys(form), values_of(form)) == (
        ["contacted_at"],
        {"contacted_at": "2026-11-23T10:00+01:00"},
    )
    play.submit("agent", form)
    case = play.case(ident)
    assert (case.values["contact_count"], case.values["contacted_at"]) == (2, "2026-11-23T10:00+01:00")
    assert play.rows[case.id]["contact_count"] == 2
    assert play.command("agent", f"/update {ident} contact_count=9").is_refused


def test_a_count_typed_in_the_sheet_is_gone_on_from(play: Play) -> None:
    """What people change by hand counts."""
    ident = contacted(play, "incorrect-address")
    play.edit_row(ident, contact_count="4", status="No reply")
    play.edit_row(ident, status=CONTACTED)
    assert play.case(ident).values["contact_count"] == 5


def test_a_second_answer_is_passed_on_under_the_request_that_is_there(play: Play) -> None:
    """No second request, no step back to where it waits for one; the thread says what is new."""
    ident = contacted(play, "incorrect-address")
    replied(play, ident, **CONFIRMED)
    form = play.press("agent", "move", ident, CONTACTED).form
    play.submit("agent", form)
    play.command("agent", f"/update {ident} phone='+31 20 7654321'")
    assert any("7654321" in said for said in play.heard(ident, "supplier"))
    again = play.press("agent", "move", ident, REPLIED).form
    assert values_of(again) == {**CONFIRMED, "phone": "+31 20 7654321"}
    play.submit("agent", again, ship_address="Keizersgracht 9\n1015 Amsterdam")
    assert play.case(ident).status == PASSED
    assert any("Keizersgracht 9" in said for said in play.heard(ident, "supplier"))
    assert len([slot for case, slot in play.posts.values() if slot == "supplier" and case == ident]) == 1


@pytest.mark.parametrize("tracker", ["incorrect-address", "pickup-rts"])
def test_a_supplier_who_logged_it_is_asked_nothing_yet(play: Play, tracker: str) -> None:
    """He sees his side of his case; the question at its end, and a post to reply to, come with the request."""
    case = log(play, tracker)
    words = play.command("bowen", f"/case {case.id}", SUPPLIER).words
    ask = play.desk.trackers[tracker].supplier_post.ask  # type: ignore[union-attr]  # both post to him
    assert (case.id in words, ask in words, "reaches the desk" in words) == (True, False, False)


def test_an_agent_cannot_log_what_the_supplier_finds_out(play: Play) -> None:
    """The refusal names who can."""
    outcome = play.command("agent", "/log address 10430", CSR)
    assert outcome.is_refused
    assert "Bowen" in outcome.words


def test_a_case_logged_anew_for_the_same_order_is_shown_first_to_the_supplier(play: Play) -> None:
    """His own open case is his to see, so it is his to be asked about."""
    case = log(play, "incorrect-address")
    form = play.command("bowen", "/log address", SUPPLIER).form
    again = play.submit("bowen", form, order_no="10430", wrong_fields=["Name"], problem="other name")
    assert again.form.questions[0].choices[0][0] == f"open:{case.id}"
