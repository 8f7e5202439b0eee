"""A worker whose chat and workbook are files, so that what it did outlives it: the process that the crash tests kill.

Called with the database's URL and a folder; files one case unless it is filed, works until nothing is left.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import clock, upkeep
from bot.intake import Intake
from bot.pace import Pace
from bot.store.store import Store
from bot.worker import Outside, Worker
from handlers.card import card
from handlers.effects import Reply, Say, ShowCard
from handlers.events import FileRef
from handlers.message import Message
from handlers.place import Place
from handlers.ports import Posted
from sheets.batch import Flushed, RowWrite
from tests.bot.books import FakeBook
from tests.bot.chats import FakeChat
from tests.bot.desks import DESK, DESKS, HOME, KIM, case, command, filed, row

AT_ONCE = Pace(spacing=timedelta(), spacing_a_case=timedelta(), stillness=timedelta())
SAID = Message(lines=("said",))


class FileChat(FakeChat):
    """Writes down every message the moment it is posted, and knows those of its former lives."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    async def post(self, place: Place, message: Message, key: str) -> Posted:
        """Write one line."""
        told = [json.loads(line) for line in _lines(self.file)]
        ident = f"{len(told) + 1}.0"
        _append(self.file, {"key": key, "channel": place.channel, "thread": place.thread, "ident": ident})
        return Posted(ident, f"https://chat/{place.channel}/{ident}")

    async def find(self, place: Place, key: str, since: datetime) -> Posted | None:
        """Look through the lines."""
        for line in map(json.loads, _lines(self.file)):
            if (line["key"], line["channel"], line["thread"]) == (key, place.channel, place.thread):
                return Posted(line["ident"], f"https://chat/{place.channel}/{line['ident']}")
        return None

    async def upload(self, place: Place, files: Sequence[Any], key: str) -> None:
        """Write one line."""
        _append(self.file, {"key": key, "channel": place.channel, "thread": place.thread, "ident": "file"})

    async def has_files(self, place: Place, key: str, since: datetime) -> bool:
        """Look through the lines."""
        return await self.find(place, key, since) is not None


class FileBook(FakeBook):
    """Writes down every row the moment it is appended."""

    def __init__(self, file: Path) -> None:
        super().__init__(rows=[json.loads(line) for line in _lines(file)])
        self.file = file

    def flush(self, writes: Sequence[RowWrite], /) -> Flushed:
        """Write one line a new row."""
        known = len(self.rows)
        flushed = super().flush(writes)
        for new in self.rows[known:]:
            _append(self.file, dict(new))
        return flushed


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines() if file.exists() else []


def _append(file: Path, line: dict[str, Any]) -> None:
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line) + "\n")


async def work(url: str, folder: Path) -> None:
    """File the case if that was not done, and work until nothing is left."""
    chat, book = FileChat(folder / "chat"), FileBook(folder / "book")
    async with Store.open(url) as store:
        outside = Outside({"slack": chat}, lambda _, __: book, card)
        worker = Worker(store, DESKS, outside, Intake(store, DESKS, clock.now), clock.now, pace=AT_ONCE)
        await upkeep.return_stalled(store)
        filing, now = case(), datetime.now(UTC)
        photo = FileRef("slack", "F1", "a.png")
        effects = (
            row(filing),
            ShowCard("home", filing.id, "home"),
            Say("say", filing.id, "home", SAID, (photo,)),
            ShowCard("supplier", filing.id, "supplier"),
            Reply("reply", HOME, SAID),
        )
        async with store.transaction() as tx:
            if await tx.seen(command("e1", now)) is None:
                await tx.commit(command("e1", now), KIM, filed(filing, *effects), DESK)
        await worker.run_until_idle()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], Path(sys.argv[2])))
