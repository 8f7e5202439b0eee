"""Words and the entities in them: what is bold, a link or a mention, and what is nothing of the kind.

Nothing is parsed: what we send are entities, so no text of people can be markup. Telegram makes mentions, commands,
hashtags and links of plain words by itself, though. Such words are sent as `code`, inside which it looks for nothing:
they ring nobody, lead nowhere, and can be copied as they were typed.
Source: core.telegram.org/bots/api, "MessageEntity"; offsets and lengths are in UTF-16 code units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from telegram import MessageEntity, User

MOST_ENTITIES = 100
"""Telegram drops what comes after the hundredth without a word, and looks into the words it was for."""
_TRIMMED = "()[]{}<>\"'“”.,;:!?"
_ALIVE = re.compile(
    r"://|@\w|\w\.[^\W\d_]|\d\.\d+\.\d+\.\d|(?<!\w)/\w|#\w*[^\W\d_]|\$[a-z]|^(?:mailto|tg|ton):",
    re.IGNORECASE,
)
"""What Telegram might make a link, a mention, a command or a tag of; rather too much than too little."""
Kind = Literal["plain", "bold", "italic", "quote", "link", "mention"]


@dataclass(frozen=True, slots=True)
class Words:
    """One message's text, at most 4,096 units long, with the entities in it."""

    text: str
    entities: tuple[MessageEntity, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one manner, within a line."""

    text: str
    kind: Kind = "plain"
    url: str = ""
    user: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the message; `gap` when a blank line comes before it."""

    runs: tuple[Run, ...]
    gap: bool = False

    @property
    def length(self) -> int:
        """Its length with the line ends before it."""
        return sum(length16(run.text) for run in self.runs) + 2


def length16(words: str) -> int:
    """How long a text is as Telegram counts: in UTF-16 code units."""
    return len(words) + sum(character > "\uffff" for character in words)


def with_entities(lines: Sequence[Line]) -> Words:
    """The text of some lines, and its entities."""
    written, at = "", 0
    entities: list[MessageEntity] = []
    for line in lines:
        if written:
            written, at = (f"{written}\n\n", at + 2) if line.gap else (f"{written}\n", at + 1)
        for run in line.runs:
            entities += _entities(run, at)
            written, at = written + run.text, at + length16(run.text)
    return Words(written, _within(entities))


def _entities(run: Run, at: int) -> Iterator[MessageEntity]:
    """The entities of some words; those Telegram would make something of are code, whatever surrounds them."""
    if run.kind == "link":
        yield MessageEntity("text_link", at, length16(run.text), url=run.url)
        return
    if run.kind == "mention":
        user = User(run.user, run.text, is_bot=False)
        yield MessageEntity("text_mention", at, length16(run.text), user=user)
        return
    if run.kind == "quote":
        yield MessageEntity("blockquote", at, length16(run.text))
    style = run.kind if run.kind in ("bold", "italic") else None
    done = 0
    for found in _alive(run.text):
        yield from _style(run.text[done : found[0]], style, at + length16(run.text[:done]))
        begin = at + length16(run.text[: found[0]])
        yield MessageEntity("code", begin, length16(run.text[found[0] : found[1]]))
        done = found[1]
    yield from _style(run.text[done:], style, at + length16(run.text[:done]))


def _style(words: str, style: str | None, at: int) -> Iterator[MessageEntity]:
    """A style over some words, without the blanks around them: Telegram takes none that begins or ends with one."""
    bare = words.strip()
    if style is not None and bare:
        yield MessageEntity(style, at + length16(words[: words.find(bare)]), length16(bare))


def _alive(words: str) -> Iterator[tuple[int, int]]:
    """Where words stand that Telegram would make something of, without the punctuation around them."""
    for token in re.finditer(r"\S+", words):
        if _ALIVE.search(token[0]):
            bare = token[0].strip(_TRIMMED)
            begin = token.start() + token[0].find(bare)
            yield begin, begin + len(bare)


def _within(entities: list[MessageEntity]) -> tuple[MessageEntity, ...]:
    """No more entities than Telegram takes: styles go first; where that is not enough, one code covers the rest."""
    if len(entities) <= MOST_ENTITIES:
        return tuple(entities)
    needed = [each for each in entities if each.type in ("text_link", "text_mention")]
    codes = [each for each in entities if each.type == "code"]
    room = MOST_ENTITIES - len(needed)
    if len(codes) > room:
        first, last = codes[room - 1], codes[-1]
        codes = codes[: room - 1]
        codes.append(MessageEntity("code", first.offset, last.offset + last.length - first.offset))
    styles = [each for each in entities if each.type in ("bold", "italic", "blockquote")]
    left = MOST_ENTITIES - len(needed) - len(codes)
    return tuple(sorted([*needed, *codes, *styles[:left]], key=lambda each: (each.offset, -each.length)))
