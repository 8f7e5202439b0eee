"""Moves and their gates: whichever way a move is asked for, the same gate asks for the same things."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.handlers.complete import log
from tests.handlers.play import CHARGEBACKS, CSR, SUPPLIER, Outcome, Play, question_keys, values_of

Way = Callable[[Play, str], Outcome]


def through_door(play: Play, who: str, outcome: Outcome) -> Outcome:
    """The form behind what was said to somebody who spoke."""
    return play.press_button(who, outcome.buttons[0])


WAYS: dict[str, Way] = {
    "command": lambda play, case: play.command("agent", f"/done {case}"),
    "button": lambda play, case: play.press_button("agent", play.button(case, "Done")),
    "word": lambda play, case: through_door(play, "agent", play.say("agent", case, "home", "done")),
    "emoji": lambda play, case: through_door(play, "agent", play.say("agent", case, "home", "✅")),
    "reaction": lambda play, case: through_door(
        play, "agent", play.react("agent", case, "home", "white_check_mark")
    ),
    "typed command": lambda play, case: through_door(
        play, "agent", play.command("agent", "/done", play.thread(case, "home"), typed=True)
    ),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_every_way_to_done_passes_the_gate(play: Play, way: Way) -> None:
    """Command, button, word, emoji and reaction ask for the resolution, and then the case is done."""
    case = log(play, "request")
    form = way(play, case.id).form
    assert (question_keys(form), form.context.value, play.case(case.id).status) == (
        ["resolution"],
        "Done",
        "Posted",
    )
    play.submit("agent", form, resolution="held until Friday")
    after = play.case(case.id)
    assert (after.status, after.closed_at, after.values["resolution"]) == (
        "Done",
        play.now,
        "held until Friday",
    )
    assert play.rows[case.id]["status"] == "Done"
    assert play.heard(case.id, "home")[-1] == (
        "Agent moved this from Posted to Done.\nResolution: held until Friday"
    )


@pytest.mark.parametrize("answer", [None, "", "   "])
def test_a_gate_left_empty_stays_shut(play: Play, answer: object) -> None:
    """The form comes back with a sentence on the field."""
    case = log(play, "request")
    form = play.press_button("agent", play.button(case.id, "Done")).form
    sent = play.submit("agent", form, resolution=answer)
    assert (set(sent.faults), play.case(case.id).status) == ({"resolution"}, "Posted")


def test_done_with_its_last_word_is_done_at_once(play: Play) -> None:
    """`/done II-… new ring sent` answers the gate."""
    case = log(play, "item-issue")
    outcome = play.command("agent", f"/done {case.id.lower()} new ring sent")
    assert (play.case(case.id).values["resolution"], play.case(case.id).status) == ("new ring sent", "Done")
    assert outcome.words == f"{case.id} is now Done."


def test_done_takes_named_answers_too(play: Play) -> None:
    """`key=value` beside the last word."""
    case = log(play, "request")
    play.command("agent", f"/done {case.id} customer_told=2026-11-22 told by phone")
    values = play.case(case.id).values
    assert (values["resolution"], values["customer_told_at"]) == ("told by phone", "2026-11-22T00:00+01:00")


def test_done_never_writes_elsewhere(play: Play) -> None:
    """With the resolution filled in before, a new last word replaces it, and nothing else."""
    case = log(play, "item-issue")
    play.command("agent", f"/update {case.id} resolution=first")
    play.command("agent", f"/done {case.id} really sent")
    values = play.case(case.id).values
    assert (values["resolution"], values["detail"]) == ("really sent", "clasp broken")


def test_done_answers_a_gate_that_is_no_text(play: Play) -> None:
    """A reshipment is done with its tracking number."""
    case = shipped(play, None)
    play.command("lead", f"/done {case} 3sabc1234567")
    assert (play.case(case).status, play.case(case).values["tracking_no"]) == ("Done", "3SABC1234567")


def test_done_with_a_wrong_answer_opens_the_form(play: Play) -> None:
    """What was typed is still there, with its fault."""
    case = shipped(play, None)
    outcome = play.command("lead", f"/done {case} nope")
    assert (set(outcome.faults), values_of(outcome.form)["tracking_no"]) == ({"tracking_no"}, "nope")


def test_done_with_two_answers_to_one_question_asks_which(play: Play) -> None:
    """Both are shown, neither is taken."""
    case = log(play, "item-issue")
    outcome = play.command("agent", f"/done {case.id} tracking=3SABC1234567 tracking=3SXYZ7654321 sent anew")
    assert "3SABC1234567 and with 3SXYZ7654321" in outcome.faults["tracking_no"]
    assert values_of(outcome.form)["resolution"] == "sent anew"
    assert play.case(case.id).status == "Posted"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("tracking=x new ring sent", {"tracking_no": "x", "resolution": "new ring sent"}),
        ('resolution="new ring" qty=many', {"qty": "many", "resolution": "new ring"}),
    ],
)
def test_words_typed_with_a_wrong_answer_come_along_through_the_door(
    play: Play, typed: str, shown: dict[str, object]
) -> None:
    """`!done …` in the thread: the form behind its button holds every word, with the fault on its field."""
    case = log(play, "item-issue")
    door = play.command("agent", f"/done {typed}", play.thread(case.id, "home"), typed=True)
    opened = through_door(play, "agent", door)
    assert (values_of(opened.form), bool(opened.faults)) == (shown, True)


def test_words_for_a_named_end_come_along_through_the_door(play: Play) -> None:
    """Where a flow can end in several ways, the name of the end is not taken for an answer."""
    case = log(play, "shopify-chargeback")
    play.cases[case.id] = play.cases[case.id].changed(play.now, status="Submitted")
    door = play.command("loise", "/done won plenty", play.thread(case.id, "home"), typed=True)
    opened = through_door(play, "loise", door)
    assert (opened.form.context.value, values_of(opened.form)) == ("Won", {"closed_amount": "plenty"})


def test_a_form_that_came_too_late_keeps_its_words(play: Play) -> None:
    """Somebody else closed the case meanwhile: it is said on the field, and nothing typed is lost."""
    case = log(play, "request")
    form = play.press("agent", "move", case.id, "Done").form
    play.command("agent2", f"/done {case.id} held")
    sent = play.submit("agent", form, resolution="held until Friday, customer told")
    assert sent.faults == {"resolution": f"{case.id} is Done already; nothing was changed."}
    assert play.case(case.id).values["resolution"] == "held"


def test_done_from_where_it_is_not_possible_says_that_first(play: Play) -> None:
    """Where the words would go is no matter while the case cannot end from there."""
    case = log(play, "refund")
    assert play.command("agent", f"/done {case.id} paid").words == (
        f"{case.id} is Requested and cannot go to Done from there. It can go to: Rejected."
    )


def test_done_with_words_for_nothing_says_so(play: Play) -> None:
    """A refund's last step asks nothing: stray words are not swallowed."""
    case = refund(play, "20")
    approve(play, case, "lead")
    process(play, case)
    outcome = play.command("lead", f"/done {case} thanks")
    assert (outcome.is_refused, play.case(case).status) == (True, "Processed")
    assert outcome.words.startswith(
        'Nothing is asked on the way to Done, so I do not know where to put "thanks"'
    )


