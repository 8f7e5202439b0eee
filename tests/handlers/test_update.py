"""`/update`, the *Update* button and their form: what changes, what has to be asked, what may not be emptied."""

from __future__ import annotations

import pytest

from config.model import Condition
from tests.handlers.complete import log
from tests.handlers.play import CHARGEBACKS, SUPPLIER, Play, question_keys, values_of


def test_an_update_changes_row_cards_and_thread(play: Play) -> None:
    """What was named is stored, written, shown on both posts and said at home."""
    case = log(play, "item-issue")
    outcome = play.command("agent2", f"/update {case.id} qty=2 defect=clasp")
    assert (play.case(case.id).values["qty"], play.rows[case.id]["defect_tag"]) == (2, "clasp")
    assert play.heard(case.id, "home")[-1] == "Agent 2 updated:\nQty affected: 2\nDefect tag: clasp"
    assert ("Qty affected", "2") in play.card(case.id, "supplier").facts
    assert (outcome.words, play.history(case.id)[-1]) == (
        f"{case.id} is updated.",
        "updated Qty affected, Defect tag",
    )


def test_an_update_of_what_the_supplier_sees_is_said_in_his_thread(play: Play) -> None:
    """His post changes silently, so one line says what is new and what it was before."""
    case = log(play, "item-issue")
    play.command(
        "agent2", f'/update {case.id} qty=2 received_on=yesterday detail="clasp and stone broken" tag=weak'
    )
    assert play.heard(case.id, "supplier")[1:] == [
        "Agent 2 from MHJ Customer Support changed the request:\nQty affected: 1 → 2\nReceived on: 21 Nov 2026\n"
        "What is wrong: clasp broken → clasp and stone broken"
    ]


@pytest.mark.parametrize("said", ["defect=clasp", "ticket=90", "resolution=paid cancel=no"])
def test_an_update_of_the_desks_own_is_not_said_to_the_supplier(play: Play, said: str) -> None:
    """What he may not see, he does not hear of."""
    case = log(play, "item-issue", kind="Missing", photos=[])
    play.command("agent", f"/update {case.id} {said}")
    assert play.heard(case.id, "supplier") == []


def test_a_supplier_is_not_told_what_he_answered_himself(play: Play) -> None:
    """His tracking number is on his post; the desk reads it at home."""
    case = log(play, "item-issue", kind="Missing", photos=[])
    play.command("bowen", f"/update {case.id} tracking=3SABC1234567", SUPPLIER)
    assert play.heard(case.id, "supplier") == []


def test_a_supplier_nobody_asked_hears_nothing(play: Play) -> None:
    """A reshipment that is not approved yet may change as it likes."""
    case = log(play, "reshipment")
    play.command("agent", f"/update {case.id} qty=3")
    assert play.heard(case.id, "supplier") == []


def test_an_update_that_changes_nothing_says_so(play: Play) -> None:
    """The same again is not a change; nobody else is told."""
    case = log(play, "item-issue")
    outcome = play.command("agent", f"/update {case.id} qty=1")
    assert (outcome.changed_nothing, "nothing was changed" in outcome.words) == (True, True)


def test_a_moment_sent_back_by_a_form_is_no_change(play: Play) -> None:
    """A platform that answers in another zone says the same moment."""
    case = log(play, "shopify-chargeback", processor_due="2026-12-04 12:00")
    form = play.press("loise", "update", case.id, place=CHARGEBACKS).form
    sent = play.submit("loise", form, processor_due="2026-12-04T11:00:00+00:00")
    assert "nothing was changed" in sent.words


@pytest.mark.parametrize("said", ["3SABC1234567", "colour=gold", "photos=x", "tracking"])
def test_words_that_name_no_column_open_the_form(play: Play, said: str) -> None:
    """Nothing is guessed and nothing is lost: the words stand on top of the form."""
    case = log(play, "item-issue")
    outcome = play.command("agent", f"/update {case.id} {said} qty=2")
    assert any(said in line for line in outcome.form.intro)
    assert (values_of(outcome.form)["qty"], play.case(case.id).values["qty"]) == (2, 1)


