"""Accounts that people showed to be theirs: a whole dialog, on the store."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.intake import Intake
from bot.store.store import Store
from config.desk import Desk, Person
from config.texts import text
from handlers.decision import Decision
from handlers.effects import Direct, Reply
from handlers.events import CommandIssued
from handlers.link import MOST_CODES, TRIES, VALID
from handlers.place import Account, EventId, Place
from tests.bot.desks import DESK, NOON

pytestmark = pytest.mark.anyio
PEOPLE = {
    "kim": Person(name="Kim", roles=("csr",), slack="U1"),
    "bowen": Person(name="Bowen", roles=("csr",), telegram=7),
}


class Chats:
    """Somebody unknown in a chat of their own, the others where they are known, and a clock."""

    def __init__(self, store: Store) -> None:
        self.desk: Desk = DESK.model_copy(update={"people": PEOPLE, "slack_team": "T1"})
        self.store = store
        self.now = NOON
        self.intake = Intake(store, {"mhj": self.desk}, lambda: self.now)
        self.ids = count(1)

    async def say(self, words: str, user: str = "555", *, ident: str = "", direct: bool = True) -> Decision:
        """Write `/link …` or another command; what was decided."""
        name, _, rest = words.partition(" ")
        where = Place("telegram", user if direct else "-100", direct=direct)
        event = CommandIssued(
            id=EventId(ident or f"tg:{next(self.ids)}"), account=Account("telegram", "", user), place=where,
            at=self.now, name=name.lstrip("/"), text=rest, message="1", guided=True,
        )  # fmt: skip
        return await self.intake.receive(event)

    async def code(self, user: str = "555", who: str = "kim") -> str:
        """Ask for a code, and read it where it went."""
        (sent,) = [
            effect for effect in (await self.say(f"/link {who}", user)).effects if isinstance(effect, Direct)
        ]
        found = re.search(r"\d{3} \d{3}", str(sent.message))
        assert found is not None
        return found[0]

    async def rows(self, query: str) -> list[dict[str, Any]]:
        """What is stored."""
        async with self.store.transaction() as tx:
            return await (await tx.connection.execute(query)).fetchall()


@pytest.fixture
def chats(store: Store) -> Chats:
    """A store with nobody linked."""
    return Chats(store)


def answer(decision: Decision) -> str:
    """What the one who wrote is told."""
    (reply,) = [effect for effect in decision.effects if isinstance(effect, Reply)]
    return str(reply.message)


def other(code: str) -> str:
    """A code that is not this one."""
    return "111111" if code.replace(" ", "") != "111111" else "222222"


async def test_a_code_links_an_account(chats: Chats) -> None:
    """Refused before; afterwards whoever it is does what Kim does, and Kim is told."""
    assert text("refusal.unknown_person") in answer(await chats.say("/mine"))
    done = await chats.say(f"/link {await chats.code()}")
    assert text("link.done", who="Kim") in answer(done)
    assert [effect.person for effect in done.effects if isinstance(effect, Direct)] == ["kim"]
    assert text("refusal.unknown_person") not in answer(await chats.say("/mine"))
    assert text("link.known", who="Kim") in answer(await chats.say("/link"))


async def test_everything_about_it_is_in_the_audit_trail_and_no_code_is(chats: Chats) -> None:
    """Who asked, who failed, who was linked; the code's hash alone is stored with it."""
    code = await chats.code()
    (kept,) = await chats.rows("SELECT code_hash FROM link_codes")
    await chats.say(f"/link {other(code)}")
    await chats.say(f"/link {code}")
    lines = await chats.rows("SELECT action, account, facts::text AS facts, what FROM audit ORDER BY id")
    assert [(line["action"], line["account"]) for line in lines] == [
        ("link_asked", "555"), ("link_refused", "555"), ("linked", "555"),
    ]  # fmt: skip
    assert [secret for secret in (code, code.replace(" ", "")) if secret in f"{lines}{kept}"] == []


async def test_after_five_tries_even_the_right_code_is_wrong(chats: Chats) -> None:
    """And asking again gives neither a new code nor new tries, until the first has run out."""
    code = await chats.code()
    for _ in range(TRIES):
        assert text("link.wrong") in answer(await chats.say(f"/link {other(code)}"))
    again = await chats.say("/link kim")
    assert [effect for effect in again.effects if isinstance(effect, Direct)] == []
    assert text("link.wrong") in answer(await chats.say(f"/link {code}"))
    chats.now += VALID
    assert text("link.done", who="Kim") in answer(await chats.say(f"/link {await chats.code()}"))