@pytest.mark.parametrize(
    "said", ["/done", "/done new ring sent", "/update", "/assign kim", "/case", "/case 10423"]
)
def test_a_command_about_no_case_asks_which(play: Play, said: str) -> None:
    """Outside a thread a case has to be named."""
    log(play, "item-issue")
    assert "Say which case" in play.command("agent", said).words


@pytest.mark.parametrize("said", ["/case XX-1", "/done 10423", "/update ring-204"])
def test_what_is_no_case_id_is_told_with_what_one_looks_like(play: Play, said: str) -> None:
    """The word is repeated, the example is one of the person's own and of the same command."""
    command, _, given = said.partition(" ")
    assert play.command("agent", said).words == (
        f"{given} is not a case id. Say which case, for example {command} II-2647-0001;"
        " to look for an order or a ticket, use /find."
    )


def test_in_a_thread_of_no_case_the_thread_is_to_blame(play: Play) -> None:
    """Not the words: in a case's own thread they would have been right."""
    thread = CSR.in_thread("1.0")
    words = play.command("agent", "/done new ring sent", thread, typed=True).words
    assert words == (
        "What you replied to belongs to no case that you may see. Say which case, for example !done II-2647-0001."
    )


def test_in_its_thread_a_case_needs_no_name(play: Play) -> None:
    """`!done new ring sent` under the card."""
    case = log(play, "item-issue")
    play.command("agent", "/done new ring sent", play.thread(case.id, "home"), typed=True)
    assert play.case(case.id).status == "Done"


