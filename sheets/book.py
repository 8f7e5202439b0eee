"""What a gateway knows of its workbook between two calls, and how it finds out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from config.tracker import Tracker
from sheets.batch import CaseWrite, Landed
from sheets.client import Client
from sheets.errors import Moved, Superseded
from sheets.look import View, Want, look
from sheets.rows import Showing
from sheets.sight import Ask, Sight, see
from sheets.stray import Known, Memory
from sheets.tab import Tab, Workbook, tabs, workbook

_UNREAD = Workbook("", ZoneInfo("UTC"), ())


@dataclass(slots=True)
class Book:
    """One workbook with the tabs that were needed so far."""

    spreadsheet_id: str
    client: Client
    names: Mapping[str, str]
    known: Known | None
    facts: Workbook = _UNREAD
    tabs: dict[str, Tab] = field(default_factory=dict)
    """Tabs by the key of their tracker."""
    unlaid: set[str] = field(default_factory=set)
    """Cases whose new row was laid out for columns that had moved, or was not found: it is looked for, and all of it
    is written again."""

    @property
    def showing(self) -> Showing:
        """How values are shown in this workbook."""
        return Showing(self.facts.zone, self.names)

    def settled(self, landed: Iterable[Landed]) -> None:
        """Forget what was left to do about cases that have landed."""
        self.unlaid -= {place.case_id for place in landed}

    def forget(self) -> None:
        """Read everything afresh the next time."""
        self.facts = _UNREAD
        self.tabs.clear()

    def ready(self, trackers: Iterable[Tracker]) -> dict[str, str]:
        """See that the tabs of these trackers are known.

        Returns:
            A sentence for each tracker (by key) whose tab is not in order; it is read again the next time.
        """
        missing = [tracker for tracker in trackers if not self._is_good(tracker)]
        if not missing:
            return {}
        self.facts = workbook(self.client, self.spreadsheet_id)
        good, faults = tabs(self.client, self.spreadsheet_id, self.facts, missing)
        for tracker in missing:
            self.tabs.pop(tracker.key, None)
        self.tabs |= {tab.tracker.key: tab for tab in good}
        return faults

    def _is_good(self, tracker: Tracker) -> bool:
        """Whether a tab is known in good order, for the tracker as it is declared now."""
        tab = self.tabs.get(tracker.key)
        return tab is not None and tab.map.complete and tab.tracker == tracker

    def look(self, wants: Mapping[str, Want]) -> dict[str, View]:
        """Look at several tabs, by the key of their tracker."""
        views = look(self.client, self.spreadsheet_id, list(wants.values()))
        return dict(zip(wants, views, strict=True))

    def confirm(self, tab: Tab) -> None:
        """Make sure that the tab that was read by its title is the tab that is meant.

        Raises:
            Moved: titles have changed hands.
        """
        title = tab.title
        if not self.find(tab) or tab.title != title:
            raise Moved

    def find(self, tab: Tab) -> bool:
        """Bring a tab's title up to date by its id; whether there still is such a tab."""
        self.facts = workbook(self.client, self.spreadsheet_id)
        title = self.facts.title_of(tab.gid)
        tab.title = title or tab.title
        return title is not None

    def changed(self) -> Superseded | Moved | None:
        """What happened since the tabs were read: another write was carried out, or tabs got another title or size.

        The tabs are read afresh the next time where another write was.
        """
        before, self.facts = self.facts, workbook(self.client, self.spreadsheet_id)
        if any(self.facts.fences_of(tab.gid).keys() - tab.fences.keys() for tab in self.tabs.values()):
            self.forget()
            return Superseded()
        return Moved() if before.places != self.facts.places else None

    def look_again(self, tab: Tab) -> Sight:
        """The whole tab as it is now, whatever it is called now.

        Raises:
            Moved: the tab is gone.
        """
        if not self.find(tab):
            raise Moved
        return see(self.client, self.spreadsheet_id, [Ask(tab.title, "whole")])[0]

    def memory(self, view: View | None) -> Memory:
        """Where to look up what a cell held before a write."""
        return Memory(view.full if view else None, self.known, self.showing)

    def landed(self, tab: Tab, case: CaseWrite, row: int) -> Landed:
        """The place of a case whose row is right."""
        link = f"{self.facts.url}#gid={tab.gid}&range=A{row}"
        return Landed(case.case_id, case.write_ids, row, tab.gid, link)
