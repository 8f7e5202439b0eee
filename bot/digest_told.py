"""`deskbell digest`: the daily digests of a desk's channels, printed or sent before their time."""

from __future__ import annotations

from collections.abc import Callable

from bot import clock
from bot.digest_read import leads_told, read
from bot.digests import queue
from bot.store.store import Store
from bot.wiring import database
from config.desk import Desk
from config.load import load_desks
from config.settings import Settings
from config.texts import text
from handlers.digest_due import digest_date
from handlers.message import Message

Say = Callable[[str], None]


async def tell(settings: Settings, key: str, say: Say, *, dry_run: bool) -> int:
    """Print the daily digest of each of a desk's channels, or queue those that were not sent today; 1 for no desk."""
    desk = load_desks(settings.desks).get(key)
    if desk is None or not any(one.kind == "leads" for one in desk.digests.values()):
        say(text("digest.unknown", desk=key))
        return 1
    async with Store.open(database(settings), connections=2) as store:
        await (_print(store, desk, say) if dry_run else _send(store, desk, say))
    return 0


async def _print(store: Store, desk: Desk, say: Say) -> None:
    async with store.transaction() as tx:
        found = await read(tx, desk, clock.clock()())
    for digest in desk.digests.values():
        if digest.kind == "leads":
            say(f"#{desk.channels[digest.to].name}")
            say(plainly(leads_told(found, digest.to)))
            say("")


async def _send(store: Store, desk: Desk, say: Say) -> None:
    now = clock.clock()()
    for key, digest in desk.digests.items():
        if digest.kind != "leads":
            continue
        day = digest_date(desk, digest, now)
        async with store.transaction() as tx:
            is_new = await tx.one("digest_sent", desk=desk.key, audience=key, day=day, at=now)
            if is_new:
                await queue(tx, desk, digest, f"digest:{desk.key}:{key}:{day.isoformat()}", now)
        channel = f"#{desk.channels[digest.to].name}"
        say(text("digest.sent", channel=channel) if is_new else text("digest.sent_before", channel=channel))


def plainly(message: Message) -> str:
    """A message as lines of text, for a terminal."""
    facts = (f"{label}: {value}" for label, value in message.facts)
    links = (f"{link.label}: {link.url}" for link in message.links)
    parts = (message.headline, *message.lines, *facts, *message.below, *links, message.footer)
    return "\n".join(part for part in parts if part)
