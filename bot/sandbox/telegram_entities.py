"""Texts as Telegram keeps them: cleaned of what it removes, with the entities it finds by itself.

Offsets and lengths are in UTF-16 code units (core.telegram.org/bots/api, "MessageEntity").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.sandbox.telegram_refusal import Json

_REMOVED = re.compile("[\r\u2028-\u202e]")
"""What Telegram takes out of every text: line separators and marks that turn the writing direction (tdlib,
"clean_input_string")."""
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_DOMAIN = r"(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|nl|io|example)\b(?:/\S*)?"
_FOUND = (
    ("url", re.compile(rf"\bhttps?://[^\s<>\"]+|{_DOMAIN}", re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{2,32}\b")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
)  # fmt: skip
"""Tried in this order; what an earlier one found, a later one leaves alone."""
_CLOSED = {"code", "pre", "text_link", "text_mention"}
"""Inside these Telegram looks for nothing."""


def length16(text: str) -> int:
    """How long a text is in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def covered(text: str, entity: Json) -> str:
    """The part of a text an entity covers."""
    begin = entity["offset"] * 2
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[begin : begin + entity["length"] * 2].decode("utf-16-le", "replace")


def tidy(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """A text as Telegram stores it, without white space around it; its entities moved along."""
    kept = [_kept(character) for character in text]
    whole = "".join(kept)
    begin = len(whole) - len(whole.lstrip())
    end = len(whole.rstrip())
    # By the old offset: the new one, for every place between two characters.
    moved, old, new, written = {0: 0}, 0, 0, 0
    for character, replacement in zip(text, kept, strict=True):
        old += length16(character)
        for each in replacement:
            new += length16(each) if begin <= written < end else 0
            written += 1
        moved[old] = new
    shifted = [_shifted(entity, moved, new) for entity in entities]
    return whole[begin:end], [entity for entity in shifted if entity["length"] > 0]


def _kept(character: str) -> str:
    if _REMOVED.match(character):
        return ""
    return " " if _CONTROL.match(character) else character


def _shifted(entity: Json, moved: dict[int, int], last: int) -> Json:
    begin = moved.get(entity["offset"], last)
    end = moved.get(entity["offset"] + entity["length"], last)
    return {**entity, "offset": begin, "length": end - begin}


def with_found(text: str, entities: list[Json]) -> list[Json]:
    """The entities and those Telegram finds by itself: commands, mentions, links, addresses, hashtags."""
    taken = [_span(entity) for entity in entities if entity["type"] in _CLOSED]
    made = list(entities)
    for kind, pattern in _FOUND:
        for begin, length in _matches(pattern, text):
            if all(begin + length <= start or begin >= stop for start, stop in taken):
                made.append({"type": kind, "offset": begin, "length": length})
                taken.append((begin, begin + length))
    return sorted(made, key=lambda each: (each["offset"], -each["length"]))


def _span(entity: Json) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    for found in pattern.finditer(text):
        yield length16(text[: found.start()]), length16(found[0])


def commands(text: str, entities: list[Json]) -> list[str]:
    """The commands in a text, `/log` or `/log@deskbell_bot`."""
    return [covered(text, each) for each in entities if each["type"] == "bot_command"]
