"""Find what opens something: passwords after their word, tokens and keys by their form, and IBANs."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from stdnum import iban, numdb

from handlers.scrub_findings import Finding, Hit, Outcome

# Every quantifier is bounded and every pattern starts with something literal, so reading stays linear.
_TOKENS = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,400}"  # Slack, https://api.slack.com/concepts/token-types
    r"|xapp-[A-Za-z0-9-]{8,400}"
    r"|hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{8,200}"
    # Telegram, https://core.telegram.org/bots/api#authorizing-your-bot
    r"|(?<![0-9])[0-9]{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"
    r"|AIza[A-Za-z0-9_-]{30,60}|ya29\.[A-Za-z0-9_-]{20,400}"  # Google
    r"|(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{8,200}|whsec_[A-Za-z0-9+/=]{8,200}"  # Stripe
    r"|shp(?:at|ss|ca|pa)_[A-Fa-f0-9]{16,64}"  # Shopify
    r"|gh[opsur]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|AKIA[A-Z0-9]{16}"
    r"|eyJ[A-Za-z0-9_-]{8,400}\.eyJ[A-Za-z0-9_-]{4,4000}(?:\.[A-Za-z0-9_-]{0,2000})?"  # JSON web tokens
    r"|(?i:\b(?:bearer|basic) {1,4})(?=[A-Za-z._~+/=-]{0,64}[0-9])[A-Za-z0-9._~+/=-]{16,2000}"
    r"|(?<=://)[^\s/:@]{0,64}:[^\s/@]{1,128}(?=@)"  # user:password@host
)
_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----")
_KEY_END = re.compile(r"-----END [A-Z ]{0,30}PRIVATE KEY-----")

_SECRET_WORD = re.compile(
    r"(?<![^\W_])(?:pass[ -]?(?:word|code|phrase)|passwd|pwd|wachtwoord|"
    r"(?:api|access|secret|private)[ _-]?key|"
    r"(?:client|signing|app)[ _-]?secret|(?:access|auth|api|bot|refresh)[ _-]?token)(?![^\W\d_])[\"']?",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\s{0,8}(?::=|[:=]|[-=]>|\bis\b)\s{0,8}[\"'`*]{0,3}(?P<value>[^\s\"'`]{3,300})",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(r"\s{1,8}[\"'`*]{0,3}(?P<value>[^\s\"'`]{4,300})")
_NO_VALUES = frozenset(
    (
        "about after again and any appears are asked because before being blank broken case-sensitive "
        "changed correct customer denied does empty error expired failed fails field for forgot forgotten "
        "gone has incorrect invalid issue link lost manager missing must needed never none not null old "
        "please policy problem protected rejected removed required requested reset resetting right same "
        "saved see sent still that the there they too unknown unset updated valid was weak when which will "
        "with works wrong"
    ).split()
)

_IBAN_START = re.compile(r"(?<![^\W_])[A-Za-z]{2}[0-9]{2}(?=[ .-]?[A-Za-z0-9])")


def secrets(text: str) -> Iterator[Hit]:
    """Return every password, key and token. They are asked about: the message is not kept at all."""
    for token in _TOKENS.finditer(text):
        yield _secret(*token.span())
    yield from _private_keys(text)
    for word in _SECRET_WORD.finditer(text):
        said = _SAID.match(text, word.end())
        value = said or _FOLLOWS.match(text, word.end())
        if value and _is_value(value["value"], after_sign=said is not None):
            yield _secret(*value.span("value"))


def account_numbers(text: str) -> Iterator[Hit]:
    """Return every IBAN whose length, form and check digits are right, to be masked but for the last four."""
    for begin in _IBAN_START.finditer(text):
        length = _iban_length(text[begin.start() : begin.start() + 2].upper())
        end = _end_of(text, begin.start(), length)
        number = re.sub(r"[ .-]", "", text[begin.start() : end]).upper()
        if end and iban.is_valid(number, check_country=False):
            yield Hit(begin.start(), end, Finding("iban", Outcome.REDACT, length), tail=number[-4:])


def _secret(start: int, end: int) -> Hit:
    return Hit(start, end, Finding("secret", Outcome.ASK, end - start))


def _private_keys(text: str) -> Iterator[Hit]:
    """Return every private key from its first line to its last, or to the end of the text."""
    at = 0
    while begin := _KEY_BEGIN.search(text, at):
        end = _KEY_END.search(text, begin.end())
        at = end.end() if end else len(text)
        yield _secret(begin.start(), at)


def _is_value(value: str, *, after_sign: bool) -> bool:
    """Say whether what follows the word is a secret and not the rest of a sentence about it."""
    word = value.strip(".,;:!?()[]<>").lower()
    if len(word) < 3 or word in _NO_VALUES or word.startswith("\ufffc"):
        return False
    return after_sign or any(map(str.isdigit, word))


@functools.lru_cache(maxsize=1024)
def _iban_length(country: str) -> int:
    """Return how long a country's IBANs are, 0 when it has none. Source: SWIFT's registry (python-stdnum)."""
    properties = numdb.get("iban").info(country)[0][1]
    bban = [int(part) for part in re.findall(r"([0-9]+)!", properties.get("bban", ""))]
    return 4 + sum(bban) if bban else 0


def _end_of(text: str, start: int, length: int) -> int:
    """Return where so many letters and digits end, single separators allowed; 0 when there are fewer."""
    at, seen = start, 0
    while length and at < len(text):
        if text[at].isascii() and text[at].isalnum():
            seen += 1
        elif text[at] not in " .-" or not text[at - 1].isalnum():
            return 0
        at += 1
        if seen == length:
            return 0 if text[at : at + 1].isalnum() else at
    return 0
