"""What lies over the cells: protections, filter, named ranges, metadata, sizes and tabs' own looks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.sandbox.google_world import BOOK, LEAD, STRANGER, World, append_cells, error

SHEET = f"/v4/spreadsheets/{BOOK}"


def reply(world: World, request: dict[str, Any], who: str = LEAD) -> dict[str, Any]:
    """The reply to one request that goes well."""
    answer = world.batch(request, who=who)
    assert answer.ok, answer.text
    found: dict[str, Any] = answer.json()["replies"][0]
    return found


def sheet(world: World, fields: str) -> dict[str, Any]:
    """The first tab, cut to a mask."""
    answer = world.call("GET", SHEET, params={"fields": f"sheets({fields})"}).json()
    found: dict[str, Any] = answer.get("sheets", [{}])[0]
    return found


def test_a_protection_is_changed_and_taken_away(world: World) -> None:
    """By its id, the masked fields only; who asks is told whether he may edit."""
    place = {"sheetId": 0, "endRowIndex": 1}
    made = reply(world, {"addProtectedRange": {"protectedRange": {"range": place, "description": "header"}}})
    number = made["addProtectedRange"]["protectedRange"]["protectedRangeId"]
    assert "requestingUserCanEdit" not in sheet(world, "protectedRanges")["protectedRanges"][0]
    change = {"protectedRange": {"protectedRangeId": number, "description": "top"}, "fields": "description"}
    reply(world, {"updateProtectedRange": change})
    assert sheet(world, "protectedRanges(description,range)") == {
        "protectedRanges": [{"description": "top", "range": place}]
    }
    reply(world, {"deleteProtectedRange": {"protectedRangeId": number}})
    assert sheet(world, "protectedRanges") == {}


def test_a_protection_is_not_taken_away_by_those_it_keeps_out(world: World) -> None:
    """Only an editor or the owner takes it away; an unknown one is a 400."""
    made = reply(world, {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}}}})
    number = made["addProtectedRange"]["protectedRange"]["protectedRangeId"]
    world.google.share(BOOK, STRANGER)
    refused = world.batch({"deleteProtectedRange": {"protectedRangeId": number}}, who=STRANGER)
    assert "protected cell or object" in error(refused)[2]
    assert error(world.batch({"deleteProtectedRange": {"protectedRangeId": 999}}))[2].endswith(
        "No protected range with ID: 999"
    )


def test_an_unprotected_hole_may_be_written(world: World) -> None:
    """A protected tab with a hole lets others write in the hole and nowhere else."""
    hole = {"sheetId": 0, "startColumnIndex": 0, "endColumnIndex": 2}
    protect = {"range": {"sheetId": 0}, "unprotectedRanges": [hole]}
    reply(world, {"addProtectedRange": {"protectedRange": protect}})
    assert world.append(["a", "b"]).ok
    assert error(world.append(["a", "b", "c"]))[0] == 400


@pytest.mark.parametrize(
    ("protection", "sentence"),
    [
        ({"description": "x"}, "No range specified."),
        (
            {"range": {}, "warningOnly": True, "editors": {"users": [LEAD]}},
            "Cannot set editors on a protected range that only warns.",
        ),
    ],
)
def test_a_protection_that_makes_no_sense_is_refused(
    world: World, protection: dict[str, Any], sentence: str
) -> None:
    """It needs a range, and a warning has no editors."""
    answer = world.batch({"addProtectedRange": {"protectedRange": protection}})
    assert error(answer)[2] == f"Invalid requests[0].addProtectedRange: {sentence}"


def test_the_filter_is_set_and_cleared(world: World) -> None:
    """One filter a tab; setting it again replaces it, clearing twice is no fault."""
    place = {"sheetId": 0, "endRowIndex": 5, "endColumnIndex": 3}
    reply(world, {"setBasicFilter": {"filter": {"range": place}}})
    assert sheet(world, "basicFilter") == {"basicFilter": {"range": place}}
    reply(world, {"clearBasicFilter": {"sheetId": 0}})
    reply(world, {"clearBasicFilter": {"sheetId": 0}})
    assert sheet(world, "basicFilter") == {}


def test_a_named_range_is_made_changed_and_taken_away(world: World) -> None:
    """Names are unique and no cell's; the name is readable at once."""
    world.append(["a", "b"])
    place = {"sheetId": 0, "endRowIndex": 1, "endColumnIndex": 2}
    made = reply(world, {"addNamedRange": {"namedRange": {"name": "top", "range": place}}})
    number = made["addNamedRange"]["namedRange"]["namedRangeId"]
    assert world.call("GET", f"{SHEET}/values/top").json()["values"] == [["a", "b"]]
    for name in ("TOP", "A1", "two words"):
        assert (
            world.batch({"addNamedRange": {"namedRange": {"name": name, "range": place}}}).status_code == 400
        )
    change = {"namedRange": {"namedRangeId": number, "name": "first"}, "fields": "name"}
    reply(world, {"updateNamedRange": change})
    assert [n["name"] for n in world.call("GET", SHEET).json()["namedRanges"]] == ["first"]
    reply(world, {"deleteNamedRange": {"namedRangeId": number}})
    assert "namedRanges" not in world.call("GET", SHEET).json()


