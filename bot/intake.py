"""The one way in: an event becomes a decision, and the decision is on disk before anybody is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import links
from bot.boundaries import boundary
from bot.guides import Guides, NotShownYet, Taken
from bot.outcomes import NotDeliverable
from bot.store.statements import Row
from bot.store.store import Store
from bot.store.transaction import StaleCase, Transaction
from bot.targets import declared
from config.desk import Desk
from handlers import router
from handlers.access import knows_account
from handlers.decision import NOTHING, Decision
from handlers.events import (
    ButtonPressed,
    Event,
    FormChanged,
    FormSubmitted,
    MessagePosted,
    PostLanded,
    ReactionAdded,
    RowGone,
    RowRecorded,
    RowTyped,
    SheetEdited,
)
from handlers.follow import by_sheet
from handlers.place import SYSTEM, CaseId
from handlers.ports import Clock
from handlers.scene import Scene
from handlers.wound import wound

OWN_EVENTS = (PostLanded, RowRecorded, RowGone, SheetEdited, RowTyped)
"""What the bot itself reports about the world: nobody's authority is asked."""
MOMENT = timedelta(minutes=2)
"""A post that was tried this long ago is there and known, or not there: a worker that died is replaced sooner."""
TRIES = 3
"""How often a decision is made anew when a case changed under it."""


class TooEarly(Exception):
    """It was said to a post that is only just being made; the platform has to deliver it again."""


class Intake:
    """Decides about events, one transaction each. Any number of these may run on one database."""

    def __init__(self, store: Store, desks: Mapping[str, Desk], clock: Clock) -> None:
        self.store = store
        self.desks = desks
        self.clock = clock
        self.guides = Guides(desks, clock, self)

    async def receive(self, event: Event) -> Decision:
        """Decide about an event and store what was decided; when this returns, it is safe to acknowledge.

        An event that comes again stores nothing and gets the same answer. A decision that stores nothing is
        forgotten, so the same form can be sent again after its faults are mended.

        Raises:
            psycopg.Error: the database is away; nothing was stored and the event must come again.
            TooEarly: it may belong to a post whose end is not stored yet; nothing was stored, as above.
        """
        boundary("intake-received")
        if isinstance(event, MessagePosted) and event.place.thread is None and not _may_be_an_answer(event):
            return NOTHING
        for attempt in range(1, TRIES + 1):
            try:
                async with self.store.waited_for(), self.store.transaction() as tx:
                    return await self._decide(tx, event)
            except StaleCase:
                if attempt == TRIES:
                    raise
        return NOTHING

    async def decide_in(self, tx: Transaction, event: Event) -> Decision:
        """Decide about what follows from the bot's own act, inside the transaction that records the act."""
        if await tx.seen(event):
            return NOTHING
        return await self._store(tx, event)

    async def _decide(self, tx: Transaction, event: Event) -> Decision:
        seen = await tx.seen(event)
        if seen is not None:
            tx.abandon()
            return seen.answer
        decision = await self._store(tx, event)
        if not decision.is_durable:
            tx.abandon()
        return decision

    async def _store(self, tx: Transaction, event: Event) -> Decision:
        if event.guided and (taken := await self._guided(tx, event)) is not None:
            scene, decision = taken
            return await self._keep(tx, decision, scene)
        if isinstance(event, MessagePosted) and event.place.thread is None:
            return NOTHING
        begun = await self.scene(tx, event)
        if begun is None:
            return NOTHING
        linking = await links.decide(tx, self.desks, begun.desk, event, begun.actor, begun.now)
        if linking is not None:
            return await self._keep(tx, router.said(begun, linking), begun)
        is_early = await self._is_early(tx, event)
        scene = await self._loaded(tx, begun)
        if is_early and scene.found.case is None:
            raise TooEarly
        decision = router.dispatch(scene)
        if event.guided and decision.form is not None:
            decision = await self.guides.begin(tx, scene, decision)
        elif event.guided:
            decision = await self.guides.remind(tx, scene, decision)
        return await self._keep(tx, decision, scene)

    async def _guided(self, tx: Transaction, event: Event) -> Taken | None:
        try:
            return await self.guides.take(tx, event)
        except NotShownYet as early:
            raise TooEarly from early

    async def scene(self, tx: Transaction, event: Event, desk: Desk | None = None) -> Scene[Any] | None:
        """Who did what, and on which desk; None where no desk is declared."""
        desk = desk or await self._desk_of(tx, event)
        if desk is None:
            return None
        actor = await links.actor_of(tx, desk, event.account)
        if isinstance(event, OWN_EVENTS):
            typed = event.account.platform == "sheet"
            actor = by_sheet(desk, event.account) if typed else replace(SYSTEM, account=event.account)
        return Scene(event, actor, desk, self.clock())

    async def decided(self, tx: Transaction, scene: Scene[Any]) -> Decision:
        """Load what the event's handler needs, and decide; nothing is stored."""
        return router.dispatch(await self._loaded(tx, scene))

    async def _loaded(self, tx: Transaction, scene: Scene[Any]) -> Scene[Any]:
        found = await tx.load(router.need(scene), {scene.desk.key: scene.desk}, scene.now)
        return replace(scene, found=found)

    async def _keep(self, tx: Transaction, decision: Decision, scene: Scene[Any]) -> Decision:
        if decision.is_durable:
            await tx.commit(scene.event, scene.actor, wound(scene, decision), scene.desk)
        return decision

    async def _is_early(self, tx: Transaction, event: Event) -> bool:
        """Whether a post may stand where this was said without being stored: asked before posts are looked up."""
        if not isinstance(event, MessagePosted | ReactionAdded) or not event.on_ours:
            return False
        rows = await tx.all("posts_under_way", age=MOMENT)
        return any(_place_of(row, self.desks) == event.place.key for row in rows)

    async def _desk_of(self, tx: Transaction, event: Event) -> Desk | None:
        """The desk an event belongs to: its case's, its place's, its person's, and at last any that could refuse."""
        case = _case_hint(event)
        if case is not None and (found := await tx.case(case)) is not None:
            return self.desks.get(found.desk)
        if isinstance(event, RowTyped):
            return self.desks.get(event.desk)
        if isinstance(event, FormSubmitted | FormChanged) and event.form.desk in self.desks:
            return self.desks[event.form.desk]
        ordered = sorted(self.desks.values(), key=lambda desk: desk.key)
        here = [
            desk
            for desk in ordered
            if any(channel.place == event.place.key for channel in desk.channels.values())
        ]
        known = [desk for desk in ordered if knows_account(desk, event.account)]
        if not here and not known:
            linked = await links.desks_of(tx, event.account)
            known = [desk for desk in ordered if desk.key in linked]
        same_team = [desk for desk in ordered if desk.slack_team == event.account.team]
        return next(iter([*here, *known, *same_team, *ordered]), None)


def _may_be_an_answer(event: MessagePosted) -> bool:
    """Whether something that hangs under no post may answer a question of a guided form."""
    return event.guided and (event.place.direct or event.reply_to is not None)


def _place_of(row: Row, desks: Mapping[str, Desk]) -> str:
    """The channel of a post under way, as a place's key; empty where it is not declared any more."""
    try:
        desk = desks[row["desk"]]
        return declared(desk, desk.trackers[row["tracker"]], row["slot"]).key
    except (LookupError, NotDeliverable):
        return ""


def _case_hint(event: Event) -> CaseId | None:
    if isinstance(event, ButtonPressed | PostLanded | RowRecorded | RowGone | SheetEdited):
        return event.case
    return event.form.case if isinstance(event, FormSubmitted | FormChanged) else None
