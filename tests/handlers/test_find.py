"""`/find`, `/mine`, `/case` and `/deskbell help`: what there is, for the one who asks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from handlers.router import COMMANDS
from tests.handlers.complete import log
from tests.handlers.play import CHARGEBACKS, CSR, SUPPLIER, Play, everything


@pytest.mark.parametrize("said", ["10423", "#10423", " 10423 ", "88", "FD-88", "fd88", "ii-2647-0001"])
def test_a_case_is_found_by_what_people_have_in_hand(play: Play, said: str) -> None:
    """Order, ticket, case id, in any spelling."""
    log(play, "item-issue")
    assert "II-2647-0001 · Item Issue · Posted" in play.command("agent2", f"/find {said}").words


def test_the_newest_is_first_and_each_has_its_button(play: Play) -> None:
    """Two cases for one order."""
    log(play, "item-issue")
    play.wait(timedelta(hours=1))
    log(play, "request", order_no="10423")
    outcome = play.command("agent", "/find 10423")
    assert [button.label for button in outcome.buttons] == ["RQ-2647-0001", "II-2647-0001"]
    assert outcome.messages[0].headline == "2 cases for 10423, newest first."
    assert "Order #: 10423" in play.press_button("agent", outcome.buttons[1]).words


def test_a_long_list_is_cut_and_says_so(play: Play) -> None:
    """Ten are shown."""
    for number in range(12):
        log(play, "request", order_no="10423", kind=["Other", "Tracking"][number % 2], _duplicate="anyway")
    outcome = play.command("agent", "/find 10423")
    assert (len(outcome.buttons), "… and 2 more" in outcome.words) == (10, True)


def test_nothing_found_says_so(play: Play) -> None:
    """Without saying what there might be for others."""
    assert play.command("agent", "/find 99999").words == "I found no case for 99999 that you may see."


def test_find_alone_says_how(play: Play) -> None:
    """An example instead of everything."""
    assert "/find 10423" in play.command("agent", "/find").words


def test_mine_is_what_is_with_me(play: Play) -> None:
    """Open cases, the longest untouched first."""
    first = log(play, "item-issue")
    play.wait(timedelta(hours=1))
    second = log(play, "refund")
    play.command("agent", f"/assign {first.id} me")
    play.wait(timedelta(hours=1))
    play.command("agent", f"/update {second.id} notes=x")
    assert [button.label for button in play.command("agent", "/mine").buttons] == [first.id, second.id]
    play.command("agent", f"/done {first.id} sent")
    assert [button.label for button in play.command("agent", "/mine").buttons] == [second.id]


def test_nothing_of_mine_says_so(play: Play) -> None:
    """A quiet day."""
    assert "Nothing is with you" in play.command("agent", "/mine").words


def test_a_supplier_has_his_own_list(play: Play) -> None:
    """What he was asked and is with him; nothing else of the desk's in the line."""
    log(play, "item-issue")
    log(play, "reshipment")
    words = play.command("bowen", "/mine", SUPPLIER).words
    assert ("II-2647-0001" in words, "RS-2647-0001" in words, "with" in words.split("II-")[1]) == (
        True,
        False,
        False,
    )


def test_a_suppliers_list_has_what_he_was_asked_and_what_he_logged(play: Play) -> None:
    """Whoever has the case now; nothing that is over, that was not posted to him, or that another tracker keeps."""
    asked, logged = log(play, "item-issue"), log(play, "incorrect-address")
    play.command("kim", f"/assign {asked.id} kim")
    over = log(play, "request")
    play.command("agent", f"/done {over.id} sent")
    hidden = [
        log(play, tracker) for tracker in ("reshipment", "refund", "ticket-issue", "shopify-chargeback")
    ]
    outcome = play.command("bowen", "/mine", SUPPLIER)
    assert {button.label for button in outcome.buttons} == {asked.id, logged.id}
    assert [case.id for case in (over, *hidden) if case.id in outcome.words] == []


def test_a_suppliers_list_begins_with_what_he_has_not_acknowledged(play: Play) -> None:
    """Then the longest untouched."""
    logged = log(play, "pickup-rts")
    seen, new = log(play, "item-issue"), log(play, "request")
    play.say("bowen", seen.id, "supplier", "ok")
    labels = [button.label for button in play.command("bowen", "/mine", SUPPLIER).buttons]
    assert labels[0] == new.id
    assert set(labels[1:]) == {seen.id, logged.id}


