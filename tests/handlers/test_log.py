"""`/log`: the list of trackers, the form, the one-line form, and the message shortcut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.case import Case
from handlers.events import FileRef
from tests.handlers.complete import ANSWERS, LOGGED_BY, PHOTO, log
from tests.handlers.play import CSR, DIRECT, LEADS, SUPPLIER, Play, everything, question_keys, values_of

MISSING = "/log item-issue 10423 FD-88 missing ring-204 1"
TRACKERS = sorted(ANSWERS)


# --- which trackers there are ---


BOTH_LOG = {"incorrect-address", "out-of-stock", "pickup-rts"}
"""What a supplier logs, and for him the back-end owner and the lead."""
MONEY = {"refund", "reshipment"}


@pytest.mark.parametrize(
    ("who", "trackers"),
    [
        ("agent", {"item-issue", "proof", "request", "ticket-issue", *MONEY}),
        ("lead", {"item-issue", "order-delay", "proof", "request", "ticket-issue", *MONEY, *BOTH_LOG}),
        (
            "kim",
            {"item-issue", "order-delay", "request", "ticket-issue", "shopify-chargeback", *MONEY, *BOTH_LOG},
        ),
        ("loise", {"refund", "shopify-chargeback"}),
        ("bowen", BOTH_LOG),
    ],
)
def test_log_alone_lists_what_this_person_may_log(play: Play, who: str, trackers: set[str]) -> None:
    """`/log` answers with a button for each tracker of the person, and no other."""
    place = SUPPLIER if who == "bowen" else CSR
    assert {button.value for button in play.command(who, "/log", place).buttons} == trackers


def test_log_of_somebody_who_may_log_nothing_says_so(play: Play) -> None:
    """Bram reads and decides; he is told that there is nothing for him to log, and whom to ask."""
    outcome = play.command("bram", "/log")
    assert (outcome.is_refused, "Ask your team lead" in outcome.words) == (True, True)


def test_a_trackers_button_opens_its_form(play: Play) -> None:
    """The buttons of `/log` open forms."""
    button = play.command("agent", "/log").buttons[0]
    assert play.press_button("agent", button).form.context.tracker == button.value


@pytest.mark.parametrize("word", ["item-issue", "ITEM-ISSUE", "item_issue", "item", "ite"])
def test_a_tracker_is_named_by_key_word_or_beginning(play: Play, word: str) -> None:
    """A tracker's key, its other words and an unambiguous beginning open the same form, without faults."""
    form = play.command("agent", f"/log {word}").form
    assert (form.title, form.faults, values_of(form)) == ("Item Issue", (), {})


@pytest.mark.parametrize(
    ("word", "column", "choice"),
    [
        ("broken", "kind", "Broken"),
        ("Missing", "kind", "Missing"),
        ("incorrect", "kind", "Incorrect"),
        ("hold", "kind", "Hold"),
        ("modify", "kind", "Modification"),
        ("tracking", "kind", "Tracking"),
        ("pod", "kind", "Proof of delivery"),
        ("store-credit", "kind", "Store credit"),
    ],
)
def test_a_synonym_answers_the_question_it_stands_for(
    play: Play, word: str, column: str, choice: str
) -> None:
    """`/log broken` is an item issue that is broken."""
    assert values_of(play.command("agent", f"/log {word}").form).get(column) == choice


@pytest.mark.parametrize("word", ["chargeback", "cb"])
def test_a_trackers_own_name_answers_nothing(play: Play, word: str) -> None:
    """`/log chargeback` names the tracker; that "Chargeback" is also a stage means nothing."""
    assert "stage" not in values_of(play.command("loise", f"/log {word}").form)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("item-isue", "item-issue"),
        ("requets", "request"),
        ("re", "request / reshipment"),
        ("rfund", "refund"),
    ],
)
def test_an_unknown_tracker_names_the_nearest(play: Play, typed: str, near: str) -> None:
    """A misspelt or ambiguous word is refused with "did you mean", and the buttons are there at once."""
    outcome = play.command("agent", f"/log {typed}")
    assert outcome.is_refused
    assert all(word in outcome.words for word in near.split(" / "))
    assert len(outcome.buttons) == len(play.command("agent", "/log").buttons)


