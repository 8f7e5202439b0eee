"""Answers that do not go through the Web API: to a command at once, and to a response URL later."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.sandbox.faults import Faults
from bot.sandbox.slack_api import arguments, before, spoiled
from bot.sandbox.slack_api_chat import content
from bot.sandbox.slack_messages import announce, change, facts, keep, own, remove
from bot.sandbox.slack_refusal import Arguments, SlackRefusal
from bot.sandbox.slack_responses import ResponseUrl
from bot.sandbox.slack_state import Conversation
from bot.sandbox.slack_workspace import Workspace


def respond(slack: Workspace, issued: ResponseUrl, args: Arguments, effect: str) -> None:
    """Carry out a response: a message of its own, or a change of the one that was interacted with.

    Raises:
        SlackRefusal: the text or the blocks are refused, or the message is gone.
    """
    conversation = slack.state.conversations[issued.channel]
    deleting = args.flag("delete_original")
    if deleting or args.flag("replace_original"):
        _rewrite(slack, conversation, issued, args, effect)
        return
    hidden = args.text("response_type", "ephemeral") != "in_channel"
    body = content(slack, args)
    if hidden:
        body["metadata"] = None
    message = own(
        slack,
        conversation,
        **body,
        visible_to=issued.user if hidden else None,
        thread_ts=args.text("thread_ts") or issued.thread_ts,
    )
    keep(slack, conversation, message)
    if not hidden:
        announce(slack, conversation, message)
    slack.record(effect, **facts(slack, message))


def _rewrite(
    slack: Workspace, conversation: Conversation, issued: ResponseUrl, args: Arguments, effect: str
) -> None:
    message = conversation.find(issued.message)
    if message is None:
        raise SlackRefusal("message_not_found")
    if args.flag("delete_original"):
        gone = facts(slack, message)
        remove(slack, conversation, message)
        slack.record(effect, **gone, deleted=True)
        return
    change(slack, conversation, message, **{**content(slack, args), "metadata": message.metadata})
    slack.record(effect, **facts(slack, message), replaced=True)


def respond_at_once(
    slack: Workspace, user: str, conversation: Conversation, body: Any, effect: str = "command.response"
) -> None:
    """Carry out what an acknowledgement said, if it said anything."""
    if not isinstance(body, dict) or not (body.get("text") or body.get("blocks")):
        return
    respond(slack, ResponseUrl(user, conversation.id, None, None, 0.0), Arguments(body), effect)


async def response_route(slack: Workspace, faults: Faults, request: Request) -> Response:
    """Answer one POST to a response URL."""
    fault = await before(slack, faults)
    if fault is not None and not fault.applies:
        return spoiled(fault)
    response = await _carry_out(slack, request)
    return spoiled(fault) if fault is not None else response


async def _carry_out(slack: Workspace, request: Request) -> Response:
    issued = slack.responses.find(request.path_params["token"])
    if issued is None:
        return PlainTextResponse("used_url", 404)
    try:
        respond(slack, issued, await arguments(request), "response_url")
    except SlackRefusal as refusal:
        return PlainTextResponse(refusal.error, 404 if refusal.error == "message_not_found" else 400)
    issued.left -= 1
    return PlainTextResponse("ok")
