"""What a cell shows: a number under its number format, the way the grid and FORMATTED_VALUE give it.

Serial numbers count days from 30 December 1899, as in every spreadsheet.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

from bot.sandbox.google_book import Cell, Formula
from bot.sandbox.google_errors import JSON

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # A serial number has no zone; the workbook has one.
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
"""Digits enough for the largest number a cell holds, 1.8E+308, with any decimals a pattern asks for."""
TEMPORAL = {"DATE", "TIME", "DATE_TIME"}
FORMULA_SHOWN = "#FORMULA"
"""What a formula shows, since the sandbox runs none: a formula that was born by accident is seen at once."""

_DEFAULT_PATTERNS = {
    "DATE": "m/d/yyyy",
    "TIME": "h:mm:ss AM/PM",
    "DATE_TIME": "m/d/yyyy h:mm:ss",
    "CURRENCY": '"$"#,##0.00',
    "PERCENT": "0.00%",
    "NUMBER": "#,##0.00",
    "SCIENTIFIC": "0.00E+00",
    "TEXT": "@",
}
_PART = re.compile(
    r'"[^"]*"|\\.|\[\$([^\]-]*)[^\]]*\]|(?i:am/pm|a/p)|[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|.', re.DOTALL
)
_NUMBER = re.compile(r"[#0,.?]*[#0?][#0,.?]*")


def shown(cell: Cell) -> str:
    """The text a person sees in this cell; empty for a blank one."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Formula):
        return FORMULA_SHOWN
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return number_shown(value, number_format(cell))


def number_format(cell: Cell) -> JSON | None:
    """The cell's own number format, if it has one."""
    return (cell.format or {}).get("numberFormat")


def number_shown(number: float, form: JSON | None) -> str:
    """A number under a `NumberFormat`; without one as short as it can be."""
    if form is None:
        return general(number)
    kind = form.get("type", "NUMBER")
    pattern = form.get("pattern") or _DEFAULT_PATTERNS.get(kind, "General")
    if kind in TEMPORAL:
        return _moment(number, pattern)
    if kind == "TEXT" or pattern in ("@", "General"):
        return general(number)
    return _amount(number, pattern)


def general(number: float) -> str:
    """A number without a format: `3`, `0.1`, `1.2E+20`."""
    if float(number).is_integer() and abs(number) < 1e15:
        return str(int(number))
    text = f"{number:.15g}"
    return text.replace("e+", "E+").replace("e-", "E-")


def _amount(number: float, pattern: str) -> str:
    """`#,##0.00;(#,##0.00)` and its kin: one section, or one each for plus, minus and zero."""
    sections = pattern.split(";")
    section = sections[0]
    if number < 0 and len(sections) > 1:
        section, number = sections[1], -number
    elif number == 0 and len(sections) > 2:
        section = sections[2]
    literals: list[str] = []
    bare = _PART.sub(lambda part: _literal(part, literals), section)
    digits = _NUMBER.search(bare)
    if digits is None:
        return _filled(bare, literals)
    after = bare[digits.end() :]
    if after.upper().startswith("E+"):
        return _filled(f"{number:.{_decimals(digits[0])}E}", literals)
    if "%" in bare:
        number *= 100
    text = _digits(abs(number), digits[0])
    sign = "-" if number < 0 and any(digit in "123456789" for digit in text) else ""
    return sign + _filled(bare[: digits.start()] + text + after, literals)


def _literal(part: re.Match[str], literals: list[str]) -> str:
    """Set a quoted or escaped piece aside, so that its letters are not read as a pattern."""
    text = part[0]
    if text.startswith('"') and len(text) > 1:
        literals.append(text[1:-1])
    elif text.startswith("\\") and len(text) > 1:
        literals.append(text[1])
    elif text.startswith("[$"):
        literals.append(part[1])
    else:
        return text
    return "\x00"


def _filled(text: str, literals: list[str]) -> str:
    for literal in literals:
        text = text.replace("\x00", literal, 1)
    return text


def _decimals(digits: str) -> int:
    return len(re.sub(r"[^#0?]", "", digits.partition(".")[2]))


def _digits(number: float, pattern: str) -> str:
    whole, _, fraction = pattern.partition(".")
    places = _decimals(pattern)
    rounded = Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), context=_EXACT)
    text = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    head, dot, tail = text.partition(".")
    least = len(re.sub(r"[^0]", "", fraction))
    while len(tail) > least and tail.endswith("0"):
        tail = tail[:-1]
    head = head.rjust(len(re.sub(r"[^0]", "", whole)), "0")
    return head + (dot + tail if tail else "")


def _moment(number: float, pattern: str) -> str:
    """A serial number as date and time. `m` means minutes after hours or before seconds, else months."""
    try:
        moment = EPOCH + timedelta(seconds=round(number * 86400))
    except OverflowError:
        return general(number)
    parts = [part[0] for part in _PART.finditer(pattern)]
    twelve = any(part.lower() in ("am/pm", "a/p") for part in parts)
    text: list[str] = []
    for index, part in enumerate(parts):
        minutes = part[0] in "mM" and _near_time(parts, index)
        text.append(_moment_part(moment, part, minutes, twelve))
    return "".join(text)


def _near_time(parts: list[str], index: int) -> bool:
    letters = [part[0].lower() if part[0].isalpha() else "" for part in parts]
    before = next((letter for letter in reversed(letters[:index]) if letter), "")
    after = next((letter for letter in letters[index + 1 :] if letter), "")
    return before == "h" or after == "s"


def _moment_part(moment: datetime, part: str, minutes: bool, twelve: bool) -> str:
    low = part.lower()
    if low[0] in "ymdhs" and low.strip(low[0]) == "":
        if minutes:
            return str(moment.minute).zfill(len(part))
        return _unit(moment, low[0], len(low), twelve)
    if low in ("am/pm", "a/p"):
        word = "AM" if moment.hour < 12 else "PM"
        return word if low == "am/pm" else word[0]
    if part.startswith('"'):
        return part.strip('"')
    return part[1:] if part.startswith("\\") and len(part) > 1 else part


def _unit(moment: datetime, unit: str, width: int, twelve: bool) -> str:
    if unit == "y":
        return f"{moment.year:04d}" if width > 2 else f"{moment.year % 100:02d}"
    if unit == "m" and width > 2:
        return moment.strftime("%B" if width > 3 else "%b")
    if unit == "d" and width > 2:
        return moment.strftime("%A" if width > 3 else "%a")
    hour = moment.hour % 12 or 12 if twelve else moment.hour
    number = {"m": moment.month, "d": moment.day, "h": hour, "s": moment.second}[unit]
    return str(number).zfill(width)
