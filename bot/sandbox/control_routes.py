"""`/sandbox` over HTTP: JSON in, JSON out, refusals as `{"error": sentence}`."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.control import Control
from bot.sandbox.control_errors import Refused

# What a body calls an argument, where that is no name for one in Python.
_NAMES = {"base64": "data", "set": "to"}
_PLAIN: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "dict[str, Any]": (dict,),
    "Json": (dict,),
}


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
        "upload": control.upload,
        "shortcut": control.shortcut,
        "clock": control.move_clock,
        "faults": control.switch_fault,
        "duplicate": control.duplicate,
        "pace": control.pace,
        "grid": control.edit_grid,
    }
    return [
        *(Route(f"/{name}", _asked(act), methods=["GET"]) for name, act in reading.items()),
        *(Route(f"/{name}", _told(act), methods=["POST"]) for name, act in doing.items()),
    ]


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
        return JSONResponse(result)
    except Refused as refused:
        return _refusal(refused)


def _refusal(refused: Refused) -> Response:
    return JSONResponse({"error": refused.sentence}, refused.status)


def arguments(act: Callable[..., Any], given: dict[str, Any]) -> dict[str, Any]:
    """What an act is called with, checked against its signature.

    Raises:
        Refused: something is missing, unknown, or of the wrong kind.
    """
    parameters = inspect.signature(act).parameters
    spoken = {python: name for name, python in _NAMES.items() if python in parameters}
    named = {_NAMES.get(name, name): value for name, value in given.items() if value is not None}
    unknown = sorted(set(named) - set(parameters))
    if unknown:
        raise Refused(f"unknown: {', '.join(unknown)}; it takes {', '.join(parameters) or 'nothing'}")
    for name, parameter in parameters.items():
        if name not in named and parameter.default is inspect.Parameter.empty:
            raise Refused(f"{spoken.get(name, name)} is missing")
        if name in named and not _fits(named[name], str(parameter.annotation)):
            raise Refused(f"{spoken.get(name, name)} must be {parameter.annotation}, not {named[name]!r:.80}")
    return named


def _fits(value: Any, annotation: str) -> bool:
    kinds = _PLAIN.get(annotation.removesuffix(" | None"))
    if kinds is None:
        return True
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