async def test_a_try_that_comes_twice_counts_once(chats: Chats) -> None:
    """The platform repeats itself: the same answer, and one try."""
    code = await chats.code()
    for _ in range(2):
        await chats.say(f"/link {other(code)}", ident="tg:same")
    (row,) = await chats.rows("SELECT tries FROM link_codes")
    assert row["tries"] == 1


@pytest.mark.parametrize("later", [VALID, VALID + timedelta(hours=1)])
async def test_a_code_runs_out(chats: Chats, later: timedelta) -> None:
    """After ten minutes it links nothing."""
    code = await chats.code()
    chats.now += later
    assert text("link.wrong") in answer(await chats.say(f"/link {code}"))


async def test_a_code_is_good_once_and_for_the_account_that_asked(chats: Chats) -> None:
    """Another account cannot use it, nor the same one again."""
    code = await chats.code()
    assert text("link.wrong") in answer(await chats.say(f"/link {code}", "666"))
    await chats.say(f"/link {code}")
    assert await chats.rows("SELECT 1 FROM link_codes") == []


async def test_nobody_is_sent_many_codes(chats: Chats) -> None:
    """From the fourth account on nothing is sent while three are good, and the answer is the same."""
    answers = [answer(await chats.say("/link kim", str(user))) for user in range(600, 600 + MOST_CODES + 2)]
    sent = await chats.rows("SELECT 1 FROM audit WHERE facts->>'sent' = 'yes'")
    assert (len(set(answers)), len(sent)) == (1, MOST_CODES)


async def test_nobody_is_sent_many_codes_by_many_at_once(chats: Chats) -> None:
    """Whoever has many accounts has no more tries by asking from all of them in the same moment."""
    await asyncio.gather(*(chats.say("/link kim", str(user)) for user in range(600, 612)))
    assert len(await chats.rows("SELECT 1 FROM link_codes")) == MOST_CODES


async def test_a_group_is_no_place_for_it(chats: Chats) -> None:
    """Others would read the code there."""
    told = await chats.say("/link kim", direct=False)
    assert text("link.private") in str(told.effects)
    assert await chats.rows("SELECT 1 FROM link_codes") == []


async def test_links_are_taken_back(chats: Chats) -> None:
    """By whoever is linked, on either side; the account is a stranger's again."""
    await chats.say(f"/link {await chats.code()}")
    assert "1" in answer(await chats.say("/link off"))
    assert text("refusal.unknown_person") in answer(await chats.say("/mine"))


async def test_a_link_ends_with_the_person(chats: Chats, store: Store) -> None:
    """Who left may do nothing, from a linked account either."""
    await chats.say(f"/link {await chats.code()}")
    gone = PEOPLE["kim"].model_copy(update={"active": False})
    desk = chats.desk.model_copy(update={"people": {**PEOPLE, "kim": gone}})
    chats.intake = Intake(store, {"mhj": desk}, lambda: chats.now)
    assert text("refusal.unknown_person") in answer(await chats.say("/mine"))


async def test_an_account_the_desk_declares_is_never_anybody_elses(chats: Chats) -> None:
    """Bowen's own account asks for nobody's code."""
    told = await chats.say("/link kim", "7")
    assert text("link.known", who="Bowen") in answer(told)
    assert await chats.rows("SELECT 1 FROM link_codes") == []


async def test_it_works_from_slack_towards_telegram(chats: Chats) -> None:
    """`/deskbell link Bowen` of an unknown member of the workspace."""
    now: datetime = chats.now
    account, place = Account("slack", "T1", "U9"), Place("slack", "D1", direct=True)

    async def say(words: str) -> Decision:
        event = CommandIssued(
            id=EventId(f"s:{words}"), account=account, place=place, at=now, name="deskbell", text=words
        )
        return await chats.intake.receive(event)

    told = await say("link Bowen")
    (sent,) = told.effects
    assert isinstance(sent, Direct)
    assert (sent.person, sent.message.lines[0].startswith("Somebody on Slack")) == ("bowen", True)
    code = re.search(r"\d{3} \d{3}", str(sent.message))
    assert code is not None
    linked = await say(f"link {code[0]}")
    assert linked.answer is not None
    assert text("link.done", who="Bowen") in linked.answer.lines
