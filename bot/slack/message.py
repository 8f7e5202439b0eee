"""A message as Slack draws it: Block Kit blocks and the plain text for notifications.

This is the one place that turns our words into Slack's, for posts, edits, ephemeral answers and modals alike.
Texts of people show as the plain text they are and can mention nobody; the only markup is what stands here.
Source of every limit: docs.slack.dev, "Blocks" and "Composition objects"; `MOST_TEXT` is a measured one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

from bot.slack import words
from bot.slack.markup import escape, fitted, mrkdwn, plain_text
from handlers.message import Button, Link, Message
from handlers.place import PersonKey
from handlers.plain import shorten

Block = dict[str, Any]
"""One block of Block Kit, as JSON."""

MOST_BLOCKS = 50
MOST_TEXT = 12_000
"""Characters over all blocks of a message; Slack refuses somewhat more as `msg_blocks_too_long`."""
HEADER = 150
SECTION = 3_000
FIELD = 2_000
WIDE = 120
"""A fact longer than this reads badly in half a column and gets the whole width."""
FIELDS = 10
CONTEXT = 2_000
BUTTONS = 25
LABEL = 75
VALUE = 2_000
FALLBACK = 3_000
_URL_SAFE = ":/?#[]@!$&'()*+,;=%~-._"
_FORMATTING = re.compile(r"[*_~`]")


def blocks(message: Message, mentions: Mapping[PersonKey, str]) -> tuple[str, list[Block]]:
    """What a message says as Slack takes it: the text for notifications, and at most 50 blocks.

    What does not fit is cut in the middle of the message; headline, links, buttons and the closing line stay.

    Args:
        message: what to say.
        mentions: person to Slack user id; whoever `message.mention` names and is in it is rung, nobody else.
    """
    top = [*_mention(message.mention, mentions), *_headline(message)]
    bottom = [*_links(message.links), *_actions(message.buttons), *_footer(message.footer)]
    room = MOST_TEXT - _length(top) - _length(bottom)
    said = [*_lines(message.lines), *_quote(message.quote)]
    body = _within([*said, *_facts(message.facts), *_lines(message.below)], room)
    body = body[: MOST_BLOCKS - len(top) - len(bottom)]
    return fallback(message), [*top, *body, *bottom] or [_section(words.APP)]


def fallback(message: Message) -> str:
    """Everything a message says as one escaped text, mentioning nobody: for notifications, screen readers."""
    facts = [f"{label}: {value}" for label, value in message.facts]
    links = [f"{link.label}: {link.url}" for link in message.links]
    quoted = [f"“{message.quote}”"] if message.quote else []
    parts = [message.headline, *message.lines, *quoted, *facts, *message.below, *links, message.footer]
    return escape(fitted("\n".join(part for part in parts if part.strip()), FALLBACK)) or words.APP


def _mention(people: Sequence[PersonKey], mentions: Mapping[PersonKey, str]) -> list[Block]:
    rung = [f"<@{mentions[person]}>" for person in people if person in mentions]
    return [{"type": "section", "text": mrkdwn(" ".join(rung))}] if rung else []


def _headline(message: Message) -> list[Block]:
    if not message.headline.strip():
        return []
    alone = not (message.lines or message.facts or message.below or message.quote or message.footer)
    if alone or len(escape(message.headline)) > HEADER:
        return [_section(message.headline)]
    return [{"type": "header", "text": plain_text(" ".join(message.headline.split()), HEADER)}]


def _lines(lines: Sequence[str]) -> list[Block]:
    """Lines that fit share a section; a longer one is split at the last blank before Slack's limit."""
    sections: list[str] = []
    for line in lines:
        for piece in _pieces(line):
            together = f"{sections[-1]}\n{piece}" if sections else piece
            if sections and len(escape(together)) <= SECTION:
                sections[-1] = together
            else:
                sections.append(piece)
    return [_section(part) for part in sections if part.strip()]


def _pieces(text: str) -> Iterator[str]:
    while len(escape(text)) > SECTION:
        end = SECTION // 5 if len(escape(text[:SECTION])) > SECTION else SECTION
        blank = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
        end = blank if blank > end // 2 else end
        yield text[:end]
        text = text[end:].lstrip()
    yield text


