"""The Bot API's door: reads a call, checks the token, plays the fault that is switched on, answers."""

from __future__ import annotations

import asyncio
import inspect
import json
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox import (
    telegram_commands,
    telegram_methods_chat,
    telegram_methods_edit,
    telegram_methods_send,
    telegram_methods_updates,
)
from bot.sandbox.control_answer import AsciiJSON
from bot.sandbox.faults import Cut, Fault, Faults
from bot.sandbox.telegram_files import LARGEST_UPLOAD, by_path
from bot.sandbox.telegram_methods import Method
from bot.sandbox.telegram_refusal import Arguments, Json, Sent, TelegramRefusal, too_many
from bot.sandbox.telegram_room import TOKEN, TelegramRoom

LINE, POLLING_LINE = "telegram", "telegram-polling"
"""The fault switch of getUpdates is its own: else every long poll would count as a call."""
METHODS: dict[str, Method] = {
    **telegram_methods_updates.METHODS,
    **telegram_methods_send.METHODS,
    **telegram_methods_edit.METHODS,
    **telegram_methods_chat.METHODS,
    **telegram_commands.METHODS,
}
_BY_NAME = {name.lower(): method for name, method in METHODS.items()}
"""Names of methods are read in any case."""
_ERRORS = {500: "Internal Server Error", 503: "Service Unavailable"}


async def arguments(request: Request) -> Arguments:
    """A call's parameters, merged from query, form and JSON; the later one wins.

    Raises:
        TelegramRefusal: the body is not what its content type says, or too large.
    """
    merged: dict[str, Any] = dict(request.query_params)
    files: dict[str, Sent] = {}
    kind = request.headers.get("content-type", "")
    if "json" in kind:
        merged |= _object(await request.body())
    elif "form" in kind:
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = Sent(value.filename or name, await value.read())
                else:
                    merged[name] = value
    if sum(len(each.content) for each in files.values()) > LARGEST_UPLOAD:
        raise TelegramRefusal("Request Entity Too Large", 413)

    async def hung_up() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            continue

    return Arguments(merged, files, hung_up)


def _object(body: bytes) -> Json:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise TelegramRefusal("can't parse request JSON object") from None
    if not isinstance(value, dict):
        raise TelegramRefusal("can't parse request JSON object")
    return value


def spoiled(fault: Fault) -> Response:
    """The answer a fault gives instead of the true one.

    Raises:
        Cut: the fault drops the connection.
    """
    if fault.cuts:
        raise Cut
    status = fault.status or 500
    if status == 429:
        return AsciiJSON(too_many(1).body, 429)
    return AsciiJSON({"ok": False, "error_code": status, "description": _ERRORS[status]}, status)


async def _before(room: TelegramRoom, faults: Faults, line: str) -> Fault | None:
    """Draw the fault for one call, and hang when it is a slow one."""
    fault = faults.draw(line)
    if fault is not None and fault.kind == "slow":
        await asyncio.sleep(room.slow_seconds)
        return None
    return fault


def _check_token(room: TelegramRoom, token: str) -> None:
    if not TOKEN.fullmatch(token):
        raise TelegramRefusal("", 404)
    if token != room.token:
        raise TelegramRefusal("", 401)


async def answer(room: TelegramRoom, faults: Faults, request: Request) -> Response:
    """Answer one call of a method."""
    name = request.path_params["method"].lower()
    fault = await _before(room, faults, POLLING_LINE if name == "getupdates" else LINE)
    if fault is not None and not fault.applies:
        return spoiled(fault)
    response = await _carry_out(room, name, request)
    return spoiled(fault) if fault is not None else response


def _named(name: str) -> Method:
    if name not in _BY_NAME:
        raise TelegramRefusal("method not found", 404)
    return _BY_NAME[name]


async def _carry_out(room: TelegramRoom, name: str, request: Request) -> Response:
    try:
        _check_token(room, request.path_params["token"])
        result = _named(name)(room, await arguments(request))
        if inspect.isawaitable(result):
            result = await result
        return AsciiJSON({"ok": True, "result": result})
    except TelegramRefusal as refusal:
        return AsciiJSON(refusal.body, refusal.code)


async def download(room: TelegramRoom, faults: Faults, request: Request) -> Response:
    """Answer one download of a file by the path getFile gave."""
    fault = await _before(room, faults, LINE)
    if fault is not None and not fault.applies:
        return spoiled(fault)
    try:
        _check_token(room, request.path_params["token"])
        kept = by_path(room.state, request.path_params["path"])
    except TelegramRefusal as refusal:
        return AsciiJSON(refusal.body, refusal.code)
    return (
        spoiled(fault) if fault is not None else Response(kept.content, media_type="application/octet-stream")
    )
