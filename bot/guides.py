"""Forms that are asked one question at a time: which event is meant for one, and what is stored with it.

Everything happens in the event's own transaction: the answer that was taken, what was decided, the next question.
What a guide holds is as much a hint as a form that comes back from a client: the handlers check all of it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol

from bot import guide_effects
from bot.store import guides as kept_guides
from bot.store.guides import Kept
from bot.store.store import Store
from bot.store.transaction import Transaction
from config.desk import Desk
from config.texts import text
from handlers import guide_shown, guide_turns, router
from handlers.access import may_work_here
from handlers.decision import Decision
from handlers.draft import DUPLICATE
from handlers.effects import Effect
from handlers.events import (
    ButtonPressed,
    CommandIssued,
    Event,
    FormChanged,
    FormContext,
    FormSubmitted,
    MessagePosted,
)
from handlers.form import Form
from handlers.guide import (
    LIFE,
    SUMMARY,
    Guide,
    asked_more,
    begin,
    is_well_formed,
    onward,
    redrawn,
    refused,
)
from handlers.guide_place import asked_in
from handlers.guide_turns import COMMANDS, Turn
from handlers.message import Message
from handlers.ports import Clock
from handlers.reading import Reading
from handlers.scene import Scene
from handlers.show import person_name

MOMENT = timedelta(minutes=2)
"""A question that was sent off this long ago is there and known, or not there."""
Taken = tuple[Scene[Any], Decision]
"""Who did what where, and what is to be stored and told."""


class NotShownYet(Exception):
    """It may answer a question whose message is not known yet; the event has to come again."""


class Decides(Protocol):
    """Whoever knows how an event is decided, inside a transaction that is already open."""

    async def scene(self, tx: Transaction, event: Event, desk: Desk | None = None, /) -> Scene[Any] | None:
        """Who did what on which desk; None where no desk is declared."""
        ...

    async def decided(self, tx: Transaction, scene: Scene[Any], /) -> Decision:
        """Load what the event's handler needs, and decide; nothing is stored."""
        ...


