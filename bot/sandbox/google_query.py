"""Drive's search language: the `q` of files.list as a question to one file.

`name = 'x'`, `name contains 'x'`, `mimeType != 'y'`, `trashed = false`, `'id' in parents`,
`appProperties has { key='k' and value='v' }`, times with `<` and `>`; joined by `and`, `or`, `not`, brackets.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from bot.sandbox.google_errors import GoogleError
from bot.sandbox.google_files import File, stamp

Question = Callable[[File], bool]

_TOKEN = re.compile(r"""\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|(<=|>=|!=|[=<>(){}])|([A-Za-z]+))""")
_FIELDS: dict[str, Callable[[File], str]] = {
    "name": lambda file: file.name,
    "mimeType": lambda file: file.mime,
    "trashed": lambda file: "true" if file.trashed else "false",
    "createdTime": lambda file: stamp(file.created),
    "modifiedTime": lambda file: stamp(file.modified),
}
_COMPARED: dict[str, Callable[[str, str], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "contains": lambda held, asked: asked.casefold() in held.casefold(),
}


class _Reader:
    """Reads the question from left to right; a token is its kind (`text`, `sign`, `word`) and what it says."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        place = 0
        text = text.strip()
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise wrong("q")
            single, double, sign, word = match.groups()
            quoted = single if single is not None else double
            if quoted is not None:
                self.tokens.append(("text", re.sub(r"\\(.)", r"\1", quoted)))
            else:
                self.tokens.append(("sign", sign) if sign else ("word", word))
            place = match.end()

    def take(self, *wanted: str) -> bool:
        """Step over the next token if it is one of these signs or words."""
        if self.tokens and self.tokens[0][0] != "text" and self.tokens[0][1] in wanted:
            self.tokens.pop(0)
            return True
        return False

    def next(self, *kinds: str) -> str:
        """The next token, which must be of one of these kinds."""
        if not self.tokens or self.tokens[0][0] not in kinds:
            raise wrong("q")
        return self.tokens.pop(0)[1]


def wrong(name: str) -> GoogleError:
    """400: a parameter's value cannot be understood."""
    return GoogleError(400, f"Invalid Value for '{name}'", reason="invalid")


def question(text: str) -> Question:
    """What `q` asks of a file.

    Raises:
        GoogleError: 400, it cannot be read.
    """
    reader = _Reader(text)
    asked = _either(reader)
    if reader.tokens:
        raise wrong("q")
    return asked


def _either(reader: _Reader) -> Question:
    parts = [_all(reader)]
    while reader.take("or"):
        parts.append(_all(reader))
    return lambda file: any(part(file) for part in parts)


def _all(reader: _Reader) -> Question:
    parts = [_term(reader)]
    while reader.take("and"):
        parts.append(_term(reader))
    return lambda file: all(part(file) for part in parts)


def _term(reader: _Reader) -> Question:
    if reader.take("not"):
        inner = _term(reader)
        return lambda file: not inner(file)
    if reader.take("("):
        inner = _either(reader)
        if not reader.take(")"):
            raise wrong("q")
        return inner
    if reader.tokens and reader.tokens[0][0] == "text":
        return _within(reader.next("text"), reader)
    return _compared(reader.next("word"), reader)


def _within(value: str, reader: _Reader) -> Question:
    """`'id' in parents`, `'kim@example.com' in writers`."""
    if not reader.take("in"):
        raise wrong("q")
    name = reader.next("word")
    if name == "parents":
        return lambda file: value in file.parents
    role = {"owners": "owner", "writers": "writer", "readers": "reader"}.get(name)
    if role is None:
        raise wrong("q")
    return lambda file: any(
        item["role"] == role and item.get("emailAddress") == value for item in file.permissions
    )


def _compared(name: str, reader: _Reader) -> Question:
    if name == "parents" and reader.take("in"):  # gspread's own order of words, which Google takes too.
        value = reader.next("text")
        return lambda file: value in file.parents
    if name in ("appProperties", "properties") and reader.take("has"):
        return _has(name, reader)
    held = _FIELDS.get(name)
    sign = reader.next("sign", "word")
    compare = _COMPARED.get(sign)
    if held is None or compare is None:
        raise wrong("q")
    asked = reader.next("text", "word")
    return lambda file: compare(held(file), asked)


def _has(name: str, reader: _Reader) -> Question:
    """`{ key='k' and value='v' }`, the braces and what is in them."""
    words = [reader.take("{"), reader.take("key"), reader.take("=")]
    key = reader.next("text")
    words += [reader.take("and"), reader.take("value"), reader.take("=")]
    value = reader.next("text")
    if not all([*words, reader.take("}")]):
        raise wrong("q")

    def asked(file: File) -> bool:
        pairs = file.app_properties if name == "appProperties" else file.properties
        return pairs.get(key) == value

    return asked
