"""What typing into a cell makes of a text (USER_ENTERED): formulas, numbers, dates, ticks, or text."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from bot.sandbox.google_book import MAX_TEXT, Cell, Formula, Value
from bot.sandbox.google_errors import JSON, BadRequest
from bot.sandbox.google_format import EPOCH, number_format

_NUMBER = re.compile(r"[+-]?(?=\.?\d)(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d{1,3})?")
_MONEY = re.compile(r"(-?)([$£€])\s?(\d[\d,]*(\.\d+)?)")
_TIME = r"(?:[ T](?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2}))?)?"
_ISO = re.compile(r"(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})" + _TIME)
_SLASHED = re.compile(r"(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})(?:[-/.](?P<y>\d{4}|\d{2}))?" + _TIME)
_WORDED = re.compile(r"(?P<d>\d{1,2})[ -](?P<mon>[A-Za-z]{3,9})[ -,]+(?P<y>\d{4})" + _TIME)
_MONTH_FIRST = re.compile(r"(?P<mon>[A-Za-z]{3,9}) (?P<d>\d{1,2}),? (?P<y>\d{4})" + _TIME)
_CLOCK = re.compile(r"(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2}))?")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


class Manner(NamedTuple):
    """How a workbook reads dates: its locale says whether 3/4 is in March or in April, the year whose."""

    locale: str
    year: int


def typed(text: str, old: Cell, manner: Manner) -> Cell:
    """The cell after a person typed `text` into `old`; rule and note stay, a format may be added.

    Raises:
        BadRequest: longer than a cell may be.
    """
    check_length(text)
    kind = (number_format(old) or {}).get("type")
    if kind == "TEXT" or not text:
        return old._replace(value=text or None)
    value, form = _reading(text, manner)
    style = old.format
    if form is not None and kind is None:
        style = {**(style or {}), "numberFormat": form}
    return old._replace(value=value, format=style)


def check_length(text: str) -> None:
    """Refuse a text that no cell can hold.

    Raises:
        BadRequest: more than `MAX_TEXT` characters.
    """
    if len(text) > MAX_TEXT:
        raise BadRequest(
            f"Your input contains more than the maximum of {MAX_TEXT} characters in a single cell."
        )


def _reading(text: str, manner: Manner) -> tuple[Value, JSON | None]:
    """The value, and the number format that its spelling brings along."""
    if text.startswith("'"):
        return text[1:], None
    if text.startswith("=") and len(text) > 1:
        return Formula(text), None
    bare = text.strip()
    if bare.upper() in ("TRUE", "FALSE"):
        return bare.upper() == "TRUE", None
    return _number(bare) or _money(bare) or _moment(bare, manner) or (text, None)


def _number(bare: str) -> tuple[float, JSON | None] | None:
    """`12`, `1,200.5`, `12E4`, `+44`, `10%`: all of them numbers to a spreadsheet."""
    body = bare.removesuffix("%")
    if not _NUMBER.fullmatch(body) or len(body) > 40:
        return None
    number = float(body.replace(",", ""))
    if abs(number) > 1e300:
        return None
    if body != bare:
        return number / 100, {"type": "PERCENT", "pattern": "0.00%" if "." in body else "0%"}
    if "e" in body.lower():
        return number, {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    if "," in body:
        return number, {"type": "NUMBER", "pattern": "#,##0.00" if "." in body else "#,##0"}
    return number, None


def _money(bare: str) -> tuple[float, JSON] | None:
    match = _MONEY.fullmatch(bare)
    if match is None:
        return None
    number = float(match[1] + match[3].replace(",", ""))
    return number, {"type": "CURRENCY", "pattern": f'"{match[2]}"#,##0' + (".00" if match[4] else "")}


def _moment(bare: str, manner: Manner) -> tuple[float, JSON] | None:
    """A date, with a time or without, or a time alone; None where the calendar has no such day."""
    clock = _CLOCK.fullmatch(bare)
    if clock:
        seconds = _seconds(clock)
        return (seconds / 86400, {"type": "TIME", "pattern": "h:mm" + ":ss" * bool(clock["s"])})
    for shape in (_ISO, _SLASHED, _WORDED, _MONTH_FIRST):
        match = shape.fullmatch(bare)
        if match:
            return _date(match, manner, "yyyy-mm-dd" if shape is _ISO else "")
    return None


def _date(match: re.Match[str], manner: Manner, pattern: str) -> tuple[float, JSON] | None:
    parts = match.groupdict()
    american = manner.locale == "en_US"
    if "a" in parts:
        month, day = (parts["a"], parts["b"]) if american else (parts["b"], parts["a"])
    elif "mon" in parts:
        word = parts["mon"][:3].lower()
        month, day = str(_MONTHS.index(word) + 1 if word in _MONTHS else 0), parts["d"]
    else:
        month, day = parts["m"], parts["d"]
    year = int(parts["y"] or manner.year)
    year += 2000 if year < 100 else 0
    try:
        days = (datetime(year, int(month), int(day)) - EPOCH).days  # noqa: DTZ001  # As EPOCH.
    except ValueError:
        return None
    pattern = pattern or ("m/d/yyyy" if american else "dd/mm/yyyy")
    if parts["h"] is None:
        return float(days), {"type": "DATE", "pattern": pattern}
    return days + _seconds(match) / 86400, {"type": "DATE_TIME", "pattern": f"{pattern} h:mm:ss"}


def _seconds(match: re.Match[str]) -> int:
    return int(match["h"]) * 3600 + int(match["min"]) * 60 + int(match["s"] or 0)
