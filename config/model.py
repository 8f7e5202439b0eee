"""The ground every declaration stands on: closed keys, frozen values, conditions as data."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, RootModel, model_validator

Value = str | int | bool | tuple[str, ...]
"""What a column holds: text, a whole number or a bool; several choices or files are a tuple of texts.

Money is a decimal as text ("12.50"), a date is ISO ("2026-11-22"), a moment is ISO with its offset.
"""
AMOUNT = r"^\d{1,7}(\.\d{1,2})?$"
"""An amount of money in a declaration, as text: `"50"` or `"49.95"`."""


class Declared(BaseModel):
    """A declared thing: unknown keys are faults, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Condition(RootModel[dict[str, tuple[str, ...] | bool]]):
    """`{column: [choices]}`: holds when each column named has one of its choices; `true` is "filled in"."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _is_data(cls, raw: object) -> object:
        """Refuse everything but lists of choices and bools: pydantic would read `kind = "on"` as true."""
        if not isinstance(raw, Mapping) or not raw:
            raise ValueError('must be a table of columns, like { kind = ["Hold"] }')
        for key, wanted in raw.items():
            if not isinstance(wanted, list | tuple | bool) or wanted in ([], ()):
                raise ValueError(f"`{key}` must be a list of choices, or true or false")
        return raw

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Whether the condition holds for these values; a column with several choices needs one in common."""
        return all(_matches(values.get(key), wanted) for key, wanted in self.root.items())

    @property
    def columns(self) -> frozenset[str]:
        """The keys of the columns the condition looks at."""
        return frozenset(self.root)


def is_filled(value: Value | None) -> bool:
    """Whether a value counts as given: not absent, blank or an empty choice; false and 0 are answers."""
    return value is not None and value not in ("", ())


def _matches(value: Value | None, wanted: tuple[str, ...] | bool) -> bool:
    if isinstance(wanted, bool):
        return (is_filled(value) and value is not False) is wanted
    given = value if isinstance(value, tuple) else (value,)
    return any(choice in wanted for choice in given)
