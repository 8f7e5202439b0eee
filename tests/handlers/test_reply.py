"""*Answer* and *Done* under the supplier's request do what his words under it do."""

from __future__ import annotations

from handlers.gate import DONE
from tests.handlers.complete import log
from tests.handlers.play import Play


def test_an_answer_by_button_reaches_the_desk_like_a_reply(play: Play) -> None:
    """It is on the case, in the row and in the home thread as his, and he is told so."""
    case = log(play, "item-issue")
    form = play.press("bowen", "reply", case.id).form
    assert form is not None
    outcome = play.submit("bowen", form, answer="We send a new one <b>today</b>")
    assert play.case(case.id).values["supplier_reply"] == "We send a new one <b>today</b>"
    assert play.said[-1].message.quote == "We send a new one <b>today</b>"
    assert outcome.words == f"The desk has it: {case.id}."


def test_done_by_button_acknowledges_and_the_desk_closes(play: Play) -> None:
    """Who closes a case also told the customer, so his *Done* is told to the desk."""
    case = log(play, "item-issue")
    outcome = play.press("bowen", "reply", case.id, DONE)
    after = play.case(case.id)
    assert (after.status, after.acknowledged_by) == ("Acknowledged", "bowen")
    assert "The desk closes" in outcome.words
    assert play.said[-1].message.quote == "Done"


def test_an_empty_answer_says_what_to_write(play: Play) -> None:
    """The fault stands on its question."""
    case = log(play, "item-issue")
    form = play.press("bowen", "reply", case.id).form
    assert form is not None
    assert play.submit("bowen", form, answer=" \u200b ").faults == {
        "answer": "Write what the desk should read."
    }


def test_nobody_answers_for_the_supplier(play: Play) -> None:
    """The desk's own people are told who can."""
    case = log(play, "item-issue")
    outcome = play.press("kim", "reply", case.id)
    assert outcome.is_refused
    assert "Bowen" in outcome.words


def test_a_card_number_in_an_answer_is_masked(play: Play) -> None:
    """As in everything else that is said."""
    case = log(play, "item-issue")
    form = play.press("bowen", "reply", case.id).form
    assert form is not None
    play.submit("bowen", form, answer="paid with 4111 1111 1111 1111")
    assert "4111 1111 1111 1111" not in str(play.case(case.id).values)
