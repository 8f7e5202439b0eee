"""Find payment card numbers by issuer prefix and length, check digit, grouping, glued letters and context.

The check digit alone calls one tracking number in ten a card. So a number is first a candidate: whole
groups of digits, linked by short gaps, that an issuer could have made and whose check digit is right. Then
its shape, its tier and its context decide between three outcomes (`_verdict`). The work is bounded: after
`STEPS` tries what is left of the text's numbers is withheld unread.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers import scrub_issuers as issuers
from handlers.scrub_context import Context, context, is_card_key, urls
from handlers.scrub_findings import Finding, Hit, Outcome
from handlers.scrub_issuers import Tier
from handlers.scrub_numbers import Group, Shape, gap, is_mid_series, is_parcel, runs, shape

STEPS = 20_000
"""How many windows of 12 to 19 digits are tried in one text. The longest message needs a few thousand."""


@dataclass(slots=True)
class _Budget:
    left: int = STEPS


@dataclass(frozen=True, slots=True)
class _Candidate:
    digits: str
    start: int
    end: int
    shape: Shape
    tier: Tier
    is_mid_series: bool

    def hit(self, outcome: Outcome) -> Hit:
        return Hit(self.start, self.end, Finding("pan", outcome, len(self.digits)), tail=self.digits[-4:])


def cards(text: str, *, labelled: bool = False, strict: bool = False) -> list[Hit]:
    """Return every card number and every number that may be one.

    Args:
        text: the text of a view.
        labelled: the name of its field, such as a telephone, already says that it is something else.
        strict: for logs: whatever could be a card is one, also in web addresses and after a plus.
    """
    hits: list[Hit] = []
    budget = _Budget()
    addresses = urls(text)
    for run in runs(text):
        for at, group in enumerate(run):
            if budget.left <= 0:
                hits += _withheld(run[at:])
                break
            for found in _candidates(text, run, at, budget):
                outcome = _outcome(text, found, addresses, labelled=labelled, strict=strict)
                if outcome is not Outcome.PASS:
                    hits.append(found.hit(outcome))
            hits += _overlong(text, group)
    return hits


def _candidates(text: str, run: Sequence[Group], at: int, budget: _Budget) -> Iterator[_Candidate]:
    """Return the numbers from one group on that have an issuer's prefix and length and a right check."""
    if text[run[at].start] in "07":  # No issuer's number starts so.
        return
    digits = ""
    for to in range(at, min(at + issuers.LENGTH_MAX, len(run))):
        if len(digits) + run[to].length > issuers.LENGTH_MAX:
            return
        digits += text[run[to].start : run[to].end]
        if len(digits) < issuers.LENGTH_MIN:
            continue
        budget.left -= 1
        tier = issuers.tier(digits)
        if tier is not None and issuers.is_checked(digits):
            yield from _candidate(text, run, at, to, digits, tier)


def _candidate(
    text: str, run: Sequence[Group], at: int, to: int, digits: str, tier: Tier
) -> Iterator[_Candidate]:
    form = shape(text, run[at : to + 1])
    separator = gap(text, run[at], run[at + 1]) if to > at else ""
    if form is not None and not is_parcel(text, run, at, separator):
        in_series = is_mid_series(text, run, at, separator)
        yield _Candidate(digits, run[at].start, run[to].end, form, tier, in_series)


def _outcome(
    text: str, found: _Candidate, addresses: list[tuple[int, int]], *, labelled: bool, strict: bool
) -> Outcome:
    """Decide about one candidate from what stands around it."""
    said = context(text, found.start, found.end)
    if strict:
        return Outcome.PASS if found.shape is Shape.LOOSE and not said.card else Outcome.REDACT
    if _is_within(found.start, addresses):
        return Outcome.REDACT if is_card_key(text, found.start) else Outcome.PASS
    follows_plus = text[max(0, found.start - 4) : found.start].rstrip(" (").endswith("+")
    if follows_plus and (
        not said.card or len(found.digits) <= 15
    ):  # ITU-T E.164: a telephone has at most 15.
        return Outcome.PASS
    return _verdict(found, Context(card=said.card, other=said.other or labelled))


def _verdict(found: _Candidate, said: Context) -> Outcome:
    """Decide from shape, tier and context: the table of the three outcomes."""
    if said.card:
        if found.shape is Shape.LOOSE and found.tier is Tier.RARE:
            return Outcome.PASS
        return Outcome.ASK if said.other else Outcome.REDACT
    if said.other:
        is_printed_card = found.shape is Shape.PRINTED and found.tier is Tier.COMMON
        return Outcome.ASK if is_printed_card else Outcome.PASS
    if issuers.is_barcode(found.digits):
        return Outcome.PASS
    unsaid = _UNSAID[found.shape][found.tier]
    return Outcome.ASK if unsaid is Outcome.REDACT and found.is_mid_series else unsaid


# By shape: what a rare, a known and a common number is when no word says anything about it.
_UNSAID: dict[Shape, tuple[Outcome, Outcome, Outcome]] = {
    Shape.BARE: (Outcome.ASK, Outcome.ASK, Outcome.REDACT),
    Shape.GLUED: (Outcome.PASS, Outcome.PASS, Outcome.ASK),
    Shape.PRINTED: (Outcome.ASK, Outcome.REDACT, Outcome.REDACT),
    Shape.ODD: (Outcome.PASS, Outcome.ASK, Outcome.ASK),
    Shape.UNEVEN: (Outcome.PASS, Outcome.PASS, Outcome.ASK),
    Shape.LOOSE: (Outcome.PASS, Outcome.PASS, Outcome.PASS),
}


def _is_within(start: int, spans: list[tuple[int, int]]) -> bool:
    at = bisect.bisect_right(spans, start, key=lambda span: span[0]) - 1
    return at >= 0 and start < spans[at][1]


def _overlong(text: str, group: Group) -> list[Hit]:
    """Find number, date and code of a card written as one, where a word of cards says so."""
    if not 17 <= group.length <= 40:
        return []
    for length in (16, 15):
        digits = text[group.start : group.start + length]
        if issuers.tier(digits) is Tier.COMMON and issuers.is_checked(digits):
            said = context(text, group.start, group.end)
            finding = Finding("pan", Outcome.REDACT, group.length)
            return [Hit(group.start, group.end, finding, digits[-4:])] if said.card and not said.other else []
    return []


def _withheld(groups: Sequence[Group]) -> list[Hit]:
    """Withhold groups unread, when they are long enough together to hold a card number."""
    total = sum(group.length for group in groups)
    if total < issuers.LENGTH_MIN:
        return []
    return [Hit(groups[0].start, groups[-1].end, Finding("pan", Outcome.ASK, total))]
