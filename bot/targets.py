"""Where effects go: the post and the thread that a row knows, the channel that is declared, a person's own account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.outcomes import NotDeliverable
from bot.store.codec import Delivered, Upload
from bot.store.statements import Row
from config.desk import Desk
from config.texts import text
from config.tracker import Tracker
from handlers.effects import Direct, ShowCard, ShowGuide
from handlers.events import Slot
from handlers.place import Place
from handlers.ports import Chat

SKEW = timedelta(minutes=5)
"""How far a vendor's clock may be from ours when a message is looked for by its age."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where one of a case's posts is, and which version of the case it shows."""

    place: Place
    message: str
    version: int


def new_messages(row: Row, effect: Delivered) -> int:
    """How many new messages an effect makes: none where it changes one that is there."""
    match effect:
        case ShowCard():
            return int(row["message"] is None)
        case ShowGuide():
            return int(row["guide_message"] is None or effect.ended is not None)
        case Upload():
            return len(effect.files)
        case _:
            return 1


def post_of(row: Row) -> Post | None:
    """The post that an effect is about, in a row of `delivery_to_try`; None where it is not there yet."""
    if row["message"] is None:
        return None
    return Post(Place(row["platform"], row["channel"]), row["message"], row["shown_version"])


def thread_of(row: Row) -> Place:
    """The thread under that post.

    Raises:
        NotDeliverable: there is no such post.
    """
    post = post_of(row)
    if post is None:
        raise NotDeliverable(text("outcome.no_post"))
    return post.place.in_thread(post.message)


def earliest(tried: datetime, decided: datetime) -> datetime:
    """The moment before which nothing of it was sent, by whichever clock is behind: the bot's may be moved."""
    return min(tried, decided) - SKEW


def declared(desk: Desk, tracker: Tracker, slot: Slot) -> Place:
    """The channel that a tracker's posts go to.

    Raises:
        NotDeliverable: the tracker posts to no supplier.
    """
    if slot == "home":
        return Place.parse(desk.channels[tracker.home].place)
    if tracker.supplier_post is None:
        raise NotDeliverable(text("outcome.no_post"))
    return Place.parse(desk.channels[tracker.supplier_post.to].place)


def account_of(desk: Desk, effect: Direct, chats: Mapping[str, Chat]) -> Place:
    """A person's own account as a place to wait for, `slack:@U1`; the conversation itself is asked for later.

    Raises:
        NotDeliverable: no chat reaches them.
    """
    person = desk.people.get(effect.person)
    if person is not None and person.slack is not None and "slack" in chats:
        return Place("slack", f"@{person.slack}")
    if person is not None and person.telegram is not None and "telegram" in chats:
        return Place("telegram", f"@{person.telegram}")
    raise NotDeliverable(text("outcome.no_account", who=person.name if person else effect.person))
