"""The tabs of one workbook as the gateway knows them: found by title, or by the mark that `init` left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.texts import text
from config.tracker import Tracker
from sheets.client import Client
from sheets.fence import planted
from sheets.header import HeaderMap, complaint
from sheets.rows import JSON
from sheets.sight import Ask, Sight, see

MARK = "deskbell.tracker"
"""The key of the developer metadata on a tab whose value is the tracker's key: it outlives a rename."""
_FIELDS = (
    "spreadsheetUrl,properties.timeZone,"
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),developerMetadata(metadataId,metadataKey,metadataValue))"
)


@dataclass(slots=True)
class Tab:
    """One tracker's tab.

    `last` is the last row (from 1) known to hold anything, None before it was looked. `fences` are the ids and turns
    of the fences that stand on it.
    """

    tracker: Tracker
    gid: int
    title: str
    row_count: int
    header: tuple[str, ...]
    map: HeaderMap
    last: int | None = None
    fences: Mapping[int, int] = field(default_factory=dict)

    def update(self, sight: Sight) -> None:
        """Take over a header that moved."""
        self.header = sight.header
        self.map = sight.map(self.tracker)

    @property
    def columns(self) -> Mapping[str, int]:
        """Column key to index."""
        return self.map.columns

    @property
    def cells(self) -> int:
        """How many cells the tab has at most, header to last row."""
        return (self.last or self.row_count) * len(self.header)


@dataclass(frozen=True, slots=True)
class Workbook:
    """What holds for the whole workbook: its address, its time zone, its sheets."""

    url: str
    zone: ZoneInfo
    sheets: Sequence[JSON]

    @property
    def places(self) -> Sequence[JSON]:
        """Every sheet's id, title and size."""
        return [sheet["properties"] for sheet in self.sheets]

    @property
    def taken(self) -> set[int]:
        """The ids of all metadata on the sheets, whoever put it there."""
        return {item["metadataId"] for sheet in self.sheets for item in sheet.get("developerMetadata") or []}

    def sheet_of(self, tracker: Tracker) -> JSON | None:
        """The properties of a tracker's tab: the tab with its title, else the one tab with its mark."""
        title = tracker.tab.casefold()
        for sheet in self.sheets:
            if str(sheet["properties"]["title"]).casefold() == title:
                return dict(sheet["properties"])
        marked = [sheet for sheet in self.sheets if tracker.key in marks(sheet)]
        return dict(marked[0]["properties"]) if len(marked) == 1 else None

    def title_of(self, gid: int) -> str | None:
        """The title a tab has now."""
        for sheet in self.sheets:
            if sheet["properties"].get("sheetId", 0) == gid:
                return str(sheet["properties"]["title"])
        return None

    def fences_of(self, gid: int) -> dict[int, int]:
        """The fences that stand on a tab; none where it is gone."""
        for sheet in self.sheets:
            if sheet["properties"].get("sheetId", 0) == gid:
                return planted(sheet)
        return {}


def marks(sheet: JSON) -> set[str]:
    """The keys of the trackers that are marked on a sheet."""
    metadata = sheet.get("developerMetadata") or []
    return {item.get("metadataValue", "") for item in metadata if item.get("metadataKey") == MARK}


def workbook(client: Client, spreadsheet_id: str) -> Workbook:
    """Ask for the workbook's tabs, without their cells."""
    answer = client.spreadsheet(spreadsheet_id, _FIELDS)
    try:
        zone = ZoneInfo(str((answer.get("properties") or {}).get("timeZone") or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")  # Google knows a few zones of its own, such as Etc/Unknown.
    return Workbook(str(answer.get("spreadsheetUrl") or ""), zone, answer.get("sheets") or [])


def tabs(
    client: Client, spreadsheet_id: str, book: Workbook, trackers: Iterable[Tracker]
) -> tuple[list[Tab], dict[str, str]]:
    """Find the tabs of these trackers and read their headers.

    Returns:
        The tabs that are in order, and a sentence for each tracker (by key) whose tab is not.
    """
    found = [(tracker, book.sheet_of(tracker)) for tracker in trackers]
    faults = {tracker.key: no_tab(tracker) for tracker, sheet in found if sheet is None}
    known = [(tracker, sheet) for tracker, sheet in found if sheet is not None]
    asks = [Ask(str(sheet["title"]), "rows") for _, sheet in known]
    good = []
    for (tracker, sheet), sight in zip(known, see(client, spreadsheet_id, asks), strict=True):
        tab = Tab(
            tracker=tracker,
            gid=sheet.get("sheetId", 0),
            title=str(sheet["title"]),
            row_count=(sheet.get("gridProperties") or {}).get("rowCount", 1000),
            header=sight.header,
            map=sight.map(tracker),
            fences=book.fences_of(sheet.get("sheetId", 0)),
        )
        if tab.map.complete:
            good.append(tab)
        else:
            faults[tracker.key] = complaint(tracker, tab.map)
    return good, faults


def no_tab(tracker: Tracker) -> str:
    """The sentence for a tracker whose tab is not there."""
    return text("workbook.no_tab", tab=tracker.tab, tracker=tracker.title)
