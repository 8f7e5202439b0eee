"""One answer to one question: read it as its column's type, or say in a sentence what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from config.model import Value
from config.texts import text
from config.tracker import Column
from handlers.choices import Unfit, choose, fold
from handlers.echo import echo
from handlers.events import FileRef
from handlers.measures import day, moment, money, quantity, yes_or_no
from handlers.plain import plain, single_line
from handlers.reading import Reading
from handlers.scrub import scrub

TEXT_LIMIT = 500
"""Characters in a one-line answer: longer ones belong into a long text."""
LONG_LIMIT = 3_000
"""Characters in a long text: Slack's `plain_text_input` accepts no more, and a sheet's cell holds 50,000."""
SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "CNY", "R": "ZAR"}
ALBUM_HOSTS = ("drive.google.com", "photos.app.goo.gl", "photos.google.com")
PATTERNS = {
    "order": re.compile(r"[A-Z0-9-]{3,20}"),
    "ticket": re.compile(r"[0-9]{1,12}"),
    "parcel": re.compile(r"[A-Z0-9-]{4,30}"),
    "tracking": re.compile(r"[A-Z0-9]{8,40}"),
    "email": re.compile(r"\S+@\S+\.\S+"),
    "phone": re.compile(r"\+?[0-9 ()-]{6,20}"),
    "sr_no": re.compile(r"(?:SR-?)?[0-9]{1,12}"),
    "rma": re.compile(r"RMA-[0-9]{4}-[0-9]{5}"),
    "currency": re.compile(r"[A-Z]{3}"),
}
TICKET_LINK = re.compile(r"https?://\S+/tickets/([0-9]{1,12})(?:[/?#]\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """A usable answer, and whether something in it was masked."""

    value: Value
    masked: bool = False


def read_answer(column: Column, raw: Any, reading: Reading) -> Answer | None:
    """The value of an answer as it is stored; None for an answer left empty.

    `raw` is what the platform gave: a text, a number, a bool, a list of texts, or a list of FileRef.

    Raises:
        Unfit: with the sentence that says what is wrong and what would do.
    """
    if column.type == "files":
        return _files(raw)
    if column.type == "multi":
        return _several(column, raw, reading)
    if isinstance(raw, bool):
        raw = "yes" if raw else "no"
    given = plain(str(raw if raw is not None else ""))
    if not given:
        return None
    found = scrub(given, kind=column.type)
    if found.must_ask:
        raise Unfit(text("fault.secret"))
    value = READERS.get(column.type, _line)(column, found.text, reading)
    return Answer(value, masked=found.text != given)


def _line(_: Column, given: str, __: Reading) -> str:
    return _fits(single_line(given), TEXT_LIMIT)


def _long(_: Column, given: str, __: Reading) -> str:
    return _fits(given, LONG_LIMIT)


def _fits(given: str, limit: int) -> str:
    if len(given) > limit:
        raise Unfit(text("fault.too_long", limit=limit))
    return given


def _patterned(column: Column, given: str, _: Reading) -> str:
    value = single_line(given).upper()
    if column.type == "order":
        value = value.lstrip("#").strip()
    elif column.type == "tracking":
        value = re.sub(r"[\s.-]", "", value)
    elif column.type == "currency":
        value = SYMBOLS.get(value, value)
    if not PATTERNS[column.type].fullmatch(value):
        raise Unfit(_misfit(column.type, given))
    return value


def _misfit(kind: str, given: str) -> str:
    """The sentence for a text that is not of its type."""
    shown = echo(given)
    sentences = {
        "order": text("fault.order", given=shown),
        "parcel": text("fault.parcel", given=shown),
        "tracking": text("fault.tracking", given=shown),
        "email": text("fault.email", given=shown),
        "phone": text("fault.phone", given=shown),
        "sr_no": text("fault.sr_no", given=shown),
        "rma": text("fault.rma", given=shown),
        "currency": text("fault.currency", given=shown),
    }
    return sentences[kind]


def _ticket(_: Column, given: str, __: Reading) -> str:
    value = single_line(given).strip("#")
    linked = TICKET_LINK.fullmatch(value)
    digits = linked.group(1) if linked else re.sub(r"^FD-?", "", value.upper())
    if not PATTERNS["ticket"].fullmatch(digits):
        raise Unfit(text("fault.ticket", given=echo(given)))
    return digits


def _email(column: Column, given: str, _: Reading) -> str:
    value = single_line(given)
    if not PATTERNS[column.type].fullmatch(value):
        raise Unfit(_misfit(column.type, given))
    return value


def _choice(column: Column, given: str, reading: Reading) -> str:
    return choose(given, {choice: choice for choice in reading.desk.choices.get(column.choices or "", ())})


def _several(column: Column, raw: Any, reading: Reading) -> Answer | None:
    """Choices out of a list, or out of a text that separates them by lines, semicolons or commas."""
    known = {fold(choice) for choice in reading.desk.choices.get(column.choices or "", ())}
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        parts = [plain(str(part)) for part in raw]
    else:
        lines = re.split(r"[;\n]", plain(str(raw or "")))
        parts = [part for line in lines for part in _split(line, known)]
    chosen = dict.fromkeys(_choice(column, part, reading) for part in parts if part)
    return Answer(tuple(chosen)) if chosen else None


def _split(line: str, known: Collection[str]) -> list[str]:
    """A line at its commas, but for those within a choice ("Purchase IP, device, country")."""
    pieces, parts = line.split(","), []
    most = 1 + max((choice.count(",") for choice in known), default=0)
    while pieces:
        together = next((n for n in range(most, 1, -1) if fold(",".join(pieces[:n])) in known), 1)
        parts.append(",".join(pieces[:together]).strip())
        del pieces[:together]
    return parts


def _person(_: Column, given: str, reading: Reading) -> str:
    people = {key: person.name for key, person in reading.desk.people.items() if person.active}
    if given.casefold() in people:
        return given.casefold()
    return choose(given, {name: key for key, name in people.items()})


def _https(column: Column, given: str, _: Reading) -> str:
    value = _fits(single_line(given), TEXT_LIMIT)
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:
        raise Unfit(text("fault.url", given=echo(given))) from None
    if parts.scheme != "https" or not host or re.search(r"\s", value):
        raise Unfit(text("fault.url", given=echo(given)))
    if column.type == "album" and host not in ALBUM_HOSTS:
        raise Unfit(text("fault.album", hosts=", ".join(ALBUM_HOSTS)))
    return value


def read_files(raw: Iterable[object]) -> tuple[str, ...]:
    """Files by reference as a case stores them, each once; their names are as much a text as any other."""
    files = [FileRef.parse(item) if isinstance(item, str) else item for item in raw]
    named = {
        file.id: replace(file, name=single_line(scrub(plain(file.name)).text))
        for file in files
        if isinstance(file, FileRef)
    }
    return tuple(str(file) for file in named.values())


def _files(raw: Any) -> Answer | None:
    stored = read_files(raw) if isinstance(raw, Sequence) and not isinstance(raw, str) else ()
    return Answer(stored) if stored else None


READERS: Mapping[str, Callable[[Column, str, Reading], Value]] = {
    "longtext": _long, "address": _long,
    "order": _patterned, "parcel": _patterned, "tracking": _patterned, "sr_no": _patterned, "rma": _patterned,
    "currency": _patterned, "ticket": _ticket, "email": _email, "phone": _email,
    "qty": quantity, "money": money, "date": day, "datetime": moment, "bool": yes_or_no,
    "enum": _choice, "person": _person, "url": _https, "album": _https,
}  # fmt: skip
"""How each type of column is read; the types not named are one line of text."""
