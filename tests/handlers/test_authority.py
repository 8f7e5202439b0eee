"""The authority matrix: who may do what, on which case. This table is the reviewed statement of it.

Actions are found in the router: one that is missing here, or here and no longer there, fails the first test.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from config.clock import Clock
from config.desk import Desk
from handlers.events import FormContext
from handlers.form import Form
from handlers.place import CaseId, Place
from handlers.router import BUTTONS, CHANGES, COMMANDS, FORMS
from tests.handlers.complete import ANSWERS, log
from tests.handlers.play import DIRECT, ELSEWHERE, STRANGER, Outcome, Play

ACTORS = ["agent", "agent2", "lead", "kim", "loise", "bram", "bowen", "gone", STRANGER]
"""Two agents, their lead, back-end, compliance, exec, the supplier, somebody who left, somebody unknown."""

CASES = {
    "own": "a request the agent logged, asked of the supplier",
    "waiting": "a reshipment the agent logged, not yet approved: the supplier was not asked",
    "restricted": "a chargeback",
}
TABLE = """
action           case        agent agent2 lead  kim   loise bram  bowen gone  stranger

/log             request     yes   yes    yes   yes   no    no    no    out   out
/log             chargeback  no    no     no    yes   yes   no    no    out   out
/log             oos         no    no     yes   yes   no    no    yes   out   out
/find            own         yes   yes    yes   yes   yes   yes   yes   out   out
/find            waiting     yes   yes    yes   yes   yes   yes   none  out   out
/find            restricted  none  none   none  yes   yes   yes   none  out   out
/mine            own         yes   yes    yes   yes   yes   yes   yes   out   out
/help            own         yes   yes    yes   yes   yes   yes   yes   out   out
/link            own         yes   yes    yes   yes   yes   yes   yes   out   out
/case            own         yes   yes    yes   yes   yes   yes   yes   out   out
/case            waiting     yes   yes    yes   yes   yes   yes   none  out   out
/case            restricted  none  none   none  yes   yes   yes   none  out   out
/update          own         yes   yes    yes   yes   yes   yes   yes   out   out
/update          waiting     yes   yes    yes   yes   yes   yes   none  out   out
/update          restricted  none  none   none  yes   yes   yes   none  out   out
/done            own         yes   yes    yes   yes   yes   yes   no    out   out
/done            waiting     no    no     no    no    no    no    none  out   out
/done            restricted  none  none   none  no    no    no    none  out   out
/assign          own         yes   yes    yes   yes   yes   yes   no    out   out
/assign          waiting     yes   yes    yes   yes   yes   yes   none  out   out
/assign          restricted  none  none   none  yes   nothing yes none  out   out
/snooze          own         yes   yes    yes   yes   yes   yes   no    out   out
/snooze          waiting     yes   yes    yes   yes   yes   yes   none  out   out
/snooze          restricted  none  none   none  yes   yes   yes   none  out   out
/nudge           own         yes   yes    yes   yes   yes   yes   no    out   out
/nudge           waiting     yes   yes    yes   yes   yes   yes   none  out   out
/nudge           restricted  none  none   none  yes   yes   yes   none  out   out
/digest          own         yes   yes    yes   yes   yes   yes   yes   out   out

