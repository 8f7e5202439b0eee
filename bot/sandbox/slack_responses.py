"""Response URLs: five answers in thirty minutes to one command or interaction.

Source: docs.slack.dev, "Handling user interaction", "Using the response_url".
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

RESPONSE_USES = 5
RESPONSE_SECONDS = 30 * 60


@dataclass
class ResponseUrl:
    """To whom and where it answers; `message` is the ts of the message that was interacted with."""

    user: str
    channel: str
    message: str | None
    thread_ts: str | None
    until: float
    left: int = RESPONSE_USES


class ResponseUrls:
    """Those handed out in this run. `now` is in seconds of the sandbox's clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, user: str, channel: str, message: str | None = None, thread_ts: str | None = None) -> str:
        """A new one; answers the path below the response route."""
        token = secrets.token_urlsafe(18)
        self._issued[token] = ResponseUrl(user, channel, message, thread_ts, self._now() + RESPONSE_SECONDS)
        return token

    def find(self, token: str) -> ResponseUrl | None:
        """One that is neither spent nor too old; None otherwise."""
        issued = self._issued.get(token)
        if issued is None or issued.left <= 0 or self._now() > issued.until:
            return None
        return issued
