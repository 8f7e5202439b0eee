"""What people are told, and above all where: the leads' channel has people in it who may not know everything."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot import clock, tell
from bot.acts import Performer
from bot.deliver import Deliverer
from bot.flush import Flusher
from bot.intake import Intake
from bot.outcomes import GaveUp
from bot.pace import Pace
from bot.store.store import Store
from config.load import load_desks
from handlers.card import card
from handlers.case import Case
from handlers.decision import Decision
from handlers.effects import Effect, RecordRow, Reply, Say
from handlers.events import Slot
from handlers.message import Message
from handlers.place import SYSTEM, CaseId, PersonKey, Place
from sheets.errors import NotAllowed
from tests.bot.books import FakeBook
from tests.bot.chats import FakeChat
from tests.bot.desks import NOON, command
from tests.bot.refusals import refusal

pytestmark = pytest.mark.anyio
DESKS = load_desks(Path(__file__).parents[2] / "config" / "desks")
MHJ = DESKS["mhj"]
HELLO = Message(lines=("hello",))
RESTRICTED, OPEN = "shopify-chargeback", "item-issue"
ROOM, LEADS = "slack:C0CHARGEBACKS", "slack:C0LEADS"


async def file(store: Store, tracker: str, *effects: Effect) -> None:
    """File a case of that tracker with these effects."""
    filing = Case(
        CaseId("CB-2647-0001"), "mhj", tracker, "Open", None, PersonKey("loise"),
        opened_at=NOON, changed_at=NOON, source="slack", values={},
    )  # fmt: skip
    async with store.transaction() as tx:
        await tx.seen(command())
        await tx.commit(command(), SYSTEM, Decision(cases=(filing,), effects=effects), MHJ)


async def told(store: Store) -> set[str]:
    """The places in which something is to be told."""
    async with store.transaction() as tx:
        query = "SELECT lane FROM deliveries WHERE key ~ '^(dead-letter|paused|spoiled):'"
        rows = await (await tx.connection.execute(query)).fetchall()
    return {str(row["lane"]).removesuffix(":") for row in rows}


@pytest.mark.parametrize(("tracker", "where"), [(RESTRICTED, ROOM), (OPEN, LEADS)])
async def test_a_dead_letter_of_a_restricted_case_is_told_among_its_readers(
    store: Store, tracker: str, where: str
) -> None:
    """The id of a chargeback does not reach the leads; that of any other case does."""
    await file(store, tracker, Say("say", CaseId("CB-2647-0001"), "home", HELLO))
    deliverer = _deliverer(store, FakeChat())
    with pytest.raises(GaveUp):
        await deliverer.deliver("say")
    assert await told(store) == {where}


@pytest.mark.parametrize(
    ("slot", "began"),
    [
        ("home", "A message in the thread for CB-2647-0001: "),
        ("supplier", "A message to the supplier for CB-2647-0001: "),
    ],
)
async def test_a_dead_letter_says_what_did_not_arrive(store: Store, slot: Slot, began: str) -> None:
    """In words that somebody knows who has never seen the source."""
    await file(store, OPEN, Say("say", CaseId("CB-2647-0001"), slot, HELLO))
    with pytest.raises(GaveUp):
        await _deliverer(store, FakeChat()).deliver("say")
    async with store.transaction() as tx:
        query = "SELECT effect::text AS effect FROM deliveries WHERE key LIKE 'dead-letter:%%'"
        [row] = await (await tx.connection.execute(query)).fetchall()
    assert began in row["effect"]


async def test_a_dead_letter_meant_for_a_closed_room_is_told_there(store: Store) -> None:
    """What answers somebody in the chargebacks' own channel belongs to no case and yet not to the leads."""
    await file(store, RESTRICTED, Reply("reply", Place.parse(ROOM), HELLO))
    with pytest.raises(GaveUp):
        await _deliverer(store, FakeChat(fail=[refusal("msg_too_long")])).deliver("reply")
    assert await told(store) == {ROOM}


@pytest.mark.parametrize(("tracker", "where"), [(RESTRICTED, ROOM), (OPEN, LEADS)])
@pytest.mark.parametrize("whole", [True, False], ids=["workbook", "tab"])
async def test_a_paused_sheet_of_a_restricted_tracker_is_told_among_its_readers(
    store: Store, tracker: str, where: str, *, whole: bool
) -> None:
    """The name of its workbook, its tab and its headers do not reach the leads."""
    await file(
        store, tracker, RecordRow(CaseId("CB-2647-0001"), tracker, {"case_id": "CB-2647-0001"}, new=True)
    )
    book = FakeBook(fail=[NotAllowed("no")]) if whole else FakeBook(held={tracker: "A header is missing."})
    at_once = Pace(spacing=timedelta(), spacing_a_case=timedelta(), stillness=timedelta())
    flusher = Flusher(store, DESKS, lambda _, __: book, clock.now, lambda: 0.0, at_once)
    await flusher.flush("mhj", MHJ.trackers[tracker].document)
    assert await told(store) == {where}


@pytest.mark.parametrize(("tracker", "where"), [(RESTRICTED, ROOM), (OPEN, LEADS)])
async def test_spoiled_cells_of_a_restricted_tracker_are_told_among_its_readers(
    store: Store, tracker: str, where: str
) -> None:
    """Rows and headers of the chargebacks' workbook do not reach the leads."""
    async with store.transaction() as tx:
        document = MHJ.trackers[tracker].document
        await tell.tell_spoiled(tx, MHJ, document=document, spoiled=("Row 7",), at=NOON)
    assert await told(store) == {where}


def _deliverer(store: Store, chat: FakeChat) -> Deliverer:
    intake = Intake(store, DESKS, clock.now)
    return Deliverer(store, DESKS, Performer(DESKS, {"slack": chat}, card), intake, clock.now, lambda: 0.0)
