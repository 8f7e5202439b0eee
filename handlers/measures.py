"""Answers that are counted or measured: pieces, money, days, moments, yes or no."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from config.texts import text
from config.tracker import Column
from handlers import show
from handlers.choices import Unfit
from handlers.echo import echo
from handlers.reading import Reading

MOST_MONEY = Decimal(1_000_000)
MOST_PIECES = 10_000
YES = frozenset({"yes", "y", "true", "1", "on", "x", "✓", "ja"})
NO = frozenset({"no", "n", "false", "0", "off", "nee"})
_CONTINENTAL = re.compile(r"\d{1,3}(\.\d{3})*,\d{1,2}|\d+,\d{1,2}")
_ENGLISH = re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,2})?")
_PLAIN = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_DAYS = {"today": 0, "tomorrow": 1, "yesterday": -1}
_ISO = re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})")
_DAY_FIRST = re.compile(r"(?P<d>[0-9]{1,2})[-/.](?P<m>[0-9]{1,2})[-/.](?P<y>[0-9]{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(
    rf"(?P<d>[0-9]{{1,2}})[ -](?P<m>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?,?[ -](?P<y>[0-9]{{4}})"
)
"""As the bot itself writes a day: what people read, they may type."""
_HOUR = re.compile(r"(?P<day>\S.*?),? (?P<hour>[0-9]{1,2}:.*)")
_SECONDS = re.compile(r"[0-9]{9,11}")


def quantity(_: Column, given: str, __: Reading) -> int:
    """A whole number of pieces."""
    if not re.fullmatch(r"[0-9]{1,5}", given) or not 1 <= int(given) <= MOST_PIECES:
        raise Unfit(text("fault.qty", given=echo(given), most=MOST_PIECES))
    return int(given)


def money(_: Column, given: str, __: Reading) -> str:
    """An amount with two decimals, written in the English or the continental way, with or without its currency."""
    digits = re.sub(r"[€$£\s]|[A-Za-z]{3}$", "", given)
    if _CONTINENTAL.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif _ENGLISH.fullmatch(digits):
        digits = digits.replace(",", "")
    if not _PLAIN.fullmatch(digits) or Decimal(digits) > MOST_MONEY:
        raise Unfit(text("fault.money", given=echo(given)))
    return f"{Decimal(digits):.2f}"


def day(_: Column, given: str, reading: Reading) -> str:
    """A day as ISO text: from ISO, from day-month-year, from `22 Nov 2026`, or from a word for it."""
    today = reading.here.date()
    named = _DAYS.get(given.lower())
    if named is not None:
        return (today + timedelta(days=named)).isoformat()
    found = _ISO.fullmatch(given) or _DAY_FIRST.fullmatch(given) or _NAMED.fullmatch(given.lower())
    try:
        if found is not None:
            return date(int(found["y"]), _month(found["m"]), int(found["d"])).isoformat()
    except ValueError:
        pass
    raise Unfit(text("fault.date", given=echo(given), example=show.day(today)))


def _month(written: str) -> int:
    return int(written) if written.isdecimal() else 1 + _MONTHS.index(written)


def moment(column: Column, given: str, reading: Reading) -> str:
    """A moment as ISO text in the desk's own time, to the minute; a bare day is its midnight."""
    if given.lower() == "now":
        return reading.here.isoformat(timespec="minutes")
    try:
        local = _moment(column, given, reading).astimezone(reading.zone)
    except (ValueError, OverflowError, OSError) as error:
        example = show.moment(reading.now, reading.desk)
        raise Unfit(text("fault.datetime", given=echo(given), example=example)) from error
    return local.isoformat(timespec="minutes")


def _moment(column: Column, given: str, reading: Reading) -> datetime:
    if _SECONDS.fullmatch(given):
        return datetime.fromtimestamp(int(given), reading.zone)
    parts = _HOUR.fullmatch(re.sub(r"(?<=[0-9])T(?=[0-9])", " ", given))
    written, hour = (parts["day"], parts["hour"]) if parts else (given, "00:00")
    hour = f"0{hour}" if hour[1] == ":" else hour
    found = datetime.fromisoformat(f"{day(column, written, reading)}T{hour}")
    return found if found.tzinfo else found.replace(tzinfo=reading.zone)


def yes_or_no(_: Column, given: str, __: Reading) -> bool:
    """Yes or no, in the words and signs people use for it."""
    word = given.lower()
    if word in YES or word in NO:
        return word in YES
    raise Unfit(text("fault.bool", given=echo(given)))
