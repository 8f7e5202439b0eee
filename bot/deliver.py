"""Delivers one effect to a chat: mark it, do it, and store that it landed together with what follows from that.

A process may die between any two of these steps. What was marked and never stored is doubtful, and the next
try looks for it before it sends anything; what cannot be looked for is not sent twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol, assert_never

from psycopg import AsyncCursor

from bot import clock, metrics, tell
from bot.acts import Act, Landed, Performer
from bot.boundaries import boundary
from bot.holds import Holds
from bot.outcomes import (
    LOOK_AGAIN,
    SETTLE,
    GaveUp,
    GiveUp,
    Gone,
    Later,
    NotDeliverable,
    Pause,
    Random,
    Retry,
    outcome,
)
from bot.store.codec import Upload
from bot.store.statements import Row
from bot.store.store import Store
from bot.store.transaction import Transaction, event_id
from config.desk import Desk
from handlers.decision import Audit
from handlers.effects import Say, ShowCard, ShowGuide
from handlers.events import Event, PostLanded
from handlers.place import SYSTEM, Place
from handlers.ports import Clock, Posted


class Decides(Protocol):
    """Whoever decides an event inside a transaction that is already open."""

    async def decide_in(self, tx: Transaction, event: Event, /) -> object:
        """Decide the event and store its decision in this transaction; a repeated event changes nothing."""
        ...


TRIES = 3
"""How often an effect is read anew because it changed before it was marked."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A new post: its place was stored if the cursor has a row, and then the event follows."""

    cursor: AsyncCursor[Row]
    event: PostLanded


