"""One question as an input of a modal, and what its input holds as an answer.

Slack refuses a whole view for one initial value that does not fit its input, so a value is put in only where
it fits; where it does not, the modal shows it in words.
Source of every limit: docs.slack.dev, "Block elements" and "Composition objects".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.slack import words
from bot.slack.markup import plain_text
from config.model import Value
from handlers.events import FileRef
from handlers.form import Question
from handlers.plain import plain, shorten, single_line
from handlers.scrub import scrub

Element = dict[str, Any]
"""One element of Block Kit, as JSON."""

TEXT = 3_000
OPTIONS = 100
OPTION_LABEL = 75
OPTION_VALUE = 150
FILES = 10
_EARLIEST, _LATEST = 1_000_000_000, 9_999_999_999
_SELECTS = frozenset({"enum", "person", "currency", "country"})
_LONG = frozenset({"longtext", "address"})
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_FILE = re.compile(r"F[A-Z0-9]+")
_URL = re.compile(r"https?://[^\s<>]+")


def element(question: Question) -> Element:
    """The input that asks a question, filled in with its value where that fits.

    A question with choices becomes a select, one without is typed; every other type has its own input.
    """
    named: Element = {"action_id": question.key}
    choices = {value: label for value, label in question.choices if value}
    if question.type == "multi" and choices:
        return {**named, "type": "multi_static_select", **_options(choices, question.value, many=True)}
    if question.type in _SELECTS and choices:
        return {**named, "type": "static_select", **_options(choices, question.value, many=False)}
    if question.type == "bool":
        return {**named, "type": "radio_buttons", **_yes_or_no(question.value)}
    if question.type == "files":
        return {**named, "type": "file_input", "max_files": FILES}
    return {**named, **_typed(question), **_initial(question)}


def shows(question: Question) -> bool:
    """Whether the input of a question shows the value it has; true where there is none."""
    if question.value is None or question.value in ("", (), False) or question.type == "files":
        return True
    return any(key.startswith("initial") for key in element(question))


def _typed(question: Question) -> Element:
    match question.type:
        case "qty":
            return {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}
        case "money":
            return {"type": "number_input", "is_decimal_allowed": True, "min_value": "0"}
        case "date":
            return {"type": "datepicker"}
        case "datetime":
            return {"type": "datetimepicker"}
        case "email":
            return {"type": "email_text_input"}
        case "url" | "album":
            return {"type": "url_text_input"}
        case _:
            return {"type": "plain_text_input", "multiline": question.type in _LONG}


def _initial(question: Question) -> Element:
    value = question.value
    if value is None or value in ("", ()):
        return {}
    given = ", ".join(value) if isinstance(value, tuple) else str(value)
    match question.type:
        case "qty" | "money":
            return {"initial_value": given} if _is_number(given, decimals=question.type == "money") else {}
        case "date":
            return {"initial_date": given} if _is_date(given) else {}
        case "datetime":
            seconds = _seconds(given)
            return {"initial_date_time": seconds} if seconds is not None else {}
        case "email":
            return {"initial_value": given} if _EMAIL.fullmatch(given) and len(given) <= TEXT else {}
        case "url" | "album":
            return {"initial_value": given} if _URL.fullmatch(given) and len(given) <= TEXT else {}
        case _:
            return {"initial_value": shorten(given, TEXT)}


def _is_number(given: str, *, decimals: bool) -> bool:
    if not _NUMBER.fullmatch(given) or given.startswith("-"):
        return False
    return decimals or ("." not in given and int(given) >= 1)


def _is_date(given: str) -> bool:
    try:
        return bool(_DATE.fullmatch(given)) and datetime.fromisoformat(given).year > 0
    except ValueError:
        return False


def _seconds(given: str) -> int | None:
    try:
        moment = datetime.fromisoformat(given)
        seconds = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None
    return seconds if _EARLIEST <= seconds <= _LATEST else None


def _options(choices: Mapping[str, str], value: Value | None, *, many: bool) -> Element:
    """The choices of a select, in groups of a hundred where there are more, and what is chosen so far."""
    options = [_option(choice, label) for choice, label in choices.items()]
    chosen = value if isinstance(value, tuple) else (str(value),)
    ticked = [option for option in options if option["value"] in chosen]
    made: Element = {"options": options}
    if len(options) > OPTIONS:
        parts = [options[start : start + OPTIONS] for start in range(0, len(options), OPTIONS)][:OPTIONS]
        made = {"option_groups": [{"label": _range(part), "options": part} for part in parts]}
    if ticked and many:
        made["initial_options"] = ticked[:OPTIONS]
    elif ticked:
        made["initial_option"] = ticked[0]
    return made


def _option(value: str, label: str) -> Element:
    return {"text": plain_text(label, OPTION_LABEL), "value": value[:OPTION_VALUE]}


def _range(part: list[Element]) -> Element:
    first, last = part[0]["text"]["text"][:30], part[-1]["text"]["text"][:30]
    return {"type": "plain_text", "text": f"{first} – {last}", "emoji": False}


def _yes_or_no(value: Value | None) -> Element:
    options = [_option("yes", words.YES), _option("no", words.NO)]
    if not isinstance(value, bool):
        return {"options": options}
    return {"options": options, "initial_option": options[0 if value else 1]}


def answer(state: Mapping[str, Any]) -> Any:
    """What one input holds: text, list of text, bool, or list of FileRef; None where it was left empty.

    A moment is given in UTC, as ISO text. Total: what has not the shape of Slack's state counts as empty.
    """
    match state:
        case {"type": "radio_buttons", "selected_option": {"value": str(value)}}:
            return value == "yes"
        case {"selected_option": {"value": str(value)}}:
            return value
        case {"selected_options": list(options)}:
            return [value for option in options if (value := _value(option))] or None
        case {"selected_date": str(day)}:
            return day
        case {"selected_date_time": int(seconds)} if _EARLIEST <= seconds <= _LATEST:
            return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
        case {"files": list(files)}:
            return list(file_refs(files)) or None
        case {"value": str(value)}:
            return value or None
        case _:
            return None


def _value(option: Any) -> str:
    value = option.get("value") if isinstance(option, dict) else None
    return value if isinstance(value, str) else ""


def file_refs(files: Any) -> tuple[FileRef, ...]:
    """The files of a message or of a `file_input`; what is no file with an id is passed over."""
    return tuple(_ref(file) for file in _known(files if isinstance(files, list) else []))


def _known(files: Iterable[Any]) -> list[dict[str, Any]]:
    return [file for file in files if isinstance(file, dict) and _FILE.fullmatch(str(file.get("id")))]


def _ref(file: Mapping[str, Any]) -> FileRef:
    """A file of Slack's; its name is a text that somebody typed, so it is scrubbed before anybody keeps it."""
    given, kind, size = file.get("name"), file.get("mimetype"), file.get("size")
    name = single_line(scrub(plain(given)).text) if isinstance(given, str) else ""
    return FileRef(
        platform="slack",
        id=str(file["id"]),
        name=name or str(file["id"]),
        media_type=kind if isinstance(kind, str) and kind else "application/octet-stream",
        size=size if isinstance(size, int) and size > 0 else 0,
    )
