"""The menus of commands: what is offered where, set once, tried again, never in the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.store.store import Store
from bot.telegram.menu import Menu, menus, set_menus
from bot.telegram.moved import MovedChats
from config.desk import Channel, Desk, Person
from config.load import load_desks
from tests.bot.sandbox.telegram_room import BOWEN, GROUP, OLD, STAFF, SUPPLIER
from tests.bot.telegram.chatting import Chatting, chatting
from tests.slack_desk import slack_desks

pytestmark = pytest.mark.anyio
GUIDED = ["skip", "back", "cancel"]


@pytest.fixture
def desk() -> Desk:
    """The MHJ desk with its supplier, its agents and its leads on Telegram, the last two in one forum."""
    mhj = load_desks(slack_desks())["mhj"]
    people = {**mhj.people, "bowen": Person(name="Bowen", roles=("supplier",), telegram=BOWEN)}
    channels = {
        "csr": Channel(name="Support", place=f"telegram:{STAFF}:4"),
        "leads": Channel(name="Leads", place=f"telegram:{STAFF}:9", roles=("team_lead",)),
        "supplier_nl": Channel(name="NL-Bowen", place=f"telegram:{SUPPLIER}", kind="supplier"),
    }
    return mhj.model_copy(update={"people": people, "channels": channels})


@pytest.fixture
async def there(store: Store) -> AsyncIterator[Chatting]:
    """The small world."""
    async with chatting(store) as opened:
        yield opened


def names(menu: Menu) -> list[str]:
    """The commands of a menu, without those that every menu ends with."""
    found = [name for name, _ in menu.commands]
    assert found[-3:] == GUIDED
    return found[:-3]


def test_each_chat_is_offered_what_can_be_done_there(desk: Desk) -> None:
    """Everything in private; a supplier assigns, closes and reminds nothing; topics share their group's."""
    private, forum, supplier = menus({"mhj": desk})
    everything = [
        "log",
        "find",
        "mine",
        "case",
        "update",
        "done",
        "assign",
        "snooze",
        "nudge",
        "digest",
        "link",
        "help",
    ]
    assert (private.chat, names(private)) == (None, everything)
    assert (forum.chat, names(forum)) == (str(STAFF), everything)
    assert (supplier.chat, names(supplier)) == (
        str(SUPPLIER), [name for name in everything if name not in ("done", "assign", "snooze", "nudge")],
    )  # fmt: skip
    assert all(1 <= len(what) <= 256 for menu in (private, forum, supplier) for _, what in menu.commands)


async def test_they_are_set_once(there: Chatting, desk: Desk) -> None:
    """Whoever types a slash sees them; setting them again changes nothing."""
    moved = MovedChats(there.store)
    for _ in range(2):
        assert await set_menus(there.telegram, menus({"mhj": desk}), moved) == ()
    offered = [line["command"] for line in there.room.telegram.menu("bowen", "NL-Bowen")]
    assert (offered[:2], offered[-3:], "assign" in offered) == (["log", "find"], GUIDED, False)
    assert there.room.effects() == ["setMyCommands"] * 3


async def test_a_group_that_moved_has_its_menu(there: Chatting) -> None:
    """By the id it has now."""
    moved = MovedChats(there.store)
    made = await there.room.post("group", place="telegram:Old group", act="migrate")
    await moved.keep(str(OLD), str(made["chat_id"]))
    assert await set_menus(there.telegram, (Menu(str(OLD), (("log", "log a case"),)),), moved) == ()
    assert there.room.effects() == ["setMyCommands"]


async def test_what_fails_is_tried_again_and_what_cannot_be_is_left_out(there: Chatting, desk: Desk) -> None:
    """Trouble of Telegram's is passing; a group that the bot was removed from has no menu."""
    moved, wanted = MovedChats(there.store), menus({"mhj": desk})
    there.room.sandbox.faults.switch("telegram", "503", times=1)
    assert await set_menus(there.telegram, wanted, moved) == wanted[:1]
    await there.room.post("group", place=GROUP, act="kick")
    assert await set_menus(there.telegram, wanted, moved) == ()
    rejected = replace(wanted[0], chat="-100404")
    assert await set_menus(there.telegram, (rejected,), moved) == ()
