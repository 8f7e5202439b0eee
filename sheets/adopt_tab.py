"""What has to be done to one tab so that its tracker's cases have a place in it, as steps that can be told or taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.desk import Desk
from config.tracker import VISIBLE_SYSTEM_COLUMNS, Column, Tracker
from sheets.adopt_look import coloured, dropped_down, formatted, header_cells, headers_styled, hidden, sized
from sheets.adopt_marks import filtered, frozen, marked, warned
from sheets.adopt_seen import SeenTab
from sheets.header import HeaderMap, all_columns, header_map, is_own
from sheets.rows import JSON

_HEADER_FIELDS = "userEnteredValue,userEnteredFormat(textFormat.bold,backgroundColorStyle)"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do to a workbook: what to tell about it, and the requests that do it.

    Without requests it is something that only a person can put right.
    """

    says: str
    requests: Sequence[JSON] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Where every column of a tracker stands on its tab, and where those that are missing will stand."""

    tab: SeenTab
    tracker: Tracker
    desk: Desk
    found: HeaderMap
    new: Sequence[tuple[int, Column]]

    @property
    def places(self) -> list[tuple[int, Column]]:
        """Every column that stands in exactly one place, with its index."""
        there = [
            (self.found.columns[column.key], column)
            for column in all_columns(self.tracker)
            if column.key in self.found.columns
        ]
        return sorted([*there, *self.new], key=lambda place: place[0])

    @property
    def own(self) -> dict[str, int]:
        """The index of each of the bot's own columns, by key."""
        return {column.key: index for index, column in self.places if is_own(self.tracker, column.key)}

    @property
    def width(self) -> int:
        """Columns from the first one to the last one with a header."""
        return max([len(self.tab.header), *(index + 1 for index, _ in self.new)])


def plan(tab: SeenTab, tracker: Tracker, desk: Desk, first_free: int) -> Plan:
    """Match a tab with its tracker; columns that are missing are to stand from `first_free` on (0 is A)."""
    found = header_map(tab.header, all_columns(tracker))
    return Plan(tab, tracker, desk, found, list(enumerate(found.missing, first_free)))


def steps(plan: Plan) -> Iterator[Step]:
    """What has to be done to a tab, in order; nothing for a tab that is as it should be."""
    listed = ", ".join(f"“{text}”" for text in plan.found.duplicated)
    if listed:
        yield Step(f"the header {listed} stands there more than once: rename all but one by hand")
    yield from (step for step in _steps(plan) if step.requests)


def _steps(plan: Plan) -> Iterator[Step]:
    tab, places = plan.tab, plan.places
    headers = ", ".join(column.header for _, column in plan.new)
    yield Step(f"new columns {headers}" if headers else "rows for cases", [*_room(plan), *_headers(plan)])
    old = [index for index, _ in places if index < len(tab.header)]
    yield Step("header in bold", headers_styled(tab, old))
    yield Step("header frozen", frozen(tab))
    if not tab.has_table:  # Google refuses these three for what lies in a table.
        yield Step("number and date formats", formatted(tab, places))
        yield Step("drop-downs", dropped_down(tab, _lists(plan)))
        yield Step("filter over the whole header", filtered(tab, plan.width))
    yield Step("columns hidden that only the bot needs", hidden(tab.gid, _to_hide(plan)))
    yield Step("a warning on the bot's columns", warned(tab, plan.own.values()))
    if "status" in plan.own:
        flow = plan.desk.flow_of(plan.tracker)
        yield Step("colours by status", coloured(tab, plan.own["status"], flow))
    yield Step("a mark by which the bot knows the tab under any name", marked(tab, plan.tracker.key))


def _room(plan: Plan) -> list[JSON]:
    """Rows and columns for a grid that is too small."""
    tab = plan.tab
    lacking = {"ROWS": 1000 - tab.rows if tab.rows < 2 else 0, "COLUMNS": plan.width - tab.columns}
    return [
        {"appendDimension": {"sheetId": tab.gid, "dimension": dimension, "length": length}}
        for dimension, length in lacking.items()
        if length > 0
    ]


def _headers(plan: Plan) -> list[JSON]:
    """The headers that are missing, with the width of their columns."""
    if not plan.new:
        return []
    gid, (first, _) = plan.tab.gid, plan.new[0]
    cells = {
        "start": {"sheetId": gid, "rowIndex": 0, "columnIndex": first},
        "rows": [header_cells([column for _, column in plan.new])],
        "fields": _HEADER_FIELDS,
    }
    return [{"updateCells": cells}, *sized(gid, plan.new)]


def _lists(plan: Plan) -> Iterator[tuple[int, Sequence[str]]]:
    """The choices of every column that has some, the states for the status."""
    for index, column in plan.places:
        if column.key == "status" and is_own(plan.tracker, "status"):
            yield index, plan.desk.flow_of(plan.tracker).states
        elif column.type == "enum" and column.choices is not None:
            yield index, plan.desk.choices[column.choices]


def _to_hide(plan: Plan) -> list[int]:
    """The bot's columns that nobody needs to see: new ones, and blank ones on a tab that is adopted just now."""
    new = {column.key for _, column in plan.new}
    adopting = plan.tracker.key not in plan.tab.marks
    return [
        index
        for key, index in plan.own.items()
        if key not in VISIBLE_SYSTEM_COLUMNS
        and index not in plan.tab.hidden
        and (key in new or (adopting and not plan.tab.first(index).get("effectiveValue")))
    ]
