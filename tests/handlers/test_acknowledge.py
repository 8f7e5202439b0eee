"""Acknowledging: by button, word, emoji and reaction, once, by the supplier who was asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.handlers.complete import log
from tests.handlers.play import NOW, Outcome, Play

Way = Callable[[Play, str], Outcome]


def by_button(play: Play, case: str) -> Outcome:
    """The button under the request."""
    return play.press_button("bowen", play.button(case, "Acknowledge", "supplier"))


def by_word(word: str) -> Way:
    """A message in the request's thread."""
    return lambda play, case: play.say("bowen", case, "supplier", word)


def by_reaction(emoji: str) -> Way:
    """A reaction on the request."""
    return lambda play, case: play.react("bowen", case, "supplier", emoji)


WORDS = [
    "ack",
    "OK",
    "Ok.",
    "noted!",
    "Received",
    " seen ",
    "👍",
    "👍🏽",
    ":+1:",
    ":thumbsup:",
    "👀",
    ":eyes:",
    "Acknowledged",
]
REACTIONS = ["+1", "thumbsup", "+1::skin-tone-3", "eyes", "👀"]
WAYS: list[tuple[str, Way]] = [
    ("button", by_button),
    *((f"word {word}", by_word(word)) for word in WORDS),
    *((f"reaction {emoji}", by_reaction(emoji)) for emoji in REACTIONS),
]


@pytest.mark.parametrize("way", [way for _, way in WAYS], ids=[name for name, _ in WAYS])
def test_every_way_acknowledges(play: Play, way: Way) -> None:
    """The case is acknowledged by name and time, moves on, and the desk hears it."""
    case = log(play, "request")
    play.wait(timedelta(minutes=5))
    outcome = way(play, case.id)
    after = play.case(case.id)
    assert (after.status, after.acknowledged_by, after.acknowledged_at) == (
        "Acknowledged",
        "bowen",
        NOW + timedelta(minutes=5),
    )
    assert play.heard(case.id, "home")[-1] == f"Bowen acknowledged {case.id}."
    assert play.rows[case.id]["ack_by"] == "Bowen"
    assert outcome.words == f"Thank you, {case.id} is acknowledged."


@pytest.mark.parametrize("second", [way for _, way in WAYS[1:]], ids=[name for name, _ in WAYS[1:]])
def test_a_second_acknowledgement_is_friendly_and_changes_nothing(play: Play, second: Way) -> None:
    """Whatever the first and the second way, it counts once."""
    case = log(play, "request")
    by_button(play, case.id)
    before = play.case(case.id)
    play.wait(timedelta(hours=1))
    outcome = second(play, case.id)
    assert play.case(case.id) == before
    assert outcome.words.startswith("Thank you")
    assert "by Bowen on 22 Nov 2026, 10:00" in outcome.words


def test_a_second_press_of_an_old_button_is_friendly(play: Play) -> None:
    """The button was still on his screen."""
    case = log(play, "request")
    button = play.button(case.id, "Acknowledge", "supplier")
    play.press_button("bowen", button)
    assert play.press_button("bowen", button).words.startswith("Thank you")


def test_an_ok_said_again_makes_no_noise(play: Play) -> None:
    """Nobody said anything since he acknowledged: he is thanked, and nobody else hears of it."""
    case = log(play, "request")
    by_button(play, case.id)
    before, heard = play.case(case.id), play.heard(case.id, "home")
    outcomes = [play.say("bowen", case.id, "supplier", word) for word in ("ok", "noted", "👍")]
    assert [outcome.words.startswith("Thank you") for outcome in outcomes] == [True] * 3
    assert (play.case(case.id), play.heard(case.id, "home")) == (before, heard)


def test_an_ok_to_what_the_desk_wrote_is_read_by_the_desk(play: Play) -> None:
    """After a question it is the answer: it is told at home, once, and the case stays as it is."""
    case = log(play, "request")
    by_button(play, case.id)
    play.say("agent", case.id, "supplier", "Shall we tell the customer Friday?")
    before = play.case(case.id)
    play.say("bowen", case.id, "supplier", "ok")
    play.say("bowen", case.id, "supplier", "ok")
    assert play.case(case.id) == before
    assert [said for said in play.heard(case.id, "home") if "ok" in said] == ["Bowen replied:\nok"]


def test_an_ok_that_is_an_answer_is_not_taken_for_an_acknowledgement(play: Play) -> None:
    """Told that it was acknowledged already, he would think that his answer went nowhere."""
    case = log(play, "request")
    by_button(play, case.id)
    play.say("agent", case.id, "supplier", "Shall we tell the customer Friday?")
    assert play.say("bowen", case.id, "supplier", "ok").words == ""