def test_metadata_hangs_on_workbook_tab_column_and_row(world: World) -> None:
    """Each place answers with what hangs on it."""
    column = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    places = {
        "book": {"spreadsheet": True},
        "tab": {"sheetId": 0},
        "column": {"dimensionRange": column},
        "row": {"dimensionRange": column | {"dimension": "ROWS"}},
    }
    pairs = [{"metadataKey": k, "location": p, "visibility": "DOCUMENT"} for k, p in places.items()]
    world.batch(*({"createDeveloperMetadata": {"developerMetadata": pair}} for pair in pairs))
    answer = world.call("GET", SHEET, params={"includeGridData": "true"}).json()
    first = answer["sheets"][0]
    hung = [
        answer["developerMetadata"],
        first["developerMetadata"],
        first["data"][0]["columnMetadata"][1]["developerMetadata"],
        first["data"][0]["rowMetadata"][1]["developerMetadata"],
    ]
    assert [[item["metadataKey"] for item in items] for items in hung] == [
        ["book"],
        ["tab"],
        ["column"],
        ["row"],
    ]
    number = hung[0][0]["metadataId"]
    assert world.call("GET", f"{SHEET}/developerMetadata/{number}").json()["metadataKey"] == "book"
    assert world.call("GET", f"{SHEET}/developerMetadata/999").status_code == 404

    def found(**lookup: Any) -> list[str]:
        body = {"dataFilters": [{"developerMetadataLookup": lookup}]}
        matched = world.call("POST", f"{SHEET}/developerMetadata:search", json=body).json()
        return [m["developerMetadata"]["metadataKey"] for m in matched.get("matchedDeveloperMetadata", [])]

    assert found(metadataLocation={"sheetId": 0}) == ["tab"]
    below = {"locationMatchingStrategy": "INTERSECTING_LOCATION"}
    assert found(metadataLocation={"sheetId": 0}, **below) == ["tab", "column", "row"]
    assert found(metadataLocation={"spreadsheet": True}) == ["book"]
    assert found(metadataLocation={"dimensionRange": column}) == ["column"]


@pytest.mark.parametrize(
    "pair",
    [
        {},
        {"metadataKey": "k", "location": {"spreadsheet": True}},
        {"metadataKey": "k", "visibility": "DOCUMENT"},
        {"metadataKey": "k", "visibility": "DOCUMENT", "location": {"sheetId": 9}},
        {
            "metadataKey": "k",
            "visibility": "DOCUMENT",
            "location": {"dimensionRange": {"dimension": "ROWS", "startIndex": 0, "endIndex": 2}},
        },
    ],
    ids=["no key", "no visibility", "no location", "unknown tab", "two rows"],
)
def test_metadata_that_is_not_whole_is_refused(world: World, pair: dict[str, Any]) -> None:
    """A pair has a key, a visibility and exactly one place."""
    assert world.batch({"createDeveloperMetadata": {"developerMetadata": pair}}).status_code == 400


