"""What `init` does with sheets that people use already: it takes them over and leaves theirs to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.tracker import SYSTEM_COLUMNS, Column
from sheets.adopt import init
from sheets.adopt_seen import SeenTab
from sheets.adopt_tab import plan, steps
from sheets.header import all_columns, plain_header
from tests.bot.sandbox.google_world import LEAD, Server
from tests.sheets.adopting import HEADERS, Bureau, desk, tracker

DESK = desk(tracker(), book="book")


@pytest.fixture
def bureau(google_server: Server) -> Iterator[Bureau]:
    """A Google in which people keep sheets."""
    bureau = Bureau.on(google_server)
    yield bureau
    bureau.close()


def batch(bureau: Bureau, *requests: dict[str, Any]) -> None:
    """Have the lead change something about the workbook."""
    answer = bureau.world.call("POST", "/v4/spreadsheets/book:batchUpdate", LEAD, json={"requests": requests})
    answer.raise_for_status()


def values(bureau: Bureau) -> list[list[str]]:
    """What stands in the tab below the header."""
    return bureau.google.grid("book")["Items"][1:]


def test_headers_are_adopted_by_name_or_alias(bureau: Bureau) -> None:
    """A header of the bot's in any case, or another name for it, is the column; only what is missing is added."""
    bureau.workbook(Items=[["Notes", "order no", "STATUS", "Agent"], ["call back", "10423", "Open", "Kim"]])
    bureau.settle(DESK)
    header = bureau.header()
    assert header[:4] == ["Notes", "order no", "STATUS", "Agent"]
    assert header[4:] == [each for each in HEADERS if each not in ("Order #", "Status", "Logged by")]
    assert values(bureau) == [["call back", "10423", "Open", "Kim"]]


def test_a_column_without_a_header_is_kept_clear(bureau: Bureau) -> None:
    """New columns begin right of everything, also of what has no header."""
    bureau.workbook(Items=[["Order #"], [], ["10423", "", "scribble"]])
    bureau.settle(DESK)
    assert bureau.header()[:5] == ["Order #", "", "", "Issue", "Amount"]
    assert values(bureau)[1] == ["10423", "", "scribble"]


def test_a_grid_that_is_too_small_grows(bureau: Bureau) -> None:
    """A tab cut down to its header and its columns gets room for cases and for the bot's columns."""
    bureau.workbook(Items=[["Order #", "Mine"]])
    grid = {"rowCount": 1, "columnCount": 2}
    facts = {"sheetId": 0, "gridProperties": grid}
    batch(
        bureau,
        {"updateSheetProperties": {"properties": facts, "fields": "gridProperties(rowCount,columnCount)"}},
    )
    bureau.settle(DESK)
    assert (bureau.tab().row_count, bureau.tab().column_count) == (1000, len(HEADERS) + 1)


def test_a_header_that_stands_twice_is_left_to_people(bureau: Bureau) -> None:
    """It is said every time, nothing about it is touched, and the rest is done."""
    bureau.workbook(Items=[["Order #", "Mine", "Order #"]])
    told = bureau.settle(DESK)
    sentence = (
        "The book: tab “Items”: the header “Order #” stands there more than once: rename all but one by hand"
    )
    assert told[1] == sentence
    assert bureau.header()[:4] == ["Order #", "Mine", "Order #", "Issue"]
    assert bureau.tab().cell(1, 0).format is None
    assert init(bureau.client, DESK) == [sentence]


def test_peoples_own_columns_are_left_alone(bureau: Bureau) -> None:
    """Their look, their rules and their width are theirs."""
    bureau.workbook(Items=[["Mine", "Order #"], ["x", "10423"]])
    own = {"sheetId": 0, "startColumnIndex": 0, "endColumnIndex": 1}
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "x"}]}, "strict": True}
    wide = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 2}
    batch(
        bureau,
        {"setDataValidation": {"range": own, "rule": rule}},
        {
            "updateDimensionProperties": {
                "range": wide,
                "properties": {"pixelSize": 321},
                "fields": "pixelSize",
            }
        },
    )
    before = [bureau.tab().cell(row, 0) for row in range(5)]
    bureau.settle(DESK)
    assert [bureau.tab().cell(row, 0) for row in range(5)] == before
    assert [bureau.tab().sizes["COLUMNS"][index] for index in (0, 1)] == [{"pixelSize": 321}] * 2


def test_a_filter_of_peoples_is_made_as_wide_as_the_header(bureau: Bureau) -> None:
    """A sort through it would tear rows apart otherwise; what it hides and how it sorts stays."""
    bureau.workbook(Items=[["Order #", "Mine"], ["10423", "x"]])
    specs = [{"columnIndex": 1, "filterCriteria": {"hiddenValues": ["y"]}}]
    place = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 30, "startColumnIndex": 0, "endColumnIndex": 2}
    batch(bureau, {"setBasicFilter": {"filter": {"range": place, "filterSpecs": specs}}})
    told = bureau.settle(DESK)
    assert "The book: tab “Items”: filter over the whole header" in told
    wider = {**place, "endColumnIndex": len(HEADERS) + 1}
    assert bureau.tab().filter == {"range": wider, "filterSpecs": specs}


