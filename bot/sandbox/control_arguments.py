"""Checks what a script sends against the signature of what it calls, and says in a sentence what is wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from bot.sandbox.control_errors import Refused

# What a body calls an argument, where that is no name for one in Python.
_NAMES = {"base64": "data", "set": "to"}
_PLAIN: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "dict[str, Any]": (dict,),
    "Json": (dict,),
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
        if name in named and not _fits(named[name], str(parameter.annotation)):
            raise Refused(f"{spoken.get(name, name)} must be {parameter.annotation}, not {named[name]!r:.80}")
    return named


def _fits(value: Any, annotation: str) -> bool:
    kinds = _PLAIN.get(annotation.removesuffix(" | None"))
    if kinds is None:
        return True
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