def test_a_case_that_is_there_already_says_so(play: Play) -> None:
    """Done twice is done once."""
    case = log(play, "request")
    button = play.button(case.id, "Done")
    play.command("agent", f"/done {case.id} held")
    outcome = play.press_button("agent", button)
    assert (outcome.words, outcome.changed_nothing) == (
        f"{case.id} is Done already; nothing was changed.",
        True,
    )


def test_a_move_the_flow_has_not_is_refused_with_those_it_has(play: Play) -> None:
    """An old button, or one that somebody made up."""
    case = refund(play, "20")
    outcome = play.press("lead", "move", case, "Done")
    assert outcome.is_refused
    assert outcome.words == (
        f"{case} is Requested and cannot go to Done from there. It can go to: Approved / Rejected."
    )


@pytest.mark.parametrize("state", ["", "Nirvana", "open", "<!channel>"])
def test_a_state_that_does_not_exist_is_refused(play: Play, state: str) -> None:
    """The state comes back from a client."""
    case = log(play, "request")
    assert play.press("agent", "move", case.id, state).is_refused


@pytest.mark.parametrize("state", ["Posted", "Acknowledged"])
def test_what_the_bot_and_the_supplier_do_is_not_done_by_the_desk(play: Play, state: str) -> None:
    """Nobody posts or acknowledges by naming the state."""
    case = log(play, "request")
    play.cases[case.id] = play.cases[case.id].changed(play.now, status="Open")
    assert play.press("agent", "move", case.id, state).is_refused
    assert play.case(case.id).status == "Open"


def test_a_reopened_case_runs_again(play: Play) -> None:
    """Its end is taken back; its card offers the way on again."""
    case = log(play, "request")
    play.command("agent", f"/done {case.id} held")
    play.press_button("agent", play.button(case.id, "Back to In progress"))
    after = play.case(case.id)
    assert (after.status, after.closed_at) == ("In progress", None)


def test_a_cancelled_case_starts_anew(play: Play) -> None:
    """It is posted still, and has to be acknowledged again."""
    case = log(play, "request")
    play.say("bowen", case.id, "supplier", "ok")
    form = play.press_button("agent", play.button(case.id, "Cancelled")).form
    play.submit("agent", form, cancel_reason="changed her mind")
    play.press_button("agent", play.button(case.id, "Back to Open"))
    after = play.case(case.id)
    assert (after.status, after.acknowledged_at) == ("Posted", None)
    assert "Acknowledge" in [button.label for button in play.card(case.id, "supplier").buttons]


def test_a_pressed_move_is_told_once(play: Play) -> None:
    """The card changes and the thread says so: words for the one who pressed would be a third time."""
    case = log(play, "request")
    assert play.press_button("agent", play.button(case.id, "In progress")).words == ""


# --- money ---


def refund(play: Play, amount: str, who: str = "agent") -> str:
    """A refund that was asked for."""
    return log(play, "refund", who, amount=amount).id


def approve(play: Play, case: str, who: str, **answers: object) -> Outcome:
    """*Approved*, with what its form offers and these answers."""
    outcome = play.press(who, "move", case, "Approved")
    return play.submit(who, outcome.form, **answers) if outcome.decision.form else outcome


def process(play: Play, case: str) -> Outcome:
    """*Processed*, today, with a reference."""
    form = play.press("lead", "move", case, "Processed").form
    return play.submit("lead", form, payment_ref="PAY-1")


