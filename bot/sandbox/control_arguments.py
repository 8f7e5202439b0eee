"""Checks what a script sends against the signature of what it calls, and says in a sentence what is wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from bot.sandbox.control_errors import Refused

# What a body calls an argument, where that is no name for one in Python.
_NAMES = {"base64": "data", "set": "to"}
# By annotation: the types that fit, and what a sentence calls them.
_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "text"),
    "int": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
    "bool": ((bool,), "true or false"),
    "dict[str, Any]": ((dict,), "an object"),
    "list[Json]": ((list,), "a list of objects"),
    "Json": ((dict,), "an object"),
}


def arguments(act: Callable[..., Any], given: dict[str, Any]) -> dict[str, Any]:
    """What an act is called with, checked against its signature.

    Raises:
        Refused: something is missing, unknown, or of the wrong kind.
    """
    parameters = dict(inspect.signature(act).parameters)
    open_ended = parameters.pop("more", None) is not None
    spoken = {python: name for name, python in _NAMES.items() if python in parameters}
    named = {_NAMES.get(name, name): value for name, value in given.items() if value is not None}
    unknown = sorted(set(named) - set(parameters))
    if unknown and not open_ended:
        raise Refused(f"unknown: {', '.join(unknown)}; it takes {', '.join(parameters) or 'nothing'}")
    for name, parameter in parameters.items():
        if name not in named and parameter.default is inspect.Parameter.empty:
            raise Refused(f"{spoken.get(name, name)} is missing")
        if name in named and (wrong := _misfit(named[name], str(parameter.annotation))):
            raise Refused(f"{spoken.get(name, name)} must be {wrong}, not {named[name]!r:.80}")
    return named


def _misfit(value: Any, annotation: str) -> str | None:
    """What a value should have been, or None when it is."""
    types, words = _KINDS.get(annotation.removesuffix(" | None"), ((object,), ""))
    fits = isinstance(value, types) and (bool in types or object in types or not isinstance(value, bool))
    return None if fits else words