class Guides:
    """The guided forms of a process. Any number of these may run on one database."""

    def __init__(self, desks: Mapping[str, Desk], clock: Clock, decides: Decides) -> None:
        self.desks = desks
        self.clock = clock
        self.decides = decides

    # --- which event is meant for a form ---

    async def take(self, tx: Transaction, event: Event) -> Taken | None:
        """Do what an event means to an open form of its person's; None where it means nothing to any.

        Raises:
            NotShownYet: nobody knows yet whether it answers a question; nothing may be stored.
        """
        if isinstance(event, ButtonPressed) and event.action == guide_shown.ACTION:
            return await self._press(tx, event)
        if isinstance(event, CommandIssued) and event.name.casefold() in COMMANDS:
            kept = await self._open(tx, event)
            if kept is None:
                return await self._told(tx, event, text("guide.none"))
            return await self._turn(tx, event, kept)
        if isinstance(event, MessagePosted) and _may_answer(event):
            kept = await self._open(tx, event)
            if kept is not None and await self._answers(tx, event, kept):
                return await self._turn(tx, event, kept)
        return None

    async def _open(self, tx: Transaction, event: Event) -> Kept | None:
        await kept_guides.hold(tx, event.place, event.account)
        return await kept_guides.open_guide(tx, event.place, event.account)

    async def _answers(self, tx: Transaction, event: MessagePosted, kept: Kept) -> bool:
        """Whether a message is meant for the form: in private always, among others only as a reply to its question."""
        if event.place.direct or event.reply_to == kept.message:
            return True
        if event.on_ours and await kept_guides.is_under_way(tx, kept.guide.id, MOMENT):
            raise NotShownYet
        return False

    async def _press(self, tx: Transaction, event: ButtonPressed) -> Taken | None:
        ident, _, what = event.value.partition(":")
        kept = await kept_guides.guide(tx, ident)
        if kept is None or kept.guide.place.key != event.place.key:
            return await self._told(tx, event, text("guide.closed"))
        if kept.guide.account != event.account:
            desk, person = self.desks.get(kept.guide.form.context.desk), kept.guide.person
            who = person_name(desk, person) if desk and person else text("access.somebody")
            return await self._told(tx, event, text("guide.not_yours", who=who))
        return await self._turn(tx, event, kept, what)

    async def _told(self, tx: Transaction, event: Event, sentence: str) -> Taken | None:
        scene = await self.decides.scene(tx, event)
        if scene is None:
            return None
        return scene, router.said(scene, Decision(answer=guide_shown.line(sentence)))

    # --- what it means to it ---

    async def _turn(self, tx: Transaction, event: Event, kept: Kept, what: str = "") -> Taken | None:
        guide = kept.guide
        desk = self.desks.get(guide.form.context.desk)
        scene = await self.decides.scene(tx, event, desk)
        if scene is None:
            return None
        if ended := self._ended(scene, desk, guide):
            return scene, await self._close(tx, scene, kept, guide_shown.line(ended))
        turn = _taken_turn(scene, guide, what)
        match turn.then:
            case "cancel":
                sentence = text("guide.cancelled", form=guide.form.title)
                return scene, await self._close(tx, scene, kept, guide_shown.line(sentence))
            case "stale":
                return await self._told(tx, event, text("guide.stale"))
            case "send":
                return scene, await self._send(tx, scene, kept, turn.guide)
            case "check":
                after = onward(await self._checked(tx, scene, turn.guide))
                if after.quick and after.at == SUMMARY:
                    return scene, await self._send(tx, scene, kept, after)
                return scene, await self._ask(tx, scene, kept, after)
            case _:
                return scene, await self._ask(tx, scene, kept, turn.guide)

    def _ended(self, scene: Scene[Any], desk: Desk | None, guide: Guide) -> str:
        """Why the form cannot go on; empty where it can."""
        title = guide.form.title
        if guide.expires_at <= scene.now:
            return text("guide.expired", form=title)
        if desk is None or not is_well_formed(guide):
            return text("guide.broken")
        refusal = may_work_here(scene.actor, scene.desk, scene.event.place)
        return refusal.sentence if refusal is not None else ""

    async def _checked(self, tx: Transaction, scene: Scene[Any], guide: Guide) -> Guide:
        """The guide after an answer: its own rules say which questions are asked now."""
        if guide.form.context.purpose not in router.CHANGES or guide.at == DUPLICATE:
            return guide
        event = FormChanged(**_by(scene.event, guide), form=guide.form.context, answers=guide.given)
        form = (await self.decides.decided(tx, replace(scene, event=event))).form
        return redrawn(guide, form) if form is not None else guide

    async def _ask(self, tx: Transaction, scene: Scene[Any], kept: Kept, guide: Guide) -> Decision:
        """Show where the form stands now, and keep it."""
        guide = replace(guide, version=kept.guide.version + 1, expires_at=scene.now + LIFE)
        await kept_guides.keep(tx, guide, scene.event.at)
        left = guide_shown.left_behind(kept.guide, guide, scene.desk)
        return Decision(
            effects=(guide_effects.show(scene, kept, guide_shown.message(guide, scene.desk), left),)
        )

    async def _close(self, tx: Transaction, scene: Scene[Any], kept: Kept, last: Message) -> Decision:
        await kept_guides.end(tx, kept.guide.id)
        left = guide_shown.left_behind(kept.guide, replace(kept.guide, at=SUMMARY), scene.desk)
        return Decision(effects=(guide_effects.show(scene, kept, last, left),))

    async def _send(self, tx: Transaction, scene: Scene[Any], kept: Kept, guide: Guide) -> Decision:
        """Send the form: what is wrong with it is asked again, else it is at its end and shows what came of it."""
        context = guide.form.context
        event = FormSubmitted(**_by(scene.event, guide), form=context, answers=guide.given)
        sent = replace(scene, event=event)
        decision = await self.decides.decided(tx, sent)
        if decision.faults:
            shown = await self._ask(tx, scene, kept, refused(guide, decision.faults))
        elif decision.form is not None and _is_same(decision.form.context, context):
            shown = await self._ask(tx, scene, kept, asked_more(guide, decision.form))
        elif decision.form is not None:
            shown = await self._begin_after(tx, scene, kept, decision.form)
        else:
            last = decision.answer or guide_effects.done(guide, decision, scene.desk)
            shown = await self._close(tx, scene, kept, last)
        return replace(
            decision, answer=None, form=None, faults=(), effects=(*decision.effects, *shown.effects)
        )

    # --- the beginning ---

    async def begin(self, tx: Transaction, scene: Scene[Any], decision: Decision) -> Decision:
        """Ask what a decision's form asks, one question at a time; an older form of the same person there ends."""
        if decision.form is None:
            return decision
        form, place = decision.form, asked_in(scene, decision.form)
        effects: list[Effect] = list(decision.effects)
        await kept_guides.hold(tx, place, scene.event.account)
        older = await kept_guides.open_guide(tx, place, scene.event.account)
        if older is not None:
            await kept_guides.end(tx, older.guide.id)
            effects.append(guide_effects.replaced(scene, older))
        guide = begin(form, _ident(scene.event), scene.event.account, place, scene.now, _held(scene, form))
        guide = replace(guide, person=scene.actor.person)
        await kept_guides.keep(tx, guide, scene.event.at)
        effects.append(guide_effects.first(scene, guide))
        told = Decision()
        if place.key != scene.event.place.key:
            told = guide_effects.privately(scene, form)
        return replace(decision, form=None, faults=(), answer=told.answer, effects=(*effects, *told.effects))

    async def remind(self, tx: Transaction, scene: Scene[Any], decision: Decision) -> Decision:
        """Ask again what never arrived: somebody opened the private chat only after the form had begun there."""
        event = scene.event
        if not isinstance(event, CommandIssued) or not event.place.direct:
            return decision
        kept = await self._open(tx, event)
        if kept is None or kept.message is not None:
            return decision
        if await kept_guides.is_under_way(tx, kept.guide.id, MOMENT, or_waits=True):
            return decision
        return replace(decision, effects=(*decision.effects, guide_effects.first(scene, kept.guide)))

    async def _begin_after(self, tx: Transaction, scene: Scene[Any], kept: Kept, form: Form) -> Decision:
        """Go on with another form than the one that was sent: in its place, if that may be asked there."""
        guide = kept.guide
        if asked_in(scene, form).key == guide.place.key:
            fresh = begin(form, guide.id, guide.account, guide.place, scene.now, _held(scene, form))
            return await self._ask(tx, scene, kept, replace(fresh, person=guide.person))
        closed = await self._close(
            tx, scene, kept, guide_shown.line(text("guide.elsewhere", form=guide.form.title))
        )
        begun = await self.begin(tx, scene, Decision(form=form))
        return Decision(effects=(*closed.effects, *begun.effects))


