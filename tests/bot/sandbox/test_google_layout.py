"""Rows and columns in, out, elsewhere and sorted, and what is marked on them goes along."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.google_shift import deletion, insertion, moving
from tests.bot.sandbox.google_world import BOOK, LEAD, STRANGER, World, error, update_cells


def span(start: int, end: int, dimension: str = "ROWS") -> dict[str, Any]:
    """A `DimensionRange` on the first tab."""
    return {"sheetId": 0, "dimension": dimension, "startIndex": start, "endIndex": end}


def metadata(world: World) -> list[tuple[str, int]]:
    """Key and row of every pair on a row."""
    items = world.google.books[BOOK].metadata
    return [(item["metadataKey"], item["location"]["dimensionRange"]["startIndex"]) for item in items]


def mark(key: str, row: int) -> dict[str, Any]:
    """A request that hangs a pair on a row."""
    location = {"dimensionRange": span(row, row + 1)}
    pair = {"metadataKey": key, "location": location, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": pair}}


@pytest.fixture
def filled(world: World) -> World:
    """Four rows by two columns, a pair on rows 1 and 3, a protection on rows 1 to 3, a name for column B."""
    world.append(["id", "n"], ["a", 3], ["b", 1], ["c", 2])
    protect = {"protectedRange": {"range": {"startRowIndex": 1, "endRowIndex": 4}, "warningOnly": True}}
    name = {"name": "numbers", "range": {"sheetId": 0, "startColumnIndex": 1, "endColumnIndex": 2}}
    world.batch(
        mark("m1", 1), mark("m3", 3), {"addProtectedRange": protect}, {"addNamedRange": {"namedRange": name}}
    )
    return world


def protected(world: World) -> tuple[int, int]:
    """The rows of the one protection."""
    place = world.google.books[BOOK].tabs[0].protected[0]["range"]
    return place["startRowIndex"], place["endRowIndex"]


def test_an_inserted_row_pushes_down_what_is_below(filled: World) -> None:
    """Cells, metadata and protections move; the grid is one row longer."""
    filled.batch({"insertDimension": {"range": span(1, 2)}})
    assert [row[:1] for row in filled.grid()] == [["id"], [], ["a"], ["b"], ["c"]]
    assert (metadata(filled), protected(filled)) == ([("m1", 2), ("m3", 4)], (2, 5))
    assert filled.google.books[BOOK].tabs[0].row_count == 1001


def test_a_deleted_row_takes_its_metadata_with_it(filled: World) -> None:
    """What hung on the row is gone, what hung below moved up."""
    filled.batch({"deleteDimension": {"range": span(1, 2)}})
    assert [row[0] for row in filled.grid()] == ["id", "b", "c"]
    assert (metadata(filled), protected(filled)) == ([("m3", 2)], (1, 3))


def test_a_moved_row_keeps_its_metadata(filled: World) -> None:
    """Row metadata follows a move, in both directions."""
    filled.batch({"moveDimension": {"source": span(1, 2), "destinationIndex": 4}})
    assert [row[0] for row in filled.grid()] == ["id", "b", "c", "a"]
    assert metadata(filled) == [("m1", 3), ("m3", 2)]
    filled.batch({"moveDimension": {"source": span(2, 4), "destinationIndex": 1}})
    assert [row[0] for row in filled.grid()] == ["id", "c", "a", "b"]
    assert metadata(filled) == [("m1", 2), ("m3", 1)]


def test_a_sort_moves_cells_and_leaves_metadata(filled: World) -> None:
    """Sorting moves cells only: whoever addresses rows by metadata writes into the wrong one."""
    spec = {"dimensionIndex": 1, "sortOrder": "ASCENDING"}
    place = {"sheetId": 0, "startRowIndex": 1}
    filled.batch({"sortRange": {"range": place, "sortSpecs": [spec]}})
    assert filled.grid() == [["id", "n"], ["b", "1"], ["c", "2"], ["a", "3"]]
    assert metadata(filled) == [("m1", 1), ("m3", 3)]


def test_a_sort_puts_numbers_before_texts_and_blanks_last(world: World) -> None:
    """In either direction blanks stay last, and equal rows keep their order."""
    world.append(["b", 1], ["", 2], [5, 3], ["A", 4], [True, 5], [2, 6], ["a", 7])
    spec = {"dimensionIndex": 0, "sortOrder": "ASCENDING"}
    world.batch({"sortRange": {"range": {"sheetId": 0}, "sortSpecs": [spec]}})
    assert [row[1] for row in world.grid()] == ["6", "3", "4", "7", "1", "5", "2"]
    world.batch({"sortRange": {"range": {"sheetId": 0}, "sortSpecs": [spec | {"sortOrder": "DESCENDING"}]}})
    assert [row[1] for row in world.grid()] == ["5", "1", "4", "7", "3", "6", "2"]


def test_a_moved_column_keeps_its_name(filled: World) -> None:
    """A named range follows its column, and reading by the name gives its cells."""
    filled.batch({"moveDimension": {"source": span(1, 2, "COLUMNS"), "destinationIndex": 0}})
    answer = filled.call("GET", f"/v4/spreadsheets/{BOOK}/values/numbers").json()
    assert answer["values"] == [["n"], ["3"], ["1"], ["2"]]
    assert filled.grid()[0] == ["n", "id"]


def test_inserted_columns_push_cells_right(filled: World) -> None:
    """Columns go in and out as rows do."""
    filled.batch({"insertDimension": {"range": span(1, 3, "COLUMNS")}})
    assert filled.grid()[1] == ["a", "", "", "3"]
    filled.batch({"deleteDimension": {"range": span(0, 3, "COLUMNS")}})
    assert filled.grid()[1] == ["3"]
    assert filled.google.books[BOOK].tabs[0].column_count == 25


def test_a_protected_range_stops_others_and_a_warning_stops_nobody(world: World) -> None:
    """Only editors and the owner write there; the others get Google's sentence and nothing changes."""
    world.google.share(BOOK, STRANGER)
    own = {"range": {"endColumnIndex": 1}, "editors": {"users": [LEAD]}}
    assert world.batch({"addProtectedRange": {"protectedRange": own}}, who=LEAD).ok
    code, status, sentence = error(world.batch(update_cells(0, 0, ["x"]), who=STRANGER))
    assert (code, status) == (400, "INVALID_ARGUMENT")
    assert sentence.startswith("Invalid requests[0].updateCells: You are trying to edit a protected cell")
    assert error(world.batch({"deleteDimension": {"range": span(0, 1)}}, who=STRANGER))[0] == 400
    assert world.batch(update_cells(0, 1, ["y"]), who=STRANGER).ok
    assert world.batch(update_cells(0, 0, ["z"]), who=LEAD).ok
    assert world.grid() == [["z", "y"]]


