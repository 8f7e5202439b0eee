"""Slack over HTTP: the raw bytes are proven to be Slack's before anything reads them.

Whatever is not proven, or cannot be read, is answered 401 with an empty body and has no effect; only what is ours to
answer for (nothing could be committed) is a 503, so that Slack sends it again.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.slack.payload import inside
from bot.slack.verify import BODY_MAX, Unverified, verify
from handlers.ports import Clock

Endpoint = Callable[[Request], Awaitable[Response]]
"""A Starlette endpoint."""

log = structlog.get_logger(__name__)
_OBJECTS = ("event", "user", "team", "channel", "view", "message", "container")
"""What Bolt takes for objects without looking."""
_TEXTS = ("type", "command", "callback_id", "team_id", "user_id", "trigger_id")


def endpoint(app: AsyncApp, signing_secret: str, now: Clock) -> Endpoint:
    """The endpoint for Slack's request URLs: events, interactivity and commands alike.

    Args:
        app: the listener's Bolt app.
        signing_secret: the app's signing secret.
        now: the real clock: Slack's signatures are five minutes old at most.
    """

    async def answer(request: Request) -> Response:
        try:
            body = await _read(request)
            verify(body, *_proof(request), signing_secret, now())
        except Unverified as reason:
            log.warning("slack_request_refused", reason=reason.reason)
            return Response(status_code=401)
        except ClientDisconnect:
            return Response(status_code=401)
        payload = readable(body, request.headers.get("content-type", ""))
        if payload is None:
            log.warning("slack_request_unreadable")
            return Response(status_code=401)
        if payload.get("type") == "url_verification":
            return PlainTextResponse(str(payload.get("challenge", "")))
        return to_starlette_response(await app.async_dispatch(to_async_bolt_request(request, body)))

    return answer


async def _read(request: Request) -> bytes:
    """The body, as far as one byte beyond what is accepted.

    Raises:
        Unverified: it is too large.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX:
            raise Unverified("body_too_large")
    return bytes(body)


def _proof(request: Request) -> tuple[str | None, str | None]:
    """The two headers; a header sent twice is no proof."""
    stamps = request.headers.getlist("x-slack-request-timestamp")
    signatures = request.headers.getlist("x-slack-signature")
    if len(stamps) != 1 or len(signatures) != 1:
        return None, None
    return stamps[0], signatures[0]


def readable(body: bytes, content_type: str) -> dict[str, Any] | None:
    """The payload of a proven body as Bolt will read it; None where Bolt would stumble over it. Total."""
    try:
        text = body.decode("utf-8")
        if "json" in content_type:
            payload = json.loads(text)
        else:
            form = parse_qs(text, keep_blank_values=True, max_num_fields=200)
            payload = (
                json.loads(form["payload"][0]) if "payload" in form else {k: v[0] for k, v in form.items()}
            )
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) and _is_shaped(payload) else None


def _is_shaped(payload: dict[str, Any]) -> bool:
    objects = all(isinstance(payload.get(key), dict | None) for key in _OBJECTS)
    texts = all(isinstance(payload.get(key), str | None) for key in _TEXTS)
    actions = payload.get("actions", [{}])
    first = actions[0] if isinstance(actions, list) and actions else None
    kind = inside(payload, "event").get("type", "")
    return objects and texts and isinstance(first, dict) and isinstance(kind, str)
