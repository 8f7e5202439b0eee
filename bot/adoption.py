"""A request that may have been sent turns out to be there: somebody pressed a button under it, or answered it.

Where a platform cannot be asked what it got, this is how the bot learns of it. The message is kept as the case's post
then, as if its answer had come in time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.intake import Intake
from bot.outcomes import NotDeliverable
from bot.store.store import Store
from bot.store.transaction import Transaction, event_id
from bot.targets import declared
from config.desk import Desk
from handlers.decision import Decision
from handlers.effects import ShowCard
from handlers.events import ButtonPressed, Event, MessagePosted, PostLanded
from handlers.place import SYSTEM, CaseId, Place
from handlers.ports import Clock

Address = Callable[[Place, str], str]
"""Where a message of a channel can be read."""


class Adoption:
    """Finds requests whose fate is unknown; one for a process.

    Args:
        store: where requests and posts are.
        desks: the declared desks by key.
        intake: who decides about events, and what follows from a post that is there.
        now: the bot's clock.
        address: where a message of such a platform can be read.
    """

    def __init__(
        self, store: Store, desks: Mapping[str, Desk], intake: Intake, now: Clock, address: Address
    ) -> None:
        self.store = store
        self.desks = desks
        self.intake = intake
        self.now = now
        self.address = address

    async def receive(self, event: Event) -> Decision:
        """As the intake does, after the message it is about was adopted: so what is said to it finds its case.

        Raises:
            psycopg.Error, TooEarly: as the intake; the event must come again.
        """
        await self.adopt(event)
        return await self.intake.receive(event)

    async def adopt(self, event: Event) -> None:
        """Keep the message an event is about as its case's request, if that one is looked for. Safe to repeat.

        Raises:
            psycopg.Error: the database is away; nothing was stored.
        """
        found = _message_of(event)
        if found is None or not event.guided:
            # A platform with forms can be asked what it got; there nothing is left in doubt.
            return
        async with self.store.transaction() as tx:
            if not await self._adopt(tx, event, *found):
                tx.abandon()

    async def _adopt(self, tx: Transaction, event: Event, case: CaseId, message: str) -> bool:
        there = {"platform": event.place.platform, "channel": event.place.channel, "message": message}
        row = await tx.one("request_in_doubt", case_id=case, **there)
        if row is None or not self._belongs(row["desk"], row["tracker"], event):
            return False
        link = self.address(event.place, message)
        kept = await tx.one("store_post", case_id=case, slot="supplier", link=link, version=0, **there)
        if kept is None:
            return False
        await tx.do("mark_landed", key=row["key"], reason=None)
        landed = PostLanded(
            id=event_id(f"landed:{case}:supplier:{message}"),
            account=SYSTEM.account,
            place=event.place.in_thread(None),
            at=self.now(),
            case=case,
            slot="supplier",
            message=message,
            link=link,
        )
        await self.intake.decide_in(tx, landed)
        # What it shows is as old as the doubt.
        await tx.queue([ShowCard(f"{landed.id}:shown", case, "supplier")], row["desk"], self.now())
        return True

    def _belongs(self, desk: str, tracker: str, event: Event) -> bool:
        """Whether requests of that tracker go to where the event happened."""
        try:
            known = self.desks[desk]
            return declared(known, known.trackers[tracker], "supplier").key == event.place.key
        except (LookupError, NotDeliverable):
            return False


def _message_of(event: Event) -> tuple[CaseId, str] | None:
    """The case that a message shows, and the message: what was pressed under, or answered."""
    if isinstance(event, ButtonPressed) and event.case is not None and event.message is not None:
        return event.case, event.message
    if not isinstance(event, MessagePosted) or not event.on_ours:
        # Another bot can put any button under a message of its own.
        return None
    if event.shows is not None and event.reply_to is not None:
        return event.shows, event.reply_to
    return None
