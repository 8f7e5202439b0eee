"""Block Kit's blocks and views: what a message, a modal and a home tab may hold.

Source of every limit: docs.slack.dev, "Blocks" and "Views"; the total for a message's text is a measured one.
"""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.slack_elements import element, elements
from bot.sandbox.slack_ids import Ids, Json
from bot.sandbox.slack_refusal import SlackRefusal
from bot.sandbox.slack_schema import (
    Check,
    Rule,
    Spec,
    anything,
    examine,
    flag,
    items,
    nothing_twice,
    one_of,
    plain,
    string,
    text,
)
from bot.sandbox.slack_text import encoded

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_BLOCK_TEXT = 13_200
"""Characters over all blocks of one message; not documented, seen as `msg_blocks_too_long`."""
VIEW_BYTES = 250_000

_COMMON: dict[str, Rule] = {"type": anything, "block_id": string(255)}


def _context_element(check: Check, value: Any, pointer: str) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    rule = text(2000) if kind in {"plain_text", "mrkdwn"} else element("context")
    rule(check, value, pointer)


def _says_something(check: Check, value: Any, pointer: str) -> None:
    if not value.get("text") and not value.get("fields"):
        check.fault("must define either `text` or `fields`", pointer)


def _has_picture(check: Check, value: Any, pointer: str) -> None:
    if bool(value.get("image_url")) == bool(value.get("slack_file")):
        check.fault("must define either `image_url` or `slack_file`", pointer)


BLOCKS: dict[str, Spec] = {
    "section": Spec(
        {
            **_COMMON,
            "text": text(3000),
            "fields": items(text(2000), 10),
            "accessory": element("section"),
            "expand": flag,
        },
        also=_says_something,
    ),
    "header": Spec({**_COMMON, "text": plain(150)}, required=("text",)),
    "divider": Spec(_COMMON),
    "context": Spec({**_COMMON, "elements": items(_context_element, 10)}, required=("elements",)),
    "actions": Spec({**_COMMON, "elements": elements("actions", 25)}, required=("elements",)),
    "image": Spec(
        {
            **_COMMON,
            "image_url": string(3000),
            "slack_file": anything,
            "alt_text": string(2000, 1),
            "title": plain(2000),
        },
        required=("alt_text",),
        also=_has_picture,
    ),
    "input": Spec(
        {
            **_COMMON,
            "label": plain(2000),
            "element": element("input"),
            "hint": plain(2000),
            "optional": flag,
            "dispatch_action": flag,
        },
        required=("label", "element"),
    ),
    "rich_text": Spec({**_COMMON, "elements": items(anything, 1000)}, required=("elements",)),
    "video": Spec({**_COMMON, **dict.fromkeys(("alt_text", "author_name", "description", "provider_icon_url",
        "provider_name", "title", "title_url", "thumbnail_url", "video_url"), anything)},
        required=("alt_text", "title", "thumbnail_url", "video_url")),
    "markdown": Spec({**_COMMON, "text": string(12_000, 1)}, required=("text",), surfaces=("message",)),
    "table": Spec({**_COMMON, "rows": items(anything, 100), "column_settings": anything},
        required=("rows",), surfaces=("message",)),
    "file": Spec({**_COMMON, "external_id": string(255), "source": one_of("remote"), "file_id": string(255)},
        required=("external_id", "source"), surfaces=("message",)),
}  # fmt: skip

_VIEW_COMMON: dict[str, Rule] = {
    "type": anything,
    "blocks": anything,
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
VIEWS: dict[str, Spec] = {
    "modal": Spec(
        {
            **_VIEW_COMMON,
            "title": plain(24),
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
        },
        required=("title", "blocks"),
    ),
    "home": Spec(_VIEW_COMMON, required=("blocks",)),
}


def _examine_blocks(check: Check, blocks: Any, pointer: str, most: int) -> None:
    items(anything, most, 0)(check, blocks, pointer)
    seen: set[str] = set()
    for number, block in enumerate(blocks if isinstance(blocks, list) else []):
        here = f"{pointer}/{number}"
        kind = block.get("type") if isinstance(block, dict) else None
        spec = BLOCKS.get(kind) if isinstance(kind, str) else None
        if spec is None or check.surface not in spec.surfaces:
            check.fault(f"unsupported type: {kind}", f"{here}/type")
            continue
        examine(check, block, spec, here)
        nothing_twice(check, seen, block.get("block_id") or None, f"{here}/block_id")


def message_blocks(blocks: Any, ids: Ids) -> list[Json]:
    """A message's blocks as Slack keeps them: checked, with the ids it invents.

    Raises:
        SlackRefusal: `invalid_blocks` with every fault, or `msg_blocks_too_long`.
    """
    check = Check("message")
    _examine_blocks(check, blocks, "/blocks", MESSAGE_BLOCKS)
    if check.faults:
        raise SlackRefusal("invalid_blocks", messages=check.faults, errors=check.faults)
    if _length(blocks) > MESSAGE_BLOCK_TEXT:
        raise SlackRefusal("msg_blocks_too_long")
    return _with_ids(encoded(blocks), ids)


def checked_view(view: Any, ids: Ids, *kinds: str) -> Json:
    """A view as Slack keeps it: checked, with the ids it invents. `kinds` are those the method takes.

    Raises:
        SlackRefusal: `invalid_arguments` with every fault, or `view_too_large`.
    """
    kind = view.get("type") if isinstance(view, dict) else None
    if kind not in kinds:
        raise SlackRefusal("invalid_arguments", messages=["invalid `view` [json-pointer:/view/type]"])
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackRefusal("view_too_large")
    check = Check(kind)
    examine(check, view, VIEWS[kind], "/view")
    _examine_blocks(check, view.get("blocks"), "/view/blocks", VIEW_BLOCKS)
    if not check.faults:
        _examine_inputs(check, view)
    if check.faults:
        raise SlackRefusal("invalid_arguments", messages=check.faults)
    kept: Json = encoded(view)
    return {**kept, "blocks": _with_ids(kept["blocks"], ids)}


def _examine_inputs(check: Check, view: Json) -> None:
    inputs = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    if inputs and view["type"] == "modal" and not view.get("submit"):
        check.fault("missing required field: submit", "/view")
    if sum(bool(part.get("focus_on_load")) for part in inputs) > 1:
        check.fault("only one element can have `focus_on_load`", "/view/blocks")


def _length(value: Any) -> int:
    if isinstance(value, list):
        return sum(_length(part) for part in value)
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(_length(part) for part in value.values())


def _with_ids(blocks: list[Json], ids: Ids) -> list[Json]:
    return [_block_with_ids(block, ids) for block in blocks]


def _block_with_ids(block: Json, ids: Ids) -> Json:
    kept = {**block, "block_id": block.get("block_id") or ids.new("b")[2:7]}
    if kept["type"] == "actions":
        kept["elements"] = [_named(part, ids) for part in kept["elements"]]
    for key in ("accessory", "element"):
        if kept.get(key):
            kept[key] = _named(kept[key], ids)
    return kept


def _named(part: Json, ids: Ids) -> Json:
    if part["type"] == "image":
        return part
    return {**part, "action_id": part.get("action_id") or ids.new("a")[2:7]}
