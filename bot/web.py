"""The web process: vendors' signed requests, and what operators ask: is it well, and how much does it do.

Nothing here is meant for a browser, so every answer carries the headers of something that is never rendered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client import REGISTRY as DEFAULT_REGISTRY
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Probe = Callable[[], Awaitable[str]]
"""Looks at one part: an empty text when it is well, else a short sentence that says what is wrong."""
Endpoint = Callable[[Request], Awaitable[Response]]

PROBE_SECONDS = 2.0
"""A part that has not answered by then is ill; load balancers wait for about five."""
SLACK_PATHS = ("/slack/events", "/slack/commands", "/slack/interactive")
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
}


def web(
    probes: Mapping[str, Probe],
    *,
    notes: Mapping[str, Probe] | None = None,
    slack: Endpoint | None = None,
    routes: Sequence[BaseRoute] = (),
    registry: CollectorRegistry = DEFAULT_REGISTRY,
) -> Starlette:
    """The application of the web process.

    Args:
        probes: what this process needs, by the name `/healthz` answers with (`database`, `slack`).
        notes: what is told beside it and makes nobody ill: work that another process does (`queue`).
        slack: the endpoint for Slack's request URLs (`bot.slack.http.endpoint`); None in Socket Mode.
        routes: further vendors' routes, such as Telegram's webhook.
        registry: what `/metrics` shows.
    """

    async def healthz(_: Request) -> Response:
        found = await examined(probes)
        ill = {name: sentence for name, sentence in found.items() if sentence}
        told = {**found, **await examined(notes or {})}
        parts = {name: sentence or "ok" for name, sentence in told.items()}
        return JSONResponse({"status": "ill" if ill else "ok", "parts": parts}, 503 if ill else 200)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})

    known: list[BaseRoute] = [Route("/healthz", healthz), Route("/metrics", metrics), *routes]
    if slack is not None:
        known += [Route(path, slack, methods=["POST"]) for path in SLACK_PATHS]
    app = Starlette(
        routes=known,
        middleware=[Middleware(_Headers)],
        exception_handlers={HTTPException: _plain},
    )
    app.router.redirect_slashes = False
    return app


async def examined(probes: Mapping[str, Probe], seconds: float = PROBE_SECONDS) -> dict[str, str]:
    """What every part says of itself: empty when it is well. A probe that fails or hangs makes its part ill."""
    asked = (_asked(probe, seconds) for probe in probes.values())
    found = await asyncio.gather(*asked, return_exceptions=True)
    return {
        name: "does not answer" if isinstance(said, BaseException) else said
        for name, said in zip(probes, found, strict=True)
    }


async def _asked(probe: Probe, seconds: float) -> str:
    async with asyncio.timeout(seconds):
        return await probe()


async def _plain(_: Request, error: Exception) -> Response:
    """A wrong path or method: a bare line, whatever was asked for."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return PlainTextResponse({404: "Not found", 405: "Not allowed"}.get(status, "Refused"), status)


class _Headers:
    """Adds the headers to every answer, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)
