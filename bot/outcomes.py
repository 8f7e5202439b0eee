"""What follows from a vendor's error: try again, give up, wait for a person, or start anew. One table for all.

An error is judged where the effect failed, by what the vendor said; nothing else in the house retries anything.
Telegram's part is in `bot.outcomes_telegram`.
Slack's codes and what they mean: docs.slack.dev, "chat.postMessage", "chat.update", "Rate limits", "Web API errors".
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError
from telegram.error import TelegramError

from bot.files import FileUnfit
from bot.outcomes_telegram import of_telegram
from bot.verdicts import (
    FIRST_WAIT,
    LONGEST_WAIT,
    MOST_FAILURES,
    MOST_SURPRISES,
    SETTLE,
    GaveUp,
    GiveUp,
    Gone,
    Later,
    MaybeSent,
    NotDeliverable,
    NothingSent,
    Outcome,
    Pause,
    Random,
    Retry,
)
from config.texts import text
from sheets.errors import BadRequest, Busy, NotAllowed, NoWorkbook, Trouble, Unreachable

__all__ = [
    "FIRST_WAIT",
    "LONGEST_WAIT",
    "LOOK_AGAIN",
    "LOOK_AT_TAB_AGAIN",
    "MOST_FAILURES",
    "MOST_SURPRISES",
    "SETTLE",
    "GaveUp",
    "GiveUp",
    "Gone",
    "Later",
    "MaybeSent",
    "NotDeliverable",
    "NothingSent",
    "Outcome",
    "Pause",
    "Random",
    "Retry",
    "backoff",
    "outcome",
]
LOOK_AGAIN = timedelta(seconds=60)
"""How often what waits for a person is tried, so that it resumes by itself."""
LOOK_AT_TAB_AGAIN = timedelta(seconds=10)
"""The same for a tab whose header or name is not in order: whoever puts it right stands before it and waits. A try is
two of the 60 reads a minute that Google allows (Sheets API, "Usage limits"), and only where cells wait."""
ONE_MINUTE = timedelta(seconds=60)
"""Google counts its quota by the minute (Sheets API, "Usage limits")."""
_TOKEN = Pause(text("outcome.token"), whole=True)
_SCOPE = Pause(text("outcome.scope"), whole=True)
_NO_CHANNEL = Pause(text("outcome.no_channel"))
_ARCHIVED = Pause(text("outcome.archived"))
_POSTING = Pause(text("outcome.may_not_post"))
_TOO_LONG = GiveUp(text("outcome.too_long"))
_NO_PERSON = GiveUp(text("outcome.no_person"))
_NO_FILE = GiveUp(text("outcome.no_file"))
_GONE = Gone(text("outcome.message_gone"))

SLACK: Mapping[str, Outcome] = {
    "invalid_auth": _TOKEN,
    "not_authed": _TOKEN,
    "token_revoked": _TOKEN,
    "token_expired": _TOKEN,
    "account_inactive": _TOKEN,
    "org_login_required": _TOKEN,
    "missing_scope": _SCOPE,
    "not_allowed_token_type": _SCOPE,
    "no_permission": _SCOPE,
    "channel_not_found": _NO_CHANNEL,
    "not_in_channel": _NO_CHANNEL,
    "is_archived": _ARCHIVED,
    "restricted_action": _POSTING,
    "restricted_action_read_only_channel": _POSTING,
    "ekm_access_denied": _POSTING,
    "msg_too_long": _TOO_LONG,
    "msg_blocks_too_long": _TOO_LONG,
    "file_uploads_disabled": _NO_FILE,
    "file_not_found": _NO_FILE,
    "file_deleted": _NO_FILE,
    "user_not_found": _NO_PERSON,
    "users_not_found": _NO_PERSON,
    "user_not_in_channel": _NO_PERSON,
    "user_disabled": _NO_PERSON,
    "cannot_dm_bot": _NO_PERSON,
    "message_not_found": _GONE,
    "cant_update_message": _GONE,
    "edit_window_closed": _GONE,
    "thread_not_found": _GONE,
}
"""Slack's words for a refusal, and what follows. A word that is not here is a refusal nobody can repair."""
SLACK_DOUBTFUL = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
"""Slack's words for its own trouble. Slack says of `fatal_error` that a part of the work may have been done."""
SLACK_BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
DOUBTFUL_STATUS = frozenset({408, 500, 502, 503, 504})


