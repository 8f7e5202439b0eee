"""Who an account is, and what refusals say."""

from __future__ import annotations

import pytest

from config.desk import Desk
from handlers.access import actor_on, knows_account, who_can
from handlers.decision import NOTHING, Audit, Decision
from handlers.place import Account


@pytest.mark.parametrize(
    ("account", "person"),
    [
        (Account("slack", "T0MHJ", "U0KIM"), "kim"),
        (Account("slack", "T0OTHER", "U0KIM"), None),
        (Account("slack", "", "U0KIM"), None),
        (Account("telegram", "", "U0KIM"), None),
        (Account("slack", "T0MHJ", "kim"), None),
        (Account("slack", "T0MHJ", "Kim"), None),
        (Account("slack", "T0MHJ", ""), None),
        (Account("deskbell", "", "deskbell"), None),
    ],
)
def test_identity_is_platform_team_and_id(mhj: Desk, account: Account, person: str | None) -> None:
    """Never a name, never an id of another workspace."""
    actor = actor_on(mhj, account)
    assert (actor.person, bool(actor.roles)) == (person, person is not None)


def test_a_telegram_account_is_its_number(mhj: Desk) -> None:
    """Where the desk knows it."""
    people = {**mhj.people, "bowen": mhj.people["bowen"].model_copy(update={"telegram": 42})}
    desk = mhj.model_copy(update={"people": people})
    assert actor_on(desk, Account("telegram", "", "42")).person == "bowen"


def test_somebody_who_left_is_known_and_may_nothing(mhj: Desk) -> None:
    """The account is not a stranger's, and holds no role."""
    people = {**mhj.people, "kim": mhj.people["kim"].model_copy(update={"active": False})}
    desk = mhj.model_copy(update={"people": people})
    account = Account("slack", "T0MHJ", "U0KIM")
    assert (knows_account(desk, account), actor_on(desk, account).person) == (True, None)
    assert who_can(desk, ["backend"]) == "Nobody on this desk"


def test_a_long_list_of_people_is_cut(mhj: Desk) -> None:
    """Whom to ask, not the whole desk."""
    roles = [role for role in mhj.roles if role != "supplier"]
    assert who_can(mhj, roles) == "Agent, Agent 2, Team Lead, Kim or 2 others"
    assert who_can(mhj, ["compliance", "backend"], but="kim") == "Loise"


def test_a_decision_with_something_to_store_is_durable() -> None:
    """A form or an answer alone is not."""
    assert (NOTHING.is_durable, Decision(audit=(Audit("refused"),)).is_durable) == (False, True)