def test_did_you_mean_offers_only_what_the_person_may_log(play: Play) -> None:
    """An agent who types half of a restricted tracker's name is not led to it."""
    assert "chargeback" not in play.command("agent", "/log chargebac").words.replace("called chargebac", "")


def test_a_tracker_that_others_log_is_refused_with_who_can(play: Play) -> None:
    """The refusal says what was refused and whom to ask."""
    outcome = play.command("agent", "/log out-of-stock 10428 ring-206 2")
    assert outcome.is_refused
    assert (
        outcome.words == "You may not log on Out of Stock, so nothing was done. Team Lead, Kim or Bowen can."
    )


# --- one line ---


def test_a_complete_line_is_logged_at_once(play: Play) -> None:
    """Every required answer in order, an unquoted description among them: no form, one case."""
    outcome = play.command("agent", f"{MISSING} ring is not in the box refund")
    assert "II-2647-0001 is logged on Item Issue." in outcome.words
    assert play.last.values == {
        "order_no": "10423", "ticket": "88", "kind": "Missing", "sku": "ring-204", "qty": 1,
        "detail": "ring is not in the box", "wish": "Refund",
    }  # fmt: skip


def test_the_same_by_keys_in_any_order(play: Play) -> None:
    """`key=value` by key, header word and beginning; a value may be quoted."""
    play.command(
        "agent",
        '/log item-issue wish=refund detail="not in the box" qty=1 sku=ring-204 issue=missing fd=88 order=#10423',
    )
    assert (play.last.values["order_no"], play.last.values["kind"], play.last.values["wish"]) == (
        "10423",
        "Missing",
        "Refund",
    )


def test_a_bare_description_goes_on_behind_its_key(play: Play) -> None:
    """`detail=ring is not in the box` needs no quotes."""
    play.command(
        "agent", "/log item-issue 10423 FD-88 missing ring-204 1 wish=refund detail=ring is not there"
    )
    assert play.last.values["detail"] == "ring is not there"


@pytest.mark.parametrize("quotes", ['""', "“”", "„“", "''", "‘’", "«»", '“"'])
def test_quotes_of_every_sort_hold_a_description_together(play: Play, quotes: str) -> None:
    """Phones make their own quotes."""
    play.command("agent", f"{MISSING} {quotes[0]}ring, not there{quotes[1]} refund")
    assert play.last.values["detail"] == "ring, not there"


def test_an_incomplete_line_opens_the_form_with_what_is_known(play: Play) -> None:
    """The example of the help: photos and the customer's wish are still needed, and stand so on their fields."""
    form = play.command("agent", '/log item-issue 10423 FD-88 broken ring-204 1 "clasp broken"').form
    assert {fault.key for fault in form.faults} == {"photos", "wish"}
    assert values_of(form)["detail"] == "clasp broken"
    assert play.cases == {}


def test_a_wrong_answer_opens_the_form_with_what_was_typed(play: Play) -> None:
    """A wrong ticket, quantity and choice stand on their fields; nothing has to be typed again."""
    outcome = play.command("agent", "/log item-issue 10423 FD-x mising ring-204 many detail=gone wish=refund")
    assert outcome.faults["kind"] == "mising is not one of the choices. Did you mean Missing / Misfit?"
    assert set(outcome.faults) == {"ticket", "kind", "qty"}
    shown = values_of(outcome.form)
    assert (shown["ticket"], shown["kind"], shown["qty"]) == ("FD-x", "mising", "many")


def test_a_key_that_fits_nothing_is_said_with_its_value(play: Play) -> None:
    """Nothing that was typed gets lost: what fits no question stands on top of the form."""
    form = play.command("agent", f'{MISSING} "gone" refund colour=gold').form
    assert any("colour=gold" in line for line in form.intro)
    assert play.cases == {}


def test_an_ambiguous_key_says_what_it_could_be(play: Play) -> None:
    """`received=` could be two columns."""
    form = play.command("agent", f'{MISSING} "gone" refund received=today').form
    assert form.intro == (
        "received=today could mean received_on / got_instead (Received instead). Write more of the one you mean.",
    )


