"""One complete form for every tracker of the MHJ desk, and cases made from it."""

from __future__ import annotations

from typing import Any

from handlers.case import Case
from handlers.events import FileRef
from handlers.place import Place
from tests.handlers.play import CHARGEBACKS, CSR, SUPPLIER, Play

PHOTO = FileRef("slack", "F0PHOTO", "clasp.jpg", "image/jpeg", 1000)

ANSWERS: dict[str, dict[str, Any]] = {
    "item-issue": {
        "order_no": "10423", "ticket": "FD-88", "kind": "Broken", "sku": "ring-204", "qty": "1",
        "detail": "clasp broken", "photos": [PHOTO], "wish": "Reshipment",
    },
    "request": {
        "order_no": "10424", "ticket": "FD-89", "kind": "Hold", "detail": "please wait", "hold_until": "2026-12-01",
    },
    "refund": {
        "order_no": "10425", "ticket": "FD-90", "kind": "Partial refund", "reason": "Broken", "amount": "12.50",
        "currency": "EUR", "method": "Card",
    },
    "reshipment": {
        "order_no": "10426", "ticket": "FD-91", "sku": "ring-205", "qty": "1", "reason": "Broken",
        "ship_address": "Keizersgracht 1\n1015 Amsterdam",
    },
    "shopify-chargeback": {
        "order_no": "10427", "dispute_id": "DP-7", "stage": "Chargeback", "network": "Visa", "family": "general",
        "amount": "120.00", "currency": "EUR", "opened_on": "2026-11-20",
    },
    "out-of-stock": {"order_no": "10428", "sku": "ring-206", "qty": "2"},
    "incorrect-address": {
        "order_no": "10430", "wrong_fields": ["Shipping address", "Phone"],
        "problem": "no house number, phone too short",
    },
    "pickup-rts": {
        "order_no": "10431", "kind": "Return to sender", "tracking_no": "LZ123456789CN", "rts_reason": "refused",
    },
    "ticket-issue": {
        "kind": "Recurring product defect", "summary": "clasps break", "sku": "ring-204", "defect_tag": "clasp",
        "urgency": "High", "tickets": "FD-91\nFD-92", "orders": "10440",
    },
    "proof": {"order_no": "10432", "kind": "Broken", "photos": [PHOTO]},
    "order-delay": {
        "order_no": "10429", "ordered_on": "2026-11-02", "promised_by": "2026-11-24", "risk_note": "not shipped yet",
    },
}  # fmt: skip
"""A tracker's key to a complete set of answers."""
LOGGED_BY: dict[str, tuple[str, Place]] = {
    "item-issue": ("agent", CSR),
    "request": ("agent", CSR),
    "refund": ("agent", CSR),
    "reshipment": ("agent", CSR),
    "shopify-chargeback": ("loise", CHARGEBACKS),
    "out-of-stock": ("bowen", SUPPLIER),
    "incorrect-address": ("bowen", SUPPLIER),
    "pickup-rts": ("bowen", SUPPLIER),
    "ticket-issue": ("agent", CSR),
    "proof": ("agent", CSR),
    "order-delay": ("kim", CSR),
}
"""Who logs it in these tests, and where."""


def log(play: Play, tracker: str, who: str | None = None, **other: Any) -> Case:
    """A case logged through the tracker's form, with other answers than usual where they are given."""
    usual, place = LOGGED_BY[tracker]
    opened = play.command(who or usual, f"/log {tracker}", place)
    sent = play.submit(who or usual, opened.form, **{**ANSWERS[tracker], **other})
    assert not sent.faults, sent.faults
    return play.last
