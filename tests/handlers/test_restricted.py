"""A restricted tracker: others cannot see, find or infer its cases, whichever way they try."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.events import FormContext
from handlers.form import Form
from handlers.place import CaseId
from tests.handlers.complete import ANSWERS, log
from tests.handlers.play import CHARGEBACKS, CSR, SUPPLIER, Outcome, Play

OTHERS = ["agent", "agent2", "lead", "bowen"]
UNKNOWN = "CB-2647-0042"
"""A case that does not exist."""


def attempts(play: Play, who: str, ident: str) -> list[Outcome]:
    """Everything somebody can try with a case of which they know nothing but the number."""
    place = play.place_of(who)
    said = [
        f"/case {ident}",
        f"/find {ident}",
        f"/update {ident} amount=1",
        f"/done {ident} x",
        f"/assign {ident} me",
    ]
    outcomes = [play.command(who, each, place) for each in said]
    outcomes += [play.command(who, each, place, typed=True) for each in said]
    for action in ("show", "acknowledge", "move", "update", "answer", "assign", "send"):
        value = {"move": "Withdrawn", "answer": "amount", "send": "hello"}.get(action, "")
        outcomes.append(play.press(who, action, ident, value))
    for purpose in ("update", "answer", "move", "assign", "send"):
        context = FormContext(purpose, "mhj", "shopify-chargeback", CaseId(ident), "Withdrawn", place.key)
        form = Form(context, "x", "y", ())
        outcomes.append(play.submit(who, form, owner="agent", words="x", amount="1"))
        outcomes.append(play.change(who, form, amount="1"))
    return outcomes


@pytest.mark.parametrize("who", OTHERS)
def test_a_case_one_may_not_see_reads_like_none(play: Play, who: str) -> None:
    """Every command, button and form answers the same for a hidden case as for one that does not exist."""
    case = log(play, "shopify-chargeback")
    hidden = attempts(play, who, case.id)
    absent = attempts(play, who, UNKNOWN)
    assert [outcome.words.replace(case.id, "ID") for outcome in hidden] == [
        outcome.words.replace(UNKNOWN, "ID") for outcome in absent
    ]
    assert [outcome.decision.form for outcome in hidden] == [outcome.decision.form for outcome in absent]


def test_nothing_of_that_touches_the_case(play: Play) -> None:
    """After all of it the case is what it was."""
    log(play, "shopify-chargeback")
    before = play.last
    for who in OTHERS:
        attempts(play, who, before.id)
    assert (list(play.cases.values()), play.heard(before.id, "home")) == ([before], [])


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("said", ["10427", "DP-7", "CB-2647-0001", "120.00"])
def test_it_is_not_found(play: Play, who: str, said: str) -> None:
    """By no number of it."""
    log(play, "shopify-chargeback")
    words = play.command(who, f"/find {said}", play.place_of(who)).words
    assert words == f"I found no case for {said} that you may see."


def test_it_is_not_counted(play: Play) -> None:
    """One order with an item issue and a chargeback is one case to an agent."""
    log(play, "item-issue", order_no="10427")
    log(play, "shopify-chargeback")
    assert play.command("agent", "/find 10427").messages[0].headline == "1 case for 10427."
    assert play.command("kim", "/find 10427").messages[0].headline == "2 cases for 10427, newest first."


@pytest.mark.parametrize("who", OTHERS)
def test_a_thread_of_it_answers_nobody_else(play: Play, who: str) -> None:
    """Whoever gets into the channel by mistake is not heard there."""
    case = log(play, "shopify-chargeback")
    assert play.say(who, case.id, "home", "cancel").is_ignored
    assert play.react(who, case.id, "home", "white_check_mark").is_ignored
    assert play.command(who, "/case", play.thread(case.id, "home"), typed=True).is_refused


@pytest.mark.parametrize("who", ["loise", "kim", "bram"])
def test_its_people_see_it(play: Play, who: str) -> None:
    """The roles that may read it."""
    case = log(play, "shopify-chargeback")
    assert "Dispute ID: DP-7" in play.command(who, f"/case {case.id}", CHARGEBACKS).words


@pytest.mark.parametrize("who", OTHERS)
def test_others_may_not_log_on_it(play: Play, who: str) -> None:
    """Nor by a form that somebody made up."""
    form = play.command("loise", "/log chargeback", CHARGEBACKS).form
    stolen = replace(form, context=replace(form.context, home=play.place_of(who).key))
    assert play.command(who, "/log chargeback 10427", play.place_of(who)).is_refused
    assert play.submit(who, stolen, **ANSWERS["shopify-chargeback"]).is_refused
    assert play.cases == {}


# --- blind reports ---


def with_blind_reports(play: Play) -> Play:
    """The desk where agents may report a chargeback and see nothing of it."""
    tracker = play.desk.trackers["shopify-chargeback"].model_copy(update={"blind_log_by": ("csr",)})
    trackers = {**play.desk.trackers, "shopify-chargeback": tracker}
    play.desk = play.desk.model_copy(update={"trackers": trackers})
    return play


def test_a_blind_report_is_taken_and_nothing_of_it_is_told(play: Play) -> None:
    """The case is filed; its reporter hears neither number nor state nor link."""
    with_blind_reports(play)
    form = play.command("agent", "/log chargeback").form
    sent = play.submit("agent", form, **ANSWERS["shopify-chargeback"])
    assert sent.words == (
        "Your report is on Shopify Chargebacks. Its people take it from here; you will not see more of it."
    )
    assert (play.last.reporter, play.last.owner) == ("agent", "loise")
    assert [slot for _, slot in play.posts.values()] == ["home"]
    assert next(iter(play.posts))[0] == CHARGEBACKS.channel


def test_a_blind_reporter_does_not_see_their_own_report(play: Play) -> None:
    """Not by id, search or list."""
    with_blind_reports(play)
    play.submit("agent", play.command("agent", "/log chargeback").form, **ANSWERS["shopify-chargeback"])
    ident = play.last.id
    for said in (f"/case {ident}", "/find 10427", "/mine"):
        assert "DP-7" not in play.command("agent", said).words
    assert play.press("agent", "show", ident).is_refused


def test_a_blind_reporter_never_learns_of_a_duplicate(play: Play) -> None:
    """The same report as for a dispute nobody knows: filed, with the same words."""
    with_blind_reports(play)
    log(play, "shopify-chargeback")
    form = play.command("agent", "/log chargeback").form
    known = play.submit("agent", form, **ANSWERS["shopify-chargeback"])
    fresh = play.submit("agent", form, **{**ANSWERS["shopify-chargeback"], "order_no": "55555"})
    assert (known.words, known.decision.form, len(play.cases)) == (fresh.words, fresh.decision.form, 3)


def test_a_blind_reporter_cannot_add_to_what_they_do_not_see(play: Play) -> None:
    """A choice nobody offered is not followed: it is one more report."""
    with_blind_reports(play)
    case = log(play, "shopify-chargeback")
    before = play.case(case.id)
    form = play.command("agent", "/log chargeback").form
    play.submit("agent", form, **ANSWERS["shopify-chargeback"], _duplicate=f"add:{case.id}")
    assert (play.case(case.id), len(play.cases)) == (before, 2)


# --- another desk ---


def test_a_case_of_another_desk_is_none(play: Play) -> None:
    """Two desks may have a tracker of the same name; a case belongs to one."""
    case = log(play, "item-issue")
    play.cases[case.id] = replace(play.cases[case.id], desk="jd")
    assert play.command("agent", f"/case {case.id}", CSR).is_refused
    assert "I found no case" in play.command("agent", "/find 10423").words
    assert play.press("bowen", "acknowledge", case.id, place=SUPPLIER).is_refused


def test_a_case_whose_tracker_is_gone_is_none(play: Play) -> None:
    """A tracker that was removed takes its cases out of sight, and nothing breaks."""
    case = log(play, "item-issue")
    trackers = {key: each for key, each in play.desk.trackers.items() if key != "item-issue"}
    play.desk = play.desk.model_copy(update={"trackers": trackers})
    assert play.command("agent", f"/case {case.id}").is_refused
