"""What a person presses: buttons, menus and shortcuts, in messages, modals and the home tab."""

from __future__ import annotations

from typing import Any

from bot.sandbox.control_errors import Refused, silent
from bot.sandbox.slack_deliver import Parcel
from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_payloads import message_action, message_shortcut, shortcut, view_action
from bot.sandbox.slack_shown import choices_of, pressables
from bot.sandbox.slack_speaking import patience, seen_by
from bot.sandbox.slack_state import User
from bot.sandbox.slack_text import label
from bot.sandbox.slack_views import OpenView
from bot.sandbox.slack_workspace import Workspace

_MENUS = {"overflow", "static_select", "radio_buttons"}


async def press(
    slack: Workspace, user: User, ident: str | None, button: str, value: str | None = None
) -> Json:
    """Press a button by its label, action id or value; or choose an entry of a menu by its label.

    Args:
        slack: the workspace.
        user: who presses.
        ident: the message; None is the modal on their screen, else their home tab.
        button: what to press; of several alike the first, unless `value` says which.
        value: the button's value, or the label of what to choose from the menu called `button`.

    Raises:
        Refused: there is nothing like it to press, or the bot did not answer.
    """
    if ident is None:
        shown = slack.views.top(user.id) or slack.views.homes.get(user.id)
        if shown is None:
            raise Refused(f"{user.name} has no form open to press something on", 409)
        action = _found(shown.view["blocks"], button, value, "the form")
        return await _deliver(slack, view_action(slack, user, shown, action), button)
    conversation, message = seen_by(slack, user, ident)
    action = _found(message.blocks, button, value, "the message")
    return await _deliver(slack, message_action(slack, user, conversation, message, action), button)


async def _deliver(slack: Workspace, payload: Json, what: str) -> Json:
    answer = await slack.deliveries.ask(Parcel("interactive", payload))
    if not answer.acked:
        raise silent(f"pressing {what}")
    return {}


def _found(blocks: list[Json], button: str, value: str | None, where: str) -> Json:
    elements = [(block["block_id"], part) for block, part in pressables(blocks)]
    for block_id, part in elements:
        action = _pressed(part, button, value)
        if action is not None:
            return {"block_id": block_id, "action_id": part["action_id"], **action}
    labels = ", ".join(_label(part) for _, part in elements) or "nothing"
    raise Refused(f"{where} has no button '{button}'; it has {labels}", 404)


def _label(part: Json) -> str:
    return label(part.get("text") or part.get("placeholder")) or str(part["action_id"])


def _pressed(part: Json, button: str, value: str | None) -> Json | None:
    named = button in {part["action_id"], part.get("value")} or button.casefold() == _label(part).casefold()
    if part["type"] == "button":
        if not named or value not in {None, part.get("value")}:
            return None
        kept: Json = {key: part[key] for key in ("value", "style", "url") if key in part}
        return {"type": "button", "text": part["text"], **kept}
    if part["type"] not in _MENUS:
        return None
    wanted = value if named else button
    for choice in choices_of(part):
        if wanted is not None and wanted.casefold() in {label(choice["text"]).casefold(), choice["value"]}:
            return {"type": part["type"], "selected_option": choice}
    return None


async def changed(slack: Workspace, user: User, shown: OpenView, block_id: str, action: Json) -> None:
    """Tell the bot that an input with `dispatch_action` holds something else now.

    Raises:
        Refused: the bot did not answer.
    """
    payload = view_action(slack, user, shown, {"block_id": block_id, **action})
    await _deliver(slack, payload, action["action_id"])


async def choose_shortcut(slack: Workspace, user: User, ident: str | None, name: str) -> Json:
    """Choose a shortcut by its label or callback id: of a message, or a global one without a message."""
    callback = slack.app.callback(name)
    if callback is None:
        raise Refused(f"the app has no shortcut '{name}'; it has {', '.join(slack.app.shortcuts or ())}", 404)
    if ident is None:
        payload = shortcut(slack, user, callback)
    else:
        conversation, message = seen_by(slack, user, ident)
        payload = message_shortcut(slack, user, conversation, message, callback)
    return await _deliver(slack, payload, name)


async def open_home(slack: Workspace, user: User) -> Json:
    """Open the app's home tab: tells the bot, and answers what the tab shows then."""
    shown = slack.views.homes.get(user.id)
    event: dict[str, Any] = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": slack.state.direct(user.id).id,
        "tab": "home",
        "event_ts": slack.state.ids.stamp(),
    }
    if shown is not None:
        event["view"] = slack.views.json(shown)
    acked = await patience(slack, slack.emit(event))
    shown = slack.views.homes.get(user.id)
    return {"acked": acked, "view": slack.views.json(shown) if shown else None}
