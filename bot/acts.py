"""How each kind of effect is done: where it goes, what to look for first, and what to send."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

from bot.files import check_kind
from bot.outcomes import MaybeSent, NotDeliverable, NothingSent
from bot.render.facts import Facts
from bot.render.render import picture
from bot.store import codec
from bot.store.codec import Delivered, ShowPicture, Upload
from bot.store.lanes import case_of
from bot.store.statements import Row
from bot.targets import Post, account_of, declared, earliest, new_messages, post_of, thread_of
from config.desk import Desk
from config.texts import text
from handlers.case import Case
from handlers.effects import Direct, Reply, Say, ShowCard, ShowGuide, Whisper
from handlers.events import Slot
from handlers.message import Message
from handlers.place import CaseId, Place
from handlers.ports import Chat, File, Posted

Cards = Callable[[Case, Desk, Slot], Message]
"""What a case looks like in one of its two posts, as it stands now."""
Draws = Callable[[Facts], Awaitable[File | None]]
"""Draws the picture of a digest; None where that cannot be done."""


@dataclass(frozen=True, slots=True)
class Landed:
    """What is to be stored once an effect is done: where, the new post if there is one, what a card shows."""

    place: Place
    posted: Posted | None = None
    version: int = 0
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One try at one effect: `perform` speaks to the vendor, everything else was gathered before.

    `place` is where it goes, `messages` how many new ones it makes there.
    """

    effect: Delivered
    desk: Desk
    doubtful: bool
    place: Place
    messages: int
    perform: Callable[[], Awaitable[Landed]]

    @property
    def whats(self) -> tuple[str, str]:
        """The things it has to wait for while they are held."""
        return self.place.platform, self.place.key

    @property
    def case(self) -> CaseId | None:
        """The case it belongs to, if any."""
        return case_of(self.effect)


Way = tuple[Place, Callable[[], Awaitable[Landed]]]
"""Where an effect goes, and what does it."""


