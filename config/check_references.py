"""Checks of names that a tracker or desk uses and the desk must have."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.desk import Desk
from config.errors import DeclarationFault, in_desk, in_tracker
from config.nearest import did_you_mean


def time_and_links(desk: Desk) -> Iterator[DeclarationFault]:
    """The time zone is one of the IANA list, and the ticket's address has a place for the ticket."""
    try:
        ZoneInfo(desk.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield in_desk(desk.key, "timezone", f'"{desk.timezone}" is no time zone, like "Europe/Amsterdam"')
    if desk.ticket_url is not None and not _is_ticket_url(desk.ticket_url):
        yield in_desk(desk.key, "ticket_url", 'must start with "https://" and have {ticket} in it, once')


def flows_documents_and_homes(desk: Desk) -> Iterator[DeclarationFault]:
    """A tracker's flow, workbook and home channel are declared on its desk."""
    for tracker in desk.trackers.values():
        for key, name, known, what in (
            ("flow", tracker.flow, desk.flows, "flow"),
            ("document", tracker.document, desk.documents, "document"),
            ("home", tracker.home, desk.channels, "channel"),
        ):
            if name not in known:
                sentence = f'"{name}" is no {what} of this desk.{did_you_mean(name, known)}'
                yield in_tracker(desk.key, tracker.key, key, sentence)


def _is_ticket_url(url: str) -> bool:
    rest = url.removeprefix("https://")
    return rest != url and rest.count("{ticket}") == 1 and rest.count("{") == 1 and rest.count("}") == 1
