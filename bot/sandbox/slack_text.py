"""Slack's text: how typed text is encoded, how encoded text reads, and whom it would notify.

Source: docs.slack.dev, "Formatting message text": `& < >` are escaped, and what stands in angle brackets is a
user, a channel, a special mention, a date or a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_state import SlackState

_ENTITY = re.compile(r"<([^<>\n]+)>")
_TYPED = re.compile(
    r"(?P<link>https?://[^\s|]+)|(?<![\w@])@(?P<user>[\w.\-]+)|(?<![\w#])#(?P<channel>[\w\-]+)", re.IGNORECASE
)
_BARE = re.compile(r"&(?!amp;|lt;|gt;)")
_SPECIAL = ("channel", "here", "everyone")


def escaped(text: str) -> str:
    """Text with the three characters escaped that Slack gives a meaning."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """The other way round."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def encoded(value: Any) -> Any:
    """Blocks with the three characters encoded in every `plain_text`, as Slack does it to what an app sends.

    A button sent as "A & B" comes back as "A &amp; B"; what is encoded already stays as it is.
    """
    if isinstance(value, list):
        return [encoded(part) for part in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "plain_text" and isinstance(value.get("text"), str):
        text = _BARE.sub("&amp;", value["text"]).replace("<", "&lt;").replace(">", "&gt;")
        return {**value, "text": text}
    return {key: encoded(part) for key, part in value.items()}


def label(part: Json | None) -> str:
    """What a `plain_text` object shows; empty when there is none."""
    return unescaped(str((part or {}).get("text") or ""))


def typed(state: SlackState, text: str) -> str:
    """What a client sends for text a person typed: mentions, channels and links become entities."""
    return "".join(_encoded(state, part) for part in _parts(escaped(text)))


def _parts(text: str) -> Iterator[re.Match[str] | str]:
    at = 0
    for match in _TYPED.finditer(text):
        yield text[at : match.start()]
        yield match
        at = match.end()
    yield text[at:]


def _encoded(state: SlackState, part: re.Match[str] | str) -> str:
    if isinstance(part, str):
        return part
    if part["link"]:
        return f"<{part['link']}>"
    if part["channel"]:
        channel = state.named(part["channel"])
        return f"<#{channel.id}|{channel.name}>" if channel else part[0]
    name = part["user"]
    if name in _SPECIAL:
        return f"<!{name}>"
    user = state.by_handle(name) or state.by_handle(name.rstrip("."))
    return f"<@{user.id}>" + name[len(user.name) :] if user else part[0]


def shown(state: SlackState, text: str) -> str:
    """Encoded text as a person reads it: names for ids, labels for links, the three characters again."""
    return unescaped(_ENTITY.sub(lambda match: _read(state, match[1]), text))


def _read(state: SlackState, entity: str) -> str:
    body, _, label = entity.partition("|")
    if body.startswith("@"):
        user = state.users.get(body[1:])
        return "@" + (user.name if user else label or body[1:])
    if body.startswith("#"):
        channel = state.conversations.get(body[1:])
        return "#" + (channel.name if channel else label or body[1:])
    if body.startswith("!date^"):
        return label or _date(body)
    if body.startswith("!"):
        return label if body.startswith("!subteam") and label else "@" + body[1:].partition("^")[0]
    return label or body.removeprefix("mailto:")


def _date(body: str) -> str:
    seconds = body.split("^")[1]
    return datetime.fromtimestamp(int(seconds), UTC).isoformat() if seconds.isdecimal() else body


def mentions(state: SlackState, text: str, *, link_names: bool = False, parsed: bool = False) -> list[str]:
    """Who a text would notify: `@kim`, `@channel`, in order; escaped or unknown ones notify nobody.

    Args:
        state: who there is.
        text: encoded text.
        link_names: whether bare names notify, too.
        parsed: whether bare `@channel`, `@here` and `@everyone` do, as in a `mrkdwn` object that is not
            `verbatim` ("certain mentions will be automatically parsed").
    """
    found = [name for match in _ENTITY.finditer(text) if (name := _notified(state, match[1]))]
    for match in _TYPED.finditer(_ENTITY.sub("", text)):
        name = match["user"]
        if name and (((parsed or link_names) and name in _SPECIAL) or (link_names and state.by_handle(name))):
            found.append(f"@{name}")
    return found


def _notified(state: SlackState, entity: str) -> str | None:
    body = entity.partition("|")[0]
    if body.startswith("@") and body[1:] in state.users:
        return "@" + state.users[body[1:]].name
    word = body[1:].partition("^")[0]
    return "@" + word if body.startswith("!") and word in {*_SPECIAL, "subteam"} else None


def rich_text(state: SlackState, text: str) -> Json:
    """The `rich_text` block a client adds to a typed message, from its encoded text."""
    elements: list[Json] = []
    at = 0
    for match in _ENTITY.finditer(text):
        if match.start() > at:
            elements.append({"type": "text", "text": unescaped(text[at : match.start()])})
        elements.append(_rich(match[1]))
        at = match.end()
    if at < len(text):
        elements.append({"type": "text", "text": unescaped(text[at:])})
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": state.ids.new("r")[1:7], "elements": [section]}


def _rich(entity: str) -> Json:
    body, _, label = entity.partition("|")
    if body.startswith("@"):
        return {"type": "user", "user_id": body[1:]}
    if body.startswith("#"):
        return {"type": "channel", "channel_id": body[1:]}
    if body.startswith("!"):
        return {"type": "broadcast", "range": body[1:]}
    return {"type": "link", "url": unescaped(body), **({"text": unescaped(label)} if label else {})}