def test_a_key_of_one_letter_says_what_it_could_be(play: Play) -> None:
    """`t=` is a beginning of a key and of a header's word: both are named by what can be typed."""
    outcome = play.command("agent", "/log refund 10425 FD-90 t=1")
    assert outcome.form.intro == ("t=1 could mean ticket / kind (Type). Write more of the one you mean.",)
    assert play.cases == {}


def test_a_misspelt_key_says_what_it_was_meant_to_be(play: Play) -> None:
    """Nearly a key: the sentence asks."""
    form = play.command("agent", f"{MISSING} refund detial=gone").form
    assert form.intro == ("detial=gone fits no question here. Did you mean detail?",)


@pytest.mark.parametrize("again", ["ticket=90", "fd=FD-90", 'TICKET="90"'])
def test_a_question_answered_twice_is_asked_again(play: Play, again: str) -> None:
    """Neither of two different answers is taken silently: the form says so on the field."""
    outcome = play.command("agent", f"/log item-issue 10423 ticket=88 {again} missing ring-204 1 gone refund")
    assert outcome.faults["ticket"].startswith("This was answered twice, with 88 and with ")
    assert (set(outcome.faults), play.cases) == ({"ticket"}, {})


def test_a_question_answered_twice_in_the_same_way_is_answered(play: Play) -> None:
    """Saying it again changes nothing; nor does saying of a broken item that it is broken."""
    play.command("agent", f'{MISSING} "gone" refund wish=refund wish=Refund')
    assert play.last.values["wish"] == "Refund"


def test_a_word_and_a_key_that_disagree_are_asked_about(play: Play) -> None:
    """`/log broken … kind=missing` is one thing or the other."""
    outcome = play.command("agent", "/log broken kind=missing 10423 FD-88 ring-204 1 gone refund")
    assert outcome.faults["kind"] == (
        "This was answered twice, with Broken and with missing. Which of them is right?"
    )


def test_a_default_currency_may_be_left_out_or_replaced(play: Play) -> None:
    """Refunds are in the desk's currency unless another one is said in its place."""
    play.command("agent", "/log refund 10425 FD-90 partial broken 12.50 card")
    play.command("agent", "/log refund 10426 FD-90 partial broken 12.50 usd card")
    assert [case.values["currency"] for case in play.cases.values()] == ["EUR", "USD"]


def test_words_left_over_are_kept_in_the_last_long_text(play: Play) -> None:
    """A refund has notes; what fits nothing else is a note."""
    play.command("agent", "/log refund 10425 FD-90 partial broken 12.50 card customer was kind")
    assert play.last.values["notes"] == "customer was kind"


def test_free_words_are_never_taken_for_answers(play: Play) -> None:
    """Which of these words is the old and which the new value, nobody can know: the form asks."""
    outcome = play.command("agent", "/log modify 10424 FD-89 wants gold ring")
    assert set(outcome.faults) == {"change_from", "change_to"}
    assert values_of(outcome.form)["detail"] == "wants gold ring"


def test_quoted_words_are_answers(play: Play) -> None:
    """In quotes it is clear which is which."""
    play.command("agent", '/log modify 10424 FD-89 "wants gold" "silver ring" "gold ring"')
    values = play.last.values
    assert (values["detail"], values["change_from"], values["change_to"]) == (
        "wants gold",
        "silver ring",
        "gold ring",
    )


def test_files_are_not_typed(play: Play) -> None:
    """`photos=abc` names a column of files, which no text can answer."""
    form = play.command("agent", '/log broken 10423 FD-88 ring-204 1 "bad" photos=abc').form
    assert ("photos" in values_of(form), any("photos=abc" in line for line in form.intro)) == (False, True)


# --- typed in a message ---


def test_a_complete_line_in_a_message_is_logged(play: Play) -> None:
    """`!log …` in a thread does what `/log …` does."""
    play.command("agent", f'{MISSING} "not there" refund', typed=True)
    assert play.last.id == "II-2647-0001"