class Performer:
    """Knows the chats, and what it takes to do each kind of effect on them."""

    def __init__(
        self, desks: Mapping[str, Desk], chats: Mapping[str, Chat], cards: Cards, draw: Draws = picture
    ) -> None:
        self.desks = desks
        self.chats = chats
        self.cards = cards
        self.draw = draw

    def aim(self, row: Row) -> Act:
        """One try at the effect in a row of `delivery_to_try`; sends nothing.

        Raises:
            NotDeliverable: it cannot be delivered as things stand.
            LookupError: a desk, a channel or a platform is not declared any more.
            ValueError: the stored effect is not one this version understands.
        """
        effect = codec.effect(row["effect"])
        desk = self.desks[row["desk"]]
        doubtful = row["state"] == "trying"
        since = earliest(row["first_tried_at"], row["at"]) if doubtful else None
        where, perform = self._way(row, effect, desk, since)
        return Act(effect, desk, doubtful, where, new_messages(row, effect), perform)

    def turn(self, act: Act) -> timedelta | None:
        """How long an act has to wait for its turn on its platform; None when it may go ahead.

        Raises:
            LookupError: its platform is not declared any more.
        """
        return self.chats[act.place.platform].turn(act.place, act.effect.key, act.messages)

    def _way(self, row: Row, effect: Delivered, desk: Desk, since: datetime | None) -> Way:
        match effect:
            case ShowCard():
                return self._card(row, effect, desk, since)
            case Say():
                thread = self._once(thread_of(row), effect.slot, since)
                return thread, partial(self._say, thread, effect.message, effect.key, since)
            case Upload():
                thread = self._once(thread_of(row), effect.slot, since)
                return thread, partial(self._upload, thread, effect, since)
            case Reply():
                return effect.place, partial(self._say, effect.place, effect.message, effect.key, since)
            case Whisper():
                aside = self.chats[effect.place.platform].aside(effect.place, effect.user)
                return aside, partial(self._whisper, effect, doubtful=since is not None)
            case Direct():
                place = account_of(desk, effect, self.chats)
                return place, partial(self._direct, place, effect, since)
            case ShowPicture():
                return effect.place, partial(self._picture, effect, since)
            case ShowGuide():
                return effect.place, partial(self._guide, effect, row["guide_message"])
            case _ as unreachable:
                assert_never(unreachable)

    def _card(self, row: Row, effect: ShowCard, desk: Desk, since: datetime | None) -> Way:
        if row["body"] is None:
            raise NotDeliverable(text("outcome.no_case", case=effect.case))
        case = codec.case(row["body"])
        post = post_of(row)
        if post is not None and post.version >= case.version:
            return post.place, partial(_nothing_new, Landed(post.place, version=post.version))
        message, key = self.cards(case, desk, effect.slot), card_key(effect)
        if post is not None:
            return post.place, partial(self._edit, post, message, key, case.version)
        place = declared(desk, desk.trackers[case.tracker], effect.slot)
        if self.chats[place.platform].looks:
            if row["doubt_since"] is not None:
                since = earliest(row["doubt_since"], since or row["doubt_since"])
        elif row["is_doubted"]:
            # Whoever says that the doubtful one goes again has the case shown as it is by then.
            return place, partial(_nothing_new, Landed(place, note=text("outcome.in_doubt")))
        self._once(place, effect.slot, since)
        return place, partial(self._post, place, message, key, since, case.version)

    def _once(self, place: Place, slot: Slot, since: datetime | None) -> Place:
        """The place, unless what goes there may have been sent before and must not be sent twice.

        Raises:
            MaybeSent: it is for a supplier, and nobody can look whether he has it.
        """
        if since is not None and slot == "supplier" and not self.chats[place.platform].looks:
            raise MaybeSent(text("outcome.may_have_been_sent"))
        return place

    async def _post(
        self, place: Place, message: Message, key: str, since: datetime | None, version: int
    ) -> Landed:
        chat = self.chats[place.platform]
        found = await chat.find(place, key, since) if since is not None else None
        if found is not None:
            # What an earlier try sent may show the case as it was then.
            await chat.edit(place, found.message, message, key)
            return Landed(place, found, version)
        return Landed(place, await chat.post(place, _told(chat, message, since), key), version)

    async def _edit(self, post: Post, message: Message, key: str, version: int) -> Landed:
        await self.chats[post.place.platform].edit(post.place, post.message, message, key)
        return Landed(post.place, version=version)

    async def _say(self, place: Place, message: Message, key: str, since: datetime | None) -> Landed:
        chat = self.chats[place.platform]
        if since is None or await chat.find(place, key, since) is None:
            await chat.post(place, _told(chat, message, since), key)
        return Landed(place)

    async def _whisper(self, effect: Whisper, *, doubtful: bool) -> Landed:
        if doubtful:
            return Landed(effect.place, note=text("outcome.not_repeated"))
        await self.chats[effect.place.platform].whisper(effect.place, effect.user, effect.message)
        return Landed(effect.place)

    async def _direct(self, account: Place, effect: Direct, since: datetime | None) -> Landed:
        place = await self.chats[account.platform].direct(account.channel.removeprefix("@"))
        return await self._say(place, effect.message, effect.key, since)

    async def _guide(self, effect: ShowGuide, shown: str | None) -> Landed:
        """A question asked twice does no harm; one that is not asked leaves somebody waiting.

        `shown` is the message the form stands in by now: what was to be changed may not have been there yet.
        """
        chat = self.chats[effect.place.platform]
        if shown is not None:
            message = effect.message if effect.ended is None else effect.ended
            await chat.edit(effect.place, shown, message, effect.key)
            if effect.ended is None:
                return Landed(effect.place)
        return Landed(effect.place, await chat.post(effect.place, effect.message, effect.key))

    async def _upload(self, thread: Place, effect: Upload, since: datetime | None) -> Landed:
        chat = self.chats[thread.platform]
        if since is None or not await chat.has_files(thread, effect.key, since):
            files = await self._fetched(effect)
            if since is not None and not chat.looks:
                await chat.post(thread, Message(lines=(text("outcome.files_already"),)), effect.key)
            await chat.upload(thread, files, effect.key)
        return Landed(thread)

    async def _picture(self, effect: ShowPicture, since: datetime | None) -> Landed:
        """The picture of a digest; none where it cannot be drawn, and none twice: the words say the same."""
        chat = self.chats[effect.place.platform]
        if since is not None and (not chat.looks or await chat.has_files(effect.place, effect.key, since)):
            return Landed(effect.place, note=None if chat.looks else text("outcome.not_repeated"))
        drawn = await self.draw(effect.facts)
        if drawn is not None:
            await chat.upload(effect.place, [drawn], effect.key)
        return Landed(effect.place)

    async def _fetched(self, effect: Upload) -> list[File]:
        """The files to pass on.

        Raises:
            NothingSent: one of them cannot be had, or not now; the cause says why.
        """
        try:
            for file in effect.files:
                check_kind(file.name)
            return [await self.chats[file.platform].fetch(file) for file in effect.files]
        except Exception as error:
            raise NothingSent from error


def card_key(effect: ShowCard) -> str:
    """The key a card carries on its platform: the same for every effect on it, because there is only one."""
    return f"{effect.case}:{effect.slot}"


async def _nothing_new(landed: Landed) -> Landed:
    return landed


def _told(chat: Chat, message: Message, since: datetime | None) -> Message:
    """The message, which says so where it may stand there already and nobody can look."""
    if since is None or chat.looks:
        return message
    return replace(message, lines=(text("outcome.said_already"), *message.lines))
