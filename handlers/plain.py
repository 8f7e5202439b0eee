r"""Plain text: what people typed, without what nobody can see.

Every text that comes in passes `plain` before anything durable happens to it (the guard of
docs/architecture.md). What is kept is what was typed: letters, full-width forms and spelling stay (NFC,
never NFKC), and so do newlines. What goes:

- lone surrogates and noncharacters become U+FFFD: PostgreSQL and JSON refuse the first, XML the second;
- NUL and the other controls go; a tab becomes a space, because a cell that starts with a tab can start a
  formula; CR, CRLF, VT, FF, NEL and the Unicode line and paragraph separators become a newline;
- marks of direction (U+202A-202E, U+2066-2069, U+200E, U+200F, U+061C) and all other invisible characters
  go. They stay only as part of writing: a joiner between letters of a joining script or between the parts
  of an emoji, a variation selector after an emoji, a keycap digit or a Han character, the tags in the flag
  of a region;
- more than 30 marks on one letter (UAX #15, "Stream-Safe Text Format") go: composing them takes quadratic
  time.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS_MAX = 30  # Stream-safe text, https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format

# Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt), with the interlinear annotation marks.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u231a-\u23ff\u24c2\u25a0-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
# Arabic and its neighbours, the scripts of India, Burmese, Khmer, Mongolian.
_JOINING = "\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18af"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"

_KEPT = (
    # The flag of a region, such as Wales, is a black flag and letters written in tags.
    "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f",
    f"(?<=[{_JOINING}])[\u200c\u200d](?=[{_JOINING}])",
    f"(?:(?<=[{_EMOJI}])|(?<=[{_EMOJI}]\ufe0f))\u200d(?=[{_EMOJI}])",
    f"(?<=[{_EMOJI}])[\ufe0e\ufe0f]",
    "(?<=[0-9#*])\ufe0f(?=\u20e3)",
    f"(?<=[{_HAN}])[\U000e0100-\U000e01ef]",
    "(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]",
)
_INVISIBLE_IN_PLACE = re.compile(f"({'|'.join(_KEPT)})|[{_INVISIBLE}]")
_INVISIBLE_ANYWHERE = re.compile(f"[{_INVISIBLE}]")
_NEWLINE = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_LAST_OF_PLANES = "".join(chr(0x10000 * plane + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_NONCHARACTER = re.compile(f"[\ufdd0-\ufdef{_LAST_OF_PLANES}]")


def plain(text: str) -> str:
    """Return the text as it may be stored, shown and compared.

    Total: any string is accepted. Safe to repeat: `plain(plain(text)) == plain(text)`. Takes linear time.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _CONTROL.sub("", _NEWLINE.sub("\n", text).replace("\t", " "))
    if text.isascii():
        return text.strip()
    return _visible(_NONCHARACTER.sub("\ufffd", text)).strip()


def single_line(text: str) -> str:
    """Return the plain text on one line, for labels: every run of blanks and newlines is one space."""
    return " ".join(plain(text).split())


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most `limit` code points, ending in "…" when something was cut.

    Never cuts inside what a reader sees as one character: accents stay on their letter, emoji and flags
    whole.
    """
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = limit - 1
    floor = max(0, end - _MARKS_MAX)
    while end > floor and _is_inside_character(text, end):
        end -= 1
    return text[:end].rstrip() + "…"


def _visible(text: str) -> str:
    """Compose the text and drop what cannot be seen, until neither changes anything.

    Dropping can bring two marks together and composing can move one, so each may make work for the other.
    Three rounds settle whatever people write; what is unsettled then was made so, and loses all invisible
    characters.
    """
    for _ in range(3):
        settled = unicodedata.normalize("NFC", _bounded_marks(_INVISIBLE_IN_PLACE.sub(_keep, text)))
        if settled == text:
            return text
        text = settled
    bare = _bounded_marks(_INVISIBLE_ANYWHERE.sub("", text))
    return _bounded_marks(unicodedata.normalize("NFC", bare))


def _keep(match: re.Match[str]) -> str:
    return match.group(1) or ""


def _bounded_marks(text: str) -> str:
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MARKS_MAX:
            kept.append(character)
    return "".join(kept)


def _is_inside_character(text: str, at: int) -> bool:
    """Say whether cutting before `text[at]` would tear apart what is seen as one character."""
    before, after = text[at - 1], text[at]
    if unicodedata.category(after).startswith("M") or after in "\u200d\u200c" or before == "\u200d":
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    return _is_regional(after) and _regionals_before(text, at) % 2 == 1


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _regionals_before(text: str, at: int) -> int:
    count = 0
    while at - count > 0 and _is_regional(text[at - count - 1]):
        count += 1
    return count
