"""What the Web API refuses, and the arguments it reads, merged from query, form and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack_ids import Json


class SlackRefusal(Exception):
    """A call Slack answers with `{"ok": false, "error": code}`.

    Args:
        error: Slack's code, for instance `channel_not_found`.
        messages: what Slack writes into `response_metadata.messages`, one line a fault.
        retry_after: seconds; makes the answer a 429 with `Retry-After`.
        facts: further keys of the answer, for instance `needed` and `provided`.
    """

    def __init__(
        self, error: str, *, messages: list[str] | None = None, retry_after: int | None = None, **facts: Any
    ) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages or []
        self.retry_after = retry_after
        self.facts = facts

    @property
    def body(self) -> Json:
        """The answer's JSON."""
        body: Json = {"ok": False, "error": self.error, **self.facts}
        if self.messages:
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return body


class Arguments:
    """One call's arguments: each from the query, a form or a JSON body, and JSON also inside a string."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = dict(raw)

    def __contains__(self, name: str) -> bool:
        return self.raw.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers and booleans are written out."""
        value = self.raw.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def needed(self, name: str, error: str = "invalid_arguments") -> str:
        """A string that must be there.

        Raises:
            SlackRefusal: it is not, with `error`.
        """
        value = self.text(name)
        if not value:
            raise SlackRefusal(error, messages=[f"missing required field: {name}"])
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean: true, "true", 1 and "1" are yes."""
        value = self.raw.get(name)
        if value is None:
            return default
        return value if isinstance(value, bool) else str(value).lower() in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        """A whole number.

        Raises:
            SlackRefusal: it is something else.
        """
        value = self.raw.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise SlackRefusal("invalid_arguments", messages=[f"{name} must be an integer"]) from None

    def data(self, name: str, error: str = "invalid_arguments") -> Any:
        """A JSON value, whether it came as JSON or as a string of JSON; None when absent or empty.

        Raises:
            SlackRefusal: the string is no JSON, with `error`.
        """
        value = self.raw.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise SlackRefusal(error, messages=[f"{name} is not valid JSON"]) from None
