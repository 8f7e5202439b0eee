"""Forms that are asked one question at a time, on a real store: what is asked, stored and shown."""

from __future__ import annotations

import pytest

from bot.store.store import Store
from tests.bot.guided import Room, photo, texts

pytestmark = pytest.mark.anyio


@pytest.fixture
def room(store: Store) -> Room:
    """Nobody has said anything yet."""
    return Room(store)


async def test_an_item_issue_is_logged_question_by_question(room: Room) -> None:
    """Choices, a conditional question, an album, a skipped one: the case holds them all, and one message each."""
    asked = await room.ask("agent", "/log item-issue")
    assert (asked.headline, asked.footer) == ("Item Issue · Order #", "order_no= · 1 of 8")
    await room.say("agent", "10423")
    await room.say("agent", "FD-88")
    await room.press("agent", "Incorrect")
    await room.say("agent", "ring-7")
    await room.say("agent", "1")
    asked = await room.press("agent", "Skip")
    asked = await room.say("agent", "a plain band came")
    assert asked.headline == "Item Issue · Received instead"
    await room.say("agent", "ring-8")
    await room.say("agent", "", files=(photo("a"), photo("b")))
    await room.press("agent", "Next")
    asked = await room.press("agent", "Refund")
    assert asked.headline == "Item Issue: is this right?"
    asked = await room.press("agent", "Log it")
    [case] = await room.cases()
    assert case.values == {
        "order_no": "10423",
        "ticket": "88",
        "kind": "Incorrect",
        "sku": "ring-7",
        "qty": 1,
        "detail": "a plain band came",
        "got_instead": "ring-8",
        "photos": ("telegram:id-a/a.jpg", "telegram:id-b/b.jpg"),
        "wish": "Refund",
    }
    assert case.id in texts(asked)
    assert await room.open("agent") is None
