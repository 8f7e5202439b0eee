"""One answer to one question: read it as its column's type, or say in a sentence what is wrong with it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from config.desk import Desk
from config.model import Value
from config.texts import text
from config.tracker import Column
from handlers.events import FileRef
from handlers.plain import plain, single_line
from handlers.scrub import scrub

TEXT_LIMIT = 500
"""Characters in a one-line answer: longer ones belong into a long text."""
LONG_LIMIT = 3_000
"""Characters in a long text: Slack's `plain_text_input` accepts no more, and a sheet's cell holds 50,000."""
MOST_MONEY = Decimal(1_000_000)
MOST_PIECES = 10_000
SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "CNY", "R": "ZAR"}
ALBUM_HOSTS = ("drive.google.com", "photos.app.goo.gl", "photos.google.com")
YES = frozenset({"yes", "y", "true", "1", "on", "x", "✓", "ja"})
NO = frozenset({"no", "n", "false", "0", "off", "nee"})
PATTERNS = {
    "order": re.compile(r"[A-Z0-9-]{3,20}"),
    "ticket": re.compile(r"\d{1,12}"),
    "parcel": re.compile(r"[A-Z0-9-]{4,30}"),
    "tracking": re.compile(r"[A-Z0-9]{8,40}"),
    "email": re.compile(r"\S+@\S+\.\S+"),
    "phone": re.compile(r"\+?[0-9 ()-]{6,20}"),
    "sr_no": re.compile(r"(?:SR-?)?\d{1,12}"),
    "rma": re.compile(r"RMA-\d{4}-\d{5}"),
    "currency": re.compile(r"[A-Z]{3}"),
}
TICKET_LINK = re.compile(r"https?://\S+/tickets/(\d{1,12})(?:[/?#]\S*)?", re.IGNORECASE)


class Unfit(ValueError):
    """The answer cannot be used; the message is the sentence for the person."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer may depend on besides itself: the desk, and the moment it was given."""

    desk: Desk
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The desk's time zone."""
        return ZoneInfo(self.desk.timezone)


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
    if isinstance(raw, bool):
        raw = "yes" if raw else "no"
    if column.type == "multi":
        parts = (
            raw
            if isinstance(raw, Sequence) and not isinstance(raw, str)
            else re.split(r"[,;\n]", str(raw or ""))
        )
        chosen = tuple(_choice(column, plain(str(part)), reading) for part in parts if plain(str(part)))
        return Answer(tuple(dict.fromkeys(chosen))) if chosen else None
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
    shown = _short(given)
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
        raise Unfit(text("fault.ticket", given=_short(given)))
    return digits


def _email(column: Column, given: str, _: Reading) -> str:
    value = single_line(given)
    if not PATTERNS[column.type].fullmatch(value):
        raise Unfit(_misfit(column.type, given))
    return value


def _quantity(_: Column, given: str, __: Reading) -> int:
    if not re.fullmatch(r"\d{1,5}", given, re.ASCII) or not 1 <= int(given) <= MOST_PIECES:
        raise Unfit(text("fault.qty", given=_short(given), most=MOST_PIECES))
    return int(given)


def _money(_: Column, given: str, __: Reading) -> str:
    digits = re.sub(r"[€$£\s]|[A-Za-z]{3}$", "", given)
    if re.fullmatch(r"\d{1,3}(\.\d{3})*,\d{1,2}|\d+,\d{1,2}", digits, re.ASCII):
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d{1,2})?", digits, re.ASCII):
        digits = digits.replace(",", "")
    try:
        amount = Decimal(digits) if re.fullmatch(r"\d{1,9}(\.\d{1,2})?", digits, re.ASCII) else None
    except InvalidOperation:
        amount = None
    if amount is None or amount > MOST_MONEY:
        raise Unfit(text("fault.money", given=_short(given)))
    return f"{amount:.2f}"


def _date(_: Column, given: str, reading: Reading) -> str:
    today = reading.now.astimezone(reading.zone).date()
    named = {"today": 0, "tomorrow": 1, "yesterday": -1}.get(given.lower())
    if named is not None:
        return (today + timedelta(days=named)).isoformat()
    for pattern in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})",
    ):
        if found := re.fullmatch(pattern, given, re.ASCII):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"])).isoformat()
            except ValueError:
                break
    raise Unfit(text("fault.date", given=_short(given), example=today.isoformat()))