def _quote(quoted: str) -> list[Block]:
    """Somebody's own words, with Slack's bar beside them."""
    if not quoted.strip():
        return []
    element = {"type": "text", "text": shorten(quoted, SECTION)}
    return [{"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [element]}]}]


def _facts(facts: Sequence[tuple[str, str]]) -> list[Block]:
    """Facts in their order: short ones as rows of two columns, five to a section, a long one under its label."""
    made: list[Block] = []
    for is_short, group in groupby(facts, lambda fact: _is_short(fact[1])):
        part = list(group)
        made += _rows(part) if is_short else [block for fact in part for block in _wide(*fact)]
    return made


def _rows(facts: Sequence[tuple[str, str]]) -> list[Block]:
    fields = [field for label, value in facts for field in (_label(label), plain_text(value, FIELD))]
    return [
        {"type": "section", "fields": fields[start : start + FIELDS]}
        for start in range(0, len(fields), FIELDS)
    ]


def _wide(label: str, value: str) -> list[Block]:
    return [{"type": "section", "text": _label(label)}, _section(value)]


def _is_short(value: str) -> bool:
    return len(value) <= WIDE and "\n" not in value


def _label(label: str) -> Block:
    """A label in bold; the few characters that would end the bold are left out of it."""
    bare = escape(_FORMATTING.sub("", fitted(label, LABEL))).strip()
    return mrkdwn(f"*{bare}*") if bare else plain_text("", LABEL)


def _links(links: Iterable[Link]) -> list[Block]:
    row = ""
    for link in links:
        longer = f"{row}   ·   {_link(link)}" if row else _link(link)
        row = longer if len(longer) <= SECTION else row
    return [{"type": "section", "text": mrkdwn(row)}] if row else []


def _link(link: Link) -> str:
    label = escape(_FORMATTING.sub("", fitted(link.label.replace("|", "/"), LABEL)))
    if not re.match(r"https?://\S", link.url):
        return label
    # `|` and the angle brackets would end the link early; percent-encoded they mean the same.
    return f"<{escape(quote(link.url, safe=_URL_SAFE))}|{label}>"


def _actions(buttons: Sequence[Button]) -> list[Block]:
    return [
        {"type": "actions", "elements": [_button(button, start + n) for n, button in enumerate(part)]}
        for start in range(0, len(buttons), BUTTONS)
        if (part := buttons[start : start + BUTTONS])
    ]


def _button(button: Button, number: int) -> Block:
    """A button; its action id carries a number, because Slack wants them to differ within a block."""
    element: Block = {
        "type": "button",
        "text": plain_text(button.label, LABEL),
        "action_id": f"{button.action}:{number}",
        "value": button_value(button.case, button.value),
    }
    if button.style != "plain":
        element["style"] = button.style
    if button.confirm:
        element["confirm"] = {
            "title": plain_text(words.SURE, 100),
            "text": plain_text(button.confirm, 300),
            "confirm": plain_text(button.label, 30),
            "deny": plain_text(words.CANCEL, 30),
        }
    return element


def button_value(case: str | None, value: str) -> str:
    """What a button carries, as JSON of at most 2,000 characters: a value too long for it is cut."""
    while True:
        kept = {key: fact for key, fact in (("case", case), ("value", value)) if fact}
        written = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
        over = len(written) - VALUE
        if over <= 0 or not value:
            return written[:VALUE]
        # A control character takes six characters of JSON.
        value = shorten(value, len(value) - max(1, over // 6))


def _footer(footer: str) -> list[Block]:
    return [{"type": "context", "elements": [plain_text(footer, CONTEXT)]}] if footer.strip() else []


def _section(text: str) -> Block:
    return {"type": "section", "text": plain_text(text, SECTION)}


def _within(body: list[Block], room: int) -> list[Block]:
    """As many blocks as fit; where one had to go, a last one says so."""
    kept: list[Block] = []
    for block in body:
        room -= _length([block])
        if room < 0:
            return [*kept, _section("…")]
        kept.append(block)
    return kept


def _length(part: Any) -> int:
    """Characters of text in blocks, counted as Slack counts them."""
    if isinstance(part, list):
        return sum(_length(below) for below in part)
    if not isinstance(part, dict):
        return 0
    own = part.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(_length(below) for below in part.values())