async def expire(store: Store, desks: Mapping[str, Desk], clock: Clock) -> int:
    """End the forms that nobody went on with, and say so where they are asked; how many. Safe in every replica."""
    async with store.transaction() as tx:
        over = await kept_guides.expired(tx, clock())
        for kept in over:
            await kept_guides.end(tx, kept.guide.id)
            if (key := kept.guide.form.context.desk) in desks:
                await tx.queue([guide_effects.expired(kept)], key, clock())
    return len(over)


def _may_answer(event: MessagePosted) -> bool:
    """Whether a message can be an answer: what is edited or deleted was one before, or was none."""
    changed = event.edited or event.deleted
    return not changed and (event.place.direct or event.reply_to is not None)


def _taken_turn(scene: Scene[Any], guide: Guide, what: str) -> Turn:
    event = scene.event
    if isinstance(event, ButtonPressed):
        return guide_turns.pressed(guide, what)
    if isinstance(event, CommandIssued):
        return guide_turns.turn(guide, event.name.casefold())
    return guide_turns.said(guide, event.text, event.files, Reading(scene.desk, scene.now))


def _by(event: Event, guide: Guide) -> dict[str, Any]:
    """What an event of the form has: the id is that of what was done, so that what comes again is known."""
    place = guide.place.in_thread(None)
    return {"id": event.id, "account": event.account, "place": place, "at": event.at, "guided": True}


def _is_same(one: FormContext, other: FormContext) -> bool:
    """Whether two forms are about the same thing."""
    return (one.purpose, one.tracker, one.case, one.value) == (
        other.purpose, other.tracker, other.case, other.value,
    )  # fmt: skip


def _held(scene: Scene[Any], form: Form) -> Mapping[str, Any]:
    """What the form's case holds, as it was read for the event."""
    case = scene.found.case
    return case.values if case is not None and case.id == form.context.case else {}


def _ident(event: Event) -> str:
    """A guide's id: one event begins one guide at most."""
    return hashlib.sha256(event.id.encode()).hexdigest()[:20]