def _moment(column: Column, given: str, reading: Reading) -> str:
    now = reading.now.astimezone(reading.zone)
    if given.lower() == "now":
        return now.isoformat(timespec="minutes")
    try:
        if re.fullmatch(r"\d{9,11}", given, re.ASCII):
            return datetime.fromtimestamp(int(given), reading.zone).isoformat(timespec="minutes")
        day, _, hour = given.replace("T", " ", 1).partition(" ")
        if not hour:
            moment = datetime.combine(date.fromisoformat(_date(column, day, reading)), time(), reading.zone)
        else:
            moment = datetime.fromisoformat(f"{_date(column, day, reading)}T{hour.strip()}")
    except Unfit:
        raise Unfit(text("fault.datetime", given=_short(given), example=f"{now:%Y-%m-%d %H:%M}")) from None
    except ValueError as error:
        raise Unfit(text("fault.datetime", given=_short(given), example=f"{now:%Y-%m-%d %H:%M}")) from error
    local = moment if moment.tzinfo else moment.replace(tzinfo=reading.zone)
    return local.isoformat(timespec="minutes")


def _bool(_: Column, given: str, __: Reading) -> bool:
    word = given.lower()
    if word in YES or word in NO:
        return word in YES
    raise Unfit(text("fault.bool", given=_short(given)))


def _choice(column: Column, given: str, reading: Reading) -> str:
    return choose(given, {choice: choice for choice in reading.desk.choices.get(column.choices or "", ())})


def _person(_: Column, given: str, reading: Reading) -> str:
    people = reading.desk.people
    if given in people:
        return given
    return choose(given, {person.name: key for key, person in people.items() if person.active})


def _https(column: Column, given: str, _: Reading) -> str:
    value = _fits(single_line(given), TEXT_LIMIT)
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
    except ValueError:
        raise Unfit(text("fault.url", given=_short(given))) from None
    if parts.scheme != "https" or not host or re.search(r"\s", value):
        raise Unfit(text("fault.url", given=_short(given)))
    if column.type == "album" and host not in ALBUM_HOSTS:
        raise Unfit(text("fault.album", hosts=", ".join(ALBUM_HOSTS)))
    return value


def _files(raw: Any) -> Answer | None:
    files = [item for item in raw or () if isinstance(item, FileRef | str)]
    return Answer(tuple(str(item) for item in files)) if files else None


def choose(given: str, choices: Mapping[str, str]) -> str:
    """The choice somebody means: its exact words in any case, else the one beginning that fits.

    Raises:
        Unfit: none or several fit; the sentence names the nearest.
    """
    wanted = _fold(given)
    exact = [value for label, value in choices.items() if _fold(label) == wanted]
    begun = [value for label, value in choices.items() if _fold(label).startswith(wanted)]
    if exact or len(begun) == 1:
        return (exact or begun)[0]
    near = (
        nearest(given, choices)
        if not begun
        else [label for label in choices if _fold(label).startswith(wanted)]
    )
    shown = " / ".join(near[:5] or list(choices)[:10])
    raise Unfit(text("fault.choice" if near else "fault.no_choice", given=_short(given), near=shown))


def nearest(given: str, labels: object) -> list[str]:
    """The labels most like a text, best first, at most three (any iterable of texts)."""
    by_fold = {_fold(label): label for label in labels}  # type: ignore[attr-defined]  # any iterable of text
    return [by_fold[near] for near in difflib.get_close_matches(_fold(given), by_fold, n=3, cutoff=0.5)]


def _fold(words: str) -> str:
    return re.sub(r"[\s_-]+", " ", words).strip().casefold()


def _short(given: str) -> str:
    line = single_line(given)
    return line if len(line) <= 40 else f"{line[:39]}…"


READERS: Mapping[str, Callable[[Column, str, Reading], Value]] = {
    "longtext": _long, "address": _long,
    "order": _patterned, "parcel": _patterned, "tracking": _patterned, "sr_no": _patterned, "rma": _patterned,
    "currency": _patterned, "ticket": _ticket, "email": _email, "phone": _email,
    "qty": _quantity, "money": _money, "date": _date, "datetime": _moment, "bool": _bool,
    "enum": _choice, "person": _person, "url": _https, "album": _https,
}  # fmt: skip
"""How each type of column is read; the types not named are one line of text."""
