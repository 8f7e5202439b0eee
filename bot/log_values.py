"""What a value looks like in a log: scrubbed, cut, withheld, or only named."""

from __future__ import annotations

import datetime
import decimal
import enum
import math
import pathlib
import re
import traceback
import types
import uuid
from collections.abc import Iterator, Mapping, Sequence, Set

from handlers.plain import shorten
from handlers.scrub import scrub_for_logs

TEXT_MAX = 2_000
"""Characters of one text in a log line."""

_READ_MAX = (
    10 * TEXT_MAX
)  # Scrubbed before it is cut, so that a cut never hides half a number; but not without end.
_ITEMS_MAX = 50
_DEPTH_MAX = 5
_FRAMES_MAX = 20
_CHAIN_MAX = 8

_BODIES = frozenset(
    "body payload text raw request response content data values answers blocks view caption".split()
)
_SECRETS = frozenset(
    "token secret password passcode authorization cookie signature otp cvv cvc pin apikey dsn credentials".split()
)
_PLAIN = (datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, pathlib.PurePath, uuid.UUID)
_INPUT = re.compile(r"input_value=.*?(?=, input_type=)", re.DOTALL)

Told = None | bool | int | float | str | list["Told"] | dict[str, "Told"]
"""What JSON can hold."""


def cleaned(value: object, depth: int = 0) -> Told:
    """Return a value as it may stand in a log. Total: whatever it is, nothing is raised and nothing of it is run.

    Texts are scrubbed and cut; under a key of bodies or secrets a value is withheld; an object of any other class is
    named and not printed.
    """
    match value:
        case None | bool():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case enum.Enum():
            return cleaned(value.value, depth)
        case int():
            return _number(value)
        case Mapping() | list() | tuple() | Set() if depth < _DEPTH_MAX:
            return _collection(value, depth + 1)
        case _:
            return _text(_sentence(value))


def told_exception(
    exc_info: tuple[type[BaseException], BaseException, types.TracebackType | None],
) -> list[dict[str, object]]:
    """Return an error and what led to it, the last one first: its sentence and where it passed, no local variables.

    The sentence loses what libraries quote of the data: pydantic's input values, PostgreSQL's DETAIL.
    """
    told = traceback.TracebackException(*exc_info, capture_locals=False, lookup_lines=False, compact=True)
    return [
        {
            "error": _without_data("".join(one.format_exception_only())),
            "frames": [
                f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in one.stack[-_FRAMES_MAX:]
            ],
        }
        for one in _chain(told)
    ]


def _sentence(value: object) -> str:
    """Return what a single value is in words, not scrubbed yet."""
    match value:
        case str():
            return value
        case bytes() | bytearray() | memoryview():
            return f"[{len(value)} bytes]"
        case BaseException():
            return _without_data("".join(traceback.format_exception_only(value)))
        case _:
            return str(value) if isinstance(value, _PLAIN) else f"<{type(value).__name__}>"


def _chain(told: traceback.TracebackException) -> Iterator[traceback.TracebackException]:
    waiting = [told]
    for _ in range(_CHAIN_MAX):
        if not waiting:
            return
        one = waiting.pop(0)
        yield one
        context = None if one.__suppress_context__ else one.__context__
        waiting += [other for other in (*(one.exceptions or ()), one.__cause__ or context) if other]


def _without_data(sentence: str) -> str:
    return _INPUT.sub("input_value=[withheld]", sentence.partition("\nDETAIL:")[0]).strip()


def _number(value: int) -> int | str:
    """Return a number, or its mask when it could be a card's; one that no column could hold is only named."""
    if value.bit_length() > 128:
        return "<int>"
    return value if abs(value) < 10**11 else _unless_clean(value)


def _unless_clean(value: int) -> int | str:
    written = str(value)
    scrubbed = scrub_for_logs(written)
    return value if scrubbed == written else scrubbed


def _text(value: str) -> str:
    return shorten(scrub_for_logs(value[:_READ_MAX]), TEXT_MAX)


def _collection(value: Mapping[object, object] | Sequence[object] | Set[object], depth: int) -> Told:
    if isinstance(value, Mapping):
        items = list(value.items())[:_ITEMS_MAX]
        return {(name := str(cleaned(key))): _under(name, item, depth) for key, item in items}
    return [cleaned(item, depth) for item in list(value)[:_ITEMS_MAX]]


def _under(key: str, value: object, depth: int) -> Told:
    """Return a value by the key it stands under: bodies and secrets are withheld whatever they look like."""
    words = re.split(r"[^a-z0-9]+", key.lower())
    if _SECRETS.intersection(words) or "apikey" in key.lower().replace("_", ""):
        return None if value is None else "[secret withheld]"
    if words[-1] in _BODIES:
        return _size(value)
    return cleaned(value, depth)


def _size(value: object) -> Told:
    if value is None or isinstance(value, bool | int):
        return cleaned(value)
    if isinstance(value, str | bytes | Mapping | Sequence):
        return f"[withheld, {len(value)} long]"
    return f"<{type(value).__name__}>"
