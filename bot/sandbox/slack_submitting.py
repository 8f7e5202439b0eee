"""What a person does with a form: look at it, fill it, send it, close it."""

from __future__ import annotations

from typing import Any

from bot.sandbox.control_errors import Refused, silent
from bot.sandbox.slack_deliver import Parcel
from bot.sandbox.slack_filling import BadValue, fault, filled
from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_inputs import Field, fields_of, is_many, key_of
from bot.sandbox.slack_payloads import closing, submission, suggestion
from bot.sandbox.slack_pressing import changed
from bot.sandbox.slack_refusal import SlackRefusal
from bot.sandbox.slack_shown import blocks_text, buttons, choices_of
from bot.sandbox.slack_state import User
from bot.sandbox.slack_text import label
from bot.sandbox.slack_views import OpenView
from bot.sandbox.slack_workspace import Workspace


def form(slack: Workspace, user: User) -> Json | None:
    """The form on a person's screen, readable and as Slack got it (`view`); None when there is none."""
    shown = slack.views.top(user.id)
    if shown is None:
        return None
    return {
        "platform": "slack",
        "id": shown.id,
        "title": label(shown.view["title"]),
        "submit": label(shown.view.get("submit")) or None,
        "texts": blocks_text(slack.state, shown.view["blocks"]),
        "buttons": [part for part in buttons(shown.view["blocks"]) if "kind" not in part],
        "fields": [_field_json(shown, field) for field in fields_of(shown.view)],
        "view": slack.views.json(shown),
    }


def _field_json(shown: OpenView, field: Field) -> Json:
    entry = shown.values[field.block_id][field.action_id]
    block = next(block for block in shown.view["blocks"] if block["block_id"] == field.block_id)
    return {
        "label": field.label,
        "block_id": field.block_id,
        "action_id": field.action_id,
        "type": field.type,
        "required": not field.optional,
        "choices": [label(choice["text"]) for choice in choices_of(field.element)],
        "hint": label(block.get("hint")),
        "value": readable(entry),
        "error": shown.errors.get(field.block_id),
    }


def readable(entry: Json) -> Any:
    """What an input holds in plain words: labels for options, names for files."""
    value = entry[key_of(entry["type"])]
    return [_plain(part) for part in value] if is_many(entry["type"]) else _plain(value)