def test_a_wrong_answer_opens_the_form_with_it(play: Play) -> None:
    """The fault stands on its field, and what was typed with it."""
    case = log(play, "item-issue")
    outcome = play.command("agent", f"/update {case.id} tracking=x qty=2")
    assert (set(outcome.faults), values_of(outcome.form)["tracking_no"]) == ({"tracking_no"}, "x")
    assert values_of(outcome.form)["qty"] == 2


def test_the_form_holds_what_the_case_holds(play: Play) -> None:
    """Every column a person may fill in, with what it says; what the bot fills in is not asked."""
    case = log(play, "request")
    form = play.press_button("agent", play.button(case.id, "Update")).form
    assert (form.title, values_of(form)["detail"]) == (f"Update {case.id}", "please wait")
    assert question_keys(form) == [
        "order_no", "ticket", "kind", "detail", "hold_until", "supplier_reply", "customer_told_at", "resolution",
        "cancel_reason",
    ]  # fmt: skip


def test_only_what_was_needed_at_first_is_needed_in_an_update(play: Play) -> None:
    """A gate asks for the rest when it is its turn."""
    case = log(play, "request")
    form = play.press_button("agent", play.button(case.id, "Update")).form
    needed = {question.key for question in form.questions if question.required}
    assert needed == {"order_no", "ticket", "kind", "detail", "hold_until"}


def test_a_form_sent_as_it_was_changes_nothing(play: Play) -> None:
    """Open, send: the case is what it was."""
    case = log(play, "item-issue")
    form = play.press_button("agent", play.button(case.id, "Update")).form
    before = play.case(case.id)
    assert "nothing was changed" in play.submit("agent", form).words
    assert play.case(case.id) == before


def test_an_emptied_column_is_cleared(play: Play) -> None:
    """On the case and in the row."""
    case = log(play, "item-issue", received_on="2026-11-20")
    form = play.press_button("agent", play.button(case.id, "Update")).form
    play.submit("agent", form, received_on=None)
    assert "received_on" not in play.case(case.id).values
    assert (play.rows[case.id]["received_on"], play.heard(case.id, "home")[-1]) == (
        "",
        "Agent updated:\nReceived on: (empty)",
    )


def test_what_was_needed_at_first_cannot_be_emptied(play: Play) -> None:
    """An order number stays an order number."""
    case = log(play, "item-issue")
    form = play.press_button("agent", play.button(case.id, "Update")).form
    assert set(play.submit("agent", form, order_no="", sku=None).faults) == {"order_no", "sku"}
    assert set(play.command("agent", f"/update {case.id} order=").faults) == {"order_no"}


def test_what_a_passed_gate_stands_on_cannot_be_emptied(play: Play) -> None:
    """A case that is done keeps its resolution; one that runs again may lose it."""
    case = log(play, "request")
    play.command("agent", f"/done {case.id} held")
    faults = play.command("agent", f"/update {case.id} resolution=").faults
    assert faults == {"resolution": "The case is Done because of this, so it cannot be left empty."}
    play.press("agent", "move", case.id, "In progress")
    play.command("agent", f"/update {case.id} resolution=")
    assert "resolution" not in play.case(case.id).values


def test_a_question_that_an_update_raises_is_asked(play: Play) -> None:
    """A request that becomes a Hold needs its date before anything is stored."""
    case = log(play, "request", kind="Tracking")
    outcome = play.command("agent", f"/update {case.id} kind=hold")
    assert (set(outcome.faults), play.case(case.id).values["kind"]) == ({"hold_until"}, "Tracking")
    assert values_of(outcome.form)["kind"] == "Hold"
    play.submit("agent", outcome.form, hold_until="2026-12-01")
    values = play.case(case.id).values
    assert (values["kind"], values["hold_until"]) == ("Hold", "2026-12-01")


