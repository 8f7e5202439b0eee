"""What follows from Telegram's errors: its part of the one table (`bot.outcomes`).

python-telegram-bot takes "Bad Request: " off a refusal and writes the rest small but for its first letter, so all is
compared in small letters. Sources: core.telegram.org/bots/api, "Making requests" and "ResponseParameters"; the
sentences are those of telegram-bot-api and tdlib.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.verdicts import FIRST_WAIT, SETTLE, GiveUp, Gone, Outcome, Pause, Random, Retry
from config.texts import text

LONGEST = timedelta(hours=1)
NEVER_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout"})
"""What python-telegram-bot's transport calls it when no connection was made. By name: the transport is its own."""
_NO_CHAT = Pause(text("outcome.telegram_no_chat"))
_RIGHTS = Pause(text("outcome.telegram_rights"))
_TOPIC = Pause(text("outcome.telegram_topic"))
_GONE = Gone(text("outcome.message_gone"))
_TOO_LONG = GiveUp(text("outcome.telegram_too_long"))
_NO_FILE = GiveUp(text("outcome.no_file"))

REFUSED: Mapping[str, Outcome] = {
    "chat not found": _NO_CHAT,
    "peer_id_invalid": _NO_CHAT,
    "channel_private": _NO_CHAT,
    "not enough rights": _RIGHTS,
    "have no rights to send": _RIGHTS,
    "need administrator rights": _RIGHTS,
    "chat_write_forbidden": _RIGHTS,
    "chat_restricted": _RIGHTS,
    "chat_send_": _RIGHTS,
    "topic_closed": _TOPIC,
    "topic_deleted": _TOPIC,
    "message thread not found": _TOPIC,
    "message to edit not found": _GONE,
    "message can't be edited": _GONE,
    "message_id_invalid": _GONE,
    "message to be replied not found": _GONE,
    "is too long": _TOO_LONG,
    "file is too big": _NO_FILE,
    "wrong file": _NO_FILE,
    "wrong remote file": _NO_FILE,
    "invalid file_id": _NO_FILE,
    "request entity too large": _NO_FILE,
}
"""Parts of Telegram's sentences, and what follows. A sentence with none of them is a refusal nobody can repair."""


def of_telegram(error: TelegramError, wait: timedelta, random: Random) -> Outcome:
    """What follows from an error of python-telegram-bot, leaving aside how often it was tried.

    Args:
        error: what a call raised.
        wait: how long to wait where Telegram does not say.
        random: full jitter.
    """
    match error:
        case RetryAfter():
            return _busy(error, random)
        case ChatMigrated():
            # The chat's adapter keeps the new id and goes on there by itself; the next try does, at the latest.
            return Retry(timedelta(), text("outcome.busy"), doubtful=False)
        case Forbidden():
            return GiveUp(text("outcome.telegram_shut_out", said=error.message))
        case InvalidToken():
            return Pause(text("outcome.telegram_token"), whole=True)
        case BadRequest():
            return _refused(error) or GiveUp(text("outcome.refused", code=error.message))
        case NetworkError():
            return _refused(error) or _network(error, wait)
        case _:
            return Retry(wait, text("outcome.unreachable"), doubtful=True)


def _busy(error: RetryAfter, random: Random) -> Retry:
    """Telegram names the time for one chat; a little more, spread, so that not all come back at once."""
    after = min(named_wait(error), LONGEST)
    return Retry(after + FIRST_WAIT * random(), text("outcome.busy"), doubtful=False, counts=False)


def named_wait(error: RetryAfter) -> timedelta:
    """The time that Telegram names, which python-telegram-bot gives in seconds or as it is."""
    named = error.retry_after
    return named if isinstance(named, timedelta) else timedelta(seconds=named)


def _refused(error: NetworkError) -> Outcome | None:
    said = error.message.casefold()
    return next((outcome for part, outcome in REFUSED.items() if part in said), None)


def _network(error: NetworkError, wait: timedelta) -> Retry:
    """Only where no connection was made is it known that nothing arrived."""
    never_sent = type(error.__cause__).__name__ in NEVER_SENT
    if isinstance(error, TimedOut) and not never_sent:
        wait += SETTLE
    return Retry(wait, text("outcome.unreachable"), doubtful=not never_sent)
