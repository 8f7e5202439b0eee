"""Telegram's text as the page shows it: its entities become safe HTML, and everything else is the text it is."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bot.sandbox.page_text import Run
from bot.sandbox.telegram_entities import covered, length16

Json = dict[str, Any]
_STYLES = {
    "bold": ("<strong>", "</strong>"),
    "italic": ("<em>", "</em>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
    "spoiler": ('<span class="spoiler">', "</span>"),
    "mention": ('<span class="coloured">', "</span>"),
    "text_mention": ('<span class="mention">', "</span>"),
    "bot_command": ('<span class="coloured">', "</span>"),
    "hashtag": ('<span class="coloured">', "</span>"),
}
_BLOCKS = {"pre": "pre", "blockquote": "blockquote", "expandable_blockquote": "blockquote"}
_SCHEMES = ("http://", "https://", "mailto:", "tg://")
"""Where a link may lead; anything else is shown and leads nowhere."""


@dataclass(frozen=True)
class Block:
    """A piece of text that stands by itself: `tag` is `blockquote`, `pre`, or empty for what is just text."""

    tag: str
    runs: tuple[Run, ...]


def blocks(text: str, entities: list[Json]) -> list[Block]:
    """A text with its entities, whose offsets count UTF-16 code units, as pieces to draw one below the other."""
    made: list[tuple[Json | None, list[Run]]] = []
    for piece, around in _pieces(text, entities):
        outer = next((each for each in around if each["type"] in _BLOCKS), None)
        if not made or made[-1][0] != outer:
            made.append((outer, []))
        made[-1][1].append(_run(text, piece, around))
    return [Block(_BLOCKS[outer["type"]] if outer else "", tuple(runs)) for outer, runs in made]


def _pieces(text: str, entities: list[Json]) -> Iterator[tuple[str, list[Json]]]:
    """The text cut wherever an entity begins or ends, each piece with the entities around it."""
    whole = length16(text)
    ends = {each["offset"] for each in entities} | {each["offset"] + each["length"] for each in entities}
    cuts = sorted({0, whole, *(end for end in ends if 0 < end < whole)})
    for begin, end in pairwise(cuts):
        around = [
            each for each in entities if each["offset"] <= begin and end <= each["offset"] + each["length"]
        ]
        yield covered(text, {"offset": begin, "length": end - begin}), around


def _run(text: str, piece: str, around: list[Json]) -> Run:
    made, url = html.escape(piece, quote=False), ""
    for entity in reversed(around):
        before, after = _STYLES.get(entity["type"], ("", ""))
        made = before + made + after
        url = _url(text, entity) or url
    return Run(made, url)


def _url(text: str, entity: Json) -> str:
    """Where an entity leads, or an empty text."""
    match entity["type"]:
        case "text_link":
            url = str(entity["url"])
        case "url":
            url = covered(text, entity)
            url = url if "://" in url else f"http://{url}"
        case "email":
            url = f"mailto:{covered(text, entity)}"
        case _:
            return ""
    return url if url.casefold().startswith(_SCHEMES) else ""
