"""Why an update could not be handled: something is away for a while, or we have a mistake in us."""

from __future__ import annotations

import psycopg
from procrastinate.exceptions import ConnectorException
from telegram.error import TelegramError

from bot.intake import TooEarly
from bot.store.transaction import StaleCase

AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    ConnectorException,
    OSError,
    StaleCase,
    TelegramError,
    TooEarly,
)
"""What passes by itself: the database or Telegram is away, or it is too early. All others are mistakes of ours."""


class NotTaken(Exception):
    """Nothing was committed: Telegram has to deliver the update again. Its text is the class of what went wrong.

    Attributes:
        is_early: only this chat has to wait for a moment; what was said elsewhere can be taken meanwhile.
    """

    def __init__(self, reason: str, *, is_early: bool = False) -> None:
        super().__init__(reason)
        self.is_early = is_early


def is_away(error: BaseException) -> bool:
    """Whether the same update may well be handled a moment later."""
    return isinstance(error, AWAY)
