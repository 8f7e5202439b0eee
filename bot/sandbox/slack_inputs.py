"""The inputs of a view: what they hold, in the shapes of Slack's `view.state.values`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_text import label

# Where each element keeps its value in `state.values`, and the key of its initial value.
_KEYS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "file_input": ("files", ""),
}
_LISTS = ("multi_", "checkboxes", "file_input")


@dataclass(frozen=True)
class Field:
    """One element that holds a value; `dispatches` says that a change is sent to the app at once."""

    block_id: str
    action_id: str
    label: str
    type: str
    element: Json
    optional: bool
    dispatches: bool

    def answers_to(self, name: str) -> bool:
        """Whether somebody who says this name means this field: its label, block id or action id."""
        return name in {self.block_id, self.action_id} or name.strip().casefold() == self.label.casefold()


def fields_of(view: Json) -> Iterator[Field]:
    """A view's fields, from its input blocks, actions and accessories, top to bottom."""
    for block in view["blocks"]:
        is_input = block["type"] == "input"
        parts = [block.get("element") or block.get("accessory"), *(block.get("elements") or [])]
        for part in parts:
            if isinstance(part, dict) and part.get("type") in _KEYS and "action_id" in part:
                yield Field(
                    block_id=block["block_id"],
                    action_id=part["action_id"],
                    label=_label(block, part),
                    type=part["type"],
                    element=part,
                    optional=bool(block.get("optional")) or not is_input,
                    dispatches=bool(block.get("dispatch_action")) or not is_input,
                )


def _label(block: Json, part: Json) -> str:
    return label(block.get("label") or part.get("placeholder") or block.get("text"))


def key_of(kind: str) -> str:
    """Under which key an element's value stands."""
    return _KEYS[kind][0]


def is_many(kind: str) -> bool:
    """Whether an element holds a list."""
    return kind.startswith(_LISTS)


def blank(element: Json) -> Json:
    """What an element holds before anybody touched it."""
    kind = element["type"]
    key, initial = _KEYS[kind]
    empty: Any = [] if is_many(kind) else None
    return {"type": kind, key: element.get(initial, empty) if initial else empty}