def test_an_incomplete_line_in_a_message_offers_the_form_prefilled(play: Play) -> None:
    """A message cannot open a form: its author alone gets a button that does, with everything typed so far."""
    door = play.command("agent", '/log item-issue 10423 FD-88 broken ring-204 1 "clasp off"', typed=True)
    form = play.press_button("agent", door.buttons[0]).form
    assert values_of(form)["detail"] == "clasp off"


def test_files_of_a_message_come_along_through_the_door(play: Play) -> None:
    """A photo sent with `!log broken …` is in the form that opens, and so on the case."""
    door = play.command("agent", "/log broken 10423 FD-88 ring-204 1 bad", typed=True, files=(PHOTO,))
    form = play.press_button("agent", door.buttons[0]).form
    play.submit("agent", form, wish="Refund")
    assert play.last.values["photos"] == ("slack:F0PHOTO/clasp.jpg",)


def test_deskbell_log_is_log(play: Play) -> None:
    """`/deskbell log item-issue`, typed or not, is the same command."""
    assert play.command("agent", "/deskbell log item-issue").form.context.tracker == "item-issue"
    door = play.command("agent", "/deskbell log item-issue 10423", typed=True)
    assert values_of(play.press_button("agent", door.buttons[0]).form)["order_no"] == "10423"


# --- the form ---


@pytest.mark.parametrize("tracker", TRACKERS)
def test_every_tracker_is_logged_from_a_complete_form(play: Play, tracker: str) -> None:
    """Every tracker: one row, one card, and the case stands where its flow begins."""
    case = log(play, tracker)
    flow = play.desk.flow_of(play.desk.trackers[tracker])
    assert case.status in (flow.initial, flow.posted)
    assert play.rows[case.id]["case_id"] == case.id
    assert ("home" in {slot for ident, slot in play.posts.values() if ident == case.id}) is True


@pytest.mark.parametrize("tracker", TRACKERS)
def test_every_required_question_is_a_fault_when_it_is_left_empty(play: Play, tracker: str) -> None:
    """An empty form is sent back with a sentence on everything that is needed."""
    who, place = LOGGED_BY[tracker]
    form = play.command(who, f"/log {tracker}", place).form
    needed = {question.key for question in form.questions if question.required and question.value is None}
    assert set(play.submit(who, form).faults) == needed


@pytest.mark.parametrize(
    ("tracker", "kind", "appears"),
    [
        ("item-issue", "Incorrect", {"got_instead", "photos"}),
        ("item-issue", "Broken", {"photos"}),
        ("item-issue", "Missing", set()),
        ("request", "Modification", {"change_from", "change_to"}),
        ("request", "Hold", {"hold_until"}),
        ("request", "Tracking", set()),
        ("refund", "Full refund", {"method"}),
        ("refund", "Store credit", set()),
    ],
)
def test_a_choice_shows_the_questions_it_raises(
    play: Play, tracker: str, kind: str, appears: set[str]
) -> None:
    """Choosing a kind redraws the form: what it raises appears, required; the rest is gone."""
    form = play.command("agent", f"/log {tracker}").form
    changed = play.change("agent", form, kind=kind).form
    new = {question.key for question in changed.questions} - {question.key for question in form.questions}
    assert new == appears
    assert all(question.required for question in changed.questions if question.key in appears)


def test_a_redrawn_form_keeps_its_answers_and_accuses_nobody(play: Play) -> None:
    """While the form is open nothing is a fault yet."""
    form = play.command("agent", "/log request").form
    changed = play.change("agent", form, kind="Hold", order_no="10424", ticket="nonsense").form
    assert changed.faults == ()
    assert (values_of(changed)["order_no"], values_of(changed)["ticket"]) == ("10424", "nonsense")


def test_an_answer_to_a_question_that_is_gone_is_not_kept(play: Play) -> None:
    """Hold until, filled in before the kind became Tracking, is not part of the case."""
    case = log(play, "request", kind="Tracking")
    assert "hold_until" not in case.values