def test_a_suppliers_list_shows_only_what_he_sees(play: Play) -> None:
    """No owner, no ticket, no other column of the desk's."""
    case = log(play, "item-issue", ticket="FD-777")
    words = play.command("bowen", "/mine", SUPPLIER).words
    assert (case.id in words, "777" in words, "with " in words.split(case.id)[1]) == (True, False, False)


def test_an_empty_list_of_a_supplier_says_so(play: Play) -> None:
    """In his words: what he was asked or logged."""
    log(play, "reshipment")
    assert "nothing that you logged is open" in play.command("bowen", "/mine", SUPPLIER).words


@pytest.mark.parametrize("said", ["/case II-2647-0001", "/case ii-2647-0001", "/case #II-2647-0001"])
def test_a_case_is_shown_whole_with_its_history(play: Play, said: str) -> None:
    """Facts first, then what happened, newest first; links and buttons."""
    case = log(play, "item-issue")
    play.say("bowen", case.id, "supplier", "ok")
    message = play.command("agent", said).messages[0]
    assert (message.lines, message.below[0]) == ((), "What happened, newest first:")
    assert [line.split(": ", 1)[1] for line in message.below[1:]] == [
        "acknowledged",
        "request posted to the supplier",
        "logged on Item Issue",
    ]
    assert [link.label for link in message.links] == [
        "Row on the tracker",
        "Supplier's request",
        "Thread of the case",
    ]


def test_a_refusal_stands_in_the_history_as_what_somebody_was_told(play: Play) -> None:
    """It speaks to whoever was refused, and others read it there."""
    case = log(play, "item-issue")
    assert play.press("agent", "acknowledge", case.id).is_refused
    assert any(line.startswith("was told: You may not acknowledge") for line in play.history(case.id))


def test_a_case_in_its_thread_needs_no_name(play: Play) -> None:
    """`!case` under the card; the answer is its author's alone."""
    case = log(play, "item-issue")
    outcome = play.command("agent", "/case", play.thread(case.id, "home"), typed=True)
    assert "Order #: 10423" in outcome.words
    assert outcome.decision.answer is None


# --- help ---


@pytest.mark.parametrize("said", ["/deskbell", "/deskbell help", "/help", "/deskbell HELP"])
def test_help_lists_the_commands(play: Play, said: str) -> None:
    """Each with an example."""
    words = play.command("agent", said).words
    assert all(f"/{name}" in words for name in ("log", "find", "mine", "case", "update", "done", "assign"))


def test_help_tells_every_command_there_is(play: Play) -> None:
    """A command that is not in the help fails here."""
    words = play.command("kim", "/deskbell help").words
    told = {name for name in COMMANDS if f"/{name}" in words or f"/deskbell {name}" in words}
    assert told == set(COMMANDS)


@pytest.mark.parametrize(
    ("who", "shown", "hidden"),
    [
        ("agent", ["item-issue", "refund"], ["shopify-chargeback", "out-of-stock"]),
        ("loise", ["shopify-chargeback", "refund"], ["item-issue", "reshipment"]),
        ("bowen", ["out-of-stock", "/update"], ["item-issue", "/assign", "/done", "chargeback"]),
        ("bram", ["/find", "/case"], ["/log", "You can log on"]),
    ],
)
def test_help_lists_only_what_this_person_may_do(
    play: Play, who: str, shown: list[str], hidden: list[str]
) -> None:
    """Trackers and commands out of reach are not offered."""
    words = play.command(who, "/deskbell", play.place_of(who)).words
    assert [each for each in shown if each not in words] == []
    assert [each for each in hidden if each in words] == []


def test_help_says_how_forms_are_answered_where_they_are_guided(play: Play) -> None:
    """Slash commands work everywhere there, so it is told how questions are answered instead."""
    words = play.command("agent", "/help", guided=True).words
    assert ("/back and /cancel work" in words, "!find" in words) == (True, False)
    assert ("/link " in words, "/help " in words, "/deskbell" in words) == (True, True, False)