def test_money_goes_from_asked_to_done(play: Play) -> None:
    """Asked by an agent, approved by the lead, processed with date and reference, done."""
    case = refund(play, "12.50")
    approve(play, case, "lead")
    process(play, case)
    play.command("agent", f"/done {case}")
    after = play.case(case)
    assert (after.status, after.values["approved_by"], after.values["processed_on"]) == (
        "Done",
        "lead",
        "2026-11-22",
    )


def test_who_approves_is_offered_first(play: Play) -> None:
    """The approver's own name stands in the form, today as the day."""
    case = refund(play, "12.50")
    form = play.press("lead", "move", case, "Approved").form
    assert values_of(form) == {"approved_by": "lead"}


def offered(outcome: Outcome, column: str) -> list[str]:
    """The people whom a form's question offers."""
    return [key for key, _ in next(each for each in outcome.form.questions if each.key == column).choices]


def test_only_who_may_approve_is_offered_as_approver(play: Play) -> None:
    """Neither agents, nor the supplier, nor who only reads: their names would be refused."""
    case = refund(play, "12.50")
    assert offered(play.press("lead", "move", case, "Approved"), "approved_by") == ["lead", "kim", "loise"]
    assert offered(play.press("lead", "update", case), "approved_by") == ["lead", "kim", "loise"]


def test_who_asked_for_a_large_refund_is_not_offered_as_its_approver(play: Play) -> None:
    """From 50 on their name would be refused, so it is not among the choices; below, it is."""
    large, small = refund(play, "50", "lead"), refund(play, "49.99", "lead")
    assert offered(play.press("kim", "move", large, "Approved"), "approved_by") == ["kim", "loise"]
    assert offered(play.press("kim", "move", small, "Approved"), "approved_by") == ["lead", "kim", "loise"]


def test_who_may_not_approve_at_all_is_told_before_a_form_is_filled_in(play: Play) -> None:
    """Whoever asked for a large refund meets the rule at once, not after the form."""
    outcome = play.press("lead", "move", refund(play, "50", "lead"), "Approved")
    assert (outcome.is_refused, outcome.decision.form) == (True, None)


@pytest.mark.parametrize("who", ["agent", "agent2", "bram"])
def test_who_may_not_approve_is_told_who_can(play: Play, who: str) -> None:
    """Only the roles of the tracker."""
    case = refund(play, "12.50")
    outcome = play.press(who, "move", case, "Approved")
    assert outcome.is_refused
    assert outcome.words.endswith("Team Lead, Kim or Loise can.")


def test_an_approver_must_be_one(play: Play) -> None:
    """Naming somebody who may not approve does not help."""
    case = refund(play, "12.50")
    sent = approve(play, case, "lead", approved_by="agent2")
    assert (sent.changed_nothing, play.case(case).status) == (True, "Requested")
    assert sent.faults["approved_by"] == (
        "Agent 2 may not approve this, so nothing was done. Name somebody who can: Team Lead, Kim or Loise."
    )


@pytest.mark.parametrize("amount", ["50", "50.00", "50.01", "1000000"])
def test_nobody_approves_their_own_large_refund(play: Play, amount: str) -> None:
    """From 50 on whoever asked cannot approve, and the refusal says who can."""
    case = refund(play, amount, "lead")
    sent = approve(play, case, "lead")
    assert (sent.is_refused, play.case(case).status) == (True, "Requested")
    assert sent.words == (
        "From 50 EUR on nobody approves what they asked for themselves, so nothing was done."
        " Kim or Loise can approve it."
    )


def test_nobody_approves_their_own_in_anothers_name(play: Play) -> None:
    """Naming somebody else does not make it their approval."""
    case = refund(play, "50", "lead")
    assert approve(play, case, "lead", approved_by="kim").is_refused


def test_somebody_else_approves_it(play: Play) -> None:
    """Two people, one large refund."""
    case = refund(play, "50", "lead")
    approve(play, case, "kim")
    assert play.case(case).status == "Approved"


