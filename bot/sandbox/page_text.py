"""Slack's text as the page shows it: runs of safe HTML, and links between them.

Everything that came from outside is escaped here, in one place; the only tags are those written below.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack_state import SlackState
from bot.sandbox.slack_text import label, shown, unescaped

_LINK = re.compile(r"<((?:https?://|mailto:)[^<>|\n]+)(?:\|([^<>\n]*))?>")
_ENTITY = re.compile(r"<[@#!][^<>\n]+>")
_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_STYLES = (
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"), r"<em>\1</em>"),
    (re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])"), r"<s>\1</s>"),
)
_QUOTE = re.compile(r"^&gt; ?(.*)$", re.MULTILINE)
_EMOJI = re.compile(r":([a-z0-9_+\-]+):")
EMOJI = {
    "+1": "👍", "thumbsup": "👍", "white_check_mark": "✅", "heavy_check_mark": "✔️", "eyes": "👀", "warning": "⚠️",
    "bell": "🔔", "package": "📦", "x": "❌", "tada": "🎉", "hourglass": "⌛", "point_right": "👉", "wave": "👋",
    "memo": "📝", "lock": "🔒", "mag": "🔍", "truck": "🚚", "moneybag": "💰", "pray": "🙏", "ok_hand": "👌",
}  # fmt: skip
"""The few emoji that people here use, by Slack's names; others are shown by name."""


@dataclass(frozen=True)
class Run:
    """A piece of text: safe HTML, or where `url` is set a link whose label is `html`."""

    html: str
    url: str = ""


def mrkdwn(state: SlackState, text: str) -> list[Run]:
    """What a `mrkdwn` text shows: bold, italics, quotes, names for ids, and its links."""
    runs: list[Run] = []
    at = 0
    for match in _LINK.finditer(text):
        if match.start() > at:
            runs.append(Run(_marked(state, text[at : match.start()])))
        url = unescaped(match[1])
        runs.append(Run(html.escape(unescaped(match[2] or url.removeprefix("mailto:"))), url))
        at = match.end()
    if at < len(text):
        runs.append(Run(_marked(state, text[at:])))
    return runs


def plain(text: str) -> list[Run]:
    """A text without any markup."""
    return [Run(_lines(html.escape(text, quote=False)))] if text else []


def text_of(state: SlackState, part: dict[str, Any]) -> list[Run]:
    """What a text object shows."""
    if part.get("type") == "mrkdwn":
        return mrkdwn(state, str(part.get("text", "")))
    return plain(emoji(label(part)))


def rich(state: SlackState, part: dict[str, Any]) -> list[Run]:
    """What an element of a `rich_text` block shows; lists and quotes come as HTML of their own."""
    kind = part.get("type")
    inner = [run for each in part.get("elements") or [] for run in rich(state, each)]
    match kind:
        case "rich_text_quote":
            return _within("blockquote", inner)
        case "rich_text_preformatted":
            return _within("pre", inner)
        case "rich_text_list":
            tag = "ol" if part.get("style") == "ordered" else "ul"
            items = [_joined(rich(state, each)) for each in part.get("elements") or []]
            return [Run(f"<{tag}>" + "".join(f"<li>{item}</li>" for item in items) + f"</{tag}>")]
        case "link":
            return [Run(html.escape(str(part.get("text") or part["url"])), str(part["url"]))]
        case "text":
            return [Run(_styled(part))]
        case _:
            pass
    return inner or [Run(_entity(state, part))]


def _entity(state: SlackState, part: dict[str, Any]) -> str:
    match part.get("type"):
        case "user":
            return _mention(shown(state, f"<@{part['user_id']}>"))
        case "channel":
            return _mention(shown(state, f"<#{part['channel_id']}>"))
        case "broadcast":
            return _mention(f"@{part['range']}")
        case "emoji":
            return emoji(f":{html.escape(str(part['name']))}:")
        case _:
            return _lines(html.escape(str(part.get("text", ""))))


def _styled(part: dict[str, Any]) -> str:
    made = _lines(html.escape(str(part.get("text", "")), quote=False))
    style = part.get("style") or {}
    for name, tag in (("code", "code"), ("bold", "strong"), ("italic", "em"), ("strike", "s")):
        if style.get(name):
            made = f"<{tag}>{made}</{tag}>"
    return made


def _within(tag: str, inner: list[Run]) -> list[Run]:
    return [Run(f"<{tag}>{_joined(inner)}</{tag}>")]


def _joined(runs: list[Run]) -> str:
    return "".join(run.html for run in runs)


def _marked(state: SlackState, text: str) -> str:
    """Encoded text without links as HTML: it holds `&amp;`, `&lt;` and `&gt;` already, and nothing else is markup."""
    kept: list[str] = []

    def keep(made: str) -> str:
        kept.append(made)
        return f"\x00{len(kept) - 1}\x00"

    text = text.replace("\x00", "")
    text = _FENCE.sub(lambda found: keep(f"<pre>{_bare(found[1])}</pre>"), text)
    text = _CODE.sub(lambda found: keep(f"<code>{_bare(found[1])}</code>"), text)
    text = _ENTITY.sub(lambda found: keep(_mention(shown(state, found[0]))), text)
    text = _bare(text)
    for pattern, made in _STYLES:
        text = pattern.sub(made, text)
    text = emoji(_QUOTE.sub(r"<blockquote>\1</blockquote>", text))
    text = _lines(text.replace("</blockquote>\n", "</blockquote>"))
    return re.sub("\x00(\\d+)\x00", lambda found: kept[int(found[1])], text)


def _bare(text: str) -> str:
    return html.escape(unescaped(text), quote=False)


def _mention(name: str) -> str:
    return f'<span class="mention">{html.escape(name)}</span>'


def _lines(text: str) -> str:
    return text.replace("\n", "<br>")


def emoji(text: str) -> str:
    """Text with Slack's names of emoji as the signs they stand for."""
    return _EMOJI.sub(lambda found: EMOJI.get(found[1], found[0]), text)
