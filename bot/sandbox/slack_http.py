"""Request URLs: the same payloads as signed HTTP requests.

Source: docs.slack.dev, "Verifying requests from Slack": `v0=` and the HMAC-SHA256 of `v0:timestamp:body`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx

from bot.sandbox.slack_deliver import ACK_SECONDS, Answer, Parcel, PayloadKind
from bot.sandbox.slack_ids import Json


class NotVerified(RuntimeError):
    """A request URL did not answer Slack's challenge."""


def signed(secret: str, body: bytes, at: float) -> dict[str, str]:
    """The two headers that prove a body comes from Slack; `at` is in seconds, of the real clock."""
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


@dataclass(frozen=True)
class RequestUrls:
    """Where the app wants each kind of payload."""

    events: str
    interactivity: str
    commands: str

    def of(self, kind: PayloadKind) -> str:
        """The URL for a kind of payload."""
        match kind:
            case "events_api":
                return self.events
            case "interactive":
                return self.interactivity
            case "slash_commands":
                return self.commands


@dataclass
class HttpDelivery:
    """Delivers by HTTP. The clock is the real one: a verifier compares the timestamp with its own."""

    urls: RequestUrls
    signing_secret: str
    token: str
    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(trust_env=False))

    async def send(self, parcel: Parcel, attempt: int, reason: str) -> Answer:
        """Deliver once; any 2xx within three seconds acknowledges."""
        retries = (
            {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason}
            if attempt and parcel.kind == "events_api"
            else {}
        )
        try:
            answer = await self._post(self.urls.of(parcel.kind), parcel.kind, parcel.payload, retries)
        except httpx.TimeoutException:
            return Answer(False, reason="http_timeout")
        except httpx.HTTPError:
            return Answer(False, reason="connection_failed")
        final = answer.headers.get("x-slack-no-retry") == "1"
        if not answer.is_success:
            return Answer(False, reason="http_error", final=final)
        return Answer(True, body=_body(answer))

    async def verify(self) -> None:
        """Ask the events URL for its challenge, as Slack does when an app is configured.

        Raises:
            NotVerified: it answered something else.
        """
        payload = {"type": "url_verification", "token": self.token, "challenge": "c" + self.token[:12]}
        answer = await self._post(self.urls.events, "events_api", payload, {})
        told = (
            answer.json().get("challenge")
            if "json" in answer.headers.get("content-type", "")
            else answer.text
        )
        if told != payload["challenge"]:
            raise NotVerified(
                f"{self.urls.events} did not answer the challenge (status {answer.status_code})"
            )

    async def _post(self, url: str, kind: PayloadKind, payload: Json, more: dict[str, str]) -> httpx.Response:
        body, content_type = _encoded(kind, payload)
        headers = {"content-type": content_type, "user-agent": "Slackbot 1.0", **more}
        headers |= signed(self.signing_secret, body, time.time())
        return await self.client.post(url, content=body, headers=headers, timeout=ACK_SECONDS)

    async def stop(self) -> None:
        """Close the connections."""
        await self.client.aclose()


def _encoded(kind: PayloadKind, payload: Json) -> tuple[bytes, str]:
    form = "application/x-www-form-urlencoded"
    match kind:
        case "events_api":
            return json.dumps(payload).encode(), "application/json"
        case "interactive":
            return urlencode({"payload": json.dumps(payload)}).encode(), form
        case "slash_commands":
            return urlencode(payload, errors="replace").encode(), form


def _body(answer: httpx.Response) -> Json | None:
    if not answer.content:
        return None
    if "json" not in answer.headers.get("content-type", ""):
        return {"text": answer.text}
    body = answer.json()
    return body if isinstance(body, dict) else None