def _plain(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return label(value["text"]) if isinstance(value.get("text"), dict) else value.get("name", value)


async def fill(slack: Workspace, user: User, values: Json) -> Json:
    """Give inputs values by label, block id or action id; those that dispatch tell the bot at once.

    An input that only an earlier answer brings is waited for.

    Raises:
        Refused: no form is open, it has no such input, or the bot did not answer.
    """
    left = dict(values)
    errors: dict[str, str] = {}
    while left:
        shown = await _screen(slack, user)
        field = _next(shown, left) or await slack.until(
            lambda: _arrived(slack, user, left), slack.form_seconds
        )
        if field is None:
            labels = ", ".join(part.label for part in fields_of(shown.view)) or "nothing"
            raise Refused(f"the form asks for {labels}, not for {', '.join(left)}")
        name = next(name for name in left if field.answers_to(name))
        shown = await _screen(slack, user)
        if sentence := await _give(slack, user, shown, field, left.pop(name)):
            errors[field.label] = sentence
    return {"errors": errors} if errors else {}


async def _screen(slack: Workspace, user: User) -> OpenView:
    shown = await slack.until(lambda: slack.views.top(user.id), slack.form_seconds)
    if shown is None:
        raise Refused(f"{user.name} has no form open", 409)
    return shown


def _next(shown: OpenView, values: Json) -> Field | None:
    """The topmost field that one of the values is for."""
    for field in fields_of(shown.view):
        if any(field.answers_to(name) for name in values):
            return field
    return None


def _arrived(slack: Workspace, user: User, values: Json) -> Field | None:
    shown = slack.views.top(user.id)
    return _next(shown, values) if shown else None


async def _give(slack: Workspace, user: User, shown: OpenView, field: Field, value: Any) -> str | None:
    if "external" in field.type and value not in (None, "", []):
        field = await _suggested(slack, user, shown, field, value)
    try:
        entry = filled(slack, user, field, value)
    except BadValue as bad:
        return str(bad)
    before = shown.values[field.block_id][field.action_id]
    shown.values[field.block_id][field.action_id] = entry
    shown.errors.pop(field.block_id, None)
    slack.changed("")
    if field.dispatches and entry != before:
        await changed(slack, user, shown, field.block_id, {"action_id": field.action_id, **entry})
    return None


async def _suggested(slack: Workspace, user: User, shown: OpenView, field: Field, value: Any) -> Field:
    """The field with the options the bot suggests for what was typed."""
    typed = str(value[0] if isinstance(value, list) else value)
    where = {
        "container": {"type": "view", "view_id": shown.id},
        "view": slack.views.json(shown),
    }
    payload = suggestion(slack, user, field.block_id, field.action_id, typed, where)
    answer = await slack.deliveries.ask(Parcel("interactive", payload, wants_body=True))
    if not answer.acked:
        raise silent(f"searching for {typed}")
    offered = answer.body if isinstance(answer.body, dict) else {}
    kept = {key: offered[key] for key in ("options", "option_groups") if key in offered}
    return Field(**{**vars(field), "element": {**field.element, **kept}})


async def submit(slack: Workspace, user: User, values: Json) -> Json:
    """Fill the open form and send it; answers `{"errors": {label: sentence}}`, or `{}` when it was taken.

    What the client itself refuses (a required input left empty, a text too long) never reaches the bot.

    Raises:
        Refused: no form is open, it has no such input, or the bot did not answer (the form stays open).
    """
    await _screen(slack, user)
    refused = await fill(slack, user, values)
    shown = await _screen(slack, user)
    found = {
        field.block_id: sentence
        for field in fields_of(shown.view)
        if (sentence := fault(field, shown.values[field.block_id][field.action_id]))
    }
    shown.errors = found
    errors = {**_by_label(shown, found), **refused.get("errors", {})}
    if errors:
        slack.changed("")
        return {"errors": errors}
    return await _send(slack, user, shown)


def _by_label(shown: OpenView, errors: dict[str, str]) -> dict[str, str]:
    labels = {field.block_id: field.label for field in fields_of(shown.view)}
    return {labels.get(block_id, block_id): sentence for block_id, sentence in errors.items()}


async def _send(slack: Workspace, user: User, shown: OpenView) -> Json:
    payload = submission(slack, user, shown)
    answer = await slack.deliveries.ask(Parcel("interactive", payload, wants_body=True))
    if not answer.acked:
        raise silent(f"sending {label(shown.view['title'])}")
    body = answer.body if isinstance(answer.body, dict) else {}
    action = body.get("response_action")
    try:
        errors = _react(slack, user, shown, action, body)
    except SlackRefusal as refusal:
        raise Refused(f"the bot answered with what Slack refuses: {refusal.body}", 424) from refusal
    if action:
        slack.record(f"view_submission.{action}", user=user.person, view_id=shown.id, errors=errors)
    slack.changed("")
    return {"errors": errors} if errors else {}


def _react(slack: Workspace, user: User, shown: OpenView, action: Any, body: Json) -> dict[str, str]:
    """Do what the bot's answer to a submission says; answers the errors it named, by label."""
    match action:
        case None:
            stack = slack.views.stacks.get(user.id, [])
            if shown in stack:
                slack.views.close(user.id)
        case "clear":
            slack.views.close(user.id, all_of_them=True)
        case "update":
            slack.views.replace(shown, body.get("view") or {})
        case "push":
            slack.views.stack(user.id, body.get("view") or {})
        case "errors":
            return _errors(shown, body.get("errors"))
        case _:
            raise SlackRefusal("invalid_response_action", messages=[f"unknown response_action: {action}"])
    return {}


def _errors(shown: OpenView, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in shown.view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackRefusal("invalid_errors", messages=[f"errors name no input block of the view: {errors}"])
    shown.errors = {block_id: str(sentence) for block_id, sentence in errors.items()}
    return _by_label(shown, shown.errors)


async def close(slack: Workspace, user: User, *, all_of_them: bool = False) -> Json:
    """Close the form without sending it; the bot hears of it where the view asks for that.

    Raises:
        Refused: no form is open.
    """
    if slack.views.top(user.id) is None:
        raise Refused(f"{user.name} has no form open", 409)
    for shown in slack.views.close(user.id, all_of_them=all_of_them):
        if shown.view.get("notify_on_close"):
            payload = closing(slack, user, shown, cleared=all_of_them)
            await slack.deliveries.ask(Parcel("interactive", payload))
    slack.changed("")
    return {}
