"""The scrubber: nothing that nobody may keep reaches the database, the sheet, a chat, a note or a log.

Every text that comes in passes `scrub` after `handlers.plain.plain` and before the first durable write.
What it finds is masked in the text it returns, always; what must not even be sent on, or may be a card,
also makes it `must_ask`: then nothing of the message is kept and its author is told why
(docs/architecture.md, the guard). The rules are those of the desks' reference: pan, cvv, otp, secret, iban.
They never raise and hold no state.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from handlers.scrub_cards import cards
from handlers.scrub_codes import one_time_codes, verification_codes
from handlers.scrub_findings import Finding, Hit, Outcome, Rule
from handlers.scrub_secrets import account_numbers, secrets
from handlers.scrub_view import View, view

__all__ = [
    "Finding",
    "Outcome",
    "Rule",
    "Scrubbed",
    "ScrubbedValues",
    "scrub",
    "scrub_for_logs",
    "scrub_values",
]

NUMBER_KINDS = frozenset(
    (
        "tracking order parcel ticket sku sr_no rma case_ref code url album date datetime qty money currency"
    ).split()
)
"""Kinds of column whose values are never taken for a card or an account number, whatever they look like."""

LABELLED_KINDS = frozenset({"phone"})
"""Kinds of column whose name speaks against a card as a word before the number would."""

ACCOUNT_KINDS = frozenset({"bank_ref"})
"""Columns, by kind or key, that may hold an IBAN."""

_ROUNDS = 5  # A mask may bring two things closer that then are found; one round is the rule, two are rare.

_BITS_MAX = (
    1024  # An integer beyond 300 digits is no number of anything, and Python refuses to write one of 4,300.
)


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A text in which every finding is masked.

    Attributes:
        text: the text as it may be stored. Nothing of a finding is left in it but the last four of a card
        or an account.
        findings: what was found, without the values.
    """

    text: str
    findings: tuple[Finding, ...] = ()

    @property
    def must_ask(self) -> bool:
        """Whether nothing of the message may be kept before its author has answered."""
        return any(finding.outcome is Outcome.ASK for finding in self.findings)


@dataclass(frozen=True, slots=True)
class ScrubbedValues:
    """The values of a form in which every finding is masked.

    Attributes:
        values: by the same keys, in the same order. A value without a finding is the one that was given.
        findings: by key, only for the keys where something was found.
    """

    values: dict[str, object]
    findings: dict[str, tuple[Finding, ...]]

    @property
    def must_ask(self) -> bool:
        """Whether nothing of the form may be kept before its author has answered."""
        return any(finding.outcome is Outcome.ASK for found in self.findings.values() for finding in found)


def scrub(text: str, *, kind: str | None = None) -> Scrubbed:
    """Mask card numbers, security codes, one-time passwords, secrets and account numbers.

    Safe to repeat: the text that comes out is not changed by a second pass. Takes linear time.

    Args:
        text: what somebody typed, or the name of a file, or a caption.
        kind: the kind of the column it is the value of, None for free text. A tracking number may pass
        every test of a card.
    """
    return _scrub(text, kind, strict=False)


def scrub_for_logs(text: str) -> str:
    """Mask everything that could be one of these, doubtful numbers and those in web addresses as well.

    A tracking number lost from a log line costs nothing; a card number kept in one does.
    """
    return _scrub(text, None, strict=True).text


def scrub_values(values: Mapping[str, object], kinds: Mapping[str, str]) -> ScrubbedValues:
    """Scrub the values of a form, each by the kind of its column.

    Args:
        values: by column key: texts, numbers, or lists and mappings of them. Anything else is passed on
        untouched.
        kinds: by column key, the kind of the column; free text where a key is missing.
    """
    clean: dict[str, object] = {}
    findings: dict[str, tuple[Finding, ...]] = {}
    for key, value in values.items():
        kind = key if key in ACCOUNT_KINDS else kinds.get(key)
        found: list[Finding] = []
        clean[key] = _scrub_value(value, kind, found)
        if found:
            findings[key] = tuple(found)
    return ScrubbedValues(clean, findings)


def _scrub_value(value: object, kind: str | None, found: list[Finding]) -> object:
    if isinstance(value, bool) or (isinstance(value, int) and value.bit_length() > _BITS_MAX):
        return value
    if isinstance(value, str | int | float):
        scrubbed = scrub(str(value), kind=kind)
        found.extend(scrubbed.findings)
        return scrubbed.text if scrubbed.findings else value
    if isinstance(value, Mapping):
        return {key: _scrub_value(item, kind, found) for key, item in value.items()}
    if isinstance(value, list | tuple):
        items = [_scrub_value(item, kind, found) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    return value


@lru_cache(maxsize=128)  # A line is read twice: to see what is needed, and to decide.
def _scrub(text: str, kind: str | None, *, strict: bool) -> Scrubbed:
    findings: list[Finding] = []
    for _ in range(_ROUNDS):
        read = view(text)
        hits = _united(_hits(read.text, kind, strict=strict))
        if not hits:
            break
        findings.extend(hit.finding for hit in hits)
        text = _masked(text, read, hits)
    return Scrubbed(text, tuple(findings))


def _hits(text: str, kind: str | None, *, strict: bool) -> list[Hit]:
    hits = [*secrets(text), *verification_codes(text), *one_time_codes(text)]
    if kind in NUMBER_KINDS:
        return hits
    hits += cards(text, labelled=kind in LABELLED_KINDS, strict=strict)
    if kind not in ACCOUNT_KINDS:
        hits += account_numbers(text)
    return hits


def _united(hits: list[Hit]) -> list[Hit]:
    """Return the hits in order, those that overlap made one that covers all and is named by the heaviest."""
    united: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, hit.end)):
        if not united or hit.start >= united[-1].end:
            united.append(hit)
            continue
        last = united[-1]
        name = max(last, hit, key=lambda one: one.weight)
        united[-1] = Hit(last.start, max(last.end, hit.end), name.finding, name.tail)
    return united


def _masked(text: str, read: View, hits: list[Hit]) -> str:
    parts: list[str] = []
    done = 0
    for hit in hits:
        start, end = read.span(hit.start, hit.end)
        parts += (text[done:start], hit.mask)
        while end < len(text) and unicodedata.category(text[end]) in {"Mn", "Me"}:
            end += 1  # The rest of a keycap or of a struck-through digit.
        done = max(done, end)
    return "".join([*parts, text[done:]])
