"""Why a payload could not be handled: something is away for a while, or we have a mistake in us."""

from __future__ import annotations

import psycopg
from procrastinate.exceptions import ConnectorException

from bot.intake import TooEarly
from bot.slack import words
from bot.slack.client import VENDOR_ERRORS, IdentityUnknown

AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    ConnectorException,
    OSError,
    IdentityUnknown,
    TooEarly,
    *VENDOR_ERRORS,
)
"""What passes by itself: the database or Slack is away, or it is too early. All others are mistakes of ours."""


def is_away(error: BaseException) -> bool:
    """Whether the same payload may well be handled a moment later."""
    return isinstance(error, AWAY)


def not_saved(error: BaseException) -> str:
    """What to tell whoever gave a command or pressed a button that came to nothing."""
    return words.NOT_SAVED if is_away(error) else words.MISTAKE


def form_stays(error: BaseException) -> str:
    """What to tell whoever sent a form that came to nothing; it stays open."""
    return words.KEEP_FORM_OPEN if is_away(error) else words.MISTAKE_IN_FORM
