"""What a person sees of a message: its text, its buttons, and whom it notifies."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_state import Message, SlackState
from bot.sandbox.slack_text import label, mentions, shown


def visible_text(state: SlackState, message: Message) -> str:
    """The text on the screen: that of the blocks where there are any, else the message's own."""
    lines = blocks_text(state, message.blocks)
    return "\n".join(lines) if lines else shown(state, message.text)


def blocks_text(state: SlackState, blocks: list[Json]) -> list[str]:
    """What blocks say, a line or more each, without their buttons and inputs."""
    return [line for block in blocks for line in _block(state, block) if line]


def _block(state: SlackState, block: Json) -> list[str]:
    kind = block["type"]
    if kind == "context":
        return [" ".join(_text(state, part) for part in block["elements"])]
    if kind == "rich_text":
        return ["".join(_rich(state, part) for part in block["elements"])]
    if kind == "image":
        return [_text(state, block.get("title")) or str(block["alt_text"])]
    if kind == "markdown":
        return [str(block["text"])]
    if kind == "table":
        return ["\t".join(_rich(state, cell) for cell in row) for row in block["rows"]]
    if kind == "input":
        return []
    parts = [block.get("text"), *(block.get("fields") or [])]
    return [_text(state, part) for part in parts]


def _text(state: SlackState, part: Any) -> str:
    if not isinstance(part, dict):
        return ""
    if part.get("type") == "mrkdwn":
        return shown(state, part["text"])
    return label(part) or str(part.get("alt_text") or "")


def _rich(state: SlackState, part: Json) -> str:
    match part.get("type"):
        case "user":
            user = state.users.get(part["user_id"])
            return "@" + (user.name if user else part["user_id"])
        case "channel":
            channel = state.conversations.get(part["channel_id"])
            return "#" + (channel.name if channel else part["channel_id"])
        case "broadcast":
            return "@" + str(part["range"])
        case "emoji":
            return f":{part['name']}:"
        case "link":
            return str(part.get("text") or part["url"])
        case _:
            pass
    inner = part.get("elements")
    if isinstance(inner, list):
        end = "\n" if part["type"] in {"rich_text_list", "rich_text_preformatted"} else ""
        return "".join(_rich(state, each) + end for each in inner)
    return str(part.get("text", ""))


def pressables(blocks: list[Json]) -> list[tuple[Json, Json]]:
    """Everything in blocks that can be pressed or chosen from: (block, element), top to bottom."""
    found = []
    for block in blocks:
        parts = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
        found += [(block, part) for part in parts if isinstance(part, dict) and part.get("action_id")]
    return found


def buttons(blocks: list[Json]) -> list[Json]:
    """The buttons and menus of blocks as a script sees them: label, action id, value, url, style, choices."""
    return [_button(element) for _, element in pressables(blocks)]


def _button(element: Json) -> Json:
    text = element.get("text") or element.get("placeholder")
    shown_button: Json = {"label": label(text), "action_id": element["action_id"]}
    shown_button |= {key: element[key] for key in ("value", "url", "style") if element.get(key)}
    choices = choices_of(element)
    if element["type"] != "button":
        shown_button |= {"kind": element["type"], "choices": [label(choice["text"]) for choice in choices]}
    return shown_button


def choices_of(element: Json) -> list[Json]:
    """The options of a menu, those of its groups included."""
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return (element.get("options") or []) + grouped


def all_mentions(state: SlackState, message: Message) -> list[str]:
    """Whom a message notifies, by its text and by what its blocks say."""
    found = mentions(state, message.text, link_names=message.link_names)
    for text, parsed in _texts([*message.blocks, *message.attachments]):
        found += mentions(state, text, parsed=parsed)
    found += _rich_mentions(state, message.blocks)
    return list(dict.fromkeys(found))


def _texts(value: Any) -> list[tuple[str, bool]]:
    """Every mrkdwn text inside, and whether bare mentions in it are parsed; plain_text notifies nobody."""
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    if not isinstance(value, dict):
        return []
    if value.get("type") in {"mrkdwn", "markdown"}:
        return [(str(value.get("text", "")), not value.get("verbatim"))]
    if "type" not in value and ("fallback" in value or isinstance(value.get("text"), str)):
        own = [str(value[key]) for key in ("pretext", "title", "text") if value.get(key)]
        return [(text, True) for text in own] + _texts(value.get("blocks") or [])
    return [text for part in value.values() for text in _texts(part)]


def _rich_mentions(state: SlackState, value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for part in value for name in _rich_mentions(state, part)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "user" and value.get("user_id") in state.users:
        return ["@" + state.users[value["user_id"]].name]
    if value.get("type") == "broadcast":
        return ["@" + str(value.get("range"))]
    return [name for part in value.values() for name in _rich_mentions(state, part)]
