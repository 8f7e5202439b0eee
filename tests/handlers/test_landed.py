"""What follows when posts and rows exist, in whatever order the news of it comes."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from handlers.effects import RecordRow, ShowCard
from handlers.events import PostLanded, RowGone, RowRecorded
from handlers.place import SYSTEM, CaseId, EventId, Place
from tests.handlers.complete import log
from tests.handlers.play import Play

SHEET = Place("sheet", "rows")


def test_a_landed_request_makes_the_case_posted(play: Play) -> None:
    """Its link is on the card and in the row, and the history says so; nobody changed the case."""
    play.is_slow = True
    case = log(play, "request")
    assert (case.status, case.post_link) == ("Open", "")
    play.wait(timedelta(minutes=3))
    play.land()
    after = play.case(case.id)
    assert (after.status, after.post_link) == ("Posted", f"https://chat.example/{case.id}/supplier")
    assert (play.rows[case.id]["status"], play.rows[case.id]["post_link"]) == ("Posted", after.post_link)
    assert "Supplier's request" in [link.label for link in play.card(case.id).links]


def test_the_request_says_posted_from_the_beginning(play: Play) -> None:
    """Nobody sees it before it is posted, so its news changes the desk's card alone."""
    play.is_slow = True
    log(play, "request")
    landed = next(event for event in play.late if isinstance(event, PostLanded) and event.slot == "supplier")
    before = play.card(landed.case, "supplier")
    shown = [effect.slot for effect in play.happen(landed).decision.effects if isinstance(effect, ShowCard)]
    assert (shown, play.card(landed.case, "supplier")) == (["home"], before)
    assert "Posted" in before.headline


def test_news_that_comes_twice_counts_once(play: Play) -> None:
    """The same link again changes nothing, not even the history."""
    case = log(play, "request")
    before, lines = play.case(case.id), play.history(case.id)
    landed = PostLanded(
        id=EventId("again"), account=SYSTEM.account, place=SHEET, at=play.now, case=case.id, slot="supplier",
        message="x", link=before.post_link,
    )  # fmt: skip
    assert play.happen(landed).is_ignored
    home = PostLanded(
        id=EventId("home"), account=SYSTEM.account, place=SHEET, at=play.now, case=case.id, slot="home",
        message="x", link=before.home_link,
    )  # fmt: skip
    assert play.happen(home).is_ignored
    assert (play.case(case.id), play.history(case.id)) == (before, lines)


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_order_of_the_news_does_not_matter(play: Play, order: tuple[int, ...]) -> None:
    """Home post, request and row may be reported in any order: the case ends the same."""
    play.is_slow = True
    case = log(play, "request")
    late, play.late = play.late, []
    for at in order:
        play.happen(late[at])
    after = play.case(case.id)
    assert (after.status, bool(after.home_link), bool(after.post_link), bool(after.row_link)) == (
        "Posted",
        True,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("way", "status"),
    [("ack", "Acknowledged"), ("wip", "In progress"), ("done", "Done"), ("cancel", "Cancelled")],
)
def test_late_news_never_takes_a_case_back(play: Play, way: str, status: str) -> None:
    """Acknowledged, in progress, done or cancelled before the request was known to have landed: it stays so."""
    play.is_slow = True
    case = log(play, "request")
    if way == "ack":
        play.press("bowen", "acknowledge", case.id)
    elif way == "wip":
        play.press("bowen", "move", case.id, "In progress")
    elif way == "done":
        play.command("agent", f"/done {case.id} told")
    else:
        form = play.press("agent", "move", case.id, "Cancelled").form
        play.submit("agent", form, cancel_reason="no")
    assert play.case(case.id).status == status
    play.land()
    after = play.case(case.id)
    assert (after.status, bool(after.post_link), after.closed_at is not None) == (
        status,
        True,
        status in ("Done", "Cancelled"),
    )


@pytest.mark.parametrize("tracker", ["refund", "reshipment", "out-of-stock", "shopify-chargeback"])
def test_a_flow_without_a_posted_state_stays_where_it_is(play: Play, tracker: str) -> None:
    """Their posts leave no trace but a link."""
    case = log(play, tracker)
    assert case.status == play.desk.flow_of(play.desk.trackers[tracker]).initial


def test_the_card_links_to_the_row(play: Play) -> None:
    """As soon as it is on its tab; the same news again is nothing."""
    case = log(play, "refund")
    link = f"https://sheet.example/{case.id}"
    assert [(each.label, each.url) for each in play.card(case.id).links] == [("Row on the tracker", link)]
    again = RowRecorded(
        id=EventId("again"), account=SYSTEM.account, place=SHEET, at=play.now, case=case.id, link=link
    )
    assert play.happen(again).is_ignored


def test_a_row_that_is_gone_is_told_once(play: Play) -> None:
    """The case is kept; its thread says so."""
    case = log(play, "refund")
    gone = RowGone(id=EventId("gone"), account=SYSTEM.account, place=SHEET, at=play.now, case=case.id)
    play.happen(gone)
    after = play.case(case.id)
    assert (after.row_link, after.status, "is gone from the sheet" in play.heard(case.id, "home")[-1]) == (
        "",
        "Requested",
        True,
    )
    assert play.happen(gone).is_ignored


def test_news_of_a_case_that_does_not_exist_is_nothing(play: Play) -> None:
    """Or of one whose tracker was removed."""
    log(play, "refund")
    trackers = {key: each for key, each in play.desk.trackers.items() if key != "refund"}
    play.desk = play.desk.model_copy(update={"trackers": trackers})
    for ident in ("RF-2647-0001", "RF-2647-0099"):
        landed = PostLanded(
            id=EventId("x"), account=SYSTEM.account, place=SHEET, at=play.now, case=CaseId(ident), slot="home",
            message="x", link="https://chat.example/x",
        )  # fmt: skip
        assert play.happen(landed).is_ignored


def test_a_new_case_is_one_row_and_one_card_each(play: Play) -> None:
    """Filing writes one new row and shows each post once."""
    form = play.command("agent", "/log request").form
    outcome = play.submit("agent", form, order_no="10424", ticket="1", kind="Other", detail="please look")
    rows = [effect for effect in outcome.decision.effects if isinstance(effect, RecordRow)]
    cards = [effect.slot for effect in outcome.decision.effects if isinstance(effect, ShowCard)]
    assert ([row.new for row in rows], cards) == ([True], ["home", "supplier"])
    assert rows[0].cells["bot_key"] == outcome.event.id