def test_a_question_raised_by_the_last_choice_is_asked_before_anything_is_filed(play: Play) -> None:
    """A platform that did not redraw sends the form without the new question: it comes back with it."""
    form = play.command("agent", "/log request").form
    sent = play.submit("agent", form, order_no="1042", ticket="1", kind="Hold", detail="wait")
    assert ("hold_until" in question_keys(sent.form), set(sent.faults)) == (True, {"hold_until"})


def test_a_wrong_choice_keeps_what_was_typed_elsewhere(play: Play) -> None:
    """Faults stand on their fields and the form stays as it is."""
    form = play.command("agent", "/log request").form
    sent = play.submit("agent", form, order_no="!", ticket="1", kind="Other", detail="wait")
    assert (set(sent.faults), sent.decision.form) == ({"order_no"}, None)


@pytest.mark.parametrize("tracker", TRACKERS)
def test_a_card_shows_what_was_logged(play: Play, tracker: str) -> None:
    """The home card: id, state, every answer by its header, who and when, and what can be done."""
    case = log(play, tracker)
    card = play.card(case.id)
    labels = [label for label, _ in card.facts]
    columns = play.desk.trackers[tracker].columns
    assert card.headline == f"{case.id} · {play.desk.trackers[tracker].title} · {case.status}"
    assert [column.header for column in columns if column.key in ANSWERS[tracker]] == [
        label for label in labels if label in {c.header for c in columns if c.key in ANSWERS[tracker]}
    ]
    assert [button.label for button in card.buttons][:2] == ["Update", "Assign"]
    assert card.footer.startswith("Logged by ")
    assert card.links[0].label == "Row on the tracker"


@pytest.mark.parametrize(
    ("tracker", "labels"),
    [
        ("item-issue", ["Update", "Assign", "Done", "In progress", "Cancelled", "Send to supplier"]),
        ("request", ["Update", "Assign", "Done", "In progress", "Cancelled", "Send to supplier"]),
        ("refund", ["Update", "Assign", "Approved", "Rejected"]),
        ("reshipment", ["Update", "Assign", "Approved", "Rejected"]),
        ("shopify-chargeback", ["Update", "Assign", "Collecting evidence", "Accepted", "Withdrawn"]),
        ("out-of-stock", ["Update", "Assign", "Alternatives asked", "Cancelled"]),
    ],
)
def test_a_new_card_offers_the_next_steps(play: Play, tracker: str, labels: list[str]) -> None:
    """Update and Assign, what finishes the case, the other ways on, and what drops it last."""
    case = log(play, tracker)
    assert [button.label for button in play.card(case.id).buttons] == labels


@pytest.mark.parametrize(
    ("tracker", "owner"),
    [
        ("item-issue", "bowen"),
        ("request", "bowen"),
        ("refund", "agent"),
        ("reshipment", "bowen"),
        ("shopify-chargeback", "loise"),
        ("out-of-stock", "kim"),
    ],
)
def test_a_new_case_is_with_its_declared_owner(play: Play, tracker: str, owner: str) -> None:
    """As the tracker says; a refund is with whoever asked for it."""
    assert log(play, tracker).owner == owner


def test_photos_go_into_both_threads(play: Play) -> None:
    """The supplier sees photos of an item issue, so they are put under his request as well."""
    case = log(play, "item-issue")
    assert [(say.slot, [file.id for file in say.files]) for say in play.said if say.files] == [
        ("home", ["F0PHOTO"]),
        ("supplier", ["F0PHOTO"]),
    ]
    assert case.values["photos"] == ("slack:F0PHOTO/clasp.jpg",)


def test_a_form_sent_where_the_card_appears_needs_no_words(play: Play) -> None:
    """The card in the channel is the confirmation."""
    opened = play.command("agent", "/log request")
    assert play.submit("agent", opened.form, **ANSWERS["request"]).words == ""


@pytest.mark.parametrize("place", [DIRECT, LEADS])
def test_a_form_sent_elsewhere_says_where_the_card_is(play: Play, place: object) -> None:
    """Logged in a direct message or another channel, the confirmation says so to the reporter."""
    opened = play.command("lead", "/log request", place)  # type: ignore[arg-type]  # both are places
    words = play.submit("lead", opened.form, **ANSWERS["request"]).words
    assert words == "RQ-2647-0001 is logged on Requests.\nIts card is in #mhj-support."


