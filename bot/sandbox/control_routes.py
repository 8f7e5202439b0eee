"""`/sandbox` over HTTP: JSON in, JSON out, refusals as `{"error": sentence}`."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.control import Control
from bot.sandbox.control_answer import AsciiJSON
from bot.sandbox.control_arguments import arguments
from bot.sandbox.control_errors import Refused


def routes(control: Control) -> list[Route]:
    """The routes to mount under `/sandbox`."""
    reading: dict[str, Callable[..., Any]] = {
        "state": control.state,
        "forms": control.forms,
        "transcript": control.transcript,
        "clock": control.clock_state,
        "truth": control.truth_of,
        "grid": control.grid,
    }
    doing: dict[str, Callable[..., Any]] = {
        "say": control.say,
        "submit": control.submit,
        "fill": control.fill,
        "close": control.close,
        "press": control.press,
        "react": control.react,
        "edit": control.edit,
        "delete": control.delete,
        "upload": control.upload,
        "shortcut": control.shortcut,
        "clock": control.move_clock,
        "faults": control.switch_fault,
        "duplicate": control.duplicate,
        "pace": control.pace,
        "disconnect": control.drop_connections,
        "request_urls": control.request_urls,
        "settle": control.settle,
        "crash": control.crash,
        "home": control.home,
        "group": control.group,
        "grid": control.edit_grid,
    }
    return [
        Route("/file", _file(control), methods=["GET"]),
        *(Route(f"/{name}", _asked(act), methods=["GET"]) for name, act in reading.items()),
        *(Route(f"/{name}", _told(act), methods=["POST"]) for name, act in doing.items()),
    ]


def _file(control: Control) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            _, media_type, data = control.file(**arguments(control.file, dict(request.query_params)))
        except Refused as refused:
            return _refusal(refused)
        # Whatever somebody uploaded is never run as a page of ours.
        headers = {"content-security-policy": "sandbox", "x-content-type-options": "nosniff"}
        return Response(data, media_type=media_type, headers=headers)

    return endpoint


def _asked(act: Callable[..., Any]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await _answer(act, dict(request.query_params))

    return endpoint


def _told(act: Callable[..., Any]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            body = json.loads(await request.body() or b"{}")
        except (ValueError, RecursionError):
            return _refusal(Refused("the body is not JSON"))
        if not isinstance(body, dict):
            return _refusal(Refused("the body is not a JSON object"))
        return await _answer(act, body)

    return endpoint


async def _answer(act: Callable[..., Any], given: dict[str, Any]) -> Response:
    try:
        result = act(**arguments(act, given))
        if inspect.isawaitable(result):
            result = await result
        return AsciiJSON(result)
    except Refused as refused:
        return _refusal(refused)


def _refusal(refused: Refused) -> Response:
    return AsciiJSON({"error": refused.sentence}, refused.status)