def outcome(error: BaseException, failures: int, random: Random) -> Outcome:
    """What follows from an error.

    Args:
        error: what a vendor's library, or our own code, raised.
        failures: how often this effect has failed before, queues not counted.
        random: full jitter, so that a thousand effects do not come back in the same instant.
    """
    if isinstance(error, NothingSent) and error.__cause__ is not None:
        return _elsewhere(outcome(error.__cause__, failures, random))
    first = _first(error, backoff(failures, random), random)
    limit = MOST_SURPRISES if _is_surprise(error) else MOST_FAILURES
    if isinstance(first, Retry) and first.counts and failures + 1 >= limit:
        return GiveUp(text("outcome.too_often", count=failures + 1, reason=first.reason))
    return first


def _elsewhere(verdict: Outcome) -> Outcome:
    """What follows for one effect from trouble in another place than it goes to: nobody else there has to wait."""
    match verdict:
        case Pause():
            return Retry(LOOK_AGAIN, verdict.reason, doubtful=False)
        case Retry():
            return Retry(verdict.after, verdict.reason, doubtful=False)
        case _:
            return verdict


def backoff(failures: int, random: Random) -> timedelta:
    """The wait before the next try: anything up to a ceiling that doubles with every failure (full jitter)."""
    ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(failures, 10))
    return ceiling * random()


def _first(error: BaseException, wait: timedelta, random: Random) -> Outcome:
    """What follows, leaving aside how often it was tried."""
    match error:
        case SlackApiError():
            return _slack(error, wait, random)
        case Trouble():
            return _sheets(error, wait)
        case TelegramError():
            return of_telegram(error, wait, random)
        case NotDeliverable() | FileUnfit():
            return GiveUp(str(error), in_doubt=isinstance(error, MaybeSent))
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Retry(wait, text("outcome.unreachable"), doubtful=False)
        case asyncio.TimeoutError():
            return Retry(SETTLE + wait, text("outcome.unreachable"), doubtful=True)
        case aiohttp.ClientResponseError():
            return _status(error.status, error.headers or {}, wait, random)
        case _:
            reason = text("outcome.surprise") if _is_surprise(error) else text("outcome.unreachable")
            return Retry(wait, reason, doubtful=True)


def _slack(error: SlackApiError, wait: timedelta, random: Random) -> Outcome:
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    headers: Mapping[str, str] = getattr(response, "headers", None) or {}
    data = getattr(response, "data", response)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or code in SLACK_BUSY:
        return _busy(headers, random)
    if code in SLACK_DOUBTFUL:
        return Retry(wait, text("outcome.unreachable"), doubtful=True)
    if code:
        return SLACK.get(code) or GiveUp(text("outcome.refused", code=code))
    return _status(status, headers, wait, random)


def _status(status: int, headers: Mapping[str, str], wait: timedelta, random: Random) -> Outcome:
    """What follows from an HTTP status without the vendor's own words."""
    if status == 429:
        return _busy(headers, random)
    if status in DOUBTFUL_STATUS or status < 400:
        return Retry(wait, text("outcome.unreachable"), doubtful=True)
    return GiveUp(text("outcome.refused", code=str(status)))


def _busy(headers: Mapping[str, str], random: Random) -> Retry:
    """Slack names the seconds in `Retry-After`; a little more, spread, so that not all come back at once."""
    named = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    wait = timedelta(seconds=min(float(named), 3600.0)) if named.isdigit() else FIRST_WAIT
    return Retry(wait + FIRST_WAIT * random(), text("outcome.busy"), doubtful=False, counts=False)


def _sheets(error: Trouble, wait: timedelta) -> Outcome:
    match error:
        case Busy():
            quota = timedelta(seconds=error.retry_after) if error.retry_after else wait + LONGEST_WAIT / 6
            return Retry(min(quota, ONE_MINUTE), str(error), doubtful=False, counts=False)
        case Unreachable():
            timed_out = error.doubtful and "Timeout" in error.cause
            return Retry(SETTLE + wait if timed_out else wait, str(error), doubtful=error.doubtful)
        case NotAllowed() | NoWorkbook() | BadRequest():
            return Pause(str(error), whole=True)
        case _:
            return Retry(wait, str(error), doubtful=error.doubtful)


def _is_surprise(error: BaseException) -> bool:
    """Whether nobody foresaw this: not a vendor's error and not the network's."""
    return not isinstance(
        error, SlackApiError | TelegramError | Trouble | aiohttp.ClientError | asyncio.TimeoutError | OSError
    )