@pytest.mark.parametrize("amount", ["49.99", "0.01"])
def test_a_small_refund_may_be_approved_by_who_asked(play: Play, amount: str) -> None:
    """Below 50 the rule does not apply."""
    case = refund(play, amount, "lead")
    approve(play, case, "lead")
    assert play.case(case).status == "Approved"


def test_an_agent_cannot_write_an_approvers_name(play: Play) -> None:
    """The column that lets a case through is for those who may approve."""
    case = refund(play, "12.50")
    outcome = play.command("agent", f"/update {case} approved_by=lead")
    assert outcome.is_refused
    assert "approved_by" not in question_keys(play.press("agent", "update", case).form)


def test_who_asked_cannot_be_written_down_as_the_approver(play: Play) -> None:
    """A name that the rule would refuse later is refused when it is given."""
    case = refund(play, "50", "lead")
    outcome = play.command("lead", f"/update {case} approved_by=lead")
    assert (outcome.is_refused, "approved_by" in play.case(case).values) == (True, False)
    assert "Kim or Loise can approve it." in outcome.words


def test_an_approver_who_may_not_approve_any_more_is_asked_anew(play: Play) -> None:
    """A stored name that stands in another's way is asked for again, instead of a refusal without a way out."""
    case = refund(play, "20", "lead")
    play.command("lead", f"/update {case} approved_by=lead")
    play.command("lead", f"/update {case} amount=500")
    form = play.press("kim", "move", case, "Approved").form
    assert (values_of(form), [fault.key for fault in form.faults]) == (
        {"approved_by": "kim"},
        ["approved_by"],
    )
    play.submit("kim", form)
    assert (play.case(case).status, play.case(case).values["approved_by"]) == ("Approved", "kim")


def test_an_approved_refund_cannot_become_ones_own_large_one(play: Play) -> None:
    """Approved small by who asked, then made large: the rule still holds."""
    case = refund(play, "20", "lead")
    approve(play, case, "lead")
    assert play.command("kim", f"/update {case} amount=500").is_refused
    assert play.case(case).values["amount"] == "20.00"


def test_a_rejected_refund_that_is_asked_again_needs_a_new_approval(play: Play) -> None:
    """The old approval went with the rejection."""
    case = refund(play, "12.50")
    approve(play, case, "lead")
    play.submit("lead", play.press("lead", "move", case, "Rejected").form, cancel_reason="no receipt")
    play.press("agent", "move", case, "Requested")
    assert "approved_by" not in play.case(case).values
    assert play.rows[case]["approved_by"] == ""


# --- reshipment ---


def shipped(play: Play, tracking: str | None = "3SABC1234567") -> str:
    """A reshipment that the supplier has sent; `None` leaves the number away, as an old case may."""
    case = log(play, "reshipment").id
    approve(play, case, "lead", ship_address_confirmed=True)
    play.press("bowen", "move", case, "Ordered at supplier")
    play.submit(
        "bowen", play.press("bowen", "move", case, "Shipped").form, tracking_no=tracking or "3SABC1234567"
    )
    if tracking is None:
        kept = {key: value for key, value in play.case(case).values.items() if key != "tracking_no"}
        play.cases[play.case(case).id] = play.case(case).changed(play.now, values=kept)
    return case


def test_a_reshipment_is_posted_only_when_it_is_approved(play: Play) -> None:
    """Before that the supplier hears nothing; then he gets request and address."""
    case = log(play, "reshipment").id
    assert {slot for ident, slot in play.posts.values() if ident == case} == {"home"}
    approve(play, case, "lead", ship_address_confirmed=True)
    assert {slot for ident, slot in play.posts.values() if ident == case} == {"home", "supplier"}
    assert ("Ship to", "Keizersgracht 1\n1015 Amsterdam") in play.card(case, "supplier").facts


@pytest.mark.parametrize("answer", [False, None, "no"])
def test_an_address_nobody_confirmed_is_not_shipped_to(play: Play, answer: object) -> None:
    """The box has to be ticked: "no" is an answer, and not the one that opens the gate."""
    case = log(play, "reshipment").id
    sent = approve(play, case, "lead", ship_address_confirmed=answer)
    assert (play.case(case).status, play.case(case).requested_at) == ("Requested", None)
    assert sent.faults == {"ship_address_confirmed": "This has to be yes before the case can go on."}


