"""What stands behind a button is kept in the store, for one channel and a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.store.store import Store
from bot.telegram.presses import Press, Presses, press_id
from handlers.message import Button
from handlers.place import CaseId

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
DONE = Button("Done", "move", CaseId("II-2611-0001"), "Done")
BACK = Button("Back", "guide", None, "g1|3|back")
CHANNEL = "-1001000000001:42"


async def test_a_press_means_what_its_button_meant(store: Store) -> None:
    """Action, case and value come back by the id, in the order of the buttons."""
    presses = Presses(store)
    ids = await presses.keep(CHANNEL, (DONE, BACK), LATER)
    assert [await presses.read(ident, CHANNEL, NOW) for ident in ids] == [
        Press("move", CaseId("II-2611-0001"), "Done"),
        Press("guide", None, "g1|3|back"),
    ]


async def test_a_press_elsewhere_or_too_late_means_nothing(store: Store) -> None:
    """An id is good in its own channel, and until its moment."""
    presses = Presses(store)
    (ident,) = await presses.keep(CHANNEL, (DONE,), LATER)
    assert await presses.read(ident, "-1001000000001", NOW) is None
    assert await presses.read(ident, CHANNEL, LATER) is None
    assert await presses.read("x" * 22, CHANNEL, NOW) is None


async def test_keeping_again_only_prolongs(store: Store) -> None:
    """The same button has the same id, and the later end counts, whichever came first."""
    presses = Presses(store)
    first = await presses.keep(CHANNEL, (DONE, DONE), LATER)
    again = await presses.keep(CHANNEL, (DONE,), NOW)
    assert first == (*again, *again)
    assert await presses.read(again[0], CHANNEL, NOW) is not None
    assert await presses.keep(CHANNEL, (), LATER) == ()


def test_an_id_fits_into_a_button_and_tells_apart() -> None:
    """22 bytes, and another one for whatever differs in channel, action, case or value."""
    others = [
        press_id("-1", DONE),
        *(press_id(CHANNEL, each) for each in (DONE, BACK, Button("x", "move", None, "II-2611-0001"))),
        press_id(CHANNEL, Button("Finished", "move", CaseId("II-2611-0001"), "Do")),
    ]
    assert len(set(others)) == len(others)
    assert {len(each.encode()) for each in others} == {22}
    assert press_id(CHANNEL, Button("Another label", DONE.action, DONE.case, DONE.value)) == others[1]
