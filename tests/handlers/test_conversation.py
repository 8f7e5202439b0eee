"""What is said in a case's two threads, and the one way from the desk's to the supplier's."""

from __future__ import annotations

import pytest

from handlers.events import FileRef
from tests.handlers.complete import PHOTO, log
from tests.handlers.play import STRANGER, Play, question_keys, values_of

# --- the supplier's replies ---


def test_a_reply_lands_on_the_case_and_at_home(play: Play) -> None:
    """The column keeps it, the row shows it, the desk reads it as his; his own thread needs no echo."""
    case = log(play, "request")
    outcome = play.say("bowen", case.id, "supplier", "Will be held until Friday")
    assert play.case(case.id).values["supplier_reply"] == "Will be held until Friday"
    assert play.rows[case.id]["supplier_reply"] == "Will be held until Friday"
    assert play.heard(case.id, "home") == ["Bowen replied:\nWill be held until Friday"]
    assert (play.heard(case.id, "supplier"), outcome.words) == ([], "")


def test_replies_are_appended(play: Play) -> None:
    """The second does not overwrite the first."""
    case = log(play, "request")
    play.say("bowen", case.id, "supplier", "I look")
    play.say("bowen", case.id, "supplier", "It is held")
    assert play.case(case.id).values["supplier_reply"] == "I look\nIt is held"


def test_the_column_keeps_the_newest_of_many_replies(play: Play) -> None:
    """A cell is no archive: what is too long loses its beginning, the thread has it all."""
    case = log(play, "request")
    for number in range(5):
        play.say("bowen", case.id, "supplier", f"{number}" * 900)
    kept = str(play.case(case.id).values["supplier_reply"])
    assert (len(kept), kept.endswith("4" * 900)) == (3000, True)


def test_a_reply_with_a_photo_brings_it_home(play: Play) -> None:
    """Files of the supplier stand in the home thread, with words or without."""
    case = log(play, "request")
    play.say("bowen", case.id, "supplier", "", files=(PHOTO,))
    assert (play.said[-1].slot, play.said[-1].files) == ("home", (PHOTO,))
    assert play.history(case.id)[-1] == "replied: clasp.jpg"


def test_a_tracker_without_that_column_still_tells_the_desk(play: Play) -> None:
    """Out-of-stock and reshipment have no column for it."""
    case = log(play, "reshipment")
    play.submit("kim", play.press("kim", "move", case.id, "Approved").form, ship_address_confirmed=True)
    play.say("bowen", case.id, "supplier", "tomorrow")
    assert play.heard(case.id, "home")[-1] == "Bowen replied:\ntomorrow"


def test_a_tracking_number_in_a_reply_passes(play: Play) -> None:
    """Numbers of parcels are not cards."""
    case = log(play, "request")
    play.say("bowen", case.id, "supplier", "tracking 3SABC1234567890")
    assert "3SABC1234567890" in str(play.case(case.id).values["supplier_reply"])


def test_a_card_number_in_a_reply_is_masked_everywhere(play: Play) -> None:
    """On the case, at home, in the history."""
    case = log(play, "request")
    play.say("bowen", case.id, "supplier", "card number 4111 1111 1111 1111")
    kept = f"{play.cases} {play.said} {play.lines} {play.audit} {play.rows}"
    assert "4111 1111 1111" not in kept


@pytest.mark.parametrize(("who", "slot"), [("bowen", "supplier"), ("agent", "home")])
def test_who_wrote_what_was_masked_is_told_so(play: Play, who: str, slot: str) -> None:
    """In the thread, to its author alone; ordinary words are passed over."""
    case = log(play, "request")
    masked = "looked like a card number"
    said = play.say(who, case.id, slot, "card number 4111 1111 1111 1111")  # type: ignore[arg-type]  # one of the two
    assert masked in said.words
    assert masked not in play.say(who, case.id, slot, "order 10423").words  # type: ignore[arg-type]  # one of the two


