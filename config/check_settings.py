"""Checks of the environment: the right kind of tokens, and a wall between sandbox and production."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

VENDORS = {
    "SLACK_API_URL": ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
    "TELEGRAM_API_URL": ("TELEGRAM_BOT_TOKEN",),
    "GOOGLE_API_URL": ("GOOGLE_CREDENTIALS",),
}
"""A vendor's address, and the tokens that would be sent there."""
SANDBOX_ONLY = ("DESKBELL_CLOCK_FILE", "DESKBELL_CRASH_AT")
_BEGINNINGS = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}
"""How Slack's tokens begin: https://docs.slack.dev/authentication/tokens."""


def wrong_settings(named: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with settings, by their names in the environment; no sentence repeats a value."""
    for name, beginning in _BEGINNINGS.items():
        if name in named and not named[name].startswith(beginning):
            yield name, f'does not begin with "{beginning}": is it another token?'
    database = named.get("DATABASE_URL")
    if database is not None and urlsplit(database).scheme not in ("postgres", "postgresql"):
        yield "DATABASE_URL", 'must begin with "postgresql://"'
    yield from _sandbox(named) if named.get("DESKBELL_SANDBOX") else _production(named)


def is_this_machine(url: str) -> bool:
    """Whether an address is surely on this machine: `localhost`, or a loopback address written as one."""
    host = _host(url)
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def may_be_this_machine(url: str) -> bool:
    """Whether an address could be taken for this machine by some client, in whatever way it is written."""
    host = _host(url)
    if is_this_machine(url) or host.endswith(".localhost") or host.startswith("127."):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return host.replace(".", "").isdigit() or host.startswith("0x")
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_unspecified or bool(mapped and mapped.is_loopback)


def _production(named: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """In production vendors are never this machine, and time is never made."""
    for name in VENDORS:
        url = named.get(name)
        if url is None:
            continue
        if not _host(url):
            yield name, "is no address"
        elif may_be_this_machine(url):
            yield name, "points at this machine, which only the sandbox does: unset it"
        elif urlsplit(url).scheme != "https":
            yield name, 'must begin with "https://": tokens are sent there'
    for name in SANDBOX_ONLY:
        if name in named:
            yield name, "works in the sandbox only: unset it"


def _sandbox(named: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """In the sandbox nothing speaks to another machine."""
    for name, tokens in VENDORS.items():
        url = named.get(name)
        if url is not None and not is_this_machine(url):
            yield name, "points at another machine, and DESKBELL_SANDBOX is set: one of them is wrong"
        if url is None and any(token in named for token in tokens):
            yield name, "is missing, and DESKBELL_SANDBOX is set: the bot would speak to the real vendor"
    database = named.get("DATABASE_URL")
    if database is not None and urlsplit(database).hostname and not is_this_machine(database):
        yield "DATABASE_URL", "points at another machine, and DESKBELL_SANDBOX is set: unset one of them"


def _host(url: str) -> str:
    """The host of an address in small letters, without port and brackets; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