def test_whoever_protects_may_edit(world: World) -> None:
    """The one who adds a protection is among its editors, unasked."""
    reply = world.batch({"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}}}}).json()
    added = reply["replies"][0]["addProtectedRange"]["protectedRange"]
    assert added["editors"]["users"] == ["bot@sandbox.iam.gserviceaccount.com"]
    assert world.batch(update_cells(0, 0, ["x"])).ok


def test_colour_rules_keep_their_order(world: World) -> None:
    """Rules go in at an index, are replaced, moved and taken out by it."""

    def rule(word: str) -> dict[str, Any]:
        condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": word}]}
        return {"ranges": [{"sheetId": 0}], "booleanRule": {"condition": condition, "format": {}}}

    def words() -> list[str]:
        rules = world.google.books[BOOK].tabs[0].rules
        return [r["booleanRule"]["condition"]["values"][0]["userEnteredValue"] for r in rules]

    world.batch({"addConditionalFormatRule": {"rule": rule("a"), "index": 0}})
    world.batch({"addConditionalFormatRule": {"rule": rule("b"), "index": 0}})
    assert words() == ["b", "a"]
    world.batch({"updateConditionalFormatRule": {"rule": rule("c"), "index": 1}})
    world.batch({"updateConditionalFormatRule": {"sheetId": 0, "index": 1, "newIndex": 0}})
    assert words() == ["c", "b"]
    world.batch({"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}})
    assert words() == ["b"]
    assert error(world.batch({"deleteConditionalFormatRule": {"index": 4}}))[2] == (
        "Invalid requests[0].deleteConditionalFormatRule: No conditional format on sheet: 0 at index: 4"
    )


def test_metadata_is_searched_by_what_it_is_and_where_it_hangs(filled: World) -> None:
    """Look-ups by key and by place find their pairs; values come by the same filter."""

    def found(**data_filter: Any) -> list[str]:
        body = {"dataFilters": [data_filter]}
        answer = filled.call("POST", f"/v4/spreadsheets/{BOOK}/developerMetadata:search", json=body).json()
        return [m["developerMetadata"]["metadataKey"] for m in answer.get("matchedDeveloperMetadata", [])]

    assert found(developerMetadataLookup={"metadataKey": "m1"}) == ["m1"]
    assert found(developerMetadataLookup={"locationType": "ROW", "visibility": "DOCUMENT"}) == ["m1", "m3"]
    assert found(developerMetadataLookup={"locationType": "COLUMN"}) == []
    assert found(a1Range="Items!A4:B9") == ["m3"]
    body = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "m3"}}]}
    path = f"/v4/spreadsheets/{BOOK}/values:batchGetByDataFilter"
    assert filled.call("POST", path, json=body).json()["valueRanges"][0]["valueRange"] == {
        "range": "Items!A4:Z4",
        "majorDimension": "ROWS",
        "values": [["c", "2"]],
    }