press log        request     yes   yes    yes   yes   no    no    no    out   out
press log        chargeback  no    no     no    yes   yes   no    no    out   out
press show       own         yes   yes    yes   yes   yes   yes   yes   out   out
press show       waiting     yes   yes    yes   yes   yes   yes   none  out   out
press show       restricted  none  none   none  yes   yes   yes   none  out   out
press acknowledge own        no    no     no    no    no    no    yes   out   out
press acknowledge waiting    no    no     no    no    no    no    none  out   out
press acknowledge restricted none  none   none  no    no    no    none  out   out
press move       own         yes   yes    yes   yes   yes   yes   no    out   out
press move       waiting     no    no     yes   yes   yes   no    none  out   out
press move       restricted  none  none   none  yes   yes   yes   none  out   out
press update     own         yes   yes    yes   yes   yes   yes   yes   out   out
press update     waiting     yes   yes    yes   yes   yes   yes   none  out   out
press update     restricted  none  none   none  yes   yes   yes   none  out   out
press answer     own         yes   yes    yes   yes   yes   yes   yes   out   out
press answer     waiting     yes   yes    yes   yes   yes   yes   none  out   out
press answer     restricted  none  none   none  yes   yes   yes   none  out   out
press reply      own         no    no     no    no    no    no    yes   out   out
press reply      waiting     no    no     no    no    no    no    none  out   out
press reply      restricted  none  none   none  no    no    no    none  out   out
press assign     own         yes   yes    yes   yes   yes   yes   no    out   out
press assign     waiting     yes   yes    yes   yes   yes   yes   none  out   out
press assign     restricted  none  none   none  yes   yes   yes   none  out   out
press send       own         yes   yes    yes   yes   yes   yes   no    out   out
press send       waiting     no    no     no    no    no    no    none  out   out
press send       restricted  none  none   none  no    no    no    none  out   out
press resend     own         yes   yes    yes   yes   yes   yes   no    out   out
press resend     waiting     yes   yes    yes   yes   yes   yes   none  out   out
press resend     restricted  none  none   none  yes   yes   yes   none  out   out
press snooze     own         yes   yes    yes   yes   yes   yes   no    out   out
press snooze     waiting     yes   yes    yes   yes   yes   yes   none  out   out
press snooze     restricted  none  none   none  yes   yes   yes   none  out   out
press on_it      own         yes   yes    yes   yes   yes   yes   yes   out   out
press on_it      waiting     yes   yes    yes   yes   yes   yes   none  out   out
press on_it      restricted  none  none   none  yes   yes   yes   none  out   out
press check      own         yes   yes    yes   yes   yes   yes   no    out   out
press check      restricted  none  none   none  no    no    no    none  out   out
press still_waiting own      yes   yes    yes   yes   yes   yes   no    out   out
press still_waiting restricted none none  none  no    no    no    none  out   out

send choose      request     yes   yes    yes   yes   no    no    no    out   out
send choose      chargeback  no    no     no    yes   yes   no    no    out   out
send log         request     yes   yes    yes   yes   no    no    no    out   out
send log         chargeback  no    no     no    yes   yes   no    no    out   out
send update      own         yes   yes    yes   yes   yes   yes   nothing out out
send update      waiting     yes   yes    yes   yes   yes   yes   none  out   out
send update      restricted  none  none   none  yes   yes   yes   none  out   out
send answer      own         yes   yes    yes   yes   yes   yes   yes   out   out
send answer      waiting     yes   yes    yes   yes   yes   yes   none  out   out
send answer      restricted  none  none   none  yes   yes   yes   none  out   out
send reply       own         no    no     no    no    no    no    yes   out   out
send reply       waiting     no    no     no    no    no    no    none  out   out
send reply       restricted  none  none   none  no    no    no    none  out   out
send move        own         yes   yes    yes   yes   yes   yes   no    out   out
send move        waiting     no    no     yes   yes   yes   no    none  out   out
send move        restricted  none  none   none  yes   yes   yes   none  out   out
send assign      own         yes   yes    yes   yes   yes   yes   no    out   out
send assign      waiting     yes   yes    yes   yes   yes   yes   none  out   out
send assign      restricted  none  none   none  yes   yes   yes   none  out   out
send send        own         yes   yes    yes   yes   yes   yes   no    out   out
send send        waiting     no    no     no    no    no    no    none  out   out
send send        restricted  none  none   none  no    no    no    none  out   out
send snooze      own         yes   yes    yes   yes   yes   yes   no    out   out
send snooze      waiting     yes   yes    yes   yes   yes   yes   none  out   out
send snooze      restricted  none  none   none  yes   yes   yes   none  out   out
send still_waiting own       yes   yes    yes   yes   yes   yes   no    out   out
send still_waiting restricted none none   none  no    no    no    none  out   out

