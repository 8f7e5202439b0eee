"""What the words around a number say it is: a card, or something that only looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handlers.scrub_view import BARRIER

REACH = 40
"""How many characters of text around a number speak about it."""

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(rf"[0-9]{{3}}|{BARRIER}")
_URL = re.compile(r"(?:(?:https?|ftp)://|www\.)[^\s<>|\"'`]+", re.IGNORECASE)
_CARD_KEY = re.compile(r"[?&;](?:card|cc|ccn|pan)[a-z_]{0,12}=$", re.IGNORECASE)

_CARD = frozenset(
    (
        "cc ccn ccnum ccnumber pan visa mc mastercard amex maestro discover diners jcb unionpay rupay elo "
        "debit bancontact bankpas betaalpas pasnummer carte tarjeta exp expiry expires expiration expdate "
        "valid thru vervaldatum cvv cvc cid csc cvn securitycode"
    ).split()
)
_CARD_PARTS = ("card", "kaart", "karte")
_NOT_CARD = (
    "discard",
    "cardboard",
    "cardig",
    "cardio",
    "cardin",
    "postcard",
    "scorecard",
    "placard",
    "landkaart",
)
_CARD_SIGNS = ("卡号", "信用卡", "银行卡", "有效期")
_AFTER = frozenset("exp expiry expires expiration expdate valid thru cvv cvc cid csc cvn".split())

_OTHER = frozenset(
    (
        "trace tracktrace package packet shipment shipping consignment delivery awb airwaybill waybill hawb "
        "mawb imei imeisv meid sn sku ean gtin upc isbn barcode fd freshdesk case sr rma ref inv po phone "
        "tel telephone telefoon mobile mobiel gsm whatsapp wa fax iccid sim msisdn vat btw kvk meter dhl "
        "ups fedex usps postnl dpd gls hermes evri aramex yanwen cainiao yunexpress sf ems tnt bpost "
        "colissimo correos label pakje zending"
    ).split()
)
_OTHER_STARTS = (
    "order", "bestel", "track", "parcel", "pakket", "serial", "serie", "ticket", "invoice", "factuur",
    "reference", "referentie", "verzend",
)  # fmt: skip
_OTHER_SIGNS = ("单号", "运单", "快递", "订单", "物流", "电话", "手机")
_NEUTRAL = frozenset("number numbers no nr num nummer id code".split())


@dataclass(frozen=True, slots=True)
class Context:
    """What is said about a number.

    Attributes:
        card: a word of cards stands near it.
        other: a word labels it as an order, a parcel, a device, a telephone and the like.
    """

    card: bool
    other: bool


def context(text: str, start: int, end: int) -> Context:
    """Return what the words around `text[start:end]` say.

    Cards: a word of cards within 40 characters before, an expiry date or a security code within 40 after,
    any word of cards after when nothing before says otherwise. Other: a label before that no other number
    has taken, or one right after.
    """
    other = _is_labelled_before(text, start) or _is_labelled_after(text, end)
    if _says_card(_before(text, start)):
        return Context(card=True, other=other)
    after = _after(text, end)
    words = {word.lower() for word in _WORD.findall(after)}
    return Context(card=bool(words & _AFTER) or (not other and _says_card(after)), other=other)


def is_labelled(text: str, start: int, reach: int = 16) -> bool:
    """Say whether the word right before a short number names an order or a parcel; "number" is skipped."""
    before = text[max(0, start - reach) : start]
    for word in reversed(list(_WORD.finditer(before))):
        if _NUMBER.search(before, word.end()):
            return False
        if word.group().lower() not in _NEUTRAL:
            return _is_other(word.group().lower())
    return False


def urls(text: str) -> list[tuple[int, int]]:
    """Return where web addresses stand, in order."""
    return [match.span() for match in _URL.finditer(text)]


def is_card_key(text: str, start: int) -> bool:
    """Say whether a number is the value of a card's key in the query of a web address."""
    return bool(_CARD_KEY.search(text[max(0, start - 20) : start]))


def _before(text: str, start: int) -> str:
    """Return what stands before a number, beginning with a whole word."""
    cut = max(0, start - REACH)
    while 0 < cut < start and text[cut - 1].isalpha() and text[cut].isalpha():
        cut += 1
    return text[cut:start]


def _after(text: str, end: int) -> str:
    """Return what stands after a number, up to the next long one, which has its own context."""
    after = text[end : end + REACH]
    following = re.search(r"[0-9]{8}", after)
    return after[: following.start()] if following else after


def _says_card(text: str) -> bool:
    return any(_is_card(word) for word in _words(text)) or any(sign in text for sign in _CARD_SIGNS)


def _is_labelled_before(text: str, start: int) -> bool:
    before = _before(text, start)
    free = before
    for number in _NUMBER.finditer(before):
        free = before[number.end() :]
    return any(map(_is_other, _words(free))) or any(sign in free for sign in _OTHER_SIGNS)


def _is_labelled_after(text: str, end: int) -> bool:
    """Say whether a label follows within 24 characters and is not itself followed by the number it labels."""
    after = text[end : end + 24]
    for word in _WORD.finditer(after):
        if _is_other(word.group().lower()):
            return not re.search(r"[0-9]{3}", text[end + word.end() : end + word.end() + 12])
    return False


def _words(text: str) -> Iterator[str]:
    return (match.group().lower() for match in _WORD.finditer(text))


def _is_card(word: str) -> bool:
    if word in _CARD:
        return True
    return any(part in word for part in _CARD_PARTS) and not word.startswith(_NOT_CARD)


def _is_other(word: str) -> bool:
    return word in _OTHER or word.startswith(_OTHER_STARTS)
