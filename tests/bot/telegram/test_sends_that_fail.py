"""Every call that a case's messages make to Telegram fails once, in every way a call can fail."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot import clock
from bot.acts import Performer
from bot.deliver import Deliverer
from bot.holds import Holds
from bot.intake import Intake
from bot.outcomes import GaveUp, Later
from bot.sandbox.faults import KINDS
from bot.store.store import Store
from config.desk import Channel, Person
from config.texts import text
from handlers.card import card
from handlers.effects import Direct, Say, ShowCard
from handlers.events import FileRef
from handlers.message import Message
from handlers.place import CaseId, PersonKey
from tests.bot.desks import DESK, KIM, NOON, case, command, filed
from tests.bot.sandbox.telegram_room import KIM as KIM_THERE
from tests.bot.sandbox.telegram_room import OLD, SUPPLIER, png
from tests.bot.telegram.chatting import Chatting, Moment, chatting

pytestmark = pytest.mark.anyio
THERE = DESK.model_copy(
    update={
        "people": {"kim": Person(name="Kim", roles=("csr",), telegram=KIM_THERE)},
        "channels": {
            "csr": Channel(name="home", place=f"telegram:{OLD}"),
            "supplier": Channel(name="supplier", place=f"telegram:{SUPPLIER}", kind="supplier"),
            "leads": Channel(name="leads", place=f"telegram:{OLD}"),
        },
    }
)
DESKS = {"mhj": THERE}
MOST_CALLS = 20


@dataclass
class Works:
    """A worker's part that delivers, on a clock that jumps to whenever the next one may go."""

    here: Chatting
    deliverer: Deliverer
    now: Moment

    async def deliver_all(self) -> None:
        """Deliver until nothing waits, however often it takes."""
        store = self.here.store
        for _ in range(100):
            waiting = [line.key for line in await store.outbox(("waiting", "trying"))]
            if not waiting:
                return
            await self._deliver(waiting[0])
        pytest.fail(f"no end: {await store.outbox()}")

    async def _deliver(self, key: str) -> None:
        try:
            await self.deliverer.deliver(key)
        except Later as later:
            self.now.pass_by(later.after.total_seconds() + 0.001)
        except GaveUp:
            return

    async def file(self, number: int, photo: FileRef) -> CaseId:
        """A case with everything that goes to Telegram: two posts, words, a photo, a message to a person, a change."""
        ident = CaseId(f"BI-2647-{number:04}")
        filing = replace(case(ident), requested_at=NOON)
        words = Message(lines=(f"words of {ident}",))
        await self._commit(
            filing,
            f"e{number}",
            ShowCard(f"{ident}:card", ident, "home"),
            ShowCard(f"{ident}:request", ident, "supplier"),
            Say(f"{ident}:words", ident, "supplier", words, (photo,)),
            Direct(f"{ident}:direct", "mhj", PersonKey("kim"), Message(lines=(f"for you: {ident}",))),
        )
        await self.deliver_all()
        async with self.here.store.transaction() as tx:
            known = await tx.case(ident)
        assert known is not None
        await self._commit(
            replace(known, status="Done"), f"e{number}:done", ShowCard(f"{ident}:done", ident, "supplier")
        )
        await self.deliver_all()
        return ident

    async def _commit(self, filing: Any, event: str, *effects: Any) -> None:
        async with self.here.store.transaction() as tx:
            await tx.seen(command(event))
            await tx.commit(command(event), KIM, filed(filing, *effects), THERE)

    async def seen(self, place: str) -> Counter[str]:
        """First lines of what a chat shows; a photo is `photo`."""
        messages = await self.here.room.messages(place)
        return Counter("photo" if each["files"] else each["text"].partition("\n")[0] for each in messages)


def works(here: Chatting) -> Works:
    """A deliverer on the real adapter."""
    now = here.now
    performer = Performer(DESKS, {"telegram": here.chat}, card)
    deliverer = Deliverer(
        here.store, DESKS, performer, Intake(here.store, DESKS, clock.now), clock.now, lambda: 0.0
    )
    deliverer.holds = Holds(now)
    return Works(here, deliverer, now)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.timeout(180)
async def test_whichever_call_fails_nothing_is_lost_and_no_supplier_is_asked_twice(
    store: Store, kind: str
) -> None:
    """The k-th call fails, k = 1 until none does: all arrives, or somebody is asked whether it did."""
    async with chatting(store) as here:
        here.room.telegram.room.slow_seconds = 0.05
        at_work = works(here)
        await here.room.said("kim", "/start", "telegram:@kim")
        await here.room.upload("bowen", "ring.png", png())
        (kept,) = here.room.telegram.room.state.files.values()
        photo = FileRef("telegram", kept.id, "ring.png")
        for number in range(1, MOST_CALLS):
            before = await at_work.seen("telegram:NL-Bowen")
            here.chat._paces._chats.clear()  # every case has minutes of its own
            here.room.sandbox.faults.switch("telegram", kind, skip=number - 1, times=1)
            ident = await at_work.file(number, photo)
            is_left = "telegram" in here.room.sandbox.faults.lines
            here.room.sandbox.faults.switch("telegram", "none")
            await _check(at_work, ident, await at_work.seen("telegram:NL-Bowen") - before)
            if is_left:
                break
        assert number >= 8


async def _check(at_work: Works, ident: CaseId, supplier: Counter[str]) -> None:
    """What went to the supplier is there once at most; where it is not known, its owner was asked."""
    lines = await at_work.here.store.outbox(("gave_up", "landed"))
    lost = {line.key for line in lines if line.state == "gave_up" and line.key.startswith(ident)}
    asked = {line.key.removeprefix("in-doubt:") for line in lines if line.key.startswith(f"in-doubt:{ident}")}
    no_post = {f"{ident}:words"} if f"{ident}:request" in lost else set()
    assert lost - no_post == asked
    assert all(count == 1 for count in supplier.values()), supplier
    if not lost:
        assert sum(supplier.values()) == 3, supplier
    home = [each for each in (await at_work.seen("telegram:Old group")).elements() if f"{ident} · " in each]
    assert 1 <= len(home) <= 2, "the card at home"
    direct = [
        each["text"]
        for each in await at_work.here.room.messages("telegram:@kim")
        if str(ident) in each["text"]
    ]
    said = [each for each in direct if f"for you: {ident}" in each]
    again = [text("outcome.said_already") in each for each in said]
    assert again in ([False], [True], [False, True]), said
