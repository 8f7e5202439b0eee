"""How the page looks: where its style sheet is, its colours, and the little pictures of people."""

from __future__ import annotations

import html
from pathlib import Path

CSS = Path(__file__).with_name("page.css")
TELEGRAM_CSS = Path(__file__).with_name("page_telegram.css")
BRAND = "#1f3a5f"
_FACES = (
    "#3b6ea5",
    "#7a5195",
    "#2f7d6b",
    "#b0563f",
    "#5c6f2d",
    "#a0527d",
    "#8a6d1f",
    "#5a6478",
    "#406882",
    "#84563c",
)
BOT = "bot"


def face_color(number: int) -> str:
    """The colour of the person with this place in the world's list."""
    return _FACES[number % len(_FACES)]


def initials(name: str) -> str:
    """One or two letters that stand for a name."""
    words = name.split()
    return (words[0][:1] + (words[1][:1] if len(words) > 1 else words[0][1:2])).upper() if words else "?"


def icon(name: str) -> str:
    """A sign of the icon font, for HTML."""
    return f'<i class="q-icon notranslate material-icons" aria-hidden="true">{name}</i>'


def face(name: str, color: str, size: int = 36) -> str:
    """A person's picture as HTML: initials on their colour; the bot has a bell."""
    sign = icon("notifications") if color == BOT else html.escape(initials(name))
    back = BRAND if color == BOT else color
    letter = round(size * (0.6 if color == BOT else 0.38))
    style = f"width:{size}px;height:{size}px;background:{back};font-size:{letter}px"
    return f'<span class="face" style="{style}" aria-hidden="true">{sign}</span>'


def listed(names: list[str]) -> str:
    """Names as a sentence says them."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or "Nobody"
