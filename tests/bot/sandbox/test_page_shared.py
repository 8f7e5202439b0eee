"""What all open pages share: what changed, who has seen what, which things were tried."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.app import BOT_ADDRESS, Sandbox
from bot.sandbox.desk_world import world_of
from bot.sandbox.page_live import CALM_SECONDS, Changes
from bot.sandbox.page_read import channel_lines, thread_lines
from bot.sandbox.page_room import Room
from bot.sandbox.people import mhj_world
from config.load import DESKS, load_desks

CSR = "slack:#mhj-support"
SUPPLIER = "slack:#9408-mhj-support-nl-bowen"

pytestmark = pytest.mark.anyio


@pytest.fixture
def sandbox() -> Sandbox:
    """A sandbox with people and workbooks, and no bot."""
    return Sandbox(mhj_world())


@pytest.fixture
def room(sandbox: Sandbox) -> Room:
    """What its pages share."""
    made = Room(sandbox, sandbox.google)
    made.unread.begin()
    return made


async def say(room: Room, who: str, text: str, place: str = CSR, thread: str | None = None) -> str:
    """Write a message, with no bot that listens; answers its id."""
    answer = await asyncio.wait_for(room.control.say(who, place, text, thread), 10)
    return str(answer["message"])


def test_a_workbook_opens_for_those_it_is_shared_with() -> None:
    """Compliance opens the chargebacks, an agent does not; the page can say who does."""
    sandbox = Sandbox(world_of(load_desks(DESKS)["mhj"]))
    room = Room(sandbox, sandbox.google)
    book = next(each.id for each in room.world.workbooks if each.key == "chargebacks")
    assert (room.may_open("loise", book), room.may_open("agent", book)) == (True, False)
    assert room.openers(book) == [room.name(who) for who in ("kim", "loise", "bram")]


async def test_a_burst_is_told_once(room: Room) -> None:
    """A first change is told at once, and a hundred after it together."""
    told: list[Changes] = []
    arrived = asyncio.Event()

    def follow(changes: Changes) -> None:
        told.append(changes)
        arrived.set()

    stop = room.live.follow(follow)
    room.control.tell("slack", CSR)
    await asyncio.wait_for(arrived.wait(), 5)
    arrived.clear()
    begun = asyncio.get_running_loop().time()
    for number in range(100):
        room.control.tell("slack", CSR)
        room.control.tell("sheets", f"book {number % 2}")
    await asyncio.wait_for(arrived.wait(), 5)
    assert asyncio.get_running_loop().time() - begun > CALM_SECONDS / 2
    stop()
    assert told == [
        frozenset({("slack", CSR)}),
        frozenset({("slack", CSR), ("sheets", "book 0"), ("sheets", "book 1")}),
    ]


async def test_what_others_write_is_new_until_one_looks(room: Room) -> None:
    """A message counts for everybody in the channel but its author, until they open it."""
    await say(room, "kim", "Look at this")
    room.unread.look()
    people = ("agent", "kim", "bowen")
    assert [room.unread.count(who) for who in people] == [1, 0, 0]
    room.unread.seen("agent", CSR)
    assert room.unread.count("agent", CSR) == 0


async def test_replies_count_for_those_who_follow_the_thread(room: Room) -> None:
    """A reply is new for whoever wrote in the thread or is named where it begins, until they open the thread."""
    root = await say(room, "agent", "A question for Bram")
    room.unread.look()
    for who in ("bram", "kim", "loise"):
        room.unread.seen(who, CSR)
    await say(room, "lead", "An answer", thread=root)
    room.unread.look()
    people = ("agent", "bram", "kim", "lead")
    assert [room.unread.replies(who, CSR, root) for who in people] == [1, 1, 0, 0]
    room.unread.seen("agent", CSR)
    assert room.unread.count("agent", CSR) == 1
    room.unread.seen("agent", CSR, root)
    assert room.unread.count("agent", CSR) == 0


async def test_what_was_there_before_is_news_to_nobody(sandbox: Sandbox) -> None:
    """A sandbox opens with cases; nobody has to click them away."""
    room = Room(sandbox, sandbox.google)
    await say(room, "kim", "Said long ago")
    room.unread.begin()
    assert room.unread.count("agent") == 0


async def test_a_place_shows_its_threads_as_counts(room: Room) -> None:
    """Replies stand in the thread; the channel shows the first message, and how many there are."""
    root = await say(room, "agent", "First")
    await say(room, "kim", "Reply", thread=root)
    await say(room, "agent", "Second")
    lines, older = channel_lines(room, "agent", CSR, 50)
    assert [(line.entry["text"], line.replies) for line in lines] == [("First", 1), ("Second", 0)]
    assert older is False
    assert [line.entry["text"] for line in thread_lines(room, "agent", root)] == ["First", "Reply"]


async def test_only_the_newest_are_drawn_at_first(room: Room) -> None:
    """Of a long channel the page draws the end, and knows that there is more."""
    for number in range(4):
        await say(room, "agent", str(number))
    lines, older = channel_lines(room, "agent", CSR, 2)
    assert ([line.entry["text"] for line in lines], older) == (["2", "3"], True)


async def test_messages_close_together_stand_under_one_name(room: Room) -> None:
    """The second of two messages of the same author goes without picture and name."""
    for who in ("agent", "agent", "kim"):
        await say(room, who, "Hello")
    lines, _ = channel_lines(room, "agent", CSR, 50)
    assert [line.close for line in lines] == [False, True, False]


def log_row(room: Room, *cells: str) -> None:
    """What the truth log says when the bot appends a row of an item issue."""
    room.sandbox.truth.record(
        "sheets", "appendCells", spreadsheet="book", by=BOT_ADDRESS, tab="Item Issue", rows=[list(cells)]
    )


async def test_tasks_tick_for_what_really_happened(room: Room) -> None:
    """Rows, statuses, replies and edits tick; what a sandbox opened with, and the bot's own edits, do not."""
    log_row(room, "10388", "Agent One")
    room.tasks.begin()
    room.tasks.look()
    assert room.tasks.done == set()

    log_row(room, "10423", "Agent One")
    room.tasks.look()
    assert room.tasks.done == {"log"}
    room.tasks.looked_at("book", "Item Issue")
    assert room.tasks.done == {"log", "row"}

    truth = room.sandbox.truth
    truth.record("sheets", "updateCells", by=BOT_ADDRESS, tab="Item Issue", rows=[["Acknowledged"]])
    truth.record("sheets", "edit", by="kim@example.com", tab="Item Issue", rows=[["by hand"]])
    root = await say(room, "kim", "Please look", SUPPLIER)
    await say(room, "bowen", "On it", SUPPLIER, root)
    room.tasks.look()
    assert room.tasks.done == {"log", "row", "acknowledge", "edit", "reply"}


async def test_a_fault_is_over_when_nothing_waits(room: Room) -> None:
    """Breaking something ticks only after the fault is spent, something was done since, and the queue is young."""
    room.tasks.begin()
    room.control.switch_fault("sheets", "503", times=1)
    room.tasks.look()
    room.sandbox.faults.draw("sheets")
    room.tasks.look()
    assert "fault" not in room.tasks.done
    log_row(room, "10424", "Agent Two")
    room.tasks.look()
    assert "fault" not in room.tasks.done
    room.pulse.beat = type(room.pulse.beat)(age=0.0)
    room.tasks.look()
    assert "fault" in room.tasks.done
