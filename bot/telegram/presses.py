"""What stands behind a button: its data is an opaque id, and what that means is in our own store.

Telegram takes up to 64 bytes of data (core.telegram.org/bots/api, "InlineKeyboardButton"); an id is 22. The same
button in the same channel always has the same id, so a message that is sent or drawn again keeps its buttons.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.store.statements import Statements
from bot.store.store import Store
from handlers.message import Button
from handlers.place import CaseId

PLATFORM = "telegram"
ID_LENGTH = 22
"""Characters of base64 that hold 128 bits of a digest."""
_ID = re.compile(rf"[A-Za-z0-9_-]{{{ID_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Press:
    """What a button means: hints that the handlers check again."""

    action: str
    case: CaseId | None
    value: str


class Presses:
    """The meanings of buttons, each good in one channel until a moment."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, channel: str, buttons: Sequence[Button], until: datetime) -> tuple[str, ...]:
        """Keep what these buttons mean and say their ids, in order. Safe to repeat: only the end moves on.

        Args:
            channel: the channel as a place names it (`-100123`, `-100123:42`): a press elsewhere means nothing.
            buttons: what is about to be sent; call this before it is.
            until: when they become too old.

        Raises:
            psycopg.Error: nothing is kept, so nothing may be sent.
        """
        ids = tuple(press_id(channel, button) for button in buttons)
        rows = [
            {"id": ident, "action": button.action, "case_id": button.case, "value": button.value}
            for ident, button in zip(ids, buttons, strict=True)
        ]
        if rows:
            async with self._store.pool.connection() as connection:
                await Statements(connection).do(
                    "keep_presses", platform=PLATFORM, channel=channel, rows=json.dumps(rows), until=until
                )
        return ids

    async def read(self, ident: str, channel: str, now: datetime) -> Press | None:
        """What a press in a channel means; None where nothing is kept for it there, or it is too old."""
        if _ID.fullmatch(ident) is None:
            return None
        row = await self._store.one("press", platform=PLATFORM, id=ident, channel=channel, now=now)
        if row is None:
            return None
        return Press(row["action"], CaseId(row["case_id"]) if row["case_id"] else None, row["value"])


def press_id(channel: str, button: Button) -> str:
    """The id of a button in a channel: 22 characters of `A-Z a-z 0-9 - _`."""
    parts = (PLATFORM, channel, button.action, button.case or "", button.value)
    digest = sha256(json.dumps(parts).encode()).digest()
    return urlsafe_b64encode(digest).decode("ascii")[:ID_LENGTH]
