"""batchUpdate: cells in and out, all or nothing, and what Google refuses."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.faults import Faults, Truth
from bot.sandbox.google import Google
from bot.sandbox.google_errors import GoogleError
from bot.sandbox.google_requests import batch_update
from tests.bot.sandbox.google_world import BOOK, BOT, LEAD, World, append_cells, data, error, update_cells

GREEN = {"green": 1}


def test_appended_rows_go_below_the_last_value(world: World) -> None:
    """Formats and rules alone do not make a row count as filled."""
    world.append(["id", "sum"])
    rule = {"condition": {"type": "BOOLEAN"}}
    world.batch(
        {
            "setDataValidation": {
                "range": {"startRowIndex": 1, "endRowIndex": 900, "endColumnIndex": 1},
                "rule": rule,
            }
        }
    )
    world.append(["II-1", 3.5], ["II-2", True])
    assert world.grid() == [["id", "sum"], ["II-1", "3.5"], ["II-2", "TRUE"]]


def test_appending_at_the_end_of_the_grid_makes_it_longer_and_wider(world: World) -> None:
    """An append adds the rows and columns it needs; new rows look like the last one."""
    world.batch(
        {
            "addSheet": {
                "properties": {
                    "sheetId": 9,
                    "title": "S",
                    "gridProperties": {"rowCount": 1, "columnCount": 1},
                }
            }
        }
    )
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    world.batch({"repeatCell": {"range": {"sheetId": 9}, "cell": bold, "fields": "userEnteredFormat"}})
    world.append(["a", "b"], ["c"], sheet_id=9)
    tab = world.google.books[BOOK].tab(9)
    assert (tab.row_count, tab.column_count) == (2, 2)
    assert tab.cell(1, 0).format == {"textFormat": {"bold": True}}


def test_every_appended_row_is_in_the_truth_log(world: World) -> None:
    """A checker finds each row with its tab, its place, its values and who wrote it."""
    world.append(["II-1", 3, True])
    entry = world.truth.entries[-1]
    assert {key: entry[key] for key in entry if key != "n"} == {
        "service": "sheets",
        "effect": "appendCells",
        "spreadsheet": BOOK,
        "by": BOT,
        "tab": "Items",
        "sheet_id": 0,
        "row": 1,
        "column": 1,
        "rows": [["II-1", 3, True]],
    }


def test_a_batch_is_one_truth_entry_a_request(world: World) -> None:
    """What one call did to several tabs stays apart, in order; old values are kept beside the new."""
    world.append(["a"])
    world.batch(append_cells(["b"], sheet_id=1), update_cells(0, 0, ["c"]))
    entries = world.truth.entries[-2:]
    assert [(e["effect"], e["tab"], e["rows"], e.get("old")) for e in entries] == [
        ("appendCells", "Money box", [["b"]], None),
        ("updateCells", "Items", [["c"]], [["a"]]),
    ]


def test_one_bad_request_undoes_the_whole_batch(world: World) -> None:
    """A batch is atomic: nothing of it is kept, nothing of it is in the truth log."""
    world.append(["a"])
    before = (world.google.grid(BOOK), len(world.truth.entries))
    answer = world.batch(
        append_cells(["b"]),
        {"addSheet": {"properties": {"title": "New"}}},
        update_cells(0, 0, ["x"], sheet_id=7),
    )
    assert error(answer) == (400, "INVALID_ARGUMENT", "Invalid requests[2].updateCells: No grid with id: 7")
    assert (world.google.grid(BOOK), len(world.truth.entries)) == before


def test_a_typed_text_stays_a_text(world: World) -> None:
    """A stringValue is never parsed: no formula, no number, no date is born."""
    texts = ["=1+1", "+44 20", "-1", "@sum", "12E4", "2026-01-02", "TRUE", "\t=1", "'x"]
    world.append(texts)
    cells = world.google.books[BOOK].tabs[0].row(0)
    assert [cell.value for cell in cells] == texts


def test_a_formula_is_kept_and_never_run(world: World) -> None:
    """A formulaValue shows as a formula, keeps its text, and is counted in the truth log."""
    cell = {"userEnteredValue": {"formulaValue": "=A1"}}
    world.batch({"appendCells": {"rows": [{"values": [cell]}], "fields": "*"}})
    assert world.grid() == [["#FORMULA"]]
    assert world.truth.entries[-1]["formulas"] == 1


def test_update_cells_over_a_range_clears_what_the_rows_leave_open(world: World) -> None:
    """With a range, its cells without data lose the masked fields; cells outside keep theirs."""
    world.append(["a", "b", "c"], ["d", "e", "f"], ["g"])
    place = {"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}
    rows = [{"values": [data("A")]}]
    world.batch({"updateCells": {"range": place, "rows": rows, "fields": "userEnteredValue"}})
    assert world.grid() == [["A", "", "c"], ["", "", "f"], ["g"]]


def test_update_cells_touches_only_what_the_mask_names(world: World) -> None:
    """A colour by mask leaves value, note and the rest of the format."""
    full = {
        **data("a"),
        "note": "n",
        "userEnteredFormat": {"backgroundColor": {"red": 1}, "textFormat": {"bold": True, "italic": True}},
    }
    world.batch({"updateCells": {"start": {}, "rows": [{"values": [full]}], "fields": "*"}})
    colour = {"userEnteredFormat": {"backgroundColor": GREEN}}
    mask = "userEnteredFormat(backgroundColor,textFormat.italic)"
    world.batch({"updateCells": {"start": {}, "rows": [{"values": [colour]}], "fields": mask}})
    cell = world.google.books[BOOK].tabs[0].cell(0, 0)
    assert (cell.value, cell.note) == ("a", "n")
    assert cell.format == {
        "backgroundColor": GREEN,
        "backgroundColorStyle": {"rgbColor": GREEN},
        "textFormat": {"bold": True},
    }


def test_repeat_cell_paints_an_open_range_and_keeps_the_values(world: World) -> None:
    """A range without ends reaches to the grid's edge; values stay because the mask does not name them."""
    world.append(["a", "b"], ["c", "d"])
    money = {"userEnteredFormat": {"numberFormat": {"type": "CURRENCY", "pattern": '"£"0.00'}}}
    place = {"sheetId": 0, "startColumnIndex": 1, "endColumnIndex": 2}
    world.batch({"repeatCell": {"range": place, "cell": money, "fields": "userEnteredFormat.numberFormat"}})
    world.append(["e", 2.5])
    assert world.grid() == [["a", "b"], ["c", "d"], ["e", "£2.50"]]


