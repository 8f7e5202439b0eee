"""A value between its column's type and its cell, in both directions.

A cell is always typed: texts are `stringValue`, amounts, dates and moments are numbers with a number format.
Nothing is ever parsed as if a person had typed it, so no formula can be born.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from config.model import Value
from config.tracker import Column, ColumnType

JSON = dict[str, Any]
"""One JSON object of Google's."""
Plain = str | int | float | bool | None
"""What a cell holds, as Google sends it unformatted; None is blank."""

MOST_CHARACTERS = 50_000
"""Characters a cell can hold (Google Drive help, "Files you can store in Google Drive")."""
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # Serial number 0, in the workbook's own zone.
_DATE = "yyyy-mm-dd"
_MOMENT = "yyyy-mm-dd hh:mm"
_CODES: frozenset[ColumnType] = frozenset(
    {"order", "ticket", "parcel", "sku", "phone", "tracking", "sr_no", "rma", "case_ref", "code",
     "network_reason"}
)  # fmt: skip
"""Types whose cells stay text when a person types in them: `12E4` is a tracking number and not 120000."""
_BETWEEN_CHOICES = ", "
_BETWEEN_FILES = "\n"
_UNSHOWABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def number_format(kind: ColumnType) -> JSON | None:
    """The number format of a column of this type; None where Google's automatic one is right."""
    if kind in _CODES:
        return {"type": "TEXT", "pattern": "@"}
    return {
        "money": {"type": "NUMBER", "pattern": "#,##0.00"},
        "qty": {"type": "NUMBER", "pattern": "0"},
        "date": {"type": "DATE", "pattern": _DATE},
        "datetime": {"type": "DATE_TIME", "pattern": _MOMENT},
    }.get(kind)


@dataclass(frozen=True, slots=True)
class Showing:
    """How values are shown in one workbook: its time zone, and the names people read for a person's key."""

    zone: ZoneInfo
    names: Mapping[str, str] = field(default_factory=dict)


def cell(column: Column, value: Value | None, showing: Showing) -> JSON:
    """The `CellData` of a value: what is entered and its number format, if its type has one.

    None, "" and () are a blank cell.
    """
    data: JSON = {}
    entered = plain(column, value, showing)
    if entered is not None:
        data["userEnteredValue"] = extended(entered)
    form = number_format(column.type)
    if form is not None:
        data["userEnteredFormat"] = {"numberFormat": form}
    return data


def extended(entered: Plain) -> JSON:
    """The `ExtendedValue` of what a cell is to hold."""
    if isinstance(entered, bool):
        return {"boolValue": entered}
    if isinstance(entered, str):
        return {"stringValue": entered}
    return {} if entered is None else {"numberValue": entered}


def plain(column: Column, value: Value | None, showing: Showing) -> Plain:
    """What the cell of a value holds, without its format; a value that does not fit its type stays text."""
    if value is None or value in ("", ()):
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, tuple):
        between = _BETWEEN_FILES if column.type == "files" else _BETWEEN_CHOICES
        return showable(between.join(value))
    if isinstance(value, int):
        return value
    number = _number(column.type, value, showing.zone)
    if number is not None:
        return number
    return showable(showing.names.get(value, value) if column.type == "person" else value)


def showable(text: str) -> str:
    """The text as a cell can hold it: no half characters or control codes, not longer than a cell."""
    text = _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _number(kind: ColumnType, text: str, zone: ZoneInfo) -> float | None:
    """The number behind an amount, a date or a moment; None where the text is none."""
    try:
        if kind in ("money", "qty"):
            number = Decimal(text)
            return float(number) if number.is_finite() else None
        if kind == "date":
            return float((date.fromisoformat(text) - _DAY_ZERO.date()).days)
        if kind == "datetime":
            moment = datetime.fromisoformat(text)
            local = moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment
            return (local - _DAY_ZERO) / timedelta(days=1)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return None


def shown(column: Column, value: Value | None, showing: Showing) -> str:
    """The text of a value as `text` gives it for its cell while nobody has changed it."""
    return text(column, plain(column, value, showing))


def text(column: Column, entered: Plain) -> str:
    """The text of what a cell holds, in the column's own form whatever people made it look like."""
    if isinstance(entered, bool):
        return "TRUE" if entered else "FALSE"
    if isinstance(entered, str) or entered is None:
        return entered or ""
    if column.type == "money":
        return f"{entered:.2f}"
    if column.type in ("date", "datetime"):
        try:
            moment = _DAY_ZERO + timedelta(seconds=round(entered * 86400))
        except OverflowError:
            return f"{entered}"
        return f"{moment:%Y-%m-%d}" if column.type == "date" else f"{moment:%Y-%m-%d %H:%M}"
    return f"{entered:.0f}" if entered == int(entered) else f"{entered}"


def value(column: Column, text: str, showing: Showing) -> Value | None:
    """The value behind a cell's text; the way back of `shown`.

    What does not read as the column's type comes back as the text it is (checking answers is not done here);
    a blank cell is None. Moments are whole minutes, in UTC.
    """
    text = text.strip()
    if not text:
        return None
    if column.type in ("multi", "files"):
        between = _BETWEEN_FILES if column.type == "files" else _BETWEEN_CHOICES.strip()
        return tuple(part.strip() for part in text.split(between) if part.strip())
    if column.type == "bool":
        return {"true": True, "yes": True, "false": False, "no": False}.get(text.casefold(), text)
    if column.type == "person":
        keys = {name.casefold(): key for key, name in showing.names.items()}
        return keys.get(text.casefold(), text)
    return _read(column.type, text, showing.zone)


def _read(kind: ColumnType, text: str, zone: ZoneInfo) -> Value:
    try:
        if kind == "qty":
            return int(text.replace(",", ""))
        if kind == "money":
            return f"{Decimal(text.replace(',', '')):.2f}"
        if kind == "date":
            return date.fromisoformat(text[:10]).isoformat()
        if kind == "datetime":
            return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC).isoformat()
    except (InvalidOperation, ValueError):
        return text
    return text
