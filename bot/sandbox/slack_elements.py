"""Block Kit's elements: keys, limits, and where each may stand.

Source of every limit: docs.slack.dev, "Block elements".
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack_composition import CONFIRM, FILTER, GROUP, OPTION
from bot.sandbox.slack_schema import (
    Check,
    Rule,
    Spec,
    anything,
    examine,
    flag,
    integer,
    items,
    nothing_twice,
    obj,
    one_of,
    plain,
    string,
)

_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"\d{2}:\d{2}"
_NUMBER = r"-?\d+(\.\d+)?"
_ANYWHERE = ("section", "actions", "input")

_DISPATCH = Spec(
    {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)},
    required=("trigger_actions_on",),
)


def _choices_fit(check: Check, value: Any, pointer: str) -> None:
    groups = value.get("option_groups") or []
    options = value.get("options") or []
    if bool(groups) == bool(options):
        check.fault("needs either options or option_groups", pointer)
    for group in groups:
        options = options + (group.get("options") or [] if isinstance(group, dict) else [])
    known = [option.get("value") for option in options if isinstance(option, dict)]
    chosen = value.get("initial_options") or [value.get("initial_option")]
    for option in chosen:
        if isinstance(option, dict) and option.get("value") not in known:
            check.fault("initial option is not one of the options", pointer)


def _number_fits(check: Check, value: Any, pointer: str) -> None:
    low, high = value.get("min_value"), value.get("max_value")
    try:
        if low is not None and high is not None and float(low) > float(high):
            check.fault("min_value must be less than or equal to max_value", pointer)
    except (TypeError, ValueError):
        return


def _lengths_fit(check: Check, value: Any, pointer: str) -> None:
    low, high = value.get("min_length"), value.get("max_length")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        check.fault("min_length must be less than or equal to max_length", pointer)


_COMMON: dict[str, Rule] = {"type": anything, "action_id": string(255, 1)}
_INPUT = {**_COMMON, "focus_on_load": flag}
_ASKING = {**_INPUT, "placeholder": plain(150)}
_SELECT = {**_ASKING, "confirm": obj(CONFIRM)}
_MULTI = {**_SELECT, "max_selected_items": integer(1, 1000)}
_TYPED = {**_ASKING, "dispatch_action_config": obj(_DISPATCH), "initial_value": string(3000)}
_OPTIONS = {"options": items(obj(OPTION), 100), "option_groups": items(obj(GROUP), 100)}
_FEW = {"options": items(obj(OPTION), 10), "confirm": obj(CONFIRM)}
_IDS = items(string(255), 1000, 0)

ELEMENTS: dict[str, Spec] = {
    "button": Spec(
        {
            **_COMMON,
            "text": plain(75),
            "url": string(3000),
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "confirm": obj(CONFIRM),
            "accessibility_label": string(75),
            # Who may see it and what an agent is told: Slack's newer keys, of no consequence here.
            **dict.fromkeys(("visible_to_user_ids", "agent_prompt", "agent_prompt_display"), anything),
        },
        required=("text",),
        parents=("section", "actions"),
    ),
    "static_select": Spec(
        {**_SELECT, **_OPTIONS, "initial_option": obj(OPTION)}, parents=_ANYWHERE, also=_choices_fit
    ),
    "external_select": Spec(
        {**_SELECT, "initial_option": obj(OPTION), "min_query_length": integer(0, 255)}, parents=_ANYWHERE
    ),
    "users_select": Spec({**_SELECT, "initial_user": string(255)}, parents=_ANYWHERE),
    "channels_select": Spec(
        {**_SELECT, "initial_channel": string(255), "response_url_enabled": flag}, parents=_ANYWHERE
    ),
    "conversations_select": Spec(
        {
            **_SELECT,
            "initial_conversation": string(255),
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": obj(FILTER),
        },
        parents=_ANYWHERE,
    ),
    "multi_static_select": Spec(
        {**_MULTI, **_OPTIONS, "initial_options": items(obj(OPTION), 100)},
        parents=_ANYWHERE,
        also=_choices_fit,
    ),
    "multi_external_select": Spec(
        {**_MULTI, "initial_options": items(obj(OPTION), 100), "min_query_length": integer(0, 255)},
        parents=_ANYWHERE,
    ),
    "multi_users_select": Spec({**_MULTI, "initial_users": _IDS}, parents=_ANYWHERE),
    "multi_channels_select": Spec({**_MULTI, "initial_channels": _IDS}, parents=_ANYWHERE),
    "multi_conversations_select": Spec(
        {
            **_MULTI,
            "initial_conversations": _IDS,
            "default_to_current_conversation": flag,
            "filter": obj(FILTER),
        },
        parents=_ANYWHERE,
    ),
    "overflow": Spec(
        {**_COMMON, "options": items(obj(OPTION), 5), "confirm": obj(CONFIRM)},
        required=("options",),
        parents=("section", "actions"),
    ),
    "checkboxes": Spec(
        {**_INPUT, **_FEW, "initial_options": items(obj(OPTION), 10)},
        required=("options",),
        parents=_ANYWHERE,
        also=_choices_fit,
    ),
    "radio_buttons": Spec(
        {**_INPUT, **_FEW, "initial_option": obj(OPTION)},
        required=("options",),
        parents=_ANYWHERE,
        also=_choices_fit,
    ),
    "datepicker": Spec({**_SELECT, "initial_date": string(10, 10, _DATE)}, parents=_ANYWHERE),
    "timepicker": Spec(
        {**_SELECT, "initial_time": string(5, 5, _TIME), "timezone": string(255)}, parents=_ANYWHERE
    ),
    "datetimepicker": Spec(
        {**_INPUT, "confirm": obj(CONFIRM), "initial_date_time": integer(1_000_000_000, 9_999_999_999)},
        parents=("actions", "input"),
    ),
    "plain_text_input": Spec(
        {**_TYPED, "multiline": flag, "min_length": integer(0, 3000), "max_length": integer(1, 3000)},
        parents=("input",),
        also=_lengths_fit,
    ),
    "rich_text_input": Spec(
        {
            **_ASKING,
            "initial_value": anything,
            "dispatch_action_config": obj(_DISPATCH),
            "min_lines": integer(1, 100),
            "max_lines": integer(1, 100),
        },
        parents=("input",),
    ),
    "email_text_input": Spec(_TYPED, parents=("input",), surfaces=("modal",)),
    "url_text_input": Spec(_TYPED, parents=("input",), surfaces=("modal",)),
    "number_input": Spec(
        {
            **_TYPED,
            "is_decimal_allowed": flag,
            "initial_value": string(255, 1, _NUMBER),
            "min_value": string(255, 1, _NUMBER),
            "max_value": string(255, 1, _NUMBER),
        },
        required=("is_decimal_allowed",),
        parents=("input",),
        surfaces=("modal",),
        also=_number_fits,
    ),
    "file_input": Spec(
        {**_COMMON, "filetypes": items(string(255), 100, 0), "max_files": integer(1, 10)},
        parents=("input",),
        surfaces=("modal",),
    ),
    "image": Spec(
        {
            "type": anything,
            "image_url": string(3000),
            "slack_file": anything,
            "alt_text": string(2000),
            "fallback": anything,
            "image_width": anything,
            "image_height": anything,
            "image_bytes": anything,
        },
        required=("alt_text",),
        parents=("section", "context"),
    ),
    "workflow_button": Spec(
        {
            **_COMMON,
            "text": plain(75),
            "workflow": anything,
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
        required=("text", "workflow"),
        parents=("section", "actions"),
        surfaces=("message",),
    ),
}


def element(parent: str) -> Rule:
    """The rule for an element that stands in a kind of block."""

    def rule(check: Check, value: Any, pointer: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        spec = ELEMENTS.get(kind) if isinstance(kind, str) else None
        if spec is None or parent not in spec.parents:
            check.fault(f"unsupported type: {kind}", f"{pointer}/type")
            return
        if check.surface not in spec.surfaces:
            check.fault(f"{kind} is not allowed in a {check.surface}", f"{pointer}/type")
        examine(check, value, spec, pointer)

    return rule


def elements(parent: str, most: int) -> Rule:
    """A list of elements whose action ids differ."""
    listed = items(element(parent), most)

    def rule(check: Check, value: Any, pointer: str) -> None:
        listed(check, value, pointer)
        seen: set[str] = set()
        for number, part in enumerate(value if isinstance(value, list) else []):
            if isinstance(part, dict):
                nothing_twice(check, seen, part.get("action_id"), f"{pointer}/{number}/action_id")

    return rule
