"""The small language in which Block Kit's rules are written down: rules, specs, and the faults they find."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass
class Check:
    """Gathers every fault, worded and pointed at as Slack does it."""

    surface: str
    faults: list[str] = field(default_factory=list)

    def fault(self, sentence: str, pointer: str) -> None:
        """Note one thing wrong."""
        self.faults.append(f"{sentence} [json-pointer:{pointer}]")


Rule: TypeAlias = Callable[[Check, Any, str], None]


@dataclass(frozen=True)
class Spec:
    """What an object may hold: rules by key, what it must hold, and where it may stand."""

    rules: Mapping[str, Rule]
    required: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    surfaces: tuple[str, ...] = ("message", "modal", "home")
    also: Rule | None = None


def examine(check: Check, value: Any, spec: Spec, pointer: str) -> None:
    """Note every fault of one object against its spec."""
    if not isinstance(value, dict):
        check.fault("must be an object", pointer)
        return
    for key in spec.required:
        if value.get(key) is None:
            check.fault(f"missing required field: {key}", pointer)
    for key, part in value.items():
        rule = spec.rules.get(key)
        if rule is None:
            check.fault(f"invalid additional property: {key}", pointer)
        elif part is not None:
            rule(check, part, f"{pointer}/{key}")
    if spec.also is not None:
        spec.also(check, value, pointer)


def anything(_check: Check, _value: Any, _pointer: str) -> None:
    """Accepts every value: what Slack checks there does not matter to a bot."""


def string(limit: int, shortest: int = 0, pattern: str = "") -> Rule:
    """A string of so many characters, and of a shape where one is given."""

    def rule(check: Check, value: Any, pointer: str) -> None:
        if not isinstance(value, str):
            check.fault("must be a string", pointer)
        elif len(value) > limit:
            check.fault(f"must be less than {limit + 1} characters", pointer)
        elif len(value) < shortest:
            check.fault(f"must be more than {shortest - 1} characters", pointer)
        elif pattern and not re.fullmatch(pattern, value):
            check.fault(f"failed to match pattern {pattern}", pointer)

    return rule


def flag(check: Check, value: Any, pointer: str) -> None:
    """Whether something holds."""
    if not isinstance(value, bool):
        check.fault("must be a boolean", pointer)


def integer(least: int, most: int) -> Rule:
    """A whole number between two others."""

    def rule(check: Check, value: Any, pointer: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            check.fault(f"must be an integer from {least} to {most}", pointer)

    return rule


def one_of(*words: str) -> Rule:
    """One of a few words."""

    def rule(check: Check, value: Any, pointer: str) -> None:
        if value not in words:
            check.fault(f"must be one of {', '.join(words)}", pointer)

    return rule


def items(rule: Rule, most: int, least: int = 1) -> Rule:
    """A list of so many things, each following a rule."""

    def listed(check: Check, value: Any, pointer: str) -> None:
        if not isinstance(value, list):
            check.fault("must be an array", pointer)
            return
        if len(value) > most:
            check.fault(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            check.fault(f"no fewer than {least} items allowed", pointer)
        for number, part in enumerate(value):
            rule(check, part, f"{pointer}/{number}")

    return listed


def text(limit: int, *kinds: str) -> Rule:
    """A text object; `kinds` are the types it may have, both when none is given."""
    allowed = kinds or ("plain_text", "mrkdwn")

    def rule(check: Check, value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            check.fault("must be a text object", pointer)
            return
        if value.get("type") not in allowed:
            check.fault(f"must be a {' or '.join(allowed)} object", pointer)
        string(limit, 1)(check, value.get("text"), f"{pointer}/text")
        known = {"type", "text", "emoji" if value.get("type") == "plain_text" else "verbatim"}
        for key in sorted(set(value) - known):
            check.fault(f"invalid additional property: {key}", pointer)

    return rule


def plain(limit: int) -> Rule:
    """A `plain_text` object."""
    return text(limit, "plain_text")


def obj(spec: Spec) -> Rule:
    """An object that follows a spec."""

    def rule(check: Check, value: Any, pointer: str) -> None:
        examine(check, value, spec, pointer)

    return rule


def nothing_twice(check: Check, seen: set[str], value: Any, pointer: str) -> None:
    """Note a fault when an id was used before."""
    if not isinstance(value, str):
        return
    if value in seen:
        check.fault(f"`{value}` already exists", pointer)
    seen.add(value)
