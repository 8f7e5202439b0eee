"""Albums: Telegram sends every photo of one as a message of its own, and nobody says which is the last.

Each part is stored as it comes. When an album has been quiet for a while its parts become one message; they are
marked as taken after that was decided, so a process that dies in between leaves them to the next one. A part that
comes later still makes a message of its own, and one that comes again makes none: parts are remembered for as long
as Telegram repeats itself. Any number of processes may gather at once.
Source: core.telegram.org/bots/api, "Message" (`media_group_id`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from itertools import groupby
from typing import Any

import structlog

from bot.store.statements import Statements
from bot.store.store import Store
from bot.telegram.payload import Payload, ident_at, inside, text_at
from bot.telegram.spoken import words
from bot.telegram.unheard import NotTaken, is_away
from handlers.plain import plain, single_line
from handlers.scrub import scrub

PLATFORM = "telegram"
QUIET = timedelta(seconds=1.5)
"""An album is complete when none of its parts came for so long. Its parts are sent within a moment."""
LOOK_SECONDS = 0.5
"""How often an album that is not complete is looked at."""
IDLE_SECONDS = 5.0
"""How often this process looks for what another one, which died, has left."""
FACTS = ("message_id", "date", "media_group_id", "message_thread_id", "is_topic_message")
"""What is kept of a part beside who, where, its words and its file."""
FILES = ("photo", "document", "video", "audio", "animation")

Hear = Callable[[Payload, str], Awaitable[None]]
"""Decides about one message that has all the files of an album, under an event's id.

Raises:
    NotTaken: it has to be tried again.
"""

log = structlog.get_logger(__name__)


class Albums:
    """Keeps parts of albums and makes messages of them."""

    def __init__(self, store: Store, hear: Hear) -> None:
        self._store = store
        self._hear = hear
        self._news = asyncio.Event()

    async def keep(self, message: Payload, names: Mapping[str, str]) -> None:
        """Store one part. Safe to repeat.

        Raises:
            psycopg.Error: it is not stored.
        """
        async with self._store.pool.connection() as connection:
            await Statements(connection).do(
                "keep_album_part",
                platform=PLATFORM,
                chat=ident_at(message, "chat", "id"),
                album=text_at(message, "media_group_id"),
                message=ident_at(message, "message_id"),
                part=json.dumps(part(message, names)),
            )
        self._news.set()

    async def run(self) -> None:
        """Gather until cancelled; what failed is tried again."""
        while True:
            waits = True
            try:
                waits = await self.gather()
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("albums_not_gathered", error=type(error).__name__)
            self._news.clear()
            if waits:
                await asyncio.sleep(LOOK_SECONDS)
                continue
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._news.wait()
            except TimeoutError:
                pass

    async def gather(self, quiet: timedelta = QUIET, whose: tuple[str, str] | None = None) -> bool:
        """Make messages of the albums that have been quiet for so long; whether any part is left over.

        Args:
            quiet: how long nothing may have come.
            whose: the chat and the account whose albums are meant; None: all.

        Raises:
            psycopg.Error: the database is away; nothing is lost.
        """
        chat, account = whose or (None, None)
        async with self._store.pool.connection() as connection:
            statements = Statements(connection)
            await statements.do("name_albums", platform=PLATFORM, quiet=quiet, chat=chat, account=account)
            rows = await statements.all("album_parts_named", platform=PLATFORM)
        for ident, found in groupby(rows, key=lambda row: str(row["event"])):
            await self._decide(ident, [row["part"] for row in found])
        left = await self._store.one("album_part_left", platform=PLATFORM)
        return left is not None

    async def _decide(self, ident: str, parts: list[dict[str, Any]]) -> None:
        try:
            await self._hear(together(parts), ident)
        except NotTaken as error:
            log.warning("album_not_taken", error=str(error))
            return
        async with self._store.pool.connection() as connection:
            await Statements(connection).do("album_taken", event=ident, platform=PLATFORM)


def part(message: Payload, names: Mapping[str, str]) -> dict[str, Any]:
    """What is kept of a part until the album is complete: its caption scrubbed, as everything that is stored."""
    kept = {key: message[key] for key in (*FACTS, *FILES) if key in message}
    for key in FILES:
        if name := text_at(message, key, "file_name"):
            kept[key] = {**inside(message, key), "file_name": single_line(scrub(plain(name)).text)}
    said = plain(words(message, names))
    caption = scrub(said).text
    answered = inside(message, "reply_to_message")
    who = inside(message, "from")
    kept["from"] = {"id": who.get("id"), "is_bot": who.get("is_bot")}
    kept["chat"] = {key: value for key, value in inside(message, "chat").items() if key in ("id", "type")}
    if caption:
        kept["caption"] = caption
    if caption != said:
        kept["masked"] = True
    for key in ("sender_chat", "forward_origin"):
        if key in message:
            kept[key] = {}
    if answered:
        kept["reply_to_message"] = {
            "message_id": answered.get("message_id"),
            "from": {"id": inside(answered, "from").get("id"), "is_bot": True},
        }
    return kept


def together(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One message out of an album's parts, oldest first: the first one, with the first caption there is.

    `masked`: whether something of that caption was, which its author has to be told.
    """
    worded = next((each for each in parts if text_at(each, "caption")), {})
    said = {"caption": text_at(worded, "caption"), "masked": worded.get("masked") is True}
    return {**parts[0], "album": parts, **said}
