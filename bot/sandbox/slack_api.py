"""The Web API's door: reads a call, checks token and scope, plays the fault that is switched on, answers."""

from __future__ import annotations

import asyncio
import json
from email.utils import formatdate
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox import (
    slack_api_chat,
    slack_api_conversations,
    slack_api_files,
    slack_api_reactions,
    slack_api_team,
    slack_api_views,
)
from bot.sandbox.control_answer import AsciiJSON
from bot.sandbox.faults import Cut, Fault, Faults
from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_methods import Method, require_scope
from bot.sandbox.slack_refusal import Arguments, SlackRefusal
from bot.sandbox.slack_workspace import Workspace

METHODS: dict[str, Method] = {
    **slack_api_chat.METHODS,
    **slack_api_conversations.METHODS,
    **slack_api_files.METHODS,
    **slack_api_reactions.METHODS,
    **slack_api_team.METHODS,
    **slack_api_views.METHODS,
}
_ERRORS = {500: "internal_error", 503: "service_unavailable"}


async def arguments(request: Request) -> Arguments:
    """A call's arguments, merged from query, form and JSON; the later one wins.

    Raises:
        SlackRefusal: the body is not what its content type says.
    """
    merged: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if "json" in kind:
        merged |= _object(await request.body())
    elif "form" in kind:
        async with request.form() as form:
            merged |= {key: value for key, value in form.items() if isinstance(value, str)}
    return Arguments(merged)


def _object(body: bytes) -> Json:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise SlackRefusal("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackRefusal("json_not_object")
    return value


def _authorize(slack: Workspace, method: Method, request: Request, args: Arguments) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    token = given if scheme.lower() == "bearer" else args.text("token")
    known = {slack.credentials.bot_token: "bot", slack.credentials.app_token: "app"}
    if not token:
        raise SlackRefusal("not_authed")
    if token not in known:
        raise SlackRefusal("invalid_auth")
    if known[token] != method.by:
        raise SlackRefusal("not_allowed_token_type")
    require_scope(slack, method.scope)


def spoiled(fault: Fault) -> Response:
    """The answer a fault gives instead of the true one.

    Raises:
        Cut: the fault drops the connection.
    """
    if fault.cuts:
        raise Cut
    status = fault.status or 500
    if status == 429:
        refusal = {"ok": False, "error": "ratelimited"}
        return AsciiJSON(refusal, 429, {"retry-after": "1"})
    return AsciiJSON({"ok": False, "error": _ERRORS.get(status, "internal_error")}, status)


async def before(slack: Workspace, faults: Faults) -> Fault | None:
    """Draw the fault for one call, and hang when it is a slow one."""
    fault = faults.draw("slack")
    if fault is not None and fault.kind == "slow":
        await asyncio.sleep(slack.slow_seconds)
        return None
    return fault


async def answer(slack: Workspace, faults: Faults, request: Request) -> Response:
    """Answer one Web API call."""
    name = request.path_params["method"]
    fault = await before(slack, faults)
    if fault is not None and not fault.applies:
        return spoiled(fault)
    response = await _carry_out(slack, name, request)
    return spoiled(fault) if fault is not None else response


async def _carry_out(slack: Workspace, name: str, request: Request) -> Response:
    method = METHODS.get(name)
    headers = {
        "date": formatdate(slack.date(), usegmt=True),
        "x-oauth-scopes": ",".join(slack.scopes),
        "x-slack-req-id": slack.state.ids.new("r").lower(),
    }
    if method is not None and method.scope:
        headers["x-accepted-oauth-scopes"] = method.scope
    try:
        args = await arguments(request)
        if method is None:
            return AsciiJSON(SlackRefusal("unknown_method", req_method=name).body, 200, headers)
        _authorize(slack, method, request, args)
        return AsciiJSON({"ok": True, **method.run(slack, args)}, 200, headers)
    except SlackRefusal as refusal:
        if refusal.retry_after is not None:
            headers["retry-after"] = str(refusal.retry_after)
            return AsciiJSON(refusal.body, 429, headers)
        return AsciiJSON(refusal.body, 200, headers)
