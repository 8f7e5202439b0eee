r"""A text as the detectors read it: every disguise taken off, every position still known.

Digits of any script and width become ASCII; HTML entities, per-cent and backslash escapes are decoded;
tags, combining and invisible characters vanish; blanks and dashes of all kinds become one of each.
`View.span` leads back to the text as typed.
"""

from __future__ import annotations

import functools
import html
import re
import unicodedata
from array import array
from dataclasses import dataclass

from handlers.scrub_findings import MASK

BARRIER = "\ufffc"
"""Stands for a mask written earlier: it is neither a blank, nor a word, nor a number."""

_TAG_DIGITS_MAX = 3  # <h1> and <td width="100"> are markup; a tag with more digits may hide a number.

_TOKEN = re.compile(
    rf"(?P<mask>{MASK})"
    r"|(?P<entity>&(?:amp;){0,3}(?:\#[0-9]{1,7}(?:;|(?![0-9]))|\#[xX][0-9a-fA-F]{1,6}(?:;|(?![0-9a-fA-F]))|[A-Za-z]{2,24};))"
    r"|(?P<percent>%[0-7][0-9a-fA-F]|%[c-fC-F][0-9a-fA-F](?:%[89abAB][0-9a-fA-F]){1,3})"
    r"|\\(?:u(?P<u4>[0-9a-fA-F]{4})|x(?P<x2>[0-9a-fA-F]{2})|(?P<blank>[nrt](?=[0-9])))"
    r"|(?P<phone><tel:)"
    r"|(?P<tag></?[A-Za-z](?![A-Za-z]{0,9}:)[^<>|]{0,80}>)"
)
_NEEDS_WORK = re.compile(r"[^\x00-\x7f]|[&%\\<\[]")
_DOTS = "\u00b7\u2022\u2219\u2027\u30fb\u3002\u22c5"
_DASHES = "\u2212\u2043\u02d7\u00af\u30fc\u2500\u2501"


@dataclass(frozen=True, slots=True)
class View:
    """What is read, and where each character of it came from.

    Attributes:
        text: the text without its disguises.
        starts: for each character of `text` where its source begins in the text as typed; None when nothing
        was changed.
        ends: the same for where its source ends.
    """

    text: str
    starts: array[int] | None = None
    ends: array[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where `text[start:end]`, which is not empty, stands in the text as typed."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def view(text: str) -> View:
    """Take the disguises off. Total, and linear in the length of the text."""
    if not _NEEDS_WORK.search(text):
        return View(text)
    parts: list[str] = []
    starts, ends = array("l"), array("l")
    done = 0
    for token in _TOKEN.finditer(text):
        _copy(text, done, token.start(), parts, starts, ends)
        for character in _decoded(token):
            folded = character if character == BARRIER else fold(character)
            parts.append(folded)
            starts.extend([token.start()] * len(folded))
            ends.extend([token.end()] * len(folded))
        done = token.end()
    _copy(text, done, len(text), parts, starts, ends)
    return View("".join(parts), starts, ends)


def _copy(text: str, start: int, end: int, parts: list[str], starts: array[int], ends: array[int]) -> None:
    """Fold a stretch of the text that holds no escape, character by character when it is not ASCII."""
    stretch = text[start:end]
    if stretch.isascii():
        parts.append(stretch)
        starts.extend(range(start, end))
        ends.extend(range(start + 1, end + 1))
        return
    for at, character in enumerate(stretch, start):
        folded = fold(character)
        if folded:
            parts.append(folded)
            starts.append(at)
            ends.append(at + 1)


@functools.lru_cache(maxsize=4096)
def fold(character: str) -> str:
    """Return the ASCII character that this one is read as, itself when there is none, or nothing at all."""
    category = unicodedata.category(character)
    if character.isascii():
        return character
    if category in {"Mn", "Me", "Cf"} or character == BARRIER:
        return ""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    plain = {"Zs": " ", "Zl": "\n", "Zp": "\n", "Pd": "-"}.get(category)
    if plain or character in _DASHES:
        return plain or "-"
    if character in _DOTS:
        return "."
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if len(compatible) == 1 and compatible.isascii() else character


def _decoded(token: re.Match[str]) -> str:
    """Return what an escape stands for; what cannot be decoded stands for itself."""
    written = token.group()
    match token.lastgroup:
        case "mask":
            return BARRIER
        case "entity":
            return html.unescape(written.replace("amp;", ""))
        case "percent":
            return _percent_decoded(written)
        case "u4" | "x2":
            return chr(int(token.group(token.lastgroup), 16))
        case "blank":
            return "\n"
        case "phone":  # Slack makes `<tel:…|…>` of any long number by itself: the word is not the author's.
            return "<"
        case _:
            return "" if sum(map(str.isdigit, written)) <= _TAG_DIGITS_MAX else written


def _percent_decoded(written: str) -> str:
    try:
        return bytes.fromhex(written.replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return written
