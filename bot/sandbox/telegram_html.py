"""Telegram's HTML style: a text with tags becomes a plain text with entities, or is refused in Telegram's words.

Source: core.telegram.org/bots/api, "HTML style"; the sentences of the refusals are those of tdlib, which the
real Bot API answers with. Offsets in refusals count bytes, offsets of entities UTF-16 code units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.sandbox.telegram_refusal import Json

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
_ESCAPE = re.compile(
    rb"&(?:#x(?P<hex>[0-9a-fA-F]{1,6})|#(?P<dec>\d{1,7})|(?P<name>lt|gt|amp|quot)(?![a-zA-Z]));?"
)
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_TAG_NAME = re.compile(rb"[^\s>]*")
_ATTRIBUTE = re.compile(rb"\s*(?P<name>[^\s=>]*)\s*")
_SPACE = b" \t\r\n\v\f"


class BadMarkup(ValueError):
    """The tags do not fit; the sentence is what follows "can't parse entities: "."""


@dataclass
class _Open:
    """A tag that is not closed yet."""

    name: str
    attributes: dict[str, str]
    offset: int
    text_begin: int


@dataclass
class _Reader:
    """Goes once through the bytes of a text."""

    data: bytes
    at: int = 0
    written: list[str] = field(default_factory=list)
    offset: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def write(self, piece: str) -> None:
        self.written.append(piece)
        self.offset += len(piece.encode("utf-16-le", "surrogatepass")) // 2

    def byte(self) -> bytes:
        return self.data[self.at : self.at + 1]

    def skip_space(self) -> None:
        while self.byte() and self.byte() in _SPACE:
            self.at += 1


def parse_html(text: str) -> tuple[str, list[Json]]:
    """The text without its tags, and their entities in order.

    Raises:
        BadMarkup: in Telegram's words.
    """
    reader = _Reader(text.encode())
    while reader.at < len(reader.data):
        if reader.byte() != b"<":
            _plain(reader)
        elif reader.data[reader.at + 1 : reader.at + 2] == b"/":
            _end_tag(reader)
        else:
            _start_tag(reader)
    if reader.open:
        raise BadMarkup(f'Can\'t find end tag corresponding to start tag "{reader.open[-1].name}"')
    plain = "".join(reader.written)
    try:
        # Two halves of a pair that were written one by one make one character.
        plain = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise BadMarkup(
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
            "surrogate code units"
        ) from None
    return plain, sorted(reader.entities, key=lambda each: (each["offset"], -each["length"]))


def _plain(reader: _Reader) -> None:
    """Everything up to the next tag."""
    end = reader.data.find(b"<", reader.at)
    piece = reader.data[reader.at : len(reader.data) if end < 0 else end]
    reader.at += len(piece)
    reader.write(_unescaped(piece))


def _unescaped(piece: bytes) -> str:
    """With numeric escapes and the four named ones made characters; what is none of them stays as it is."""
    made, last = [], 0
    for found in _ESCAPE.finditer(piece):
        made.append(piece[last : found.start()].decode())
        made.append(_character(found))
        last = found.end()
    made.append(piece[last:].decode())
    return "".join(made)


def _character(found: re.Match[bytes]) -> str:
    if found["name"]:
        return _NAMED[found["name"]]
    code = int(found["hex"], 16) if found["hex"] else int(found["dec"])
    return chr(code) if 0 < code < 0x10FFFF else found[0].decode()


def _start_tag(reader: _Reader) -> None:
    begin = reader.at
    name_bytes = _matched(_TAG_NAME, reader, begin + 1)
    if reader.at >= len(reader.data):
        raise BadMarkup(f"Unclosed start tag at byte offset {begin}")
    name = name_bytes.decode().lower()
    if name not in _TYPES:
        raise BadMarkup(f'Unsupported start tag "{name}" at byte offset {begin}')
    attributes = _attributes(reader, name, begin)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise BadMarkup(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
    reader.open.append(_Open(name, attributes, reader.offset, len(reader.written)))


def _matched(pattern: re.Pattern[bytes], reader: _Reader, at: int) -> bytes:
    found = pattern.match(reader.data, at)
    reader.at = found.end() if found else at
    return found[0] if found else b""


def _attributes(reader: _Reader, tag: str, begin: int) -> dict[str, str]:
    """The attributes of a start tag; leaves the reader behind its `>`."""
    found: dict[str, str] = {}
    while True:
        reader.skip_space()
        if reader.byte() == b">":
            reader.at += 1
            return found
        name = (_ATTRIBUTE.match(reader.data, reader.at) or {"name": b""})["name"].decode()
        if not name:
            raise BadMarkup(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        _matched(_ATTRIBUTE, reader, reader.at)
        found[name] = _value(reader, tag, begin) if reader.byte() == b"=" else ""
        if not reader.byte():
            raise BadMarkup(f'Unclosed start tag "{tag}" at byte offset {begin}')


def _value(reader: _Reader, tag: str, begin: int) -> str:
    """What stands behind an equal sign: a name token, or a text in quotes."""
    reader.at += 1
    reader.skip_space()
    quote = reader.byte()
    if not quote:
        raise BadMarkup(f'Unclosed start tag "{tag}" at byte offset {begin}')
    if quote in (b'"', b"'"):
        end = reader.data.find(quote, reader.at + 1)
        if end < 0:
            raise BadMarkup(f"Unclosed start tag at byte offset {begin}")
        value = _unescaped(reader.data[reader.at + 1 : end])
        reader.at = end + 1
        if not reader.byte():
            raise BadMarkup(f"Unclosed start tag at byte offset {begin}")
        return value
    token_begin = reader.at
    token = _matched(re.compile(rb"[A-Za-z0-9.-]*"), reader, reader.at)
    if reader.byte() != b">" and reader.byte() not in [bytes([each]) for each in _SPACE]:
        raise BadMarkup(f"Unexpected end of name token at byte offset {token_begin}")
    return token.decode().lower()


def _end_tag(reader: _Reader) -> None:
    begin = reader.at
    if not reader.open:
        raise BadMarkup(f"Unexpected end tag at byte offset {begin}")
    name = _matched(_TAG_NAME, reader, begin + 2).decode().lower()
    reader.skip_space()
    if reader.byte() != b">":
        raise BadMarkup(f"Unclosed end tag at byte offset {begin}")
    reader.at += 1
    opened = reader.open.pop()
    if name and name != opened.name:
        raise BadMarkup(
            f'Unmatched end tag at byte offset {begin}, expected "</{opened.name}>", found "</{name}>"'
        )
    length = reader.offset - opened.offset
    if length > 0:
        inside = "".join(reader.written[opened.text_begin :])
        _close(reader, opened, {"offset": opened.offset, "length": length}, inside)


def _close(reader: _Reader, opened: _Open, span: Json, inside: str) -> None:
    """Note the entity of a tag that was closed; `pre` around `code` with a language is one."""
    made: Json = {"type": _TYPES[opened.name], **span}
    attributes = opened.attributes
    last = reader.entities[-1] if reader.entities else {}
    same = all(last.get(key) == value for key, value in span.items())
    if opened.name == "a":
        made["url"] = attributes.get("href") or inside
    elif opened.name == "tg-emoji":
        if not attributes.get("emoji-id", "").isdecimal() or int(attributes["emoji-id"]) == 0:
            raise BadMarkup("Invalid custom emoji identifier specified")
        made["custom_emoji_id"] = attributes["emoji-id"]
    elif opened.name == "blockquote" and "expandable" in attributes:
        made["type"] = "expandable_blockquote"
    elif opened.name == "code" and attributes.get("class", "").startswith("language-"):
        made["language"] = attributes["class"].removeprefix("language-")
    elif opened.name == "pre" and same and last.get("type") == "code":
        reader.entities.pop()
        made |= {"language": last["language"]} if "language" in last else {}
    if made["type"] == "code" and not any(tag.name == "pre" for tag in reader.open):
        made.pop("language", None)
    reader.entities.append(made)