change log       request     yes   yes    yes   yes   silent silent silent out out
change log       chargeback  silent silent silent yes yes  silent silent out out
change update    own         yes   yes    yes   yes   yes   yes   yes   out   out
change update    restricted  silent silent silent yes yes  yes   silent out  out
change snooze    own         yes   yes    yes   yes   yes   yes   silent out  out
change snooze    restricted  silent silent silent yes yes  yes   silent out  out
"""
"""What comes of it: `yes` it is done, or its form opens · `no` refused, with the reason and who can · `none` reads
like a case that does not exist · `out` turned away before anything is looked at · `nothing` and `silent` it has no
effect, for Loise has it already, or there is nothing to say."""

WANTED = {"own": "Cancelled", "waiting": "Approved", "restricted": "Withdrawn"}
"""The state that a move aims at."""
ANSWERED = {"own": "supplier_reply", "waiting": "supplier_order", "restricted": "lesson"}
UPDATED = {"own": "detail", "waiting": "qty", "restricted": "lesson"}


def rows() -> list[tuple[str, str, dict[str, str]]]:
    """The table: action, case, and what comes of it by actor."""
    found = []
    for line in TABLE.strip().splitlines()[1:]:
        if line.strip():
            words = line.split()
            split = -len(ACTORS)
            *action, case = words[:split]
            found.append((" ".join(action), case, dict(zip(ACTORS, words[split:], strict=True))))
    return found


def declared() -> set[str]:
    """Every action the router knows."""
    return (
        {f"/{name}" for name in COMMANDS}
        | {f"press {name}" for name in BUTTONS}
        | {f"send {name}" for name in FORMS}
        | {f"change {name}" for name in CHANGES}
    )


def test_every_action_is_in_the_table() -> None:
    """A new command, button or form has to be decided about here first."""
    assert {action for action, _, _ in rows()} == declared()


ROWS = rows()


@pytest.mark.parametrize(
    ("action", "case", "cells"), ROWS, ids=[f"{action}-{case}" for action, case, _ in ROWS]
)
def test_who_may_do_what(mhj: Desk, action: str, case: str, cells: dict[str, str]) -> None:
    """One line of the table: everybody tries it in their own channel, each on a desk of their own."""
    found = {}
    for who in ACTORS:
        play = with_somebody_gone(Play(with_check(mhj)))
        found[who] = verdict(act(play, action, case, who, play.place_of(who)))
    assert found == cells


PLACED = [(action, case) for action, case, cells in ROWS if cells["kim"] == "yes"]


@pytest.mark.parametrize(("action", "case"), PLACED, ids=[f"{a}-{c}" for a, c in PLACED])
def test_the_same_holds_in_a_direct_message_and_nothing_elsewhere(play: Play, action: str, case: str) -> None:
    """Kim may in a direct conversation with the bot what she may in a channel, and nothing in a foreign channel."""
    play.desk = with_check(play.desk)
    direct = verdict(act(play, action, case, "kim", DIRECT))
    elsewhere = act(play, action, case, "kim", ELSEWHERE)
    assert (direct, verdict(elsewhere)) == ("yes", "out")
    assert "does not work in this channel" in elsewhere.words


def test_a_foreign_team_is_nobody(play: Play) -> None:
    """The same user id in another workspace is somebody else."""
    play.desk = play.desk.model_copy(update={"slack_team": "T0MHJ"})
    account = play.account("kim")
    outside = type(account)("slack", "T0OTHER", account.user)
    play.account = lambda _: outside  # type: ignore[method-assign]  # whoever asks comes from outside
    outcome = play.command("kim", "/log request")
    assert (verdict(outcome), "I do not know you" in outcome.words) == ("out", True)


@pytest.mark.parametrize(
    ("who", "place", "sentence"),
    [
        (STRANGER, None, "I do not know you on this desk yet, so nothing was done."),
        ("gone", None, "Your account on this desk is switched off, so nothing was done."),
        ("agent", ELSEWHERE, "Try it in #mhj-support."),
        ("lead", ELSEWHERE, "Try it in #mhj-support / #mhj-leads / #mhj-finance."),
        ("bowen", ELSEWHERE, "Try it in #9408-mhj-support-nl-bowen."),
    ],
)
def test_who_is_turned_away_hears_why(play: Play, who: str, place: Place | None, sentence: str) -> None:
    """Strangers, people who left, and people in the wrong channel: refused, audited, with a way on."""
    with_somebody_gone(play)
    outcome = play.command(who, "/find 1", place or play.place_of(who))
    assert (outcome.is_refused, sentence in outcome.words) == (True, True)


CHECK = "asked"
"""The recurring check of the tracker that the table calls "own"; the desk itself declares none."""


def with_check(desk: Desk) -> Desk:
    """The desk with a recurring check on requests."""
    check = Clock(key=CHECK, every="24h", calendar="always", ladder="owner", ask="Supplier asked?")
    request = desk.trackers["request"]
    request = request.model_copy(update={"clocks": (*request.clocks, check)})
    return desk.model_copy(update={"trackers": {**desk.trackers, "request": request}})


def with_somebody_gone(play: Play) -> Play:
    """The desk with an agent who left."""
    gone = play.desk.people["agent"].model_copy(update={"active": False, "slack": "U0GONE", "name": "Gone"})
    play.desk = play.desk.model_copy(update={"people": {**play.desk.people, "gone": gone}})
    return play


def verdict(outcome: Outcome) -> str:
    """What came of an action, in the words of the table."""
    decision = outcome.decision
    if any(
        said in outcome.words for said in ("I do not know you", "is switched off", "not work in this channel")
    ):
        return "out" if outcome.is_refused else "half out"
    if "that you may see" in outcome.words or "Say which case" in outcome.words:
        return "none" if outcome.changed_nothing else "half none"
    if outcome.is_refused:
        return "no"
    if decision.cases or decision.form is not None or outcome.faults:
        return "yes"
    if "nothing was changed" in outcome.words:
        return "nothing"
    return "yes" if outcome.words else "silent"


def act(play: Play, action: str, case: str, who: str, place: Place) -> Outcome:
    """Do an action of the table as this person in this place."""
    kind, _, name = action.partition(" ")
    if not name:
        kind, name = "command", action.removeprefix("/")
    doing: dict[str, Callable[[Play, str, str, str, Place], Outcome]] = {
        "command": command,
        "press": press,
        "send": send,
        "change": change,
    }
    return doing[kind](play, name, case, who, place)


def some_case(play: Play, case: str) -> CaseId:
    """The case that the table calls so, logged by the agent, or by Loise where it is restricted."""
    tracker = {"own": "request", "waiting": "reshipment", "restricted": "shopify-chargeback"}[case]
    if not any(each.tracker == tracker for each in play.cases.values()):
        log(play, tracker)
    return next(ident for ident, each in play.cases.items() if each.tracker == tracker)


def tracker_called(case: str) -> str:
    """The tracker that the table calls so."""
    return {"request": "request", "chargeback": "shopify-chargeback", "oos": "out-of-stock"}[case]


def command(play: Play, name: str, case: str, who: str, place: Place) -> Outcome:
    """A slash command with what it usually says."""
    if name == "log":
        return play.command(who, f"/log {tracker_called(case)}", place)
    ident = some_case(play, case)
    if name == "update":
        key = "supplier_reply" if who == "bowen" else UPDATED[case]
        return play.command(who, f"/update {ident} {key}=7", place)
    order = ANSWERS[play.case(ident).tracker]["order_no"]
    if name == "nudge":
        play.wait(timedelta(days=1))  # On a Sunday nobody would hear.
    rest = {
        "find": order,
        "mine": "",
        "help": "",
        "snooze": f"{ident} 4h",
        "done": f"{ident} it is over",
        "assign": f"{ident} me",
    }
    return play.command(who, f"/{name} {rest.get(name, ident)}".strip(), place)


def press(play: Play, name: str, case: str, who: str, place: Place) -> Outcome:
    """A button with what it carries."""
    if name == "log":
        return play.press(who, "log", None, tracker_called(case), place)
    ident = some_case(play, case)
    value = {"move": WANTED[case], "answer": ANSWERED[case], "send": "hello", "check": CHECK,
        "still_waiting": CHECK}.get(name, "")  # fmt: skip
    return play.press(who, name, ident, value, place)


def form(play: Play, purpose: str, case: str, place: Place) -> Form:
    """A form that says it was opened there, by whoever sends it."""
    if purpose in ("choose", "log"):
        tracker = "" if purpose == "choose" else tracker_called(case)
        return Form(FormContext(purpose, "mhj", tracker, None, "", place.key), "x", "y", ())
    ident = some_case(play, case)
    value = {"move": WANTED[case], "answer": ANSWERED[case], "still_waiting": CHECK}.get(purpose, "")
    context = FormContext(purpose, "mhj", play.case(ident).tracker, ident, value, place.key)
    return Form(context, "x", "y", ())


def send(play: Play, purpose: str, case: str, who: str, place: Place) -> Outcome:
    """A form with good answers, sent by somebody who may never have been shown it."""
    filled = form(play, purpose, case, place)
    answers: dict[str, object] = {
        "choose": {"tracker": tracker_called(case)} if purpose == "choose" else {},
        "log": ANSWERS[tracker_called(case)] if purpose == "log" else {},
        "update": {UPDATED.get(case, ""): "7"},
        "answer": {ANSWERED.get(case, ""): "7"},
        "reply": {"answer": "on Monday"},
        "move": {"cancel_reason": "no", "approved_by": "kim", "ship_address_confirmed": True},
        "assign": {"owner": "lead" if case != "restricted" else "bram"},
        "send": {"words": "hello"},
        "snooze": {"until": "4h"},
        "still_waiting": {"note": "asked again"},
    }[purpose]
    return play.submit(who, filled, **answers)


def change(play: Play, purpose: str, case: str, who: str, place: Place) -> Outcome:
    """A choice in an open form."""
    return play.change(who, form(play, purpose, case, place), kind="Other")
