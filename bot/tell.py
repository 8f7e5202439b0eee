"""Telling the leads, once, what did not arrive and what waits for somebody: never silence."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.store.transaction import Transaction
from config.desk import Desk
from config.texts import text
from handlers.effects import Reply
from handlers.message import Message
from handlers.place import Place

logger = logging.getLogger(__name__)

LEADS = "leads"
"""The key of the desk's channel that hears about dead letters and pauses."""
PREFIXES = ("dead-letter:", "paused:", "spoiled:")
"""How the keys of these messages begin."""


def is_telling(key: str) -> bool:
    """Whether an effect is itself such a message; one about it would go round in circles."""
    return key.startswith(PREFIXES)


async def tell_dead_letter(
    tx: Transaction, desk: Desk, *, key: str, kind: str, what: str, reason: str, at: datetime
) -> None:
    """Queue one message to the leads about an effect that was given up on. Safe to repeat: it has a key."""
    message = Message(
        headline=text("outcome.dead_letter"),
        lines=(text("outcome.dead_letter_what", kind=kind, what=what, reason=reason),),
        footer=text("outcome.dead_letter_do", key=key),
    )
    await _tell(tx, desk, f"dead-letter:{key}", message, at)


async def tell_pause(
    tx: Transaction, desk: Desk, *, what: str, where: str, reason: str, since: datetime, at: datetime
) -> None:
    """Queue one message to the leads about something that waits for a person. Safe to repeat: it has a key."""
    message = Message(
        headline=text("outcome.paused"), lines=(f"{where}: {reason}",), footer=text("outcome.resumes")
    )
    await _tell(tx, desk, f"paused:{what}:{since.isoformat()}", message, at)


async def tell_spoiled(
    tx: Transaction, desk: Desk, *, document: str, spoiled: tuple[str, ...], at: datetime
) -> None:
    """Queue one message to the leads about cells that the bot overwrote and could not put right by itself."""
    message = Message(
        headline=text("outcome.spoiled", document=desk.documents[document].title), lines=spoiled
    )
    await _tell(tx, desk, f"spoiled:{desk.key}/{document}:{at.isoformat()}", message, at)


async def _tell(tx: Transaction, desk: Desk, key: str, message: Message, at: datetime) -> None:
    leads = desk.channels.get(LEADS)
    logger.warning("%s: %s", key, " ".join(message.lines))
    if leads is not None:
        await tx.queue([Reply(key, Place.parse(leads.place), message)], desk.key, at)
