"""The one way in: what comes too early to be understood has to come again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.intake import Intake, TooEarly
from bot.store.store import Store
from config.load import load_desks
from handlers.decision import NOTHING
from handlers.effects import ShowCard
from handlers.events import CommandIssued, MessagePosted, ReactionAdded
from handlers.place import Account, CaseId, EventId, Place
from tests.bot.desks import DESK, HOME, KIM, NOON, SUPPLIER, case, command, filed
from tests.slack_desk import slack_desks

pytestmark = pytest.mark.anyio

CARD = ShowCard("e1:card:supplier", case().id, "supplier")
TEAM = DESK.model_copy(update={"slack_team": KIM.account.team})
POST = "1.5"
"""The message that the request has become, which the store does not know of yet."""


def said(ident: str = "e2", thread: str | None = POST) -> MessagePosted:
    """Kim says something under a message of the supplier's channel."""
    place = replace(SUPPLIER, thread=thread)
    return MessagePosted(
        id=EventId(ident), account=KIM.account, place=place, at=NOON, text="And the clasp?", message="2.0"
    )


def reacted() -> ReactionAdded:
    """Kim puts an emoji on that message."""
    return ReactionAdded(
        id=EventId("e3"), account=KIM.account, place=SUPPLIER, at=NOON, emoji="eyes", message=POST
    )


async def under_way(store: Store, *, stored: bool = False) -> Intake:
    """A case whose request is being posted: whether it landed is known to nobody yet, or is `stored`."""
    async with store.transaction() as tx:
        await tx.seen(command())
        await tx.commit(command(), KIM, filed(replace(case(), requested_at=NOON), CARD), DESK)
    async with store.transaction() as tx:
        await tx.do("mark_trying", key=CARD.key, revised=0, tried_at=None)
        if stored:
            slot = {"case_id": case().id, "slot": "supplier", "version": 1, "link": ""}
            await tx.do("store_post", platform="slack", channel=SUPPLIER.channel, message=POST, **slot)
    return Intake(store, {TEAM.key: TEAM}, lambda: NOON)


async def events(store: Store) -> int:
    """How many events were decided."""
    async with store.transaction() as tx:
        rows = await (await tx.connection.execute("SELECT count(*) AS n FROM events")).fetchone()
    return int(rows["n"]) if rows else 0


async def test_a_reply_to_a_post_that_is_only_just_made_has_to_come_again(store: Store) -> None:
    """It is neither acknowledged nor taken for talk: the bot may have died between posting and storing."""
    intake = await under_way(store)
    for event in (said(), reacted()):
        with pytest.raises(TooEarly):
            await intake.receive(event)
    assert await events(store) == 1


async def test_once_the_post_is_stored_the_reply_is_taken(store: Store) -> None:
    """The same event, delivered again."""
    intake = await under_way(store, stored=True)
    decision = await intake.receive(said())
    assert [line.action for line in decision.audit] == ["said"]


async def test_talk_elsewhere_is_not_held_up(store: Store) -> None:
    """Neither outside threads, nor in another channel, nor under what people wrote, whatever is being posted."""
    intake = await under_way(store)
    at_home = replace(said("e5"), place=replace(HOME, thread="9.9"))
    under_others = replace(said("e6"), on_ours=False)
    for event in (said("e4", None), at_home, under_others, replace(reacted(), on_ours=False)):
        assert await intake.receive(event) == NOTHING


async def test_a_post_that_nobody_has_tried_for_long_holds_nothing_up(store: Store) -> None:
    """A channel that is paused for hours would else have its people's words delivered again and again."""
    intake = await under_way(store)
    async with store.transaction() as tx:
        await tx.connection.execute("UPDATE deliveries SET tried_at = now() - interval '10 minutes'")
    assert await intake.receive(said()) == NOTHING


async def test_the_same_reported_by_many_at_once_is_one_case_that_counts_them_all(store: Store) -> None:
    """Twelve people at the same moment, each delivery twice: one row, twelve occurrences."""
    desks = load_desks(slack_desks())
    intake = Intake(store, desks, lambda: NOON)
    mhj = desks["mhj"]
    account = Account("slack", mhj.slack_team or "", mhj.people["agent"].slack or "")
    place = Place.parse(mhj.channels["csr"].place)
    line = "ticket-issue kind='Wrong item trend' summary=x sku=ring-204 defect_tag=size urgency=Low tickets=FD-{}"
    reports = [
        CommandIssued(
            id=EventId(f"r{number}"),
            account=account,
            place=place,
            at=NOON,
            name="log",
            text=line.format(number),
        )
        for number in range(1, 13)
    ]
    told = await asyncio.gather(*(intake.receive(event) for event in [*reports, *reports]))

    async with store.transaction() as tx:
        found = await tx.all("search_cases", desks=["mhj"], term="TI-2647-0001", limit=10)
        count = await (await tx.connection.execute("SELECT count(*) AS n FROM cases")).fetchone()
        counted = await tx.case(CaseId("TI-2647-0001"))
    assert (len(found), count) == (1, {"n": 1})
    assert counted is not None
    assert counted.values["occurrences"] == 12
    assert sorted(str(counted.values["tickets"]).splitlines()) == sorted(f"FD-{n}" for n in range(1, 13))
    assert all(decision.answer is not None for decision in told)
