"""Slack's text encoding, both ways: what a person typed as plain text, and plain text that stays plain.

Slack gives a meaning to `& < >` only; what stands in angle brackets is a mention, a channel or a link. Markup
such as `*bold*` or `:smile:` has no escape in `mrkdwn`, and nothing may be slipped between its characters
because people copy what they read. So texts of people are never `mrkdwn` here: they are `plain_text` objects
with `emoji` off, or text elements of `rich_text`, and both show every character as it is. Neither is escaped
here: `rich_text` is literal, and in `plain_text` Slack encodes the three characters itself (a button sent as
"A & B" comes back as "A &amp; B", slackapi/bolt-python#513). Only `mrkdwn`, which the bot itself writes, is.
Source: docs.slack.dev, "Formatting message text" and "Text object".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from handlers.plain import shorten

NOTHING = "—"
"""Stands where Slack wants at least one character and there is none."""
_ENTITY = re.compile(r"<([@#!][^<>\n]+|[a-z][a-z0-9+.-]*:[^<>\n]+)>", re.IGNORECASE)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:(//)?", re.IGNORECASE)


def escape(text: str) -> str:
    """The text with the three characters escaped that Slack gives a meaning; nothing else changes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The other way round."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def fitted(text: str, limit: int) -> str:
    """The text, not escaped, cut so that it is at most `limit` characters long even with its escapes."""
    cut = shorten(text, limit)
    while (over := len(escape(cut)) - limit) > 0:
        # An escape adds at most four characters to one.
        cut = shorten(cut, len(cut) - max(1, over // 5))
    return cut


def plain_text(text: str, limit: int) -> dict[str, Any]:
    """A `plain_text` object that shows the text as it is, cut to Slack's limit for its place."""
    return {"type": "plain_text", "text": fitted(text, limit) if text.strip() else NOTHING, "emoji": False}


def mrkdwn(text: str) -> dict[str, Any]:
    """A `mrkdwn` object of what the bot itself wrote; `verbatim` keeps Slack from finding links in it."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def read(text: str, names: Mapping[str, str] | None = None) -> str:
    """What a person typed, as plain text, out of Slack's encoding. Total.

    Args:
        text: as Slack sends it: `&amp;`, `<@U123>`, `<https://example.com|example.com>`.
        names: user id to a name that reads better; a user who is not in it keeps Slack's label, else the id.
    """
    return unescape(_ENTITY.sub(lambda match: _entity(match[1], names or {}), text))


def _entity(inside: str, names: Mapping[str, str]) -> str:
    body, _, label = inside.partition("|")
    match body[0]:
        case "@":
            return f"@{names.get(body[1:]) or label.removeprefix('@') or body[1:]}"
        case "#":
            return f"#{label or body[1:]}"
        case "!":
            return label or f"@{body[1:].partition('^')[0]}"
        case _:
            return _link(body, label)


def _link(body: str, label: str) -> str:
    url = body.removeprefix("mailto:").removeprefix("tel:")
    if not label or label == body:
        return url
    # Slack makes a link of "example.com"; what was typed is then its label.
    return label if _SCHEME.sub("", body).rstrip("/") == label.rstrip("/") else f"{label} ({url})"
