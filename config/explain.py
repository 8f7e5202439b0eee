"""What pydantic says about a declaration, as sentences that name keys the way the file writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.calendar import COUNTRY, LENGTH
from config.clock import TIME_OF_DAY
from config.errors import DeclarationFault
from config.model import AMOUNT
from config.nearest import did_you_mean

_FORMS = {
    AMOUNT: 'an amount as text, like "50" or "49.95"',
    r"^[A-Z]{3}$": "three capital letters, like EUR",
    r"^[A-Z]{2,4}$": "two to four capital letters",
    r"^(slack|telegram):\S+$": 'a platform and its id, like "slack:C0123ABCD"',
    r"^[UW][A-Z0-9]+$": "a Slack user id, like U0123ABCD",
    r"^T[A-Z0-9]+$": "a Slack workspace id, like T0123ABCD",
    LENGTH: 'a length of time, like "30m", "8h" or "3d"',
    COUNTRY: 'a country, like "NL", or a part of one, like "DE-BY"',
    TIME_OF_DAY: 'a time of day, like "09:00"',
    r"^[\w.-]+\.ics$": "the name of an .ics file beside desk.toml",
}
"""The forms our models ask for, in words; any other is a key's."""
_KINDS = {
    "missing": "is missing",
    "string_type": "must be text, in quotes",
    "tuple_type": "must be a list, in square brackets",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "too_short": "must not be empty",
}


def explain(
    file: str, model: type[BaseModel], raw: Mapping[str, Any], error: ValidationError
) -> Iterator[DeclarationFault]:
    """One fault for each of pydantic's errors about a file's content."""
    details = error.errors(include_url=False)
    for detail in details:
        # A list of faulty entries is also "too short" to pydantic: the entries' own faults say enough.
        if detail["type"] == "too_short" and any(_is_below(other["loc"], detail["loc"]) for other in details):
            continue
        yield DeclarationFault(file, _written(detail["loc"], raw), _sentence(detail, model))


def _is_below(loc: Sequence[int | str], above: Sequence[int | str]) -> bool:
    return len(loc) > len(above) and loc[: len(above)] == above


def _written(loc: Sequence[int | str], raw: object) -> str:
    """The path to a value; an entry of a list of tables is named by its own key where it has one."""
    parts: list[str] = []
    here = raw
    for part in loc:
        here = _below(here, part)
        named = here.get("key") if isinstance(part, int) and isinstance(here, Mapping) else None
        parts.append(named if isinstance(named, str) and named else str(part))
    return ".".join(parts) or "(file)"


def _below(here: object, part: int | str) -> object:
    try:
        return here[part]  # type: ignore[index]  # whatever it is: what cannot be indexed ends the walk
    except (KeyError, IndexError, TypeError):
        return None


def _sentence(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """What is wrong, as a sentence without its subject, which is the key in front of it."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        name = str(detail["loc"][-1])
        return f"is not a key here.{did_you_mean(name, _keys_at(model, detail['loc'][:-1]))}"
    if kind == "literal_error":
        choices = [choice.strip("'") for choice in str(context["expected"]).replace(" or ", ", ").split(", ")]
        given = str(detail["input"])
        return f'"{given}" is none of {", ".join(choices)}.{did_you_mean(given, choices)}'
    if kind == "string_pattern_mismatch":
        form = _FORMS.get(
            str(context["pattern"]), "small letters, digits and one kind of joining sign, as keys are"
        )
        return f'"{detail["input"]}" must be {form}'
    if kind == "string_too_long":
        return f"is {len(str(detail['input']))} characters long: at most {context['max_length']} fit"
    if kind == "string_too_short":
        return "must not be empty"
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"must be {context['ge']} or more" if "ge" in context else f"must be {context['le']} or less"
    if kind == "value_error":
        return str(context["error"])
    return _KINDS.get(kind, detail["msg"][:1].lower() + detail["msg"][1:])


def _keys_at(model: type[BaseModel], loc: Sequence[int | str]) -> list[str]:
    """The keys that the model allows at a path."""
    kind: Any = model
    for part in loc:
        kind = _kind_below(kind, part)
    declared = _declared(kind)
    return [key for key in declared.model_fields if key != "key"] if declared else []


def _kind_below(kind: Any, part: int | str) -> Any:  # an annotation can be any object
    declared = _declared(kind)
    if declared is not None:
        field = declared.model_fields.get(str(part))
        return field.annotation if field else None
    return next((one for one in reversed(get_args(kind)) if one is not Ellipsis), None)


def _declared(kind: Any) -> type[BaseModel] | None:  # an annotation can be any object
    """The model behind an annotation, if it is one or may be one."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    if get_origin(kind) in (dict, tuple):
        return None
    return next((found for one in get_args(kind) if (found := _declared(one))), None)
