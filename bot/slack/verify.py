"""Prove that a request comes from Slack, before anything reads its body.

Works on the raw bytes and is total: whatever body and headers hold, a request is either proven or
`Unverified`. Slack signs `v0:<timestamp>:<body>` with HMAC-SHA256 of the app's signing secret and sends
`v0=<hex>`; a request older than five minutes is a replay.
Source: https://api.slack.com/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from typing import Literal

BODY_MAX = 1024 * 1024
"""The largest body accepted, in bytes: our own limit; Slack's payloads stay far below."""

AGE_MAX = timedelta(minutes=5)
"""How far the timestamp may be from our clock, either way. Source: the page named above."""

Reason = Literal["no_secret", "body_too_large", "bad_timestamp", "stale", "bad_signature"]

_TIMESTAMP = re.compile(r"[1-9][0-9]{0,11}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class Unverified(Exception):
    """The request is not proven to come from Slack: answer 401 and do nothing.

    Attributes:
        reason: why, as a word fit for a log line and a metric; holds nothing of the request.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def verify(body: bytes, timestamp: str | None, signature: str | None, secret: str, now: datetime) -> None:
    """Return when Slack signed this body at about this moment, else raise.

    Args:
        body: the raw bytes as they came over the wire, before any decoding.
        timestamp: the header `X-Slack-Request-Timestamp`, seconds since 1970 in ASCII digits.
        signature: the header `X-Slack-Signature`.
        secret: the signing secret of the app; an empty one proves nothing and refuses everything.
        now: the moment of arrival, aware.

    Raises:
        Unverified: for every request that is not proven; nothing else is raised whatever the request holds.
    """
    if not secret:
        raise Unverified("no_secret")
    if len(body) > BODY_MAX:
        raise Unverified("body_too_large")
    if timestamp is None or not _TIMESTAMP.fullmatch(timestamp):
        raise Unverified("bad_timestamp")
    if abs(int(timestamp) - now.timestamp()) > AGE_MAX.total_seconds():
        raise Unverified("stale")
    if signature is None or not _SIGNATURE.fullmatch(signature):
        raise Unverified("bad_signature")
    if not hmac.compare_digest(sign(body, timestamp, secret), signature):
        raise Unverified("bad_signature")


def sign(body: bytes, timestamp: str, secret: str) -> str:
    """Return the signature Slack would send for this body: `v0=` and 64 hex digits.

    Both texts are taken as UTF-8; a lone surrogate is encoded as it is, not refused, so that this is total.
    """
    key = secret.encode("utf-8", "surrogatepass")
    signed = b"v0:" + timestamp.encode("utf-8", "surrogatepass") + b":" + body
    return "v0=" + hmac.new(key, signed, hashlib.sha256).hexdigest()
