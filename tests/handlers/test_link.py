"""`/link`: what is said and sent where somebody claims an account, and whom a name means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.desk import Desk, Person
from handlers import link
from handlers.events import CommandIssued
from handlers.link import Claim
from handlers.place import Account, EventId, PersonKey, Place
from tests.handlers.play import NOW

STRANGER = Account("telegram", "", "555")
ON_SLACK = Account("slack", "T0MHJ", "U0NEW")
CHAT = Place("telegram", "555", direct=True)
CODE = "012345"


def command(name: str, text: str) -> CommandIssued:
    """Somebody's command, in a chat of their own with the bot."""
    return CommandIssued(id=EventId("e1"), account=STRANGER, place=CHAT, at=NOW, name=name, text=text)


@pytest.fixture
def desk(mhj: Desk) -> Desk:
    """Kim on Slack, Bowen on Telegram alone, two people called Sam, and one who left."""
    people = {
        "kim": mhj.people["kim"],
        "bowen": Person(name="Bowen", roles=("supplier",), telegram=7),
        "sam": Person(name="Sam", roles=("csr",), slack="U1"),
        "other": Person(name="Sam", roles=("csr",), slack="U2"),
        "gone": Person(name="Gone", roles=("csr",), slack="U3", active=False),
    }
    return mhj.model_copy(update={"people": people})


@pytest.mark.parametrize(
    ("name", "text", "asked"),
    [
        ("link", " kim ", "kim"),
        ("LINK", "", ""),
        ("deskbell", "link  Kim", "Kim"),
        ("deskbell", "link", ""),
        ("deskbell", "find 1", None),
        ("find", "link", None),
    ],
)
def test_it_is_said_as_a_command_or_behind_the_bots_name(name: str, text: str, asked: str | None) -> None:
    """`/link Kim` and `/deskbell link Kim` are the same."""
    assert link.asked(command(name, text)) == asked


@pytest.mark.parametrize(
    ("words", "code"),
    [("012345", CODE), ("012 345", CODE), ("12345", None), ("kim", None), ("1234567", None)],
)
def test_a_code_is_six_digits(words: str, code: str | None) -> None:
    """Grouped or not; everything else is a name."""
    assert link.code_in(words) == code


@pytest.mark.parametrize(
    ("account", "name", "person"),
    [
        (STRANGER, "kim", "kim"),
        (STRANGER, "KIM", "kim"),
        (STRANGER, "Sam", None),
        (STRANGER, "Gone", None),
        (STRANGER, "Bowen", None),
        (STRANGER, "nobody", None),
        (ON_SLACK, "Bowen", "bowen"),
        (ON_SLACK, "Kim", None),
        (replace(ON_SLACK, team="T0OTHER"), "Bowen", None),
    ],
)
def test_whom_a_name_means(desk: Desk, account: Account, name: str, person: str | None) -> None:
    """One active person of that name, whom a code reaches on another platform; of another workspace, nobody."""
    wanted = Claim("mhj", PersonKey(person)) if person else None
    assert link.claimed({"mhj": desk}, account, name) == wanted


def test_the_answer_tells_nothing_about_who_exists(desk: Desk) -> None:
    """A person, nobody, and a person who got a code already: the same words."""
    claim = Claim("mhj", PersonKey("kim"))
    decisions = [
        link.decide_ask(command("link", "kim"), claim, CODE),
        link.decide_ask(command("link", "kim"), claim, None),
        link.decide_ask(command("link", "nobody"), None, None),
    ]
    assert len({decision.answer for decision in decisions}) == 1
    assert [len(decision.effects) for decision in decisions] == [1, 0, 0]
    assert [decision.audit[0].facts for decision in decisions] == [
        {"person": "kim", "sent": "yes"},
        {"person": "kim", "sent": "no"},
        {"sent": "no"},
    ]


def test_the_code_is_in_the_message_alone() -> None:
    """Neither what the account is told nor the audit trail has it."""
    decision = link.decide_ask(command("link", "kim"), Claim("mhj", PersonKey("kim")), CODE)
    assert "012 345" in str(decision.effects)
    assert ("012 345" in str(decision.answer), CODE in str(decision.audit)) == (False, False)


def test_what_is_kept_of_a_code_fits_one_account() -> None:
    """The same code of another account has another hash."""
    kept = link.hashed(CODE, STRANGER)
    assert CODE not in kept
    tried = ((CODE, STRANGER), ("012346", STRANGER), (CODE, ON_SLACK))
    fits = [link.is_right(code, kept, account) for code, account in tried]
    assert fits == [True, False, False]


def test_a_link_gives_what_the_desk_gives(desk: Desk) -> None:
    """Roles and name of the person; nothing where they left, or are no longer there."""
    kim = link.linked(desk, STRANGER, "kim")
    assert (kim.account, kim.person, kim.name, kim.roles) == (
        STRANGER, "kim", "Kim", frozenset(desk.people["kim"].roles),
    )  # fmt: skip
    assert [link.linked(desk, STRANGER, who).person for who in ("gone", "nobody")] == [None, None]


def test_one_person_of_two_desks_is_found_by_their_accounts(desk: Desk) -> None:
    """Somebody else with the same name is not."""
    people = {"k": desk.people["kim"], "kim": desk.people["sam"].model_copy(update={"name": "Kim"})}
    desks = {"mhj": desk, "other": desk.model_copy(update={"key": "other", "people": people})}
    found = link.same_person(desks, Claim("mhj", PersonKey("kim")))
    assert found == (Claim("mhj", PersonKey("kim")), Claim("other", PersonKey("k")))
