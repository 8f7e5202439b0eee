"""Whoever becomes a case's owner hears of it once, whatever made it theirs."""

from __future__ import annotations

from tests.handlers.complete import log
from tests.handlers.play import CHARGEBACKS, Play


def told(play: Play) -> list[tuple[str, str]]:
    """Who was written to directly, and in which words; what was told before is forgotten."""
    found = [(str(direct.person), direct.message.headline) for direct in play.directs]
    play.directs.clear()
    return found


def test_a_case_that_is_somebodys_from_the_start_is_told_to_them(play: Play) -> None:
    """Bowen logs what is out of stock, and it is with Kim; she can open it from there."""
    case = log(play, "out-of-stock")
    assert [(button.label, button.case) for button in play.directs[0].message.buttons] == [
        ("Open the case", case.id)
    ]
    assert told(play) == [("kim", "Bowen logged a case that is with you")]


def test_a_report_that_its_author_may_not_see_is_told_to_who_has_it(play: Play) -> None:
    """Kim logs a chargeback, and Loise has it."""
    log(play, "shopify-chargeback", "kim")
    assert told(play) == [("loise", "Kim logged a case that is with you")]


def test_whoever_logs_for_themselves_is_not_told(play: Play) -> None:
    """A refund is its reporter's, a chargeback of Loise's is hers; a supplier has his request."""
    log(play, "refund")
    log(play, "shopify-chargeback")
    log(play, "item-issue")
    assert told(play) == []


def test_a_move_that_makes_it_somebodys_is_told_to_them(play: Play) -> None:
    """An out-of-stock case goes to Bowen, who has his request, and on to the agent, who hears of it once."""
    case = log(play, "out-of-stock")
    play.press("kim", "move", case.id, "Alternatives asked")
    told(play)
    play.submit("kim", play.press("kim", "move", case.id, "Alternatives given").form, alternatives="silver")
    assert (play.case(case.id).owner, told(play)) == ("bowen", [])
    play.press("kim", "move", case.id, "Waiting customer")
    assert told(play) == [("agent", "Kim moved a case to Waiting customer: it is with you now")]


def test_whoever_takes_it_on_by_their_own_move_is_not_told(play: Play) -> None:
    """The agent moves it to where it is the agent's."""
    case = log(play, "out-of-stock")
    play.press("kim", "move", case.id, "Alternatives asked")
    play.submit("kim", play.press("kim", "move", case.id, "Alternatives given").form, alternatives="silver")
    told(play)
    play.press("agent", "move", case.id, "Waiting customer")
    assert (play.case(case.id).owner, told(play)) == ("agent", [])


def test_a_name_typed_in_the_sheet_is_told_to_its_owner(play: Play) -> None:
    """Nobody knows who typed it; the one it is with now hears of it all the same."""
    case = log(play, "request")
    play.edit_row(case.id, owner="Agent 2")
    assert told(play) == [("agent2", "Somebody gave you a case in the sheet")]


def test_a_name_that_may_not_know_of_the_case_is_told_nothing(play: Play) -> None:
    """Whoever types an agent's name on a chargeback does not show it to them."""
    case = log(play, "shopify-chargeback")
    play.edit_row(case.id, owner="Agent")
    assert told(play) == []


def test_a_case_that_ends_is_not_given_to_anybody(play: Play) -> None:
    """There is nothing to do with it any more."""
    case = log(play, "request")
    play.command("agent", f"/update {case.id} resolution=held", CHARGEBACKS)
    play.edit_row(case.id, status="Done", owner="Kim")
    assert (play.case(case.id).owner, told(play)) == ("kim", [])