def test_the_supplier_takes_it_from_there(play: Play) -> None:
    """Ordered, shipped with its tracking number: his moves, by buttons."""
    case = shipped(play)
    after = play.case(case)
    assert (after.status, after.values["tracking_no"], after.acknowledged_by) == (
        "Shipped",
        "3SABC1234567",
        "bowen",
    )


@pytest.mark.parametrize("state", ["Approved", "Rejected", "Done"])
def test_the_supplier_makes_no_moves_of_the_desk(play: Play, state: str) -> None:
    """Approving, rejecting and closing are not his."""
    case = shipped(play) if state == "Done" else log(play, "reshipment").id
    assert play.press("bowen", "move", case, state).is_refused


# --- out of stock ---


def test_out_of_stock_goes_to_and_fro(play: Play) -> None:
    """Bowen logs, Kim offers alternatives, he is asked, takes one, and the desk closes it."""
    case = play.command("bowen", "/log out-of-stock 10428 ring-206 2", SUPPLIER)
    ident = play.last.id
    assert "is logged on Out of Stock" in case.words
    assert {slot for found, slot in play.posts.values() if found == ident} == {"home"}
    play.press("kim", "move", ident, "Alternatives asked")
    form = play.press("kim", "move", ident, "Alternatives given").form
    play.submit("kim", form, alternatives="ring-207\nring-208")
    assert (play.case(ident).owner, play.case(ident).requested_at) == ("bowen", play.now)
    form = play.press_button("bowen", play.button(ident, "Sourcing", "supplier")).form
    play.submit("bowen", form, chosen_option="ring-207")
    assert (play.case(ident).status, play.case(ident).owner) == ("Sourcing", "bowen")
    play.press("kim", "move", ident, "Waiting customer")
    assert play.case(ident).owner == "agent"
    play.command("agent", f"/done {ident} customer took ring-207")
    assert (play.case(ident).status, play.case(ident).owner) == ("Done", "agent")


def test_a_case_that_goes_back_is_its_trackers_owners_again(play: Play) -> None:
    """Alternatives asked anew: Kim, who gives them."""
    case = log(play, "out-of-stock").id
    play.press("kim", "move", case, "Alternatives asked")
    play.submit("kim", play.press("kim", "move", case, "Alternatives given").form, alternatives="a")
    play.submit("bowen", play.press("bowen", "move", case, "Sourcing").form, chosen_option="a")
    play.press("kim", "move", case, "Alternatives asked")
    assert play.case(case).owner == "kim"


def test_an_owner_somebody_chose_stays(play: Play) -> None:
    """Only what the last state made theirs goes back."""
    case = log(play, "out-of-stock").id
    play.press("kim", "move", case, "Alternatives asked")
    play.submit("kim", play.press("kim", "move", case, "Alternatives given").form, alternatives="a")
    play.submit("bowen", play.press("bowen", "move", case, "Sourcing").form, chosen_option="a")
    play.command("kim", f"/assign {case} lead")
    play.press("kim", "move", case, "Alternatives asked")
    assert play.case(case).owner == "lead"


# --- disputes ---


def dispute(play: Play, **other: object) -> str:
    """A dispute whose pack is complete and ready to be sent."""
    case = log(play, "shopify-chargeback", **other).id
    play.press("loise", "move", case, "Collecting evidence")
    play.command("loise", f'/update {case} have="Order receipt, Messages with the customer"', CHARGEBACKS)
    play.press("loise", "move", case, "Ready to submit")
    return case


def send(play: Play, case: str, who: str, **answers: object) -> Outcome:
    """*Submitted*, through its form, where one opens."""
    outcome = play.press(who, "move", case, "Submitted")
    return play.submit(who, outcome.form, **answers) if outcome.decision.form else outcome