def test_a_masked_answer_is_told(play: Play) -> None:
    """A card number in the description never reaches the case, and its author is told."""
    form = play.command("agent", "/log request").form
    sent = play.submit(
        "agent", form, **{**ANSWERS["request"], "detail": "card number 4111 1111 1111 1111 was charged"}
    )
    assert "4111 1111" not in str(play.last.values)
    assert "masked" in sent.words


def test_a_secret_is_not_taken(play: Play) -> None:
    """A one-time code is refused on its field; what is shown again has no trace of it."""
    form = play.command("agent", "/log request").form
    sent = play.submit("agent", form, **{**ANSWERS["request"], "detail": "the OTP is 482913"})
    assert ("was not stored" in sent.faults["detail"], play.cases) == (True, {})


# --- a message ---


LINK = "https://chat.example/p1"


def logged_message(play: Play, tracker: str = "item-issue", said: str = "the clasp of 10423 broke") -> Case:
    """A case made of a message, its photo with it."""
    first = play.shortcut("agent", said, LINK, (PHOTO,))
    second = play.submit("agent", first.form, tracker=tracker)
    given = {key: value for key, value in ANSWERS[tracker].items() if key not in ("detail", "photos")}
    sent = play.submit("agent", second.form, **given)
    assert not sent.faults
    return play.last


def test_a_message_is_logged_with_its_words_and_photos(play: Play) -> None:
    """The shortcut asks which tracker, then shows its form with the message in it."""
    first = play.shortcut("agent", "the clasp of 10423 broke", LINK, (PHOTO,))
    second = play.submit("agent", first.form, tracker="item-issue")
    assert values_of(second.form)["detail"] == "the clasp of 10423 broke"
    values = logged_message(play).values
    assert (values["detail"], values["photos"]) == ("the clasp of 10423 broke", ("slack:F0PHOTO/clasp.jpg",))


def test_a_command_given_on_a_message_logs_its_words_and_photos(play: Play) -> None:
    """What the line itself says of them comes first; a card number in the message is masked."""
    line = "item-issue order=10423 ticket=88 kind=Broken sku=ring-204 qty=1 wish=Refund"
    said = "the clasp broke, card 4111 1111 1111 1111"
    play.command("agent", f"/log {line}", about=said, link=LINK, files=(PHOTO,))
    case = play.last
    assert str(case.values["detail"]).startswith("the clasp broke, card ")
    assert "4111" not in str(case.values)
    assert (case.values["photos"], case.message_link) == (("slack:F0PHOTO/clasp.jpg",), LINK)
    line = line.replace("ring-204", "ring-9 detail=bent")
    play.command("agent", f"/log {line}", about=said, link=LINK, files=(PHOTO,))
    assert play.last.values["detail"] == "bent"


def test_the_desk_gets_back_to_the_message_and_nobody_else(play: Play) -> None:
    """Its card leads there; neither the row, nor the request, nor anything else the supplier reads does."""
    case = logged_message(play)
    assert ("Message it was logged from", LINK) in [
        (link.label, link.url) for link in play.card(case.id).links
    ]
    supplier = [everything(play.card(case.id, "supplier")), *play.heard(case.id, "supplier")]
    supplier += [play.command("bowen", said, SUPPLIER).words for said in (f"/case {case.id}", "/mine")]
    assert [said for said in supplier if LINK in said] == []
    assert [cell for cell in play.rows[case.id].values() if LINK in str(cell)] == []


def test_the_link_survives_faults_and_other_questions(play: Play) -> None:
    """The form is shown again, once for an answer that brings up others, once for a fault; the link stays with it."""
    first = play.shortcut("agent", "look", LINK)
    form = play.submit("agent", first.form, tracker="request").form
    form = play.change("agent", form, kind="Modification").form
    form = play.submit("agent", form, kind="Hold", order_no="10424", ticket="FD-89").form
    play.submit("agent", form, **ANSWERS["request"])
    assert play.last.message_link == LINK