def test_an_edited_reply_is_told_and_changes_nothing(play: Play) -> None:
    """What he said stays on the case; what he says now is said at home."""
    case = log(play, "request")
    play.say("bowen", case.id, "supplier", "Friday")
    play.say("bowen", case.id, "supplier", "Monday", edited=True)
    assert play.case(case.id).values["supplier_reply"] == "Friday"
    assert play.heard(case.id, "home")[-1] == "Bowen changed a message to:\nMonday"


def test_a_deleted_reply_is_told_without_its_words(play: Play) -> None:
    """That something was deleted is known; it is not repeated."""
    case = log(play, "request")
    play.say("bowen", case.id, "supplier", "oops", deleted=True)
    assert play.heard(case.id, "home")[-1] == "Bowen deleted a message."


def test_an_edit_to_a_word_acknowledges_nothing(play: Play) -> None:
    """Edits never act again."""
    case = log(play, "request")
    play.say("bowen", case.id, "supplier", "ok", edited=True)
    assert play.case(case.id).acknowledged_at is None


def test_an_edit_at_home_is_nobodys_business(play: Play) -> None:
    """The desk's own edits and deletions are not even noted."""
    case = log(play, "request")
    assert play.say("agent", case.id, "home", "done", edited=True).is_ignored
    assert play.say("agent", case.id, "home", "done", deleted=True).is_ignored


@pytest.mark.parametrize("slot", ["home", "supplier"])
def test_a_stranger_in_a_thread_is_not_heard(play: Play, slot: str) -> None:
    """Whoever the desk does not know says nothing to the bot."""
    case = log(play, "request")
    outcome = play.say(STRANGER, case.id, slot, "ok")  # type: ignore[arg-type]  # one of the two
    assert (outcome.decision.cases, outcome.decision.answer, play.case(case.id)) == ((), None, case)
    assert play.react(STRANGER, case.id, slot, "eyes").is_ignored  # type: ignore[arg-type]  # one of the two


def test_words_in_no_cases_thread_are_nobodys_business(play: Play) -> None:
    """A thread that no post of ours began."""
    case = log(play, "request")
    play.posts.clear()
    play.posts["C0CSR", "other"] = (case.id, "home")
    del play.cases[case.id]
    assert play.say("agent", case.id, "home", "done").is_ignored


# --- words that mean a state ---


@pytest.mark.parametrize(
    "word", ["done", "Done!", "tagged done", "FIXED", "✅", ":white_check_mark:", "completed"]
)
def test_a_word_of_the_desk_at_home_asks_for_the_move(play: Play, word: str) -> None:
    """The gate asks by a button that opens its form, seen by its author alone."""
    case = log(play, "request")
    door = play.say("agent", case.id, "home", word)
    assert play.case(case.id).status == "Posted"
    form = play.press_button("agent", door.buttons[0]).form
    play.submit("agent", form, resolution="held")
    assert (play.case(case.id).status, play.case(case.id).values["resolution"]) == ("Done", "held")


def test_a_word_whose_gate_is_open_moves_at_once(play: Play) -> None:
    """With the resolution filled in before, done is done."""
    case = log(play, "request")
    play.command("agent", f"/update {case.id} resolution=held")
    play.say("agent", case.id, "home", "done")
    assert play.case(case.id).status == "Done"


@pytest.mark.parametrize(
    "said",
    ["is this done?", "done with lunch", "not ok", "working on it", "cancel that", "ok thanks", "dones"],
)
def test_a_word_in_a_sentence_is_just_a_word(play: Play, said: str) -> None:
    """Only a message that is nothing but the word means the state."""
    case = log(play, "request")
    for who, slot in (("agent", "home"), ("bowen", "supplier")):
        play.say(who, case.id, slot, said)  # type: ignore[arg-type]  # one of the two
    after = play.case(case.id)
    assert (after.status, after.acknowledged_at) == ("Posted", None)


