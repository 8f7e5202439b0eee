"""What the Bot API refuses, in Telegram's words, and the parameters of a call however they came."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object of the Bot API; its shape is Telegram's, named where it is built."""

_WORDS = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


class TelegramRefusal(Exception):
    """A call that is answered with `{"ok": false, …}`.

    Args:
        sentence: what stands after "Bad Request: " or another code's words; empty for those words alone.
        code: HTTP status and `error_code`.
        parameters: `retry_after` in seconds or `migrate_to_chat_id`.
    """

    def __init__(self, sentence: str = "", code: int = 400, **parameters: int) -> None:
        words = _WORDS.get(code, "")
        self.code = code
        self.parameters = parameters
        self.description = f"{words}: {sentence}" if words and sentence else words or sentence
        super().__init__(self.description)

    @property
    def body(self) -> Json:
        """The answer's JSON."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def too_many(seconds: int) -> TelegramRefusal:
    """The refusal of whoever sends too fast; `seconds` is when to try again."""
    return TelegramRefusal(f"Too Many Requests: retry after {seconds}", 429, retry_after=seconds)


@dataclass(frozen=True)
class Sent:
    """A file that came with a call."""

    name: str
    content: bytes


class Arguments:
    """One call's parameters: each from the query, a form, a multipart form or a JSON body.

    Numbers and booleans that make no sense are read as Telegram reads them: as 0 and as false.
    """

    def __init__(
        self,
        raw: Mapping[str, Any],
        files: Mapping[str, Sent] | None = None,
        hung_up: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.raw = dict(raw)
        self.files = dict(files or {})
        self.hung_up = hung_up
        """Returns once the caller has closed the connection."""

    def __contains__(self, name: str) -> bool:
        return self.raw.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """A string; empty when there is none.

        Raises:
            TelegramRefusal: half a surrogate pair is in it.
        """
        value = self.raw.get(name)
        if value is None:
            return ""
        written = value if isinstance(value, str) else json.dumps(value)
        return encodable(written)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number."""
        if name not in self:
            return default
        try:
            return int(self.text(name).strip())
        except ValueError:
            return 0

    def flag(self, name: str) -> bool:
        """A boolean: true, yes and 1 are yes."""
        return self.text(name).lower() in {"1", "true", "yes"}

    def data(self, name: str, refusal: str) -> Any:
        """A JSON value, whether it came as JSON or as a string of JSON; None when absent or empty.

        Raises:
            TelegramRefusal: the string is no JSON, with `refusal`.
        """
        value = self.raw.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise TelegramRefusal(refusal) from None


def encodable(text: str) -> str:
    """The same text.

    Raises:
        TelegramRefusal: it cannot be written as UTF-8.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise TelegramRefusal("strings must be encoded in UTF-8") from None
    return text