def test_help_calls_a_channel_as_its_platform_does(play: Play) -> None:
    """A channel on Slack has a # before its name, a group on Telegram has none."""
    name = play.desk.channels["supplier_nl"].name
    on_slack = play.command("bowen", "/deskbell", play.place_of("bowen")).words
    group = play.desk.channels["supplier_nl"].model_copy(update={"place": "telegram:-1001234567890"})
    play.desk = play.desk.model_copy(update={"channels": {**play.desk.channels, "supplier_nl": group}})
    on_telegram = play.command("bowen", "/deskbell", CSR).words
    assert (f"come to #{name}," in on_slack, f"come to {name}," in on_telegram) == (True, True)


def test_help_of_a_tracker_says_how_it_is_used(play: Play) -> None:
    """What to do in order, what its form asks, what can be chosen, and a button to begin."""
    message = play.command("agent", "/deskbell help broken").messages[0]
    text = everything(message)
    assert message.lines[0] == "1. Log in the sheet"
    assert (
        "Issue",
        "kind · needed · Broken / Incorrect / Missing / Not as described / Misfit",
    ) in message.facts
    assert ("Photos", "photos · needed where it applies") in message.facts
    assert "[Item Issue] item-issue" in text


def test_help_of_a_tracker_out_of_reach_is_not_given(play: Play) -> None:
    """What may not be logged is not explained; who can is said, as `/log` says it."""
    words = play.command("agent", "/deskbell help chargeback").words
    assert ("Dispute ID" in words, "You may not log on Shopify Chargebacks" in words) == (False, True)


def test_help_of_a_tracker_that_one_reads_only_is_given_without_its_button(play: Play) -> None:
    """Bram logs nothing and reads everything: he may know what is asked, and learns who logs."""
    message = play.command("bram", "/deskbell help refund").messages[0]
    assert ("Amount", "amount · needed") in message.facts
    assert (message.buttons, message.lines[-1].startswith("You may not log on BIG5 Refund")) == ((), True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("rfund", "There is no tracker called rfund. Did you mean refund?"),
        ("re", "There is no tracker called re. Did you mean refund / request / reshipment?"),
        ("zzz", "There is neither a command nor a tracker called zzz here. You can log on:"),
    ],
)
def test_help_of_an_unknown_tracker_says_so(play: Play, typed: str, said: str) -> None:
    """With what was probably meant, and the trackers there are."""
    message = play.command("agent", f"/deskbell help {typed}").messages[0]
    mine = play.command("agent", "/log").buttons
    assert (message.lines[0], len(message.buttons)) == (said, len(mine))


@pytest.mark.parametrize("said", ["/deskbell help done", "/deskbell help /done", "/deskbell help !done"])
def test_help_of_one_command_is_its_line(play: Play, said: str) -> None:
    """Somebody who asks about one command reads about that."""
    message = play.command("agent", said).messages[0]
    assert message.lines[0] == "/done II-2647-0001 what was done — close a case"
    assert len(message.lines) == 2


def test_help_of_a_supplier_says_how_he_acknowledges_and_answers(play: Play) -> None:
    """By button, by a word in the thread, by a reaction; by replying and by the buttons of what is asked."""
    words = play.command("bowen", "/deskbell help", SUPPLIER).words
    assert "press Acknowledge under it, reply to it with ack, ok, noted, or react with 👍 👀." in words
    assert "#9408-mhj-support-nl-bowen" in words
    assert "reply to it, with photos" in words
    assert "press Acknowledge" not in play.command("agent", "/deskbell help").words


@pytest.mark.parametrize("who", ["agent", "lead", "kim", "loise", "bram"])
def test_the_example_of_done_is_one_that_works(play: Play, who: str) -> None:
    """What the help shows can be typed: a refund takes no words, a dispute names its end."""
    said = re.search(r"/done (\S+)(.*?) — ", play.command(who, "/deskbell help").words)
    assert said is not None
    tracker = next(each for each in play.desk.trackers.values() if said[1].startswith(f"{each.prefix}-"))
    case = log(play, tracker.key)
    outcome = play.command("kim", f"/done {case.id}{said[2]}", CHARGEBACKS)
    assert not any(wrong in outcome.words for wrong in ("Nothing is asked", "can end in several ways"))


@pytest.mark.parametrize(("typed", "near"), [("fnd", "find"), ("updte", "update"), ("xyzzy", "help")])
def test_an_unknown_command_names_the_nearest(play: Play, typed: str, near: str) -> None:
    """Refused with "did you mean"."""
    outcome = play.command("agent", f"/deskbell {typed} 10423", CSR)
    assert (outcome.is_refused, f"Did you mean {near}" in outcome.words) == (True, True)
