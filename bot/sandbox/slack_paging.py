"""Cursors: how Slack's lists are read page by page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox.slack_refusal import Arguments, SlackRefusal

T = TypeVar("T")


def page(items: Sequence[T], args: Arguments, default: int = 100) -> tuple[list[T], str]:
    """One page of a list, and the cursor that leads to the next (empty on the last page).

    Raises:
        SlackRefusal: `invalid_cursor` or `invalid_limit`.
    """
    start = _start(args.text("cursor"))
    limit = args.number("limit", default) or default
    if not 1 <= limit <= 1000:
        raise SlackRefusal("invalid_limit")
    end = start + limit
    more = end < len(items)
    cursor = base64.b64encode(f"offset:{end}".encode()).decode() if more else ""
    return list(items[start:end]), cursor


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("offset:"))
    except (ValueError, binascii.Error):
        raise SlackRefusal("invalid_cursor") from None