def test_rows_and_columns_have_sizes_and_can_be_added(world: World) -> None:
    """Widths are kept and move along; the grid grows at its end; resizing to fit is accepted."""
    span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    wide = {"range": span, "properties": {"pixelSize": 250}, "fields": "pixelSize"}
    reply(world, {"updateDimensionProperties": wide})
    reply(world, {"insertDimension": {"range": span | {"startIndex": 0, "endIndex": 1}}})
    reply(world, {"appendDimension": {"sheetId": 0, "dimension": "COLUMNS", "length": 2}})
    reply(world, {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 5}})
    reply(world, {"autoResizeDimensions": {"dimensions": span}})
    widths = sheet(world, "data.columnMetadata.pixelSize")["data"][0]["columnMetadata"]
    assert [size["pixelSize"] for size in widths[:4]] == [100, 100, 250, 100]
    grid = sheet(world, "properties.gridProperties")["properties"]["gridProperties"]
    assert grid == {"rowCount": 1005, "columnCount": 29}


def test_a_tab_has_a_colour_and_frozen_parts(world: World) -> None:
    """Masked properties change, the others stay; both names of a colour agree."""
    properties = {"gridProperties": {"frozenRowCount": 1}, "tabColorStyle": {"rgbColor": {"red": 1}}}
    change = {"properties": properties, "fields": "gridProperties.frozenRowCount,tabColorStyle"}
    reply(world, {"updateSheetProperties": change})
    assert sheet(world, "properties")["properties"] == {
        "sheetId": 0,
        "title": "Items",
        "index": 0,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 1000, "columnCount": 26, "frozenRowCount": 1},
        "tabColor": {"red": 1},
        "tabColorStyle": {"rgbColor": {"red": 1}},
    }


def test_a_smaller_grid_loses_what_lies_outside(world: World) -> None:
    """Shrinking drops cells for good, growing again brings none back."""
    world.append(["a", "b"], ["c", "d"])
    for rows in (1, 10):
        properties = {"gridProperties": {"rowCount": rows, "columnCount": rows}}
        reply(world, {"updateSheetProperties": {"properties": properties, "fields": "gridProperties"}})
    assert world.grid() == [["a"]]


def test_a_deleted_tab_takes_its_names_and_metadata_along(world: World) -> None:
    """Nothing is left that points to a tab that is gone."""
    pair = {"metadataKey": "k", "location": {"sheetId": 1}, "visibility": "PROJECT"}
    world.batch(
        {"addNamedRange": {"namedRange": {"name": "n", "range": {"sheetId": 1}}}},
        {"createDeveloperMetadata": {"developerMetadata": pair}},
    )
    reply(world, {"deleteSheet": {"sheetId": 1}})
    book = world.google.books[BOOK]
    assert (book.named, book.metadata, [tab.title for tab in book.tabs]) == ([], [], ["Items"])


def test_a_workbooks_locale_decides_how_dates_are_typed(world: World) -> None:
    """Title, locale and zone are changed by mask."""
    change = {"properties": {"locale": "en_US", "timeZone": "Europe/Amsterdam"}, "fields": "locale,timeZone"}
    reply(world, {"updateSpreadsheetProperties": change})
    world.google.edit(BOOK, "Items", 1, 1, "3/4/2026", LEAD)
    properties = world.call("GET", SHEET).json()["properties"]
    assert (properties["title"], properties["timeZone"]) == ("Trackers", "Europe/Amsterdam")
    assert world.google.books[BOOK].tabs[0].cell(0, 0).value == 46085.0


def test_a_masked_answer_to_a_write_holds_only_typed_cells(world: World) -> None:
    """With a mask of the call's own the answer's cells are cut before they are built."""
    fields = "updatedSpreadsheet.sheets(properties.sheetId,data(startRow,rowData.values.effectiveValue))"
    body = {
        "requests": [append_cells(["a", 2])],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["Items!A1:B9"],
    }
    answer = world.call("POST", f"{SHEET}:batchUpdate", params={"fields": fields}, json=body)
    cells = [{"effectiveValue": {"stringValue": "a"}}, {"effectiveValue": {"numberValue": 2}}]
    assert answer.json() == {
        "updatedSpreadsheet": {
            "sheets": [{"properties": {"sheetId": 0}, "data": [{"rowData": [{"values": cells}]}]}]
        }
    }
    bad = world.call("POST", f"{SHEET}:batchUpdate", params={"fields": "reply"}, json=body)
    assert error(bad)[2].endswith("Cannot find matching fields for path 'reply'.")