class Deliverer:
    """Delivers effects; one for a process.

    Args:
        store: where effects and their ends are kept.
        desks: the declared desks by key.
        performer: how each kind of effect is done.
        intake: who decides what follows from a post that landed.
        now: the bot's clock, for the moments inside events.
        random: full jitter for waits.
    """

    def __init__(
        self,
        store: Store,
        desks: Mapping[str, Desk],
        performer: Performer,
        intake: Decides,
        now: Clock,
        random: Random,
    ) -> None:
        self.store = store
        self.desks = desks
        self.performer = performer
        self.intake = intake
        self.now = now
        self.random = random
        self.holds = Holds(clock.now)

    async def deliver(self, key: str) -> None:
        """Deliver the effect of that key, unless it came to its end before. Safe to repeat at any time.

        Raises:
            Later: it is to be tried again; why, and whether it may have landed, is stored.
            GaveUp: it is a dead letter now, and the leads are told.
        """
        try:
            async with self.store.behind():
                act = await self._mark(key)
        except (NotDeliverable, LookupError, ValueError) as error:
            raise await self._failed(key, None, error) from error
        if act is None:
            return
        boundary("delivery-marked")
        try:
            landed = await act.perform()
        except Exception as error:
            raise await self._failed(key, act, error) from error
        boundary("delivery-acted")
        async with self.store.behind():
            await self._landed(act, landed)
        boundary("delivery-stored")

    async def _mark(self, key: str) -> Act | None:
        """Say that the effect is under way, and gather what it takes; None when there is nothing to do."""
        for _ in range(TRIES):
            row = await self.store.one("delivery_to_try", key=key)
            if row is None or row["state"] in ("landed", "gave_up"):
                return None
            act = self.performer.aim(row)
            wait = self.holds.turn(key, *act.whats)
            if wait is not None:
                if wait.reason is not None:
                    await self.store.one("mark_held", key=key, reason=wait.reason)
                raise Later(wait.after)
            queue = self.performer.turn(act)
            if queue is not None:
                raise Later(queue)
            as_read = {"revised": row["revised"], "tried_at": row["tried_at"]}
            if await self.store.one("mark_trying", key=key, **as_read) is not None:
                return act
        raise Later(SETTLE)

    async def _landed(self, act: Act, landed: Landed) -> None:
        """Store the end of an effect, its line in the audit trail, and what follows from it."""
        effect, kind = act.effect, type(act.effect).__name__
        facts = {"key": effect.key, "effect": kind, "place": landed.place.key}
        line = Audit("delivered", act.case, "", facts)
        # Whoever paused it may have died since, or be another replica.
        self.holds.release(*act.whats)
        async with self.store.transaction(relaxed=True) as tx:
            async with tx.connection.pipeline():
                marked = await tx.run("mark_landed", key=effect.key, reason=landed.note)
                await tx.audit(self.now(), effect.key, SYSTEM, [line], act.desk.key)
                await tx.run("resume", whats=list(act.whats))
                if isinstance(effect, Say) and effect.files:
                    files = Upload(f"{effect.key}:files", effect.case, effect.slot, effect.files)
                    await tx.queue([files], act.desk.key, self.now())
                if isinstance(effect, ShowGuide) and landed.posted is not None:
                    await tx.run("guide_shown", id=effect.guide, message=landed.posted.message)
                kept = await self._keep_post(tx, effect, landed) if isinstance(effect, ShowCard) else None
            if not marked.rowcount:
                tx.abandon()
                return
            if kept is not None and await kept.cursor.fetchone():
                await self.intake.decide_in(tx, kept.event)
        metrics.APPLIED.labels(kind).inc()

    async def _keep_post(self, tx: Transaction, effect: ShowCard, landed: Landed) -> _Kept | None:
        """Keep what a card shows; of a new one, its place, and what to tell the case of it."""
        slot = {"case_id": effect.case, "slot": effect.slot, "version": landed.version}
        posted, place = landed.posted, landed.place
        if posted is None:
            await tx.run("mark_shown", **slot)
            return None
        post = {"platform": place.platform, "channel": place.channel, "message": posted.message}
        cursor = await tx.run("store_post", link=posted.link, **slot, **post)
        return _Kept(cursor, self._post_landed(effect, place, posted))

    def _post_landed(self, effect: ShowCard, place: Place, posted: Posted) -> PostLanded:
        return PostLanded(
            id=event_id(f"landed:{effect.case}:{effect.slot}:{posted.message}"),
            account=SYSTEM.account,
            place=place,
            at=self.now(),
            case=effect.case,
            slot=effect.slot,
            message=posted.message,
            link=posted.link,
        )

    async def _failed(self, key: str, act: Act | None, error: Exception) -> Later | GaveUp:
        """Store what follows from an error, and return it as the engine understands it."""
        async with self.store.transaction() as tx:
            row = await tx.one("delivery_to_try", key=key)
            if row is None:
                return GaveUp(str(error))
            verdict = outcome(error, row["failures"], self.random)
            if isinstance(verdict, Gone):
                verdict = await self._gone(tx, act, verdict)
                # What was tried was a change of a message that is gone: nothing of it can have landed.
                act = None if act is None else replace(act, doubtful=False)
            match verdict:
                case Retry():
                    return await self._retry(tx, row, act, verdict)
                case Pause():
                    return await self._pause(tx, row, act, verdict)
                case GiveUp():
                    return await self._give_up(tx, row, verdict)
                case _ as unreachable:
                    assert_never(unreachable)

    async def _retry(self, tx: Transaction, row: Row, act: Act | None, verdict: Retry) -> Later:
        doubtful = verdict.doubtful or (row["state"] == "trying" and act is None)
        doubtful = doubtful or (act is not None and act.doubtful)
        state = "trying" if doubtful else "waiting"
        counts = int(verdict.counts)
        failed = {"key": row["key"], "state": state, "counts": counts, "is_paused": False}
        await tx.do("mark_failed", reason=verdict.reason, **failed)
        if not verdict.counts and act is not None:
            self.holds.hold(act.whats[-1], verdict.after)
        metrics.RETRIED.labels(row["kind"]).inc()
        return Later(verdict.after)

    async def _pause(self, tx: Transaction, row: Row, act: Act | None, verdict: Pause) -> Later:
        """Hold everything that needs the same platform or channel, and tell the leads the first time."""
        doubtful = act.doubtful if act is not None else row["state"] == "trying"
        state = "trying" if doubtful else "waiting"
        failed = {"key": row["key"], "state": state, "counts": 0, "is_paused": True}
        await tx.do("mark_failed", reason=verdict.reason, **failed)
        if act is None:
            return Later(LOOK_AGAIN)
        what = act.whats[0] if verdict.whole else act.whats[-1]
        self.holds.hold(what, LOOK_AGAIN, verdict.reason)
        until = clock.now() + LOOK_AGAIN
        paused = await tx.one("pause", what=what, desk=act.desk.key, reason=verdict.reason, retry_at=until)
        if paused is not None and paused["fresh"]:
            facts = {"what": what, "where": what, "reason": verdict.reason, "since": paused["since"]}
            await tell.tell_pause(tx, act.desk, at=self.now(), **facts)
        return Later(LOOK_AGAIN + timedelta(seconds=self.random()))

    async def _give_up(self, tx: Transaction, row: Row, verdict: GiveUp) -> GaveUp:
        await tx.do("mark_gave_up", key=row["key"], reason=verdict.reason, in_doubt=verdict.in_doubt)
        metrics.GIVEN_UP.labels(row["kind"]).inc()
        desk = self.desks.get(row["desk"])
        if desk is not None and not tell.is_telling(row["key"]):
            await tell.tell_dead_letter(tx, desk, row, verdict, self.now())
            if verdict.in_doubt:
                await tell.tell_owner_of_doubt(tx, desk, row, verdict.reason, self.now())
        return GaveUp(verdict.reason)

    async def _gone(self, tx: Transaction, act: Act | None, verdict: Gone) -> Retry | GiveUp:
        """A card or a question whose message was deleted is posted anew, once it is forgotten where it was."""
        if act is None or not isinstance(act.effect, ShowCard | ShowGuide):
            return GiveUp(verdict.reason)
        if isinstance(act.effect, ShowGuide):
            await tx.do("guide_shown", id=act.effect.guide, message=None)
        else:
            await tx.do("forget_post", case_id=act.effect.case, slot=act.effect.slot)
        return Retry(timedelta(), verdict.reason, doubtful=False)
