"""One desk as it is declared: people, roles, channels, workbooks, words, flows, and its trackers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from config.calendar import ALWAYS, Calendar, Length
from config.clock import DigestTime, Reminders, Rung
from config.dispute import Disputes
from config.flow import Flow
from config.model import Declared
from config.tracker import Tracker

PLACE = r"^(slack|telegram):\S+$"
"""A place in a declaration: `slack:C0123ABCD`, always the platform's id and never a name."""


class Person(Declared):
    """Somebody the desk knows: what to call them, their roles, their identity on each platform."""

    name: str = Field(min_length=1, max_length=60)
    roles: tuple[str, ...] = Field(min_length=1)
    slack: str | None = Field(default=None, pattern=r"^[UW][A-Z0-9]+$")
    """Slack's user id, in the desk's workspace."""
    telegram: int | None = None
    """Telegram's numeric user id."""
    active: bool = True
    """A person who left keeps their name in the history and may do nothing."""
    calendar: str | None = None
    """When they work; None: as the supplier's channel they sit in, else as the desk."""
    deputy: str | None = None
    """Who hears of their cases while they are away."""


class Channel(Declared):
    """A place the desk speaks in."""

    name: str = Field(min_length=1, max_length=80)
    place: str = Field(pattern=PLACE)
    purpose: str = ""
    kind: Literal["staff", "supplier", "restricted"] = "staff"
    roles: tuple[str, ...] = ()
    """Roles with a seat in it; empty: everybody of its kind."""
    calendar: str | None = None
    """When people there work; None: as the desk."""


class Document(Declared):
    """A workbook of the desk."""

    title: str = Field(min_length=1)
    spreadsheet: str | None = None
    """Google's spreadsheet id; None until `deskbell sheets init` has made it."""
    view: tuple[str, ...] = ()
    """Roles that may open it; empty: every role of the desk but suppliers."""
    rollover: Literal["yearly"] | None = None


class Desk(Declared):
    """A team with its trackers, people, channels and workbooks."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]{0,20}$")
    title: str
    timezone: str
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    slack_team: str | None = Field(default=None, pattern=r"^T[A-Z0-9]+$")
    ticket_url: str | None = None
    """Where a helpdesk ticket is read, with `{ticket}` in it."""
    csr_on_ticket: str | None = None
    """The person who stands in for the agent on a ticket, until the helpdesk says who that is."""
    roles: dict[str, str]
    """Role key to what it means."""
    people: dict[str, Person]
    channels: dict[str, Channel]
    documents: dict[str, Document]
    choices: dict[str, tuple[str, ...]] = {}
    flows: dict[str, Flow] = {}
    status_words: dict[str, tuple[str, ...]] = {}
    """State to the words, emoji and reactions that mean it, in any case."""
    calendar: str = "always"
    """The key of the calendar the desk works by; `always`: every hour of every day."""
    calendars: dict[str, Calendar] = {}
    ladders: dict[str, tuple[Rung, ...]] = {}
    """Who hears when a clock is due, one rung after the other."""
    stale_after: Length | None = None
    """A case for which no declared clock runs is stale after so much working time without a change."""
    stale_ladder: str | None = None
    """Who hears of a stale case."""
    reminders: Reminders = Reminders()
    digests: dict[str, DigestTime] = {}
    header_aliases: dict[str, tuple[str, ...]] = {}
    """Column key to headers under which any tab of the desk may already have that column."""
    disputes: Disputes | None = None
    """From the desk's `disputes.toml`, if it has one."""
    trackers: dict[str, Tracker] = {}
    """Filled from the desk's `trackers/*.toml`, one file a tracker."""

    def flow_of(self, tracker: Tracker) -> Flow:
        """The flow a tracker's cases move in."""
        return self.flows[tracker.flow]

    def calendar_named(self, key: str | None) -> Calendar:
        """The calendar of that key: `always`, the desk's own for `desk` and None, else one of `calendars`.

        Raises:
            KeyError: the desk has no such calendar.
        """
        name = self.calendar if key in (None, "desk") else key
        return ALWAYS if name == "always" else self.calendars[str(name)]
