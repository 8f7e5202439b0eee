"""What `deskbell sheets init` sees of a workbook before it changes anything: tabs, first rows, what lies over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from config.tracker import Tracker
from sheets.client import Client
from sheets.errors import BadRequest
from sheets.notation import quoted, rows_range
from sheets.rows import JSON
from sheets.tab import Workbook, marks

_CELLS = "effectiveValue,userEnteredFormat(numberFormat,backgroundColorStyle,textFormat.bold),dataValidation"
_TABS = (
    "properties(sheetId,title,gridProperties(rowCount,columnCount,frozenRowCount)),"
    "developerMetadata(metadataKey,metadataValue),basicFilter,"
    "protectedRanges(protectedRangeId,description,range,warningOnly),conditionalFormats,tables.tableId"
)
_BARE = f"properties.timeZone,sheets({_TABS})"
_FIELDS = f"properties.timeZone,sheets({_TABS},data(rowData.values({_CELLS}),columnMetadata.hiddenByUser))"
_FRESH_TITLES = frozenset(
    {"sheet1", "blad1", "tabellenblatt1", "feuille 1", "hoja 1", "foglio1", "planilha1"}
)
"""What Google calls the one tab of a new workbook, in the languages of our desks and their neighbours."""


@dataclass(frozen=True, slots=True)
class SeenTab:
    """One tab as it is. Rows and columns count from 0; `heads` and `firsts` are the cells of rows 1 and 2."""

    gid: int
    title: str
    rows: int = 1000
    columns: int = 26
    frozen: int = 0
    marks: frozenset[str] = frozenset()
    heads: Sequence[JSON] = ()
    firsts: Sequence[JSON] = ()
    hidden: frozenset[int] = frozenset()
    filter: JSON | None = None
    protected: Sequence[JSON] = ()
    rules: Sequence[JSON] = ()
    has_table: bool = False
    """Whether somebody made a table of it (Format → Convert to table), which has filter and types of its own."""

    @property
    def header(self) -> tuple[str, ...]:
        """The texts of row 1, up to the last one."""
        texts = [_text(cell) for cell in self.heads]
        while texts and not texts[-1]:
            texts.pop()
        return tuple(texts)

    def head(self, index: int) -> JSON:
        """The cell of a column in row 1; empty where there is none."""
        return self.heads[index] if index < len(self.heads) else {}

    def first(self, index: int) -> JSON:
        """The cell of a column in row 2; empty where there is none."""
        return self.firsts[index] if index < len(self.firsts) else {}


@dataclass(frozen=True, slots=True)
class SeenBook:
    """A workbook as it is: its zone, the tabs by their tracker's key, every tab's id and title, and `blank`.

    `blank` is the one tab of a new workbook, in which nobody has written anything yet.
    """

    zone: str
    tabs: Mapping[str, SeenTab]
    ids: frozenset[int] = frozenset()
    blank: SeenTab | None = None


def see_book(client: Client, spreadsheet_id: str, trackers: Sequence[Tracker]) -> SeenBook:
    """See a workbook: one call while every tracker has its tab under its declared title, else up to three.

    Raises:
        Trouble: as every call to Google.
    """
    try:
        ranges = _first_rows(tracker.tab for tracker in trackers)
        return _book(client.spreadsheet(spreadsheet_id, _FIELDS, ranges), trackers)
    except BadRequest:
        # A tab is not there under its title: see which there are.
        answer = client.spreadsheet(spreadsheet_id, _BARE)
    sheets: list[JSON] = answer["sheets"]
    titles = [str(sheet["properties"]["title"]) for sheet in _matched(sheets, trackers).values()]
    if titles:
        filled = client.spreadsheet(spreadsheet_id, _FIELDS, _first_rows(titles))["sheets"]
        by_id = {_gid(sheet): sheet for sheet in filled}
        answer["sheets"] = [by_id.get(_gid(sheet), sheet) for sheet in sheets]
        return _book(answer, trackers)
    return _book(answer, trackers, _blank(client, spreadsheet_id, sheets))


def _first_rows(titles: Iterable[str]) -> list[str]:
    return [rows_range(title, 1, 2) for title in titles]


def _matched(sheets: Sequence[JSON], trackers: Sequence[Tracker]) -> dict[str, JSON]:
    """The sheet of each tracker (by key) that has one: by its title, else by its mark."""
    book = Workbook("", ZoneInfo("UTC"), sheets)
    by_id = {_gid(sheet): sheet for sheet in sheets}
    found = {tracker.key: book.sheet_of(tracker) for tracker in trackers}
    return {key: by_id[facts.get("sheetId", 0)] for key, facts in found.items() if facts is not None}


def _blank(client: Client, spreadsheet_id: str, sheets: Sequence[JSON]) -> SeenTab | None:
    """The tab that Google gives a new workbook, if it is the only one and nothing stands in it."""
    if len(sheets) != 1:
        return None
    tab = _tab(sheets[0])
    if tab.title.casefold() not in _FRESH_TITLES:
        return None
    (cells,) = client.values(spreadsheet_id, [quoted(tab.title)])
    return None if cells else tab


def _book(answer: JSON, trackers: Sequence[Tracker], blank: SeenTab | None = None) -> SeenBook:
    sheets: list[JSON] = answer["sheets"]
    return SeenBook(
        zone=str((answer.get("properties") or {}).get("timeZone") or ""),
        tabs={key: _tab(sheet) for key, sheet in _matched(sheets, trackers).items()},
        ids=frozenset(_gid(sheet) for sheet in sheets),
        blank=blank,
    )


def _tab(sheet: JSON) -> SeenTab:
    facts = sheet["properties"]
    grid = facts.get("gridProperties") or {}
    data = (sheet.get("data") or [{}])[0]
    rows = [row.get("values") or [] for row in data.get("rowData") or []]
    sizes = data.get("columnMetadata") or []
    return SeenTab(
        gid=_gid(sheet),
        title=str(facts["title"]),
        rows=grid.get("rowCount", 1000),
        columns=grid.get("columnCount", 26),
        frozen=grid.get("frozenRowCount", 0),
        marks=frozenset(marks(sheet)),
        heads=rows[0] if rows else (),
        firsts=rows[1] if len(rows) > 1 else (),
        hidden=frozenset(index for index, size in enumerate(sizes) if size.get("hiddenByUser")),
        filter=sheet.get("basicFilter"),
        protected=sheet.get("protectedRanges") or (),
        rules=sheet.get("conditionalFormats") or (),
        has_table=bool(sheet.get("tables")),
    )


def _gid(sheet: JSON) -> int:
    return int(sheet["properties"].get("sheetId", 0))


def _text(cell: JSON) -> str:
    value = cell.get("effectiveValue") or {}
    return str(next(iter(value.values()), "")).strip()