def test_the_answer_can_hold_the_spreadsheet_as_it_is_now(world: World) -> None:
    """includeSpreadsheetInResponse, responseRanges and responseIncludeGridData are honoured."""
    answer = world.batch(
        append_cells(["a"]),
        includeSpreadsheetInResponse=True,
        responseRanges=["Items!A1:B2"],
        responseIncludeGridData=True,
    ).json()
    sheets = answer["updatedSpreadsheet"]["sheets"]
    assert [sheet["properties"]["title"] for sheet in sheets] == ["Items"]
    assert sheets[0]["data"][0]["rowData"][0]["values"][0]["formattedValue"] == "a"


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("no request", {}, "Invalid requests[0]: No request set."),
    (
        "unknown request",
        {"appendCell": {}},
        "Invalid JSON payload received. Unknown name \"appendCell\" at 'requests[0]': Cannot find field.",
    ),
    (
        "unknown field",
        {"appendCells": {"sheetID": 0}},
        "Invalid JSON payload received. Unknown name \"sheetID\" at 'requests[0].append_cells': Cannot find field.",
    ),
    (
        "two requests in one",
        {"appendCells": {}, "addSheet": {}},
        "Invalid value at 'requests[0]' (oneof), oneof field 'kind' is already set.",
    ),
    (
        "wrong type",
        {"appendCells": {"sheetId": "first"}},
        "Invalid value at 'requests[0].append_cells.sheet_id' (TYPE_INT32), \"first\"",
    ),
    (
        "wrong word",
        {"appendDimension": {"dimension": "ROW", "length": 1}},
        "Invalid value at 'requests[0].append_dimension.dimension' (enum), \"ROW\"",
    ),
    (
        "no mask",
        {"appendCells": {"rows": []}},
        "Invalid requests[0].appendCells: At least one field must be listed in 'fields'. "
        "(Use '*' to indicate all fields.)",
    ),
    (
        "unknown field in the mask",
        {"appendCells": {"rows": [], "fields": "userEnteredValues"}},
        "Invalid requests[0].appendCells: Invalid field: userEnteredValues",
    ),
    (
        "below the grid",
        update_cells(1000, 0, ["x"]),
        "Invalid requests[0].updateCells: GridCoordinate.rowIndex[1000] is after last row in grid[1000]",
    ),
    (
        "right of the grid",
        update_cells(0, 26, ["x"]),
        "Invalid requests[0].updateCells: GridCoordinate.columnIndex[26] is after last column in grid[26]",
    ),
    (
        "across the grid's edge",
        update_cells(999, 0, ["x"], ["y"]),
        "Invalid requests[0].updateCells: Attempting to write row: 1000, beyond the last requested row of: 999",
    ),
    (
        "a range outside the grid",
        {"repeatCell": {"range": {"endRowIndex": 1001}, "cell": {}, "fields": "note"}},
        "Invalid requests[0].repeatCell: range.endRowIndex[1001] is after last row in grid[1000]",
    ),
    (
        "too long for a cell",
        append_cells(["x" * 50_001]),
        "Invalid requests[0].appendCells: Your input contains more than the maximum of 50000 characters in a "
        "single cell.",
    ),
    (
        "too many cells",
        {"addSheet": {"properties": {"gridProperties": {"rowCount": 10_000_000, "columnCount": 1}}}},
        "This action would increase the number of cells in the workbook above the limit of 10000000 cells.",
    ),
    (
        "a title that exists",
        {"addSheet": {"properties": {"title": "items"}}},
        'Invalid requests[0].addSheet: A sheet with the name "items" already exists. Please enter another name.',
    ),
    (
        "freezing everything",
        {
            "updateSheetProperties": {
                "properties": {"gridProperties": {"frozenRowCount": 1000}},
                "fields": "gridProperties.frozenRowCount",
            }
        },
        "Invalid requests[0].updateSheetProperties: You can't freeze all visible rows on the sheet.",
    ),
]


