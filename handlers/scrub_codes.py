"""Find short codes that only the word near them gives away: verification codes, one-time passwords, PINs."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator

from handlers.scrub_context import is_labelled
from handlers.scrub_findings import Finding, Hit, Outcome, Rule

CVV_REACH = 24
OTP_REACH = 32
"""How many characters may stand between the word and the code."""

_LONG = 9  # A stretch of so many digits is a telephone or an order number, and the card detector's matter.

# A word that goes on with a hyphen and a letter is a name, such as the tracker otp-not-received.
_CVV_WORD = re.compile(
    r"(?<![^\W_])(?:cvv(?:2(?![0-9]))?|cvc(?:2(?![0-9]))?|cvn2?|csc|cid|security[ -]?code|veiligheidscode)"
    r"(?![^\W\d_]|[-_][^\W\d_])",
    re.IGNORECASE,
)
_OTP_WORD = re.compile(
    r"(?<![^\W_])(?:otps?|one[ -]?time(?:[ -]?(?:pin|pass(?:word|code)?|code))?|pin(?:[ -]?code)?|"
    r"(?:collect|collection|pick-?up|verification)[ -]?code|(?:ophaal|afhaal|verificatie)code)"
    r"(?![^\W\d_]|[-_][^\W\d_])",
    re.IGNORECASE,
)
_EDGE_BEFORE = r"(?<![0-9])(?<![0-9][/:.,-])"
_EDGE_AFTER = r"(?![/:.,-]?[0-9])"
_CVV_CODE = re.compile(rf"{_EDGE_BEFORE}(?:[0-9]{{3,4}}|[0-9](?: [0-9]){{2,3}}){_EDGE_AFTER}")
_OTP_CODE = re.compile(
    rf"{_EDGE_BEFORE}(?:[0-9]{{4,8}}|[0-9]{{2,4}}[ -][0-9]{{2,4}}|[0-9](?:[ -][0-9]){{3,7}}){_EDGE_AFTER}"
)
_CONNECTIVE = re.compile(
    r"(?:[\s:=()\"'*_`.,-]|\b(?:is|was|are|the|my|your|his|her|their|our|as|a|for|this|that|customer|code)\b)*",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(r"(?:[€$£¥₹]|\b(?:EUR|USD|GBP|ZAR|CNY|R))\s?$", re.IGNORECASE)
_MONEY_AFTER = re.compile(r"\s?(?:[€$£¥₹%]|(?:EUR|USD|GBP|ZAR|CNY|euros?|dollars?|rand)\b)", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_BEFORE_YEAR = re.compile(
    r"\b(?:in|since|of|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mei|okt)[a-z]*\.? $", re.IGNORECASE
)


def verification_codes(text: str) -> Iterator[Hit]:
    """Return every card verification code: 3 or 4 digits within 24 characters of its word, to be masked."""
    for start, end in _near(text, _CVV_WORD, _CVV_CODE, CVV_REACH):
        yield _hit(text, start, end, "cvv", Outcome.REDACT)


def one_time_codes(text: str) -> Iterator[Hit]:
    """Return every one-time password, PIN or collection code: 4 to 8 digits within 32 characters of its word.

    They are asked about: such a code opens a locker or an account, so the message is not kept at all.
    """
    for start, end in _near(text, _OTP_WORD, _OTP_CODE, OTP_REACH):
        yield _hit(text, start, end, "otp", Outcome.ASK)


def _hit(text: str, start: int, end: int, rule: Rule, outcome: Outcome) -> Hit:
    return Hit(start, end, Finding(rule, outcome, sum(map(str.isdigit, text[start:end]))))


def _near(text: str, word: re.Pattern[str], code: re.Pattern[str], reach: int) -> Iterator[tuple[int, int]]:
    """Return the codes that follow a word, and those that only small words separate from one after them."""
    words = [match.span() for match in word.finditer(text)]
    if not words:
        return
    for found in code.finditer(text):
        start, end = found.span()
        at = bisect.bisect_left(words, (start, 0))
        glue = words[at - 1][1] if at else -1
        follows = at > 0 and start - glue <= reach
        precedes = (
            at < len(words) and words[at][0] - end <= reach and _CONNECTIVE.fullmatch(text, end, words[at][0])
        )
        if (follows or precedes) and _is_code(text, found, glue):
            yield start, end


def _is_code(text: str, found: re.Match[str], glue: int) -> bool:
    """Say whether the digits stand for themselves: no amount, year, labelled number, or part of a longer one.

    Args:
        text: the text of the view.
        found: the digits.
        glue: where the word ends: digits stuck to it are its code, digits stuck to another word are not.
    """
    start, end = found.span()
    if start != glue and (text[start - 1 : start].isalpha() or text[end : end + 1].isalpha()):
        return False
    before = text[max(0, start - 16) : start]
    if _MONEY_BEFORE.search(before) or _MONEY_AFTER.match(text, end):
        return False
    if _YEAR.fullmatch(found.group()) and _BEFORE_YEAR.search(before):
        return False
    return not is_labelled(text, start) and _stretch(text, start, end) < _LONG


def _stretch(text: str, start: int, end: int) -> int:
    """Return how many digits stand here, with those within 25 characters that blanks or hyphens link."""
    before = re.search(r"(?:[0-9][ -]?)*$", text[max(0, start - 25) : start])
    after = re.match(r"(?:[ -]?[0-9])*", text[end : end + 25])
    around = (before.group() if before else "") + (after.group() if after else "")
    return sum(map(str.isdigit, text[start:end] + around))