def test_metadata_is_changed_and_taken_away_by_filter(filled: World) -> None:
    """Update and delete work on every pair the filter finds."""
    lookup = {"developerMetadataLookup": {"metadataKey": "m1"}}
    change = {"dataFilters": [lookup], "developerMetadata": {"metadataValue": "v"}, "fields": "metadataValue"}
    filled.batch({"updateDeveloperMetadata": change})
    assert filled.google.books[BOOK].metadata[0]["metadataValue"] == "v"
    filled.batch({"deleteDeveloperMetadata": {"dataFilter": lookup}})
    assert metadata(filled) == [("m3", 3)]


def test_all_rows_but_frozen_ones_cannot_be_deleted(world: World) -> None:
    """A grid keeps at least one row that is not frozen."""
    answer = error(world.batch({"deleteDimension": {"range": span(0, 1000)}}))
    assert answer[2].endswith("Sorry, it is not possible to delete all non-frozen rows.")


@pytest.mark.parametrize(
    ("shift", "before", "after"),
    [
        (insertion(2, 3), (0, 2), (0, 2)),
        (insertion(2, 3), (1, 4), (1, 7)),
        (insertion(2, 3), (2, 4), (5, 7)),
        (deletion(2, 4), (0, 3), (0, 2)),
        (deletion(2, 4), (2, 4), None),
        (deletion(2, 4), (3, 6), (2, 4)),
        (deletion(2, 4), (5, 6), (3, 4)),
        (moving(1, 3, 5), (1, 3), (3, 5)),
        (moving(1, 3, 5), (3, 5), (1, 3)),
        (moving(3, 5, 1), (1, 2), (3, 4)),
        (moving(3, 5, 1), (0, 6), (0, 6)),
    ],
)
def test_a_span_goes_where_its_cells_go(shift: Any, before: tuple[int, int], after: tuple[int, int]) -> None:
    """Insertions widen what they fall into, deletions narrow it, moves carry it along."""
    assert shift(*before) == after


@pytest.mark.parametrize(
    "wanted",
    [
        {"insertDimension": {}},
        {"insertDimension": {"range": {"startIndex": 0, "endIndex": 1}}},
        {"insertDimension": {"range": span(2, 2)}},
        {"insertDimension": {"range": span(1001, 1002)}},
        {"insertDimension": {"range": span(0, 1), "inheritFromBefore": True}},
        {"deleteDimension": {"range": span(1000, 1001)}},
        {"moveDimension": {"source": span(1, 3), "destinationIndex": 2}},
        {"moveDimension": {"source": span(1, 3), "destinationIndex": 1001}},
        {"appendDimension": {"dimension": "ROWS"}},
        {"updateDimensionProperties": {"range": span(0, 1), "properties": {"pixelSize": 5}}},
        {"updateDimensionProperties": {"range": span(0, 1001), "properties": {}, "fields": "*"}},
        {"sortRange": {"range": {"sheetId": 0}}},
        {"sortRange": {"range": {"startColumnIndex": 2}, "sortSpecs": [{"dimensionIndex": 0}]}},
    ],
)
def test_a_layout_that_cannot_be_is_refused(world: World, wanted: dict[str, Any]) -> None:
    """No dimension, an empty span, or a place outside the grid: 400, and nothing moves."""
    world.append(["a"], ["b"])
    assert error(world.batch(wanted))[:2] == (400, "INVALID_ARGUMENT")
    assert world.grid() == [["a"], ["b"]]


def test_deleting_a_frozen_row_leaves_fewer_frozen(world: World) -> None:
    """The count of frozen rows goes down with the rows that go."""
    grid = {
        "properties": {"gridProperties": {"frozenRowCount": 2}},
        "fields": "gridProperties.frozenRowCount",
    }
    world.batch({"updateSheetProperties": grid}, {"deleteDimension": {"range": span(0, 1)}})
    assert world.google.books[BOOK].tabs[0].look["gridProperties"] == {"frozenRowCount": 1}