def test_the_same_in_a_form_that_did_not_redraw(play: Play) -> None:
    """The form comes back with the new question, what was typed in it included."""
    case = log(play, "request", kind="Tracking")
    form = play.press_button("agent", play.button(case.id, "Update")).form
    sent = play.submit("agent", form, kind="Hold", detail="wait longer")
    assert ("hold_until" in question_keys(sent.form), values_of(sent.form)["detail"]) == (True, "wait longer")
    assert play.case(case.id).values["kind"] == "Tracking"


def test_a_choice_in_the_open_form_redraws_it(play: Play) -> None:
    """As in the form of a new case."""
    case = log(play, "request", kind="Tracking")
    form = play.press_button("agent", play.button(case.id, "Update")).form
    changed = play.change("agent", form, kind="Modification", detail="other words").form
    assert {"change_from", "change_to"} <= set(question_keys(changed))
    assert (values_of(changed)["detail"], changed.faults) == ("other words", ())


def test_an_answer_that_is_not_asked_any_more_goes(play: Play) -> None:
    """A Hold that becomes Other has no date: not on the card, not in the row, and the thread says so."""
    case = log(play, "request")
    play.command("agent", f"/update {case.id} kind=other")
    assert "hold_until" not in play.case(case.id).values
    assert play.rows[case.id]["hold_until"] == ""
    assert "Hold until: (empty)" in play.heard(case.id, "home")[-1]


def test_what_a_supplier_answered_stays(play: Play) -> None:
    """A proof of delivery is kept when the request becomes something else."""
    case = log(play, "request", kind="Proof of delivery")
    play.command("bowen", f"/update {case.id} proof=https://pod.example/1", SUPPLIER)
    play.command("agent", f"/update {case.id} kind=other")
    assert play.case(case.id).values["pod_link"] == "https://pod.example/1"


def test_photos_are_added_and_never_taken_away(play: Play) -> None:
    """The new one goes into both threads; a form sent without any keeps those there are."""
    case = log(play, "item-issue")
    form = play.press_button("agent", play.button(case.id, "Update")).form
    count = len(play.said)
    play.submit("agent", form, photos=["slack:F0PHOTO/clasp.jpg", "slack:F2/stone.jpg"])
    assert play.case(case.id).values["photos"] == ("slack:F0PHOTO/clasp.jpg", "slack:F2/stone.jpg")
    assert [[file.id for file in say.files] for say in play.said[count:] if say.files] == [["F2"], ["F2"]]
    play.submit("agent", form, photos=None, qty="3")
    assert len(play.case(case.id).values["photos"]) == 2  # type: ignore[arg-type]  # a tuple of files


@pytest.mark.parametrize("key", ["due", "evidence_complete", "album", "linked"])
def test_what_the_bot_fills_in_nobody_else_does(play: Play, key: str) -> None:
    """System columns are refused by name."""
    tracker, who = ("shopify-chargeback", "loise") if key[0] in "de" else ("item-issue", "agent")
    case = log(play, tracker)
    column = {"due": "due_on", "album": "album_link", "linked": "linked_case"}.get(key, key)
    outcome = play.command(who, f"/update {case.id} {column}=1", CHARGEBACKS)
    assert (outcome.is_refused, "filled in by the bot itself" in outcome.words) == (True, True)


def test_an_update_computes_anew(play: Play) -> None:
    """What evidence is missing follows from what is ticked."""
    case = log(play, "shopify-chargeback")
    play.command("loise", f'/update {case.id} have="Order receipt"', CHARGEBACKS)
    assert play.case(case.id).values["evidence_missing"] == "Messages with the customer"
    assert play.rows[case.id]["evidence_missing"] == "Messages with the customer"


# --- the supplier ---


def test_a_supplier_updates_what_is_asked_of_him(play: Play) -> None:
    """His columns by command; the desk reads what he changed."""
    case = log(play, "item-issue")
    outcome = play.command("bowen", f"/update {case.id} tracking=3SABC1234567", SUPPLIER)
    assert (play.case(case.id).values["tracking_no"], outcome.words) == (
        "3SABC1234567",
        f"{case.id} is updated.",
    )