def test_a_word_with_a_photo_is_a_reply(play: Play) -> None:
    """A picture with "ok" under it is something to look at."""
    case = log(play, "request")
    play.say("bowen", case.id, "supplier", "ok", files=(FileRef("slack", "F9", "held.jpg"),))
    assert play.case(case.id).values["supplier_reply"] == "ok"


@pytest.mark.parametrize("word", ["wip", "In progress", "working", "🛠", "🛠️", ":hammer_and_wrench:"])
def test_a_supplier_takes_a_case_on_by_a_word(play: Play, word: str) -> None:
    """The moves that are his work by word, too."""
    case = log(play, "request")
    play.say("bowen", case.id, "supplier", word)
    assert play.case(case.id).status == "In progress"


def test_a_state_that_is_not_his_is_a_reply(play: Play) -> None:
    """His "cancel" is read by the desk, and he is not told off."""
    case = log(play, "request")
    outcome = play.say("bowen", case.id, "supplier", "cancel")
    assert (play.case(case.id).status, outcome.words) == ("Posted", "")
    assert play.heard(case.id, "home")[-1] == "Bowen replied:\ncancel"


@pytest.mark.parametrize("word", ["done", "✅"])
def test_a_suppliers_done_is_noted(play: Play, word: str) -> None:
    """Who closes a case also told the customer: it acknowledges, the desk reads it, and he hears what comes next."""
    case = log(play, "request")
    outcome = play.say("bowen", case.id, "supplier", word)
    after = play.case(case.id)
    assert (after.status, after.acknowledged_by) == ("Acknowledged", "bowen")
    assert outcome.words == f"Thank you, that is noted. The desk closes {case.id} once the customer knows."
    assert play.heard(case.id, "home")[-1] == f"Bowen replied:\n{word}"
    again = play.say("bowen", case.id, "supplier", word)
    assert (play.case(case.id).acknowledged_at, again.words) == (after.acknowledged_at, outcome.words)


def test_a_reaction_that_is_not_his_is_nothing(play: Play) -> None:
    """A green tick of the supplier closes nothing and says nothing."""
    case = log(play, "request")
    assert play.react("bowen", case.id, "supplier", "white_check_mark").is_ignored


def test_a_reaction_of_the_desk_asks_for_the_move(play: Play) -> None:
    """A green tick on the card is done."""
    case = log(play, "request")
    door = play.react("agent", case.id, "home", "white_check_mark")
    assert question_keys(play.press_button("agent", door.buttons[0]).form) == ["resolution"]


def test_a_reaction_that_means_nothing_is_nothing(play: Play) -> None:
    """A party hat is a party hat."""
    case = log(play, "request")
    assert play.react("agent", case.id, "home", "tada").is_ignored


def test_done_of_a_dispute_is_not_won(play: Play) -> None:
    """A flow that can end in several ways has no plain done: the word is just said."""
    case = log(play, "shopify-chargeback")
    play.cases[case.id] = play.cases[case.id].changed(play.now, status="Submitted")
    play.say("loise", case.id, "home", "done")
    assert play.case(case.id).status == "Submitted"


# --- what the desk says stays at the desk ---


def test_what_is_said_at_home_stays_at_home(play: Play) -> None:
    """Nothing of the home thread reaches the supplier by itself; it is noted in the history."""
    case = log(play, "request")
    for who in ("agent", "lead", "kim"):
        play.say(who, case.id, "home", f"{who} says the customer is angry", files=(PHOTO,))
    assert play.heard(case.id, "supplier") == []
    assert play.history(case.id)[-1] == "said to the desk: kim says the customer is angry"
    assert "angry" not in str(play.case(case.id).values)


