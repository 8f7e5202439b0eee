"""Where a desk's channels are: all on Telegram, in topics of a forum, in a group that was upgraded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.database import clone
from tests.scenarios.room import Room, open_room
from tests.telegram_desk import ALL_ON_TELEGRAM, RETURNS, copy_desks

pytestmark = pytest.mark.anyio
ITEM = '/log item-issue {order} FD-88 missing ring-204 1 "box was empty" refund'


@pytest.fixture(scope="module")
async def forum(server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    """The desk all on Telegram, nobody on Slack: its own channels are topics of one forum."""
    desks = copy_desks(tmp_path_factory.mktemp("desks"), ALL_ON_TELEGRAM, without_slack=True)
    with clone(server) as database_url:
        async with open_room(database_url, desks=desks) as opened:
            yield opened


async def test_a_desk_all_on_telegram_does_what_the_others_do(forum: Room) -> None:
    """Logged in the agents' topic, acknowledged in the supplier's group, answered, and closed."""
    case = await forum.logged(ITEM)
    assert case.card.id.startswith("telegram:-1007777777777:")
    await forum.react("bowen", case.request.id, "👍")
    await forum.say("bowen", "supplier", "We send another", case.request.id)
    assert (case.row["Status"], "Acknowledged" in case.card.text) == ("Acknowledged", True)
    assert any("We send another" in line for line in case.home)
    await forum.say("agent", "csr", f"/done {case.ident} sent another one")
    assert case.row["Status"] == "Done"


async def test_topics_do_not_mix(forum: Room) -> None:
    """A form that is open in one topic takes no answer from another, and the leads' topic has nothing of it."""
    before = len(forum.seen("leads"))
    await forum.say("lead", "csr", "/log item-issue")
    await forum.say("lead", "leads", "10999")
    assert len(forum.seen("leads")) == before + 1
    order = forum.order()
    faults = await forum.control.say("lead", forum.place("csr"), "/cancel")
    await forum.settle()
    assert faults["message"]
    await forum.say("lead", "csr", ITEM.format(order=order))
    assert forum.row(order)["Logged by"] == "Team Lead"


async def test_the_supplier_may_be_in_a_topic(server: str, tmp_path: Path) -> None:
    """Requests, acknowledgements and words in one topic of a forum; the agents on Slack."""
    desks = copy_desks(tmp_path / "desks", RETURNS)
    with clone(server) as database_url:
        async with open_room(database_url, desks=desks) as room:
            case = await room.logged()
            await room.say("bowen", "supplier", "ok", case.request.id)
            await room.say("bowen", "supplier", "We look", case.request.id)
            await room.say("bowen", "supplier", "/mine")
            assert case.row["Status"] == "Acknowledged"
            assert any("We look" in line for line in case.home)
            assert "One case" in room.seen("supplier")[-1].text


async def test_a_group_that_was_upgraded_goes_on(server: str, tmp_path: Path) -> None:
    """Its id changes under the bot: old requests and new ones are answered in it."""
    desks = copy_desks(tmp_path / "desks", {"supplier_nl": "telegram:-4012345678"})
    with clone(server) as database_url:
        async with open_room(database_url, desks=desks) as room:
            before = await room.logged()
            await room.control.group(room.place("supplier"), "migrate")
            await room.settle()
            after = await room.logged()
            await room.press("bowen", after.request.id, "Acknowledge")
            await room.say("bowen", "supplier", "We look", after.request.id)
            assert after.row["Status"] == "Acknowledged"
            assert any("We look" in line for line in after.home)
            await room.say("bowen", "supplier", "/mine")
            assert "2 cases" in room.seen("supplier")[-1].text
            await room.say("agent", "csr", f"/done {before.ident} done")
            assert before.row["Status"] == "Done"