@pytest.mark.parametrize("said", ["qty=9", "resolution=done", "defect=x", "cancel=x", "ticket=1"])
def test_a_supplier_updates_nothing_else(play: Play, said: str) -> None:
    """Columns of the desk are no columns to him: his form opens, and the case stays."""
    case = log(play, "item-issue")
    before = play.case(case.id)
    outcome = play.command("bowen", f"/update {case.id} {said}", SUPPLIER)
    assert play.case(case.id) == before
    assert question_keys(outcome.form) == ["supplier_reply", "tracking_no"]


def test_a_suppliers_form_sends_nothing_else(play: Play) -> None:
    """Answers to questions that his form did not ask are not answers."""
    case = log(play, "item-issue")
    form = play.press("bowen", "update", case.id).form
    play.submit("bowen", form, tracking_no="3SABC1234567", qty="9", resolution="done")
    values = play.case(case.id).values
    assert (values["qty"], "resolution" in values, values["tracking_no"]) == (1, False, "3SABC1234567")


def test_a_column_of_the_desk_is_not_asked_of_a_supplier(play: Play) -> None:
    """A button that somebody made up: refused with who can."""
    case = log(play, "item-issue")
    outcome = play.press("bowen", "answer", case.id, "resolution")
    assert (outcome.is_refused, "Agent" in outcome.words) == (True, True)
    assert play.press("bowen", "answer", case.id, "nothing").is_refused


def test_masked_words_are_told(play: Play) -> None:
    """Whoever updates hears that something was masked."""
    case = log(play, "item-issue")
    outcome = play.command("agent", f'/update {case.id} resolution="refunded to card 4111 1111 1111 1111"')
    assert "masked" in outcome.words
    assert "4111 1111 1111" not in f"{play.cases} {play.said} {play.audit}"


# --- a request that is asked only where it applies ---


def test_an_update_that_makes_it_the_suppliers_asks_him(play: Play) -> None:
    """Posted only where a condition holds: once it does, he gets the request, and the photos there are."""
    tracker = play.desk.trackers["item-issue"]
    post = tracker.supplier_post
    assert post is not None
    only = post.model_copy(update={"when": Condition({"wish": ("Reshipment",)})})
    changed = tracker.model_copy(update={"supplier_post": only})
    play.desk = play.desk.model_copy(update={"trackers": {**play.desk.trackers, "item-issue": changed}})
    case = log(play, "item-issue", wish="Undecided")
    assert (case.status, case.requested_at) == ("Open", None)
    play.command("agent", f"/update {case.id} wish=reshipment")
    after = play.case(case.id)
    assert (after.status, after.requested_at) == ("Posted", play.now)
    assert [(say.slot, len(say.files)) for say in play.said if say.files] == [("home", 1), ("supplier", 1)]


def test_a_column_answered_twice_is_asked_again(play: Play) -> None:
    """Two different answers to one question: the form says so on the field, and nothing is stored."""
    case = log(play, "item-issue")
    outcome = play.command("agent", f"/update {case.id} ticket=90 fd=91")
    assert outcome.faults["ticket"].startswith("This was answered twice, with 90 and with 91.")
    assert play.case(case.id) == case


def test_a_description_behind_its_key_needs_no_quotes(play: Play) -> None:
    """Bare words behind a text's key belong to it, as they do in `/log`."""
    case = log(play, "item-issue")
    play.command("agent", f"/update {case.id} tag=clasp too weak resolution=sent a new one")
    values = play.case(case.id).values
    assert (values["defect_tag"], values["resolution"]) == ("clasp too weak", "sent a new one")


def test_a_name_that_a_rule_refuses_keeps_the_form_open(play: Play) -> None:
    """The sentence stands on the name; what else was filled in is still there."""
    case = log(play, "refund", amount="500")
    form = play.press("lead", "update", case.id).form
    sent = play.submit("lead", form, approved_by="agent", notes="a long story")
    assert (list(sent.faults), play.case(case.id)) == (["approved_by"], case)
