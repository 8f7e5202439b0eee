"""What the scrubber says about a text: what was found and what to do about it, never the value itself."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal

Rule = Literal["pan", "cvv", "otp", "secret", "iban"]
"""Card number, card verification code, one-time password or PIN, password or token, bank account number."""


class Outcome(enum.StrEnum):
    """What happens to a number that could be something nobody may keep."""

    REDACT = "redact"
    """It is one: masked, and the author is told."""
    ASK = "ask"
    """It may be one, or must not even be sent: nothing of the message is kept, the author is asked."""
    PASS = "pass"  # noqa: S105  # the third outcome, not a password
    """It is something else, such as a tracking number: left alone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found and masked. Fit for the audit trail: it does not hold the value.

    Attributes:
        rule: what it looked like.
        outcome: `REDACT` or `ASK`; what passes is not a finding.
        length: how long the value was, in digits for a number, in characters for a secret.
    """

    rule: Rule
    outcome: Outcome
    length: int


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a detector found something, in positions of the view it read. Lives only inside the scrubber.

    Attributes:
        start: the first character, counted from 0.
        end: the character after the last one.
        finding: what it is.
        tail: the last four characters, for rules that may show them, else empty.
    """

    start: int
    end: int
    finding: Finding
    tail: str = ""

    @property
    def mask(self) -> str:
        """What stands in the text instead."""
        match self.finding.rule:
            case "pan":
                return self._card_mask
            case "iban":
                return f"[iban ••••{self.tail}]"
            case "cvv":
                return "[cvv •••]"
            case "otp":
                return "[code withheld]"
            case "secret":
                return "[secret withheld]"

    @property
    def _card_mask(self) -> str:
        if not self.tail:
            return "[numbers withheld]"
        doubt = "?" if self.finding.outcome is Outcome.ASK else ""
        return f"[card{doubt} ••••{self.tail}]"

    @property
    def weight(self) -> int:
        """How much it matters: of two hits that overlap the heavier one names the mask."""
        finding = self.finding
        if finding.rule == "pan" and finding.outcome is Outcome.ASK:
            return 1
        return {"secret": 5, "pan": 4, "iban": 3, "otp": 2, "cvv": 0}[finding.rule]


MASK = r"\[(?:card\??|iban) ••••[0-9A-Z]{4}\]|\[cvv •••\]|\[(?:numbers|code|secret) withheld\]"
"""A pattern of every mask: none is read again, so that scrubbing twice changes nothing."""
