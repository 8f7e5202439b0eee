"""Who issues card numbers: prefix by length, and how common such a card is in a shop's mail.

Source: ISO/IEC 7812 and the ranges that the networks publish, as collected on
https://en.wikipedia.org/wiki/Payment_card_number (read 2026-10). The check digit is Luhn's (python-stdnum).
"""

from __future__ import annotations

import enum

from stdnum import ean, luhn

LENGTH_MIN = 12
LENGTH_MAX = 19


class Tier(enum.IntEnum):
    """How likely it is that a number of this prefix and length is a card, before anything else is known."""

    RARE = 0
    """A prefix or a length that few shops ever see: a tracking number is at least as likely."""
    KNOWN = 1
    """A real network, but its prefixes are also how many order numbers begin."""
    COMMON = 2
    """Visa, Mastercard, American Express and Discover at their usual length."""


_Range = tuple[str, str, frozenset[int], Tier]


def _range(low: str, high: str, lengths: range | tuple[int, ...], tier: Tier) -> _Range:
    return low, high, frozenset(lengths), tier


# The first range that holds the number decides, so the narrower ones stand first.
_RANGES: tuple[_Range, ...] = (
    _range("4", "4", (16,), Tier.COMMON),  # Visa
    _range("4", "4", (13, 19), Tier.RARE),  # Visa: the old short form, and the long one
    _range("51", "55", (16,), Tier.COMMON),  # Mastercard
    _range("2221", "2720", (16,), Tier.KNOWN),  # Mastercard, series 2
    _range("34", "34", (15,), Tier.COMMON),  # American Express
    _range("37", "37", (15,), Tier.COMMON),
    _range("6011", "6011", (16,), Tier.COMMON),  # Discover
    _range("644", "649", (16,), Tier.COMMON),
    _range("65", "65", (16,), Tier.COMMON),
    _range("6011", "6011", range(17, 20), Tier.RARE),
    _range("644", "659", range(17, 20), Tier.RARE),
    _range("300", "305", (14,), Tier.KNOWN),  # Diners Club
    _range("3095", "3095", (14,), Tier.KNOWN),
    _range("36", "36", (14,), Tier.KNOWN),
    _range("38", "39", (14,), Tier.KNOWN),
    _range("300", "305", range(16, 20), Tier.RARE),
    _range("36", "36", range(16, 20), Tier.RARE),
    _range("38", "39", range(16, 20), Tier.RARE),
    _range("3528", "3589", (16,), Tier.KNOWN),  # JCB
    _range("3528", "3589", range(17, 20), Tier.RARE),
    _range("2131", "2131", (15,), Tier.RARE),
    _range("1800", "1800", (15,), Tier.RARE),
    _range("62", "62", (16,), Tier.KNOWN),  # UnionPay
    _range("62", "62", range(17, 20), Tier.RARE),
    _range("81", "81", range(16, 20), Tier.RARE),
    _range("2200", "2204", range(16, 20), Tier.RARE),  # Mir
    _range("508", "508", (16,), Tier.RARE),  # RuPay, and 60 which Discover does not take
    _range("60", "60", (16,), Tier.RARE),
    _range("5019", "5019", (16,), Tier.RARE),  # Dankort
    _range("9792", "9792", (16,), Tier.RARE),  # Troy
    _range("636", "639", range(16, 20), Tier.RARE),  # InterPayment, InstaPayment
    _range("5018", "5018", range(12, 20), Tier.RARE),  # Maestro
    _range("5020", "5020", range(12, 20), Tier.RARE),
    _range("5038", "5038", range(12, 20), Tier.RARE),
    _range("5893", "5893", range(12, 20), Tier.RARE),
    _range("6304", "6304", range(12, 20), Tier.RARE),
    _range("6759", "6759", range(12, 20), Tier.RARE),
    _range("6761", "6763", range(12, 20), Tier.RARE),
    _range("6767", "6767", range(16, 20), Tier.RARE),
)
_BY_FIRST = {
    first: tuple(entry for entry in _RANGES if entry[0][0] <= first <= entry[1][0]) for first in "0123456789"
}


def tier(digits: str) -> Tier | None:
    """Return how common a card of this prefix and length is, or None when no network issues it.

    Args:
        digits: ASCII digits, as many as the number has. The check digit is not looked at.
    """
    for low, high, lengths, level in _BY_FIRST[digits[0]]:
        if len(digits) in lengths and low <= digits[: len(low)] <= high:
            return level
    return None


def is_checked(digits: str) -> bool:
    """Say whether the check digit of a card number is right."""
    return luhn.is_valid(digits)


def is_barcode(digits: str) -> bool:
    """Say whether 13 digits are a product's EAN: German ones begin with 4, as short Visa numbers did."""
    return len(digits) == 13 and ean.is_valid(digits)