def test_the_button_is_gone_afterwards(play: Play) -> None:
    """Who acknowledged stands in its place."""
    case = log(play, "request")
    by_button(play, case.id)
    card = play.card(case.id, "supplier")
    assert "Acknowledge" not in [button.label for button in card.buttons]
    assert "Acknowledged by Bowen, 22 Nov 2026, 10:00." in card.lines


def test_it_counts_before_the_post_is_known_to_have_landed(play: Play) -> None:
    """He may be quicker than the news of his own post; the news that comes late takes nothing back."""
    case = log(play, "request")
    play.cases[case.id] = play.cases[case.id].changed(play.now, status="Open", post_link="")
    by_button(play, case.id)
    assert play.case(case.id).status == "Acknowledged"


def test_a_case_that_went_on_is_only_marked(play: Play) -> None:
    """In progress is further than acknowledged: the state stays."""
    case = log(play, "request")
    play.press_button("agent", play.button(case.id, "In progress"))
    by_button(play, case.id)
    after = play.case(case.id)
    assert (after.status, after.acknowledged_by) == ("In progress", "bowen")


@pytest.mark.parametrize(("tracker", "states"), [("reshipment", ["Approved"]), ("out-of-stock", [])])
def test_a_flow_without_that_state_is_only_marked(play: Play, tracker: str, states: list[str]) -> None:
    """Out-of-stock and reshipment cases have no state for it; who acknowledged is known all the same."""
    case = asked(play, tracker)
    play.say("bowen", case, "supplier", "noted")
    after = play.case(case)
    assert (after.acknowledged_by, after.status in [*states, "Alternatives given"]) == ("bowen", True)


def asked(play: Play, tracker: str) -> str:
    """A case of a tracker that asks the supplier later, taken there."""
    case = log(play, tracker)
    if tracker == "reshipment":
        form = play.press_button("kim", play.button(case.id, "Approved")).form
        play.submit("kim", form, ship_address_confirmed=True)
    else:
        play.press_button("kim", play.button(case.id, "Alternatives asked"))
        form = play.press_button("kim", play.button(case.id, "Alternatives given")).form
        play.submit("kim", form, alternatives="ring-207")
    return case.id


def test_a_closed_case_needs_no_acknowledgement(play: Play) -> None:
    """A late thumb is thanked for and changes nothing."""
    case = log(play, "request")
    play.command("agent", f"/done {case.id} told by phone")
    before = play.case(case.id)
    assert "nothing more is needed" in play.say("bowen", case.id, "supplier", "ok").words
    assert "replied" not in "".join(play.heard(case.id, "home"))
    assert play.case(case.id) == before


@pytest.mark.parametrize("who", ["agent", "agent2", "lead", "kim", "bram"])
@pytest.mark.parametrize("word", ["ok", "noted", "👍", "seen"])
def test_the_desks_own_ok_acknowledges_nothing(play: Play, who: str, word: str) -> None:
    """In the home thread people say ok to each other."""
    case = log(play, "request")
    play.say(who, case.id, "home", word)
    play.react(who, case.id, "home", "eyes")
    assert play.case(case.id).acknowledged_at is None


@pytest.mark.parametrize("who", ["agent", "kim"])
def test_an_ok_of_the_desk_in_the_suppliers_thread_acknowledges_nothing(play: Play, who: str) -> None:
    """An "ok, thanks" is said to him, not for him; even by the case's owner."""
    case = log(play, "request")
    play.command("agent", f"/assign {case.id} {who}")
    play.say(who, case.id, "supplier", "ok")
    play.react(who, case.id, "supplier", "+1")
    assert play.case(case.id).acknowledged_at is None


def test_the_owner_may_press_for_a_supplier(play: Play) -> None:
    """Who has the case says "we have it" by the button, where it was given to one of the desk."""
    case = log(play, "request")
    play.command("agent", f"/assign {case.id} kim")
    play.press("kim", "acknowledge", case.id)
    assert play.case(case.id).acknowledged_by == "kim"


def test_the_desk_may_not_press_for_the_supplier(play: Play) -> None:
    """The refusal names him."""
    case = log(play, "request")
    outcome = play.press("agent", "acknowledge", case.id)
    assert outcome.is_refused
    assert outcome.words == (
        f"You may not acknowledge {case.id} for the supplier, so nothing was done. Bowen can."
    )


def test_a_supplier_who_takes_it_further_has_it(play: Play) -> None:
    """In progress by the supplier needs no acknowledgement before it."""
    case = log(play, "request")
    play.press_button("bowen", play.button(case.id, "In progress", "supplier"))
    after = play.case(case.id)
    assert (after.status, after.acknowledged_by) == ("In progress", "bowen")