def test_a_message_added_to_a_case_is_led_to_from_its_thread(play: Play) -> None:
    """What is added to a case that is open already brings its message along, for the desk."""
    case = log(play, "item-issue", kind="Misfit")
    first = play.shortcut("agent", "too small", LINK)
    form = play.submit("agent", first.form, tracker="item-issue").form
    answers = {key: value for key, value in ANSWERS["item-issue"].items() if key != "detail"}
    again = play.submit("agent", form, **{**answers, "kind": "Misfit"})
    play.submit("agent", again.form, _duplicate=f"add:{case.id}")
    assert LINK in play.heard(case.id, "home")[-1]
    assert [said for said in play.heard(case.id, "supplier") if LINK in said] == []


def test_a_message_that_comes_up_again_is_led_to_from_its_thread(play: Play) -> None:
    """A repeat that was made of a message, too."""
    case = log(play, "ticket-issue")
    first = play.shortcut("agent", "again", LINK)
    form = play.submit("agent", first.form, tracker="ticket-issue").form
    play.submit("agent", form, **ANSWERS["ticket-issue"])
    assert LINK in play.heard(case.id, "home")[-1]


@pytest.mark.parametrize(
    "forged", ["javascript:alert(1)", "https://x y", "http://chat.example/p1", 7, "https://" + "x" * 999]
)
def test_a_link_that_is_none_is_dropped(play: Play, forged: object) -> None:
    """It comes back from a client, so it is looked at again."""
    first = play.shortcut("agent", "look", LINK)
    form = play.submit("agent", first.form, tracker="request").form
    extra = {**form.context.extra, "link": forged}
    form = replace(form, context=replace(form.context, extra=extra))  # type: ignore[arg-type]  # what a client makes up
    play.submit("agent", form, **ANSWERS["request"])
    assert play.last.message_link == ""


def test_a_long_message_is_cut(play: Play) -> None:
    """The link leads to the whole."""
    form = play.shortcut("agent", "x" * 9000, LINK).form
    assert len(form.intro[0]) < 2000


def test_files_nobody_asked_for_stay_in_the_home_thread(play: Play) -> None:
    """A tracker without photos keeps what was sent along where the desk sees it."""
    first = play.shortcut("agent", "please hold", "https://chat.example/p1", (PHOTO,))
    second = play.submit("agent", first.form, tracker="request")
    play.submit("agent", second.form, **ANSWERS["request"])
    assert [say.slot for say in play.said if say.files] == ["home"]


def test_files_survive_a_kind_that_does_not_ask_for_them(play: Play) -> None:
    """Missing asks for no photos, Broken does: what came with the message is there when it is needed again."""
    first = play.shortcut("agent", "look", "https://chat.example/p1", (PHOTO,))
    form = play.submit("agent", first.form, tracker="item-issue").form
    missing = play.change("agent", form, kind="Missing").form
    broken = play.change("agent", missing, kind="Broken").form
    assert values_of(broken)["photos"] == ("slack:F0PHOTO/clasp.jpg",)


def test_a_chosen_tracker_is_authorised_again(play: Play) -> None:
    """The choice comes back from a client: what may not be logged is refused there, too."""
    first = play.shortcut("agent", "look", "https://chat.example/p1")
    assert play.submit("agent", first.form, tracker="shopify-chargeback").is_refused


def test_a_form_of_a_tracker_that_is_gone_says_so(play: Play) -> None:
    """The desk changed while the form was open."""
    form = play.command("agent", "/log request").form
    play.desk = play.desk.model_copy(
        update={"trackers": {key: each for key, each in play.desk.trackers.items() if key != "request"}}
    )
    assert "Start again with /log" in play.submit("agent", form).words


def test_the_same_file_twice_is_one_file(play: Play) -> None:
    """A platform that sends an attached file along again does not double it."""
    case = log(play, "item-issue", photos=[PHOTO, "slack:F0PHOTO/clasp.jpg", FileRef("slack", "F2", "b.jpg")])
    assert case.values["photos"] == ("slack:F0PHOTO/clasp.jpg", "slack:F2/b.jpg")
