"""`/assign`: whose a case is, and that they hear of it."""

from __future__ import annotations

import pytest

from tests.handlers.complete import log
from tests.handlers.play import CHARGEBACKS, Play


@pytest.mark.parametrize("said", ["kim", "KIM", "Kim", "@kim", "ki"])
def test_a_case_is_given_to_somebody(play: Play, said: str) -> None:
    """By key, name or the beginning of either; row, card and thread follow, and the new owner is told."""
    case = log(play, "item-issue")
    outcome = play.command("agent", f"/assign {case.id} {said}")
    assert (play.case(case.id).owner, play.rows[case.id]["owner"]) == ("kim", "Kim")
    assert play.heard(case.id, "home")[-1] == "Agent gave this to Kim."
    assert [direct.person for direct in play.directs] == ["kim"]
    assert outcome.words == f"{case.id} is now with Kim."


@pytest.mark.parametrize(("said", "owner"), [("agent", "agent"), ("agent 2", "agent2"), ("agent2", "agent2")])
def test_an_exact_name_is_not_a_beginning(play: Play, said: str, owner: str) -> None:
    """Agent is Agent, though Agent 2 begins the same."""
    case = log(play, "item-issue")
    play.command("lead", f"/assign {case.id} {said}")
    assert play.case(case.id).owner == owner


@pytest.mark.parametrize("me", ["me", "Me", "myself"])
def test_me_is_whoever_says_it(play: Play, me: str) -> None:
    """Nobody is written to about what they did themselves."""
    case = log(play, "item-issue")
    play.command("agent2", f"/assign {case.id} {me}")
    assert (play.case(case.id).owner, play.directs) == ("agent2", [])


def test_giving_it_to_its_owner_changes_nothing(play: Play) -> None:
    """A friendly word, and that is all."""
    case = log(play, "item-issue")
    outcome = play.command("agent", f"/assign {case.id} bowen")
    assert (outcome.changed_nothing, outcome.words) == (
        True,
        f"{case.id} is with Bowen already; nothing was changed.",
    )


def test_a_name_nobody_has_opens_the_form(play: Play) -> None:
    """With "did you mean" on its field."""
    case = log(play, "item-issue")
    outcome = play.command("agent", f"/assign {case.id} kin")
    assert outcome.faults == {"owner": "kin is not one of the choices. Did you mean Kim?"}


def test_the_button_opens_the_form(play: Play) -> None:
    """Everybody who may see the case, with its owner chosen."""
    case = log(play, "item-issue")
    form = play.press_button("agent", play.button(case.id, "Assign")).form
    choices = [key for key, _ in form.questions[0].choices]
    assert (choices, form.questions[0].value) == (
        ["agent", "agent2", "lead", "kim", "loise", "bram", "bowen"],
        "bowen",
    )
    play.submit("agent", form, owner="lead")
    assert play.case(case.id).owner == "lead"


@pytest.mark.parametrize("chosen", [None, "", "nobody", "stranger"])
def test_a_choice_that_is_none_stands_on_its_field(play: Play, chosen: object) -> None:
    """The choice comes back from a client."""
    case = log(play, "item-issue")
    form = play.press_button("agent", play.button(case.id, "Assign")).form
    assert set(play.submit("agent", form, owner=chosen).faults) == {"owner"}


def test_a_case_is_given_only_to_who_may_see_it(play: Play) -> None:
    """A chargeback is not given to an agent, nor to the supplier."""
    case = log(play, "shopify-chargeback")
    form = play.press("loise", "assign", case.id, place=CHARGEBACKS).form
    assert [key for key, _ in form.questions[0].choices] == ["kim", "loise", "bram"]
    play.submit("loise", form, owner="agent")
    assert play.case(case.id).owner == "loise"


def test_a_case_the_supplier_was_not_asked_about_is_not_given_to_him(play: Play) -> None:
    """A refund is none of his."""
    case = log(play, "refund")
    form = play.press("agent", "assign", case.id).form
    assert "bowen" not in [key for key, _ in form.questions[0].choices]


def test_the_supplier_gives_no_case_away(play: Play) -> None:
    """Neither by command nor by a form he should not have."""
    case = log(play, "item-issue")
    form = play.press_button("agent", play.button(case.id, "Assign")).form
    assert play.command("bowen", f"/assign {case.id} kim").is_refused
    assert play.submit("bowen", form, owner="kim").is_refused
    assert play.case(case.id).owner == "bowen"


def test_somebody_who_left_gets_nothing(play: Play) -> None:
    """An inactive person is no choice."""
    people = {**play.desk.people, "kim": play.desk.people["kim"].model_copy(update={"active": False})}
    play.desk = play.desk.model_copy(update={"people": people})
    case = log(play, "item-issue")
    form = play.press("agent", "assign", case.id).form
    assert "kim" not in [key for key, _ in form.questions[0].choices]


def test_who_takes_a_case_is_said_to_have_taken_it(play: Play) -> None:
    """Nobody gives a thing to themselves."""
    case = log(play, "item-issue")
    play.command("agent2", f"/assign {case.id} me")
    assert play.heard(case.id, "home")[-1] == "Agent 2 took this."
