"""What can go wrong with Google: a class per cause, with a sentence for people and the facts to act on."""

from __future__ import annotations

from http import HTTPStatus

import requests
from google.auth import exceptions as auth
from urllib3.exceptions import NewConnectionError

from config.texts import text

_MAY_HAVE_LANDED = frozenset({408, 500, 502, 503, 504})
"""Answers that do not say whether the call was carried out (Google's own advice is to try again)."""
_QUOTA_REASONS = ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded")
"""Drive's words for "too many calls", sent with 403 instead of 429 (Drive API, "Resolve errors")."""


class Trouble(Exception):
    """A call to Google that brought no result. The text is a sentence for people."""

    doubtful: bool = False
    """Whether the call may have been carried out all the same: look before repeating a write."""


class Busy(Trouble):
    """Google asks to slow down; nothing was done.

    Args:
        retry_after: seconds to wait, None where Google names no time (the quota is counted by the minute).
    """

    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__(text("workbook.busy"))
        self.retry_after = retry_after


class Unreachable(Trouble):
    """No answer, or one that says nothing: cut off, timed out, or an error inside Google.

    Args:
        cause: what was seen, in a few words.
        doubtful: whether a write was under way and may have landed.
    """

    def __init__(self, cause: str, *, doubtful: bool) -> None:
        super().__init__(text("workbook.unreachable", cause=cause))
        self.cause = cause
        self.doubtful = doubtful


class NotAllowed(Trouble):
    """The bot's account may not do this: not shared with it, shared to read only, or its key is refused."""

    def __init__(self, said: str) -> None:
        super().__init__(text("workbook.not_allowed", said=said))


class NoWorkbook(Trouble):
    """There is no spreadsheet with this id, or the bot's account cannot know of it."""

    def __init__(self) -> None:
        super().__init__(text("workbook.unknown"))


class BadRequest(Trouble):
    """Google does not understand the call: a fault of the bot, or a tab that changed this very moment."""

    def __init__(self, said: str) -> None:
        super().__init__(text("workbook.not_accepted", said=said))


class Moved(Trouble):
    """Tabs were renamed, or rows and columns went away, while the bot looked; nothing was done: start over."""

    def __init__(self) -> None:
        super().__init__(text("workbook.moved"))


class Superseded(Trouble):
    """A write on the same tab came first that may have carried the same cells, or newer ones; nothing was done.

    It is the bot's own, carried out late, or another worker's that took over. Which cells are still to be written is
    the store's to say: take them anew.
    """

    doubtful = True

    def __init__(self) -> None:
        super().__init__(text("workbook.superseded"))


def trouble(error: Exception, *, writing: bool) -> Trouble | None:
    """The cause behind an exception of requests or google-auth, on the way to Google or back.

    Args:
        error: what was raised.
        writing: whether the call changes anything, so that no answer means "perhaps done".

    Returns:
        The trouble, or None for an exception that is not about Google.
    """
    if isinstance(error, Trouble):
        return error
    if isinstance(error, auth.RefreshError):
        return Unreachable("the token service", doubtful=False) if error.retryable else NotAllowed(str(error))
    if isinstance(error, auth.GoogleAuthError):
        return Unreachable("the token service", doubtful=False)
    if isinstance(error, requests.RequestException):
        return Unreachable(type(error).__name__, doubtful=writing and not _never_left(error))
    return None


def refused(response: requests.Response, *, writing: bool) -> Trouble:
    """The cause behind an answer that is not a success.

    gspread's own `APIError` cannot be made of an answer whose error has another shape than Google's, as
    those of a proxy or of the token service have.
    """
    status = response.status_code
    said = _sentence(response)
    if status == HTTPStatus.TOO_MANY_REQUESTS or (
        status == HTTPStatus.FORBIDDEN and any(word in response.text for word in _QUOTA_REASONS)
    ):
        return Busy(_seconds(response.headers.get("Retry-After")))
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return NotAllowed(said)
    if status == HTTPStatus.NOT_FOUND:
        return NoWorkbook()
    if status in _MAY_HAVE_LANDED:
        return Unreachable(f"answer {status}", doubtful=writing)
    return BadRequest(said)


def _sentence(response: requests.Response) -> str:
    """What Google says about an error, in one short line."""
    try:
        said = str(response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        said = f"answer {response.status_code}"
    return " ".join(said.split())[:300]


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdigit() else None


def _never_left(error: requests.RequestException) -> bool:
    """Whether the connection was not even made, so that nothing can have been carried out."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)
