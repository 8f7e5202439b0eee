"""How a value a person gives becomes what an input holds, and what Slack's client refuses before it is sent."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.slack_api_files import new_upload
from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_inputs import Field, is_many, key_of
from bot.sandbox.slack_messages import file_json
from bot.sandbox.slack_shown import choices_of
from bot.sandbox.slack_state import User
from bot.sandbox.slack_text import label, rich_text
from bot.sandbox.slack_workspace import Workspace

LONGEST_INPUT = 3000
"""Characters of a plain_text_input that names no `max_length`."""
REQUIRED = "Please complete this required field."


class BadValue(ValueError):
    """The client does not take this value; the sentence is what it shows under the input."""


def filled(slack: Workspace, user: User, field: Field, value: Any) -> Json:
    """What an input holds after a person gave it a value; None and "" empty it.

    Raises:
        BadValue: no such choice, or not of the input's kind.
    """
    many = is_many(field.type)
    empty: Any = [] if many else None
    if value is None or (isinstance(value, str | list) and not value):
        return {"type": field.type, key_of(field.type): empty}
    if many and not isinstance(value, list):
        value = [value]
    return {"type": field.type, key_of(field.type): _READERS[field.type](slack, user, field, value)}


def _text(_slack: Workspace, _user: User, field: Field, value: Any) -> str:
    text = str(value)
    # A single-line input holds no line breaks: pasted ones become spaces.
    return text if field.element.get("multiline") else re.sub(r"\s*[\r\n]+\s*", " ", text)


def _rich(slack: Workspace, _user: User, _field: Field, value: Any) -> Json:
    return rich_text(slack.state, str(value))


def _option(_slack: Workspace, _user: User, field: Field, value: Any) -> Json:
    wanted = str(value)
    for choice in choices_of(field.element):
        if wanted == choice["value"] or wanted.casefold() == label(choice["text"]).casefold():
            return choice
    offered = ", ".join(label(choice["text"]) for choice in choices_of(field.element))
    raise BadValue(f"'{wanted}' is not offered; choose one of {offered}")


def _options(slack: Workspace, user: User, field: Field, value: Any) -> list[Json]:
    choices = choices_of(field.element)
    if value in ([True], [False]) and len(choices) == 1:
        return choices if value == [True] else []
    return [_option(slack, user, field, each) for each in value]


def _user(slack: Workspace, _user_who: User, _field: Field, value: Any) -> str:
    wanted = str(value).removeprefix("@")
    for user in slack.state.users.values():
        if wanted in {user.id, user.name, user.person, user.real_name}:
            return user.id
    raise BadValue(f"nobody is called {value}")


def _channel(slack: Workspace, _user_who: User, _field: Field, value: Any) -> str:
    named = slack.state.named(str(value))
    if named is None and value not in slack.state.conversations:
        raise BadValue(f"there is no channel {value}")
    return named.id if named else str(value)


def _many(one: Callable[[Workspace, User, Field, Any], str]) -> Callable[..., list[str]]:
    def read(slack: Workspace, user: User, field: Field, value: Any) -> list[str]:
        return [one(slack, user, field, each) for each in value]

    return read


def _date(_slack: Workspace, _user: User, _field: Field, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise BadValue(f"'{value}' is no date; write it as 2026-01-31") from None


def _time(_slack: Workspace, _user: User, _field: Field, value: Any) -> str:
    try:
        return time.fromisoformat(str(value)).strftime("%H:%M")
    except ValueError:
        raise BadValue(f"'{value}' is no time; write it as 16:30") from None


def _moment(_slack: Workspace, user: User, _field: Field, value: Any) -> int:
    if isinstance(value, int):
        return value
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise BadValue(f"'{value}' is no moment; write it as 2026-01-31T16:30") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(user.tz))
    return int(moment.timestamp())


def _files(slack: Workspace, user: User, field: Field, value: Any) -> list[Json]:
    most = int(field.element.get("max_files") or 10)
    if len(value) > most:
        raise BadValue(f"no more than {most} files")
    kinds = [kind.lower() for kind in field.element.get("filetypes") or []]
    files = [_file(slack, user, each) for each in value]
    for file in files:
        if kinds and file["filetype"] not in kinds:
            raise BadValue(f"{file['name']} is not one of {', '.join(kinds)}")
    return files


def _file(slack: Workspace, user: User, value: Any) -> Json:
    """A file by the name it was uploaded under, or from `{"name", "base64"}`."""
    if isinstance(value, dict):
        try:
            data = base64.b64decode(value["base64"], validate=True)
            return file_json(slack, new_upload(slack, user.id, str(value["name"]), len(data), data))
        except (KeyError, TypeError, binascii.Error):
            raise BadValue('a file is {"name": …, "base64": …}') from None
    for upload in reversed(slack.state.files.values()):
        if upload.user == user.id and upload.complete and value in {upload.name, upload.id}:
            return file_json(slack, upload)
    raise BadValue(f"{user.name} has uploaded no file called {value}")


_READERS: dict[str, Callable[[Workspace, User, Field, Any], Any]] = {
    "plain_text_input": _text,
    "email_text_input": _text,
    "url_text_input": _text,
    "number_input": _text,
    "rich_text_input": _rich,
    "static_select": _option,
    "external_select": _option,
    "radio_buttons": _option,
    "multi_static_select": _options,
    "multi_external_select": _options,
    "checkboxes": _options,
    "users_select": _user,
    "channels_select": _channel,
    "conversations_select": _channel,
    "multi_users_select": _many(_user),
    "multi_channels_select": _many(_channel),
    "multi_conversations_select": _many(_channel),
    "datepicker": _date,
    "timepicker": _time,
    "datetimepicker": _moment,
    "file_input": _files,
}


def fault(field: Field, entry: Json) -> str | None:
    """What the client says under an input instead of sending the form, or None when it is content."""
    value = entry[key_of(field.type)]
    if value is None or value == []:
        return None if field.optional else REQUIRED
    match field.type:
        case "plain_text_input":
            return _length_fault(field.element, value)
        case "number_input":
            return _number_fault(field.element, value)
        case "email_text_input":
            return (
                None if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) else "Enter a valid email address."
            )
        case "url_text_input":
            return None if re.fullmatch(r"https?://\S+", value) else "Enter a valid URL."
        case _:
            return None


def _length_fault(element: Json, value: str) -> str | None:
    longest = int(element.get("max_length") or LONGEST_INPUT)
    shortest = int(element.get("min_length") or 0)
    if len(value) > longest:
        return f"Must be {longest} characters or fewer."
    return f"Must be {shortest} characters or more." if len(value) < shortest else None


def _number_fault(element: Json, value: str) -> str | None:
    pattern = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Enter a valid number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(value) < float(low):
        return f"Must be {low} or more."
    return f"Must be {high} or less." if high is not None and float(value) > float(high) else None
