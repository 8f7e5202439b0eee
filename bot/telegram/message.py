"""A message as Telegram draws it: plain text, the entities we want in it, and rows of buttons.

Nothing is parsed: what we send are entities, so no text of people can be markup. Telegram makes mentions, commands,
hashtags and links of plain words by itself, though. Such words are sent as `code`, inside which it looks for nothing:
they ring nobody, lead nowhere, and can be copied as they were typed.
Source of every limit: core.telegram.org/bots/api, "sendMessage", "MessageEntity" and "InlineKeyboardButton"; lengths
are in UTF-16 code units.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from telegram import MessageEntity, User

from handlers.message import Button, Link, Message
from handlers.place import PersonKey
from handlers.plain import plain, shorten, single_line

APP = "Deskbell"
TEXT = 4_096
MOST_ENTITIES = 100
"""Telegram drops what comes after the hundredth without a word, and looks into the words it was for."""
MOST_PARTS = 4
"""Messages that one text may become; what is left then is cut."""
HEADLINE, FOOTER, LABEL, NAME = 900, 600, 75, 60
LINKS, MENTIONS = 8, 20
BUTTON = 64
SHORT_BUTTON = 17
"""Two labels of this length fit beside each other on a phone."""
MOST_BUTTONS = 100
_TRIMMED = "()[]{}<>\"'“”.,;:!?"
_ALIVE = re.compile(
    r"://|@\w|\w\.[^\W\d_]|\d\.\d+\.\d+\.\d|(?<!\w)/\w|#\w*[^\W\d_]|\$[a-z]|^(?:mailto|tg|ton):",
    re.IGNORECASE,
)
"""What Telegram might make a link, a mention, a command or a tag of; rather too much than too little."""
Kind = Literal["plain", "bold", "italic", "quote", "link", "mention"]


@dataclass(frozen=True, slots=True)
class Rung:
    """Somebody a message can ring: the account, and what is shown for it."""

    user: int
    name: str


@dataclass(frozen=True, slots=True)
class Words:
    """One message's text, at most 4,096 units long, with the entities in it."""

    text: str
    entities: tuple[MessageEntity, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message as Telegram takes it: at least one text, and the buttons under the first, row by row."""

    parts: tuple[Words, ...]
    rows: tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """Words in one manner, within a line."""

    text: str
    kind: Kind = "plain"
    url: str = ""
    user: int = 0


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the message; `gap` when a blank line comes before it."""

    runs: tuple[_Run, ...]
    gap: bool = False

    @property
    def length(self) -> int:
        """Its length with the line ends before it."""
        return sum(length16(run.text) for run in self.runs) + 2


def length16(words: str) -> int:
    """How long a text is as Telegram counts: in UTF-16 code units."""
    return len(words) + sum(character > "\uffff" for character in words)


def fitted(words: str, limit: int) -> str:
    """The text, cut so that it is at most `limit` units long."""
    cut = shorten(words, limit)
    while (over := length16(cut) - limit) > 0:
        cut = shorten(cut, len(cut) - max(1, over // 2))
    return cut


def drawn(message: Message, people: Mapping[PersonKey, Rung], *, whole: bool = False) -> Drawn:
    """What a message says as Telegram takes it.

    A message with facts is a card, and one message: what does not fit is cut in the middle; headline, links and the
    closing line stay. Words alone become several messages where one is too short.

    Args:
        message: what to say.
        people: the only ones who can be rung, by `message.mention`.
        whole: make one message of it in any case, as for an edit.
    """
    top = [*_mention(message.mention, people), *_headline(message)]
    bottom = [*_links(message.links), *_footer(message.footer)]
    body = [*_lines(message.lines), *_quote(message.quote), *_facts(message.facts), *_lines(message.below)]
    if whole or message.facts:
        parts = [[*top, *_cut(body, TEXT - _length(top) - _length(bottom)), *bottom]]
    else:
        parts = _split(top, body, bottom)
    written = tuple(words for part in parts if (words := _written(part)).text)
    return Drawn(written or (Words(APP, ()),), _rows(message.buttons))


def _mention(keys: Sequence[PersonKey], people: Mapping[PersonKey, Rung]) -> list[_Line]:
    rung = [people[key] for key in keys if key in people][:MENTIONS]
    runs: list[_Run] = []
    for who in rung:
        if runs:
            runs.append(_Run(" "))
        runs.append(_Run(fitted(single_line(who.name), NAME) or "—", "mention", user=who.user))
    return [_Line(tuple(runs))] if runs else []


def _headline(message: Message) -> list[_Line]:
    """The headline in bold; plain where it is all there is to say."""
    words = fitted(single_line(message.headline), HEADLINE)
    if not words:
        return []
    alone = not (message.lines or message.facts or message.below or message.quote or message.footer)
    return [_Line((_Run(words, "plain" if alone else "bold"),))]


def _lines(lines: Iterable[str]) -> list[_Line]:
    """Lines of text, a blank line before the first."""
    said = [words for line in lines if (words := plain(line))]
    return [_Line((_Run(words),), gap=number == 0) for number, words in enumerate(said)]


def _quote(quoted: str) -> list[_Line]:
    words = plain(quoted)
    return [_Line((_Run(words, "quote"),), gap=True)] if words else []


def _facts(facts: Sequence[tuple[str, str]]) -> list[_Line]:
    """One fact a line; an answer of several lines stands under its label."""
    made = []
    for number, (label, value) in enumerate(facts):
        name, words = fitted(single_line(label), LABEL), plain(value) or "—"
        blank = "\n" if "\n" in words else " "
        runs = (_Run(f"{name}:", "bold"), _Run(f"{blank}{words}")) if name else (_Run(words),)
        made.append(_Line(runs, gap=number == 0))
    return made


def _links(links: Iterable[Link]) -> list[_Line]:
    runs: list[_Run] = []
    for link in list(links)[:LINKS]:
        label = fitted(single_line(link.label), LABEL)
        if not label:
            continue
        if runs:
            runs.append(_Run(" · "))
        is_one = re.match(r"https?://\S+$", link.url) is not None
        runs.append(_Run(label, "link", url=link.url) if is_one else _Run(label))
    return [_Line(tuple(runs), gap=True)] if runs else []


def _footer(footer: str) -> list[_Line]:
    words = fitted(plain(footer), FOOTER)
    return [_Line((_Run(words, "italic"),), gap=True)] if words else []


def _length(lines: Iterable[_Line]) -> int:
    return sum(line.length for line in lines)


def _cut(body: Sequence[_Line], room: int) -> list[_Line]:
    """As many lines as fit, the last one cut where it does not."""
    kept: list[_Line] = []
    room -= 3
    for line in body:
        if line.length > room:
            return [*kept, *_beginning(line, room)]
        kept.append(line)
        room -= line.length
    return kept


def _beginning(line: _Line, room: int) -> list[_Line]:
    """What fits of a line that is too long, with a sign that it went on."""
    *before, last = line.runs
    left = room - 2 - sum(length16(run.text) for run in before)
    if left < NAME:
        return [_Line((_Run("…"),), line.gap)]
    return [_Line((*before, _Run(fitted(last.text, left), last.kind)), line.gap)]


def _split(top: list[_Line], body: Sequence[_Line], bottom: list[_Line]) -> list[list[_Line]]:
    """Lines over several messages: the first begins with the top, the last ends with the bottom."""
    parts = [list(top)]
    room = TEXT - _length(top)
    for whole in body:
        line: _Line = whole
        while line.length > room:
            if line.length > TEXT and room > TEXT // 4:
                head, line = _torn(line, room)
                parts[-1].append(head)
            parts.append([])
            room = TEXT
        parts[-1].append(line)
        room -= line.length
    if _length(bottom) > room:
        parts.append([])
    parts[-1] += bottom
    if len(parts) <= MOST_PARTS:
        return parts
    last = [line for part in parts[MOST_PARTS - 1 :] for line in part if line not in bottom]
    return [*parts[: MOST_PARTS - 1], [*_cut(last, TEXT - _length(bottom)), *bottom]]


def _torn(line: _Line, room: int) -> tuple[_Line, _Line]:
    """A line of one manner in two, the first of which fits: torn at a line end or a blank where there is one."""
    (run,) = line.runs
    end = len(fitted(run.text, room - 2)) - 1
    blank = max(run.text.rfind("\n", 0, end), run.text.rfind(" ", 0, end))
    end = blank if blank > end // 2 else end
    head, rest = run.text[:end].rstrip(), run.text[end:].lstrip()
    return _Line((_Run(head, run.kind),), line.gap), _Line((_Run(rest, run.kind),))


def _written(lines: Sequence[_Line]) -> Words:
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


def _entities(run: _Run, at: int) -> Iterator[MessageEntity]:
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


def _rows(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Two short buttons share a row, a long one has its own."""
    rows: list[list[Button]] = []
    for button in buttons[:MOST_BUTTONS]:
        is_short = length16(button.label) <= SHORT_BUTTON
        if is_short and rows and len(rows[-1]) == 1 and length16(rows[-1][0].label) <= SHORT_BUTTON:
            rows[-1].append(button)
        else:
            rows.append([button])
    return tuple(tuple(row) for row in rows)


def label(button: Button) -> str:
    """What stands on a button."""
    return fitted(single_line(button.label), BUTTON) or "—"
