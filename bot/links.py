"""Accounts that people showed to be theirs: what is stored of them, and of the codes on their way.

Everything happens in the transaction of the event, so a try counts although its answer is lost.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from bot.store.transaction import Transaction
from config.desk import Desk
from config.texts import text
from handlers import link
from handlers.access import actor_on, knows_account
from handlers.decision import Decision
from handlers.events import Event
from handlers.link import Claim
from handlers.place import Account, Actor, PersonKey
from handlers.refuse import refuse


async def actor_of(tx: Transaction, desk: Desk, account: Account) -> Actor:
    """Who an account is on a desk: as it declares, and where it does not know the account, as it was linked."""
    actor = actor_on(desk, account)
    if (
        actor.person is not None
        or account.platform not in ("slack", "telegram")
        or knows_account(desk, account)
    ):
        return actor
    row = await tx.one("link_of", **_key(account), desk=desk.key)
    return link.linked(desk, account, row["person"]) if row else actor


async def desks_of(tx: Transaction, account: Account) -> frozenset[str]:
    """The keys of the desks on which an account was linked to somebody."""
    return frozenset(row["desk"] for row in await tx.all("links_of", **_key(account)))


async def decide(
    tx: Transaction, desks: Mapping[str, Desk], desk: Desk, event: Event, actor: Actor, now: datetime
) -> Decision | None:
    """Decide about `/link`, and store what it means; None: the event is another one, or only asks how it works."""
    words = link.asked(event)
    if words is None or (not words and actor.person is not None):
        return None
    if words.casefold() == link.OFF and actor.person is not None:
        me = link.same_person(desks, Claim(desk.key, actor.person))
        return link.decide_off(sum([await tx.do("unlink", desk=one.desk, person=one.person) for one in me]))
    if actor.person is not None:
        return None
    if not event.place.direct:
        return refuse(text("link.private"))
    if not words:
        return link.usage()
    code = link.code_in(words)
    if code is None:
        return await _ask(tx, desks, event, words, now)
    return await _try(tx, desks, event, code, now)


async def _ask(
    tx: Transaction, desks: Mapping[str, Desk], event: Event, name: str, now: datetime
) -> Decision:
    claim = link.claimed(desks, event.account, name)
    code = f"{secrets.randbelow(10**6):06}"
    # Hashed for nobody, too: it takes as long.
    kept = link.hashed(code, event.account)
    await tx.do("forget_link_codes", now=now)
    if claim is None:
        return link.decide_ask(event, None, None)
    await tx.one("link_turn", who=f"{claim.desk}/{claim.person}")
    row = await tx.one("link_codes_of", desk=claim.desk, person=claim.person)
    is_noise = row is not None and row["count"] >= link.MOST_CODES
    about = {"desk": claim.desk, "person": claim.person, "code_hash": kept, "expires_at": now + link.VALID}
    # While an account has a code, it gets no other, or its tries would begin anew.
    is_new = not is_noise and await tx.do("store_link_code", **_key(event.account), **about) == 1
    return link.decide_ask(event, claim, code if is_new else None)


async def _try(
    tx: Transaction, desks: Mapping[str, Desk], event: Event, code: str, now: datetime
) -> Decision:
    row = await tx.one("try_link_code", **_key(event.account), now=now, most=link.TRIES)
    desk = desks.get(row["desk"]) if row else None
    claim = Claim(row["desk"], PersonKey(row["person"])) if row else None
    is_good = row is not None and link.is_right(code, row["code_hash"], event.account)
    person = desk.people.get(claim.person) if desk is not None and claim is not None else None
    if not is_good or claim is None or desk is None or person is None or not person.active:
        return link.decide_code(event, None)
    for each in link.same_person(desks, claim):
        await tx.do("store_link", **_key(event.account), desk=each.desk, person=each.person, at=now)
    await tx.do("spend_link_code", **_key(event.account))
    return link.decide_code(event, claim, person.name)


def _key(account: Account) -> dict[str, str]:
    """How an account is stored: ids of Slack are good within a workspace."""
    return {"platform": account.platform, "account": f"{account.team}/{account.user}"}