@pytest.mark.parametrize(
    ("request_", "sentence"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_google_refuses_is_refused_with_its_sentence(
    world: World, request_: dict[str, Any], sentence: str
) -> None:
    """A wrong request is a 400 that names it, and changes nothing."""
    assert error(world.batch(request_)) == (400, "INVALID_ARGUMENT", sentence)
    assert world.google.grid(BOOK) == {"Items": [], "Money box": []}


def test_an_empty_batch_is_refused(world: World) -> None:
    """Google wants at least one request."""
    assert error(world.batch())[2] == "Must specify at least one request."


def test_what_google_knows_and_the_sandbox_does_not_is_said(world: World) -> None:
    """A request that exists and is not played is 501, never a silent success."""
    assert error(world.batch({"addChart": {}})) == (
        501,
        "UNIMPLEMENTED",
        "The sandbox does not play 'addChart'.",
    )


def test_the_last_visible_tab_stays(world: World) -> None:
    """A workbook keeps one tab that can be seen, by deleting as by hiding."""
    hide = {"updateSheetProperties": {"properties": {"sheetId": 1, "hidden": True}, "fields": "hidden"}}
    assert world.batch(hide).ok
    assert error(world.batch({"deleteSheet": {"sheetId": 0}}))[2].endswith(
        "You can't remove all the visible sheets in a document."
    )


def test_tabs_are_reordered_by_the_index_before_the_move(world: World) -> None:
    """Index 2 of two tabs means the end, as Google counts."""
    move = {"updateSheetProperties": {"properties": {"sheetId": 0, "index": 2}, "fields": "index"}}
    world.batch(move)
    assert list(world.google.grid(BOOK)) == ["Money box", "Items"]


VALUES = st.one_of(st.text(min_size=1, max_size=20), st.booleans(), st.integers(-(10**9), 10**9))
ROWS = st.lists(st.lists(VALUES, min_size=1, max_size=4), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=5), st.integers(0, 5))
def test_batches_keep_order_and_lose_nothing(batches: list[list[list[Any]]], bad: int) -> None:
    """Whatever is appended stands there in order; a batch with a bad request leaves no trace."""
    google = Google(Truth(), Faults(), lambda: 0.0)
    google.create(BOOK, "T", LEAD)
    expected: list[list[Any]] = []
    for index, rows in enumerate(batches):
        body = {"requests": [append_cells(*rows)]}
        if index == bad:
            body["requests"].append(update_cells(0, 0, sheet_id=5))
            with pytest.raises(GoogleError, match="No grid"):
                google.change(BOOK, LEAD, partial(batch_update, body=body))
        else:
            google.change(BOOK, LEAD, partial(batch_update, body=body))
            expected += rows
    rows_there = google.books[BOOK].tabs[0].rows
    assert [[cell.value for cell in row] for row in rows_there] == expected