def test_due_and_missing_evidence_are_computed(play: Play) -> None:
    """Visa gives nine days, we take two working days less; what a pack needs is listed."""
    values = log(play, "shopify-chargeback").values
    assert (values["due_on"], values["internal_due"]) == ("2026-11-29T23:59+01:00", "2026-11-26T23:59+01:00")
    assert values["evidence_missing"] == "Order receipt\nMessages with the customer"
    assert values["evidence_complete"] is False


def test_the_processors_own_date_wins(play: Play) -> None:
    """Copied from Shopify, it beats every rule of thumb."""
    values = log(play, "shopify-chargeback", processor_due="2026-12-04 12:00").values
    assert (values["due_on"], values["internal_due"]) == ("2026-12-04T12:00+01:00", "2026-12-02T12:00+01:00")


def test_a_pack_that_is_not_complete_is_not_ready(play: Play) -> None:
    """The gate stands on a column that nobody can fill in by hand."""
    case = log(play, "shopify-chargeback").id
    play.press("loise", "move", case, "Collecting evidence")
    outcome = play.press("loise", "move", case, "Ready to submit")
    assert outcome.is_refused
    assert outcome.words == (
        "Ready to submit is not possible yet: Pack complete is not filled in. It follows by itself once this is,"
        " with Update: Evidence we have (Order receipt / Messages with the customer)."
    )
    assert play.command("loise", f"/update {case} evidence_complete=yes").is_refused


def test_what_cannot_be_taken_back_is_said_before(play: Play) -> None:
    """The form warns, offers who and when, and only then it is sent."""
    case = dispute(play)
    opened = play.press("loise", "move", case, "Submitted")
    assert any("cannot be taken back" in line for line in opened.form.intro)
    assert values_of(opened.form) == {"submitted_on": "2026-11-22T10:00+01:00", "submitted_by": "loise"}
    play.submit("loise", opened.form)
    assert play.case(case).status == "Submitted"


def test_the_warning_comes_even_when_nothing_is_asked(play: Play) -> None:
    """Date and name filled in before change nothing about it."""
    case = dispute(play)
    play.command("loise", f"/update {case} submitted_on=now submitted_by=loise", CHARGEBACKS)
    opened = play.press("loise", "move", case, "Submitted")
    assert (play.case(case).status, any("taken back" in line for line in opened.form.intro)) == (
        "Ready to submit",
        True,
    )


def test_a_pack_that_lost_a_piece_is_not_sent(play: Play) -> None:
    """Ready was true then; sending asks again."""
    case = dispute(play)
    play.command("loise", f'/update {case} have="Order receipt"', CHARGEBACKS)
    assert play.press("loise", "move", case, "Submitted").is_refused


@pytest.mark.parametrize(("amount", "is_sent"), [("249.99", True), ("250", False), ("251", False)])
def test_a_large_dispute_takes_two_people(play: Play, amount: str, is_sent: bool) -> None:
    """From 250 on who logged or decided it does not send it alone."""
    case = dispute(play, amount=amount)
    sent = send(play, case, "loise")
    assert (play.case(case).status == "Submitted", sent.is_refused) == (is_sent, not is_sent)


def test_the_second_person_sends_it(play: Play) -> None:
    """Kim sends what Loise prepared."""
    case = dispute(play, amount="900")
    send(play, case, "kim")
    assert play.case(case).status == "Submitted"


def test_a_second_name_is_not_a_second_person(play: Play) -> None:
    """Loise presses and writes Kim's name: it is still Loise."""
    case = dispute(play, amount="900")
    sent = send(play, case, "loise", submitted_by="kim")
    assert (sent.is_refused, "Kim or Bram can do it." in sent.words) == (True, True)


def test_a_dispute_names_only_its_own_people(play: Play) -> None:
    """A restricted tracker's people decide and send; of a large one, who prepared it does not send it."""
    case = dispute(play, amount="900")
    assert offered(play.press("kim", "update", case), "decided_by") == ["kim", "loise", "bram"]
    assert offered(play.press("kim", "move", case, "Submitted"), "submitted_by") == ["kim", "bram"]


