"""A message as data: what is said, without any platform's markup. Renderers escape every text in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from handlers.place import CaseId, PersonKey


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. `action` names the handler's word; `value` comes back as a hint."""

    label: str
    action: str
    case: CaseId | None = None
    value: str = ""
    style: Literal["plain", "primary", "danger"] = "plain"
    confirm: str = ""
    """A question to confirm the press with, if it cannot be taken back."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that the bot itself wrote."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message: a headline, lines of text, labelled facts, lines below them, links, buttons, a small closing line.

    `mention` names the people of the desk that the bot itself wants to ring; no text can do that.
    """

    headline: str = ""
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    buttons: tuple[Button, ...] = ()
    footer: str = ""
    mention: tuple[PersonKey, ...] = ()
    quote: str = ""
    """Somebody's own words, shown as theirs."""
    below: tuple[str, ...] = ()
    """Lines that stand below the facts; of a message that is too long, their end is cut first."""