def test_its_author_alone_is_offered_to_send_it(play: Play) -> None:
    """The press shows what the supplier will read; sent, it stands under the request in the author's name."""
    case = log(play, "request")
    offered = play.say("agent", case.id, "home", "Can you ship it on Monday?")
    opened = play.press_button("agent", offered.buttons[0])
    assert (values_of(opened.form), play.heard(case.id, "supplier")) == (
        {"words": "Can you ship it on Monday?"},
        [],
    )
    play.submit("agent", opened.form)
    assert play.heard(case.id, "supplier") == ["Agent from MHJ Customer Support:\nCan you ship it on Monday?"]
    assert play.heard(case.id, "home") == ["Agent sent to the supplier:\nCan you ship it on Monday?"]


def test_what_is_sent_may_be_put_in_other_words(play: Play) -> None:
    """What one writes to colleagues is not always what a supplier should read."""
    case = log(play, "request")
    offered = play.say("agent", case.id, "home", "he is slow again")
    play.submit("agent", play.press_button("agent", offered.buttons[0]).form, words="Any news?")
    assert play.heard(case.id, "supplier") == ["Agent from MHJ Customer Support:\nAny news?"]


@pytest.mark.parametrize("words", ["look", ""])
def test_photos_go_along_with_the_words(play: Play, words: str) -> None:
    """What is offered is the message, its photo included, which needs no words; the form names it."""
    case = log(play, "request")
    offered = play.say("agent", case.id, "home", words, files=(PHOTO,))
    form = play.press_button("agent", offered.buttons[0]).form
    assert form.intro[-1] == "These go with it: clasp.jpg"
    play.submit("agent", form)
    sent = [say for say in play.said if say.slot == "supplier"][-1]
    assert [(file.id, file.name) for file in sent.files] == [("F0PHOTO", "clasp.jpg")]


def test_the_button_of_the_card_asks_for_the_words(play: Play) -> None:
    """Send to supplier on the card: a form, then the same."""
    case = log(play, "request")
    form = play.press_button("agent", play.button(case.id, "Send to supplier")).form
    play.submit("agent", form, words="Please hurry")
    assert play.heard(case.id, "supplier") == ["Agent from MHJ Customer Support:\nPlease hurry"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("", "needed"), ("   ", "needed"), ("x" * 3001, "at most 3000"), ("the OTP is 482913", "not stored")],
)
def test_words_that_cannot_be_sent_stand_on_their_field(play: Play, words: str, sentence: str) -> None:
    """Empty, too long or secret: the form stays open and nothing is said."""
    case = log(play, "request")
    form = play.press_button("agent", play.button(case.id, "Send to supplier")).form
    assert sentence in play.submit("agent", form, words=words).faults["words"]
    assert play.heard(case.id, "supplier") == []


def test_nothing_is_sent_where_he_was_not_asked(play: Play) -> None:
    """A refund has no supplier, a reshipment none before it is approved: no offer, no button, and a reason."""
    refund, reship = log(play, "refund"), log(play, "reshipment")
    assert play.say("agent", refund.id, "home", "hello").words == ""
    assert play.say("agent", reship.id, "home", "hello").words == ""
    assert "was not asked" in play.press("agent", "send", reship.id, "hello").words
    assert play.heard(reship.id, "supplier") == []


def test_a_closed_case_offers_nothing(play: Play) -> None:
    """Small talk after the end needs no button."""
    case = log(play, "request")
    play.command("agent", f"/done {case.id} held")
    assert play.say("agent", case.id, "home", "thanks all").words == ""


def test_the_supplier_may_not_send(play: Play) -> None:
    """The button is the desk's."""
    case = log(play, "request")
    assert play.press("bowen", "send", case.id, "hello").is_refused
    assert play.heard(case.id, "home") == []


def test_what_the_desk_says_to_him_directly_is_noted(play: Play) -> None:
    """In his own thread the desk's people write to him themselves."""
    case = log(play, "request")
    play.say("agent", case.id, "supplier", "hi Bowen")
    assert (play.history(case.id)[-1], play.heard(case.id, "home")) == ("said to the supplier: hi Bowen", [])
