"""Forms that are asked one question at a time, as the store keeps them: one open for somebody in a place."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from bot.store.statements import Row, Statements
from handlers.guide import Guide
from handlers.place import Account, Place

logger = logging.getLogger(__name__)

AT_ONCE = 50
"""Guides that one look ends."""
_GUIDE = TypeAdapter(Guide)


@dataclass(frozen=True, slots=True)
class Kept:
    """A guide as it is kept, and the platform's id of the message that shows it, once that is there."""

    guide: Guide
    message: str | None


async def hold(tx: Statements, place: Place, account: Account) -> None:
    """Be the only one who does something about this person's form in this place, until the transaction ends."""
    await tx.one("guide_turn", who=f"{place.key} {account.platform}:{account.user}")


async def open_guide(tx: Statements, place: Place, account: Account) -> Kept | None:
    """The form that is open for somebody in a place, locked until the transaction ends."""
    whose = {"platform": place.platform, "channel": place.channel, "account": account.user}
    return await _kept(tx, await tx.one("open_guide", **whose))


async def guide(tx: Statements, ident: str) -> Kept | None:
    """An open form by its id, locked until the transaction ends; None for one that came to its end."""
    return await _kept(tx, await tx.one("guide", id=ident))


async def _kept(tx: Statements, row: Row | None) -> Kept | None:
    """The guide in a row; one that this version does not understand is ended, or its person could begin no other."""
    if row is None:
        return None
    try:
        return Kept(_GUIDE.validate_json(row["body"]), row["message"])
    except ValidationError:
        logger.warning("guide %s is of another version and was ended", row["id"])
        await end(tx, row["id"])
        return None


async def keep(tx: Statements, guide: Guide, at: datetime) -> None:
    """Keep a guide as it stands now, the first time or again."""
    await tx.do(
        "keep_guide",
        id=guide.id,
        platform=guide.place.platform,
        channel=guide.place.channel,
        account=guide.account.user,
        desk=guide.form.context.desk,
        version=guide.version,
        body=_GUIDE.dump_json(guide).decode(),
        at=at,
        expires_at=guide.expires_at,
    )


async def end(tx: Statements, ident: str) -> bool:
    """End a guide and forget what was answered; whether it was open. Safe to repeat."""
    return bool(await tx.do("end_guide", id=ident))


async def is_under_way(tx: Statements, ident: str, age: timedelta, *, or_waits: bool = False) -> bool:
    """Whether a message of the guide may be there without being known yet; or is still to be sent, if that counts."""
    return await tx.one("guide_under_way", lane=f"guide:{ident}", age=age, or_waits=or_waits) is not None


async def expired(tx: Statements, now: datetime) -> list[Kept]:
    """Open guides whose time is over, kept from other processes until the transaction ends."""
    rows = await tx.all("guides_expired", now=now, limit=AT_ONCE)
    return [kept for row in rows if (kept := await _kept(tx, row)) is not None]
