"""Telling the leads, once, what did not arrive and what waits for somebody: never silence.

What belongs to a restricted tracker is told in that tracker's own channel: the leads' has people in it who may not
know of it.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime

from bot.store import codec
from bot.store.statements import Row
from bot.store.transaction import Transaction
from bot.verdicts import GiveUp
from config.desk import Desk
from config.texts import text
from config.tracker import Tracker
from handlers.access import SUPPLIER
from handlers.effects import Direct, Reply
from handlers.message import Button, Message
from handlers.place import CaseId, PersonKey, Place

logger = logging.getLogger(__name__)

LEADS = "leads"
"""The key of the desk's channel that hears about dead letters and pauses."""
PREFIXES = ("dead-letter:", "paused:", "spoiled:")
"""How the keys of these messages begin."""


def is_telling(key: str) -> bool:
    """Whether an effect is itself such a message; one about it would go round in circles."""
    return key.startswith(PREFIXES)


async def tell_dead_letter(tx: Transaction, desk: Desk, row: Row, verdict: GiveUp, at: datetime) -> None:
    """Queue one message to the leads about an effect that was given up on. Safe to repeat: each death has a key.

    Args:
        tx: where it is queued.
        desk: the effect's desk.
        row: the effect, as `delivery_to_try` has it.
        verdict: why it was given up on; of what may have been sent the message has a button that sends it again.
        at: the moment it is.
    """
    key, what = row["key"], row["case_id"] or row["lane"].rstrip(":")
    kind = _kind_told(row)
    message = Message(
        headline=text("outcome.dead_letter"),
        lines=(text("outcome.dead_letter_what", kind=kind, what=what, reason=verdict.reason),),
        buttons=(_send_again(row),) if verdict.in_doubt else (),
        footer=text("outcome.dead_letter_do", key=key),
    )
    await _tell(tx, desk, _death("dead-letter", row), message, at, _of_delivery(desk, row))


def _kind_told(row: Row) -> str:
    """What an effect shows, in the leads' words."""
    is_to_supplier = row["lane"].endswith(":supplier")
    match row["kind"]:
        case "ShowCard":
            return text("effect.request") if is_to_supplier else text("effect.card")
        case "Say":
            return text("effect.said_to_supplier") if is_to_supplier else text("effect.said")
        case "Upload":
            return text("effect.files_to_supplier") if is_to_supplier else text("effect.files")
        case "Direct":
            return text("effect.direct")
        case "ShowGuide":
            return text("effect.question")
        case "ShowPicture":
            return text("effect.picture")
        case _:
            return text("effect.answer")


async def tell_owner_of_doubt(tx: Transaction, desk: Desk, row: Row, reason: str, at: datetime) -> None:
    """Ask whoever the case is with whether something that may have been sent is to go again.

    Where it is with the supplier, who logged it is asked: it is the desk's word. Safe to repeat: it has a key.
    """
    case = codec.case(row["body"]) if row["body"] is not None else None
    whom = _of_the_desk(desk, case.owner, case.reporter) if case is not None else None
    if case is None or whom is None:
        return
    message = Message(
        headline=text("outcome.doubt", case=case.id), lines=(reason,), buttons=(_send_again(row),)
    )
    await tx.queue([Direct(_death("in-doubt", row), desk.key, whom, message)], desk.key, at)


def _of_the_desk(desk: Desk, *keys: PersonKey | None) -> PersonKey | None:
    """The first of these who is one of the desk's own people."""
    for key in keys:
        person = desk.people.get(key) if key is not None else None
        if person is not None and person.active and set(person.roles) != {SUPPLIER}:
            return key
    return None


def _send_again(row: Row) -> Button:
    return Button(text("button.resend"), "resend", CaseId(row["case_id"]), row["key"], "primary")


def _death(prefix: str, row: Row) -> str:
    """A key for each time it was given up on."""
    return f"{prefix}:{row['key']}:again-{row['revived']}" if row["revived"] else f"{prefix}:{row['key']}"


async def tell_pause(
    tx: Transaction, desk: Desk, *, what: str, where: str, reason: str, since: datetime, at: datetime
) -> None:
    """Queue one message to the leads about something that waits for a person. Safe to repeat: it has a key.

    `what` is as in the store: `slack`, `slack:C0123`, `sheet:mhj/book`, `sheet:mhj/book/broken`. A chat's channel
    that cannot be written to is always the leads': it could not be told in itself, and it names no case.
    """
    message = Message(
        headline=text("outcome.paused"), lines=(f"{where}: {reason}",), footer=text("outcome.resumes")
    )
    await _tell(tx, desk, f"paused:{what}:{since.isoformat()}", message, at, _on_sheet(desk, what))


async def tell_spoiled(
    tx: Transaction, desk: Desk, *, document: str, spoiled: tuple[str, ...], at: datetime
) -> None:
    """Queue one message to the leads about cells that the bot overwrote and could not put right by itself."""
    message = Message(
        headline=text("outcome.spoiled", document=desk.documents[document].title), lines=spoiled
    )
    key = f"spoiled:{desk.key}/{document}:{at.isoformat()}"
    await _tell(tx, desk, key, message, at, _of_document(desk, document))


def _of_delivery(desk: Desk, row: Row) -> tuple[Tracker, ...]:
    """Whose matter a delivery is: its case's tracker, or all that are at home where it was to be said."""
    if row["tracker"] is not None:
        return tuple(tracker for key, tracker in desk.trackers.items() if key == row["tracker"])
    channel = ":".join(row["lane"].split(":")[:2])
    homes = {key for key, declared in desk.channels.items() if declared.place == channel}
    return tuple(tracker for tracker in desk.trackers.values() if tracker.home in homes)


def _of_document(desk: Desk, document: str) -> tuple[Tracker, ...]:
    return tuple(tracker for tracker in desk.trackers.values() if tracker.document == document)


def _on_sheet(desk: Desk, what: str) -> tuple[Tracker, ...]:
    """The trackers that a paused workbook, or tab of it, belongs to; none for anything else."""
    document, _, tracker = what.removeprefix(f"sheet:{desk.key}/").partition("/")
    if tracker in desk.trackers:
        return (desk.trackers[tracker],)
    return _of_document(desk, document)


async def _tell(
    tx: Transaction, desk: Desk, key: str, message: Message, at: datetime, trackers: Collection[Tracker]
) -> None:
    """Queue the message for the leads, or for the home of each restricted tracker whose matter it is."""
    logger.warning("%s: %s", key, " ".join(message.lines))
    closed = sorted({tracker.home for tracker in trackers if tracker.read_by is not None})
    ears = [desk.channels[name] for name in closed or [LEADS] if name in desk.channels]
    replies = [
        Reply(f"{key}:{number}" if number else key, Place.parse(ear.place), message)
        for number, ear in enumerate(ears)
    ]
    await tx.queue(replies, desk.key, at)
