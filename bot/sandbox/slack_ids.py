"""Ids and message timestamps shaped like Slack's."""

from __future__ import annotations

import random
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object of Slack's protocol; its shape is Slack's, named where it is built."""


class Ids:
    """Makes ids that are unique for one run; seeded, so that a run repeats."""

    def __init__(self, now: Callable[[], float], seed: int = 0) -> None:
        self._now = now
        self._random = random.Random(f"slack-{seed}")
        self._last = 0

    def new(self, letter: str) -> str:
        """A new id such as `V07ABC…` (a letter and ten characters)."""
        characters = self._random.choices(string.ascii_uppercase + string.digits, k=9)
        return letter + "0" + "".join(characters)

    def stamp(self) -> str:
        """A message timestamp, `"1712345678.000100"`: unique, and never smaller than the one before."""
        self._last = max(int(self._now() * 1_000_000), self._last + 100)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


@dataclass(frozen=True)
class Credentials:
    """What a Slack app is given: invented for one run of the sandbox and worth nothing elsewhere."""

    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str

    @classmethod
    def invent(cls) -> Credentials:
        """New ones. Their shapes are Slack's, so code that checks a prefix is satisfied."""
        return cls(
            bot_token=f"xoxb-sandbox-{secrets.token_hex(12)}",
            app_token=f"xapp-1-A0SANDBOX-{secrets.token_hex(12)}",
            signing_secret=secrets.token_hex(16),
            verification_token=secrets.token_hex(12),
        )