def test_taste_is_respected_afterwards(bureau: Bureau) -> None:
    """Widths, shown columns, another date format, more choices, other colours: a later run takes nothing back."""
    bureau.workbook()
    bureau.settle(DESK)
    at = bureau.at
    column = {"sheetId": 0, "startRowIndex": 1}
    dates = {**column, "startColumnIndex": at("Received on"), "endColumnIndex": at("Received on") + 1}
    kinds = {**column, "startColumnIndex": at("Issue"), "endColumnIndex": at("Issue") + 1}
    listed = [{"userEnteredValue": text} for text in ("Broken", "Missing", "Stained")]
    form = {"userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "dd-mm-yyyy"}}}
    columns = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": len(HEADERS)}
    shown = {"pixelSize": 99, "hiddenByUser": False}
    rule = {"ranges": [column], "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {}}}
    batch(
        bureau,
        {"repeatCell": {"range": dates, "cell": form, "fields": "userEnteredFormat.numberFormat"}},
        {
            "setDataValidation": {
                "range": kinds,
                "rule": {"condition": {"type": "ONE_OF_LIST", "values": listed}},
            }
        },
        {
            "updateDimensionProperties": {
                "range": columns,
                "properties": shown,
                "fields": "pixelSize,hiddenByUser",
            }
        },
        {"addConditionalFormatRule": {"index": 0, "rule": rule}},
    )
    before = bureau.effects()
    assert (init(bureau.client, DESK), bureau.effects()) == ([], before)


def test_a_renamed_tab_is_known_by_its_mark(bureau: Bureau) -> None:
    """Whatever people call it, it stays the tracker's tab, and no second one is made."""
    bureau.workbook()
    bureau.settle(DESK)
    bureau.google.rename_tab("book", "Items", "Items 2026", LEAD)
    assert (init(bureau.client, DESK), bureau.titles()) == ([], ["Items 2026"])


@pytest.mark.parametrize("tabs", [{"Sheet1": [["a list"]]}, {"Sheet1": [], "Other": []}, {"Ideas": []}])
def test_a_tab_of_peoples_is_never_taken(bureau: Bureau, tabs: dict[str, list[list[str]]]) -> None:
    """Only the blank tab of a new workbook is taken: not one with content, nor beside others, nor one with a name."""
    bureau.workbook(**tabs)
    bureau.settle(DESK)
    assert bureau.titles() == [*tabs, "Items"]


def test_a_column_declared_later_is_added_alone(bureau: Bureau) -> None:
    """It stands after everything, also after the bot's columns, which are warned of as before."""
    bureau.workbook()
    bureau.settle(DESK)
    more = tracker("items", "Items", Column(key="paid_on", header="Paid on", type="date"))
    assert bureau.settle(desk(more, book="book")) == [
        "The book: tab “Items”: new columns Paid on",
        "The book: tab “Items”: number and date formats",
        "The book: tab “Items”: filter over the whole header",
    ]
    assert bureau.header() == [*HEADERS, "Paid on"]
    assert [item["range"]["endColumnIndex"] for item in bureau.tab().protected] == [len(HEADERS)]


def test_the_warning_follows_its_columns(bureau: Bureau) -> None:
    """Somebody moved a column of theirs among the bot's: it is not warned of, and theirs on both sides are."""
    bureau.workbook()
    bureau.settle(DESK)
    bureau.google.move_columns("book", "Items", 1, len(HEADERS) - 2, LEAD)
    bureau.settle(DESK)
    spans = sorted(
        (item["range"]["startColumnIndex"], item["range"]["endColumnIndex"])
        for item in bureau.tab().protected
    )
    own = {bureau.at(column.header) for column in SYSTEM_COLUMNS}
    assert len(spans) == 2
    assert {index for start, end in spans for index in range(start, end)} == own


def test_columns_in_use_are_not_hidden(bureau: Bureau) -> None:
    """A column that only the bot needs stays in sight where people fill it in already."""
    bureau.workbook(Items=[["Source", "Post"], ["phone"]])
    bureau.settle(DESK)
    sizes = bureau.tab().sizes["COLUMNS"]
    assert [sizes.get(index, {}).get("hiddenByUser", False) for index in (0, 1)] == [False, True]


def test_a_table_keeps_its_own_filter_and_types() -> None:
    """What Google refuses for a table is not asked for; everything else is."""
    plain, table = (
        [step.says for step in steps(plan(SeenTab(0, "Items", has_table=has_table), tracker(), DESK, 0))]
        for has_table in (False, True)
    )
    assert [says for says in plain if says not in table] == [
        "number and date formats",
        "drop-downs",
        "filter over the whole header",
    ]


NAMES = [*HEADERS, "order no", "Done?", "Mine", "", " STATUS ", "Notes"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.lists(st.sampled_from(NAMES), max_size=12),
    below=st.lists(st.sampled_from(["", "x", "7"]), max_size=14),
)
def test_any_sheet_is_adopted_whole(bureau: Bureau, header: list[str], below: list[str]) -> None:
    """Whatever stands in a sheet, every column gets its place and nothing that people wrote changes."""
    bureau.workbook(Items=[header, below])
    small = {"sheetId": 0, "gridProperties": {"rowCount": 5, "columnCount": 15}}
    fields = "gridProperties(rowCount,columnCount)"
    batch(bureau, {"updateSheetProperties": {"properties": small, "fields": fields}})
    before = bureau.tab()
    bureau.settle(DESK)
    after = bureau.tab()
    written = [(row, column) for row in range(2) for column in range(15) if before.cell(row, column).value]
    assert [after.cell(*place).value for place in written] == [before.cell(*place).value for place in written]
    headers = {plain_header(text) for text in bureau.header()}
    assert all(
        headers.intersection(plain_header(name) for name in (column.header, *column.aliases))
        for column in all_columns(tracker())
    )