def test_who_decided_is_the_first_person(play: Play) -> None:
    """Kim decided to fight, so Loise sends it."""
    case = dispute(play, amount="900")
    play.command("kim", f"/update {case} decision=fight decided_by=kim", CHARGEBACKS)
    assert send(play, case, "kim").is_refused
    send(play, case, "loise")
    assert play.case(case).status == "Submitted"


def test_a_dispute_ends_by_the_name_of_its_end(play: Play) -> None:
    """`/done CB-… won 120` says how; `/done` alone asks."""
    case = dispute(play)
    send(play, case, "loise")
    assert (
        "Say which: Won / Lost / Accepted / Withdrawn"
        in play.command("loise", f"/done {case}", CHARGEBACKS).words
    )
    play.command("loise", f"/done {case} won 120", CHARGEBACKS)
    after = play.case(case)
    assert (after.status, after.values["closed_amount"]) == ("Won", "120.00")


# --- asking the supplier by hand ---


def test_a_case_nothing_asked_about_can_be_asked_about(play: Play) -> None:
    """A row adopted from the sheet has a button for it; the state follows when the post has landed."""
    case = log(play, "request")
    play.cases[case.id] = play.cases[case.id].changed(
        play.now, status="Open", requested_at=None, post_link=""
    )
    play.posts = {key: found for key, found in play.posts.items() if found[1] == "home"}
    play.press_button("agent", play.button(case.id, "Ask the supplier"))
    after = play.case(case.id)
    assert (after.status, after.requested_at) == ("Posted", play.now)
    assert play.press("agent", "move", case.id, "Posted").is_refused or after.status == "Posted"


def test_a_case_that_lacks_something_is_not_asked_about(play: Play) -> None:
    """The supplier gets requests he can act on."""
    case = log(play, "request")
    kept = {key: value for key, value in case.values.items() if key != "detail"}
    play.cases[case.id] = case.changed(play.now, status="Open", requested_at=None, values=kept)
    outcome = play.press("agent", "move", case.id, "Posted", CSR)
    assert (outcome.is_refused, "What is asked is not filled in" in outcome.words) == (True, True)


# --- by hand in the sheet ---


@pytest.mark.parametrize("state", ["Approved", "Processed", "Done"])
def test_money_is_not_approved_in_a_sheet(play: Play, state: str) -> None:
    """Nobody knows who typed: an approval, or a state that only comes after one, is not followed, and said."""
    case = refund(play, "20")
    play.edit_row(case, status=state, approved_by="Kim", processed_on="2026-11-22", payment_ref="P-1")
    assert play.case(case).status == "Requested"
    assert "a sheet does not say who typed. Team Lead, Kim or Loise can do it" in play.heard(case, "home")[-1]


def test_what_was_approved_goes_on_in_a_sheet(play: Play) -> None:
    """After the approval the finance people may work in their sheet."""
    case = refund(play, "20")
    approve(play, case, "lead")
    play.edit_row(case, status="Processed", processed_on="2026-11-22", payment_ref="P-1")
    assert play.case(case).status == "Processed"
    play.edit_row(case, status="Done")
    assert play.case(case).status == "Done"


def test_a_request_is_rejected_in_a_sheet(play: Play) -> None:
    """What lies on no approved road needs no certain person."""
    case = refund(play, "20")
    play.edit_row(case, status="Rejected", cancel_reason="no receipt")
    assert play.case(case).status == "Rejected"


def test_a_gate_in_a_sheet_names_what_it_waits_for(play: Play) -> None:
    """The column that the bot fills in itself is said with the one that people have to."""
    case = log(play, "shopify-chargeback").id
    play.edit_row(case, status="Ready to submit")
    assert (
        "needs Pack complete, which waits for Evidence we have (Order receipt / Messages with the customer)."
        in play.heard(case, "home")[-1]
    )


def test_evidence_is_not_sent_in_a_sheet(play: Play) -> None:
    """What cannot be taken back is done by somebody known."""
    case = dispute(play)
    play.edit_row(case, status="Submitted", submitted_on="2026-11-22 10:00", submitted_by="Loise")
    assert play.case(case).status == "Ready to submit"
