"""A message as Telegram draws it: lines of text over one message or several, and rows of buttons.

Source of every limit: core.telegram.org/bots/api, "sendMessage" and "InlineKeyboardButton"; lengths are in UTF-16 code
units.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.telegram.entities import Line, Run, Words, length16, with_entities
from handlers.message import Button, Link, Message
from handlers.place import PersonKey
from handlers.plain import plain, shorten, single_line

APP = "Deskbell"
TEXT = 4_096
MOST_PARTS = 4
"""Messages that one text may become; what is left then is cut."""
HEADLINE, FOOTER, LABEL, NAME = 900, 600, 75, 60
LINKS, MENTIONS = 8, 20
BUTTON = 64
SHORT_BUTTON = 17
"""Two labels of this length fit beside each other on a phone."""
MOST_BUTTONS = 100


@dataclass(frozen=True, slots=True)
class Rung:
    """Somebody a message can ring: the account, and what is shown for it."""

    user: int
    name: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message as Telegram takes it: at least one text, and the buttons under the first, row by row."""

    parts: tuple[Words, ...]
    rows: tuple[tuple[Button, ...], ...]


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
    written = tuple(words for part in parts if (words := with_entities(part)).text)
    return Drawn(written or (Words(APP, ()),), _rows(message.buttons))


def _mention(keys: Sequence[PersonKey], people: Mapping[PersonKey, Rung]) -> list[Line]:
    rung = [people[key] for key in keys if key in people][:MENTIONS]
    runs: list[Run] = []
    for who in rung:
        if runs:
            runs.append(Run(" "))
        runs.append(Run(fitted(single_line(who.name), NAME) or "—", "mention", user=who.user))
    return [Line(tuple(runs))] if runs else []


def _headline(message: Message) -> list[Line]:
    """The headline in bold; plain where it is all there is to say."""
    words = fitted(single_line(message.headline), HEADLINE)
    if not words:
        return []
    alone = not (message.lines or message.facts or message.below or message.quote or message.footer)
    return [Line((Run(words, "plain" if alone else "bold"),))]


def _lines(lines: Iterable[str]) -> list[Line]:
    """Lines of text, a blank line before the first."""
    said = [words for line in lines if (words := plain(line))]
    return [Line((Run(words),), gap=number == 0) for number, words in enumerate(said)]


def _quote(quoted: str) -> list[Line]:
    words = plain(quoted)
    return [Line((Run(words, "quote"),), gap=True)] if words else []


def _facts(facts: Sequence[tuple[str, str]]) -> list[Line]:
    """One fact a line; an answer of several lines stands under its label."""
    made = []
    for number, (label, value) in enumerate(facts):
        name, words = fitted(single_line(label), LABEL), plain(value) or "—"
        blank = "\n" if "\n" in words else " "
        runs = (Run(f"{name}:", "bold"), Run(f"{blank}{words}")) if name else (Run(words),)
        made.append(Line(runs, gap=number == 0))
    return made


def _links(links: Iterable[Link]) -> list[Line]:
    runs: list[Run] = []
    for link in list(links)[:LINKS]:
        label = fitted(single_line(link.label), LABEL)
        if not label:
            continue
        if runs:
            runs.append(Run(" · "))
        is_one = re.match(r"https?://\S+$", link.url) is not None
        runs.append(Run(label, "link", url=link.url) if is_one else Run(label))
    return [Line(tuple(runs), gap=True)] if runs else []


def _footer(footer: str) -> list[Line]:
    words = fitted(plain(footer), FOOTER)
    return [Line((Run(words, "italic"),), gap=True)] if words else []


def _length(lines: Iterable[Line]) -> int:
    return sum(line.length for line in lines)


def _cut(body: Sequence[Line], room: int) -> list[Line]:
    """As many lines as fit, the last one cut where it does not."""
    kept: list[Line] = []
    room -= 3
    for line in body:
        if line.length > room:
            return [*kept, *_beginning(line, room)]
        kept.append(line)
        room -= line.length
    return kept


def _beginning(line: Line, room: int) -> list[Line]:
    """What fits of a line that is too long, with a sign that it went on."""
    *before, last = line.runs
    left = room - 2 - sum(length16(run.text) for run in before)
    if left < NAME:
        return [Line((Run("…"),), line.gap)]
    return [Line((*before, Run(fitted(last.text, left), last.kind)), line.gap)]


def _split(top: list[Line], body: Sequence[Line], bottom: list[Line]) -> list[list[Line]]:
    """Lines over several messages: the first begins with the top, the last ends with the bottom."""
    parts = [list(top)]
    room = TEXT - _length(top)
    for whole in body:
        line: Line = whole
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


def _torn(line: Line, room: int) -> tuple[Line, Line]:
    """A line of one manner in two, the first of which fits: torn at a line end or a blank where there is one."""
    (run,) = line.runs
    end = len(fitted(run.text, room - 2)) - 1
    blank = max(run.text.rfind("\n", 0, end), run.text.rfind(" ", 0, end))
    end = blank if blank > end // 2 else end
    head, rest = run.text[:end].rstrip(), run.text[end:].lstrip()
    return Line((Run(head, run.kind),), line.gap), Line((Run(rest, run.kind),))


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
