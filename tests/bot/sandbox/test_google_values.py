"""The values interface: ranges, renderings, and the table that append guesses."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.google_area import find, letters, quoted
from bot.sandbox.google_book import Tab, Workbook
from bot.sandbox.google_errors import BadRequest
from tests.bot.sandbox.google_world import BOOK, World, error

VALUES = f"/v4/spreadsheets/{BOOK}/values"


def put(world: World, place: str, rows: list[list[Any]], option: str = "RAW", **params: Any) -> Any:
    """values.update."""
    path = f"{VALUES}/{quote(place, safe='')}"
    return world.call("PUT", path, params={"valueInputOption": option, **params}, json={"values": rows})


def get(world: World, place: str, **params: Any) -> Any:
    """values.get: the values, None where the answer has none."""
    return world.call("GET", f"{VALUES}/{quote(place, safe='')}", params=params).json().get("values")


def append(world: World, place: str, rows: list[list[Any]], **params: Any) -> Any:
    """values.append."""
    path = f"{VALUES}/{quote(place, safe='')}:append"
    return world.call(
        "POST", path, params={"valueInputOption": "RAW", **params}, json={"values": rows}
    ).json()


def test_blank_ends_are_left_off_and_blank_answers_have_no_values(world: World) -> None:
    """Rows end at their last value, the answer at its last row."""
    put(world, "A1", [["a", "", "b", ""], ["", "", "", ""], ["c"], [""]])
    assert get(world, "Items") == [["a", "", "b"], [], ["c"]]
    assert world.call("GET", f"{VALUES}/D1:E9").json() == {"range": "Items!D1:E9", "majorDimension": "ROWS"}


@pytest.mark.parametrize(
    ("place", "answered"),
    [
        ("Items", "Items!A1:Z1000"),
        ("B2", "Items!B2"),
        ("b2:c", "Items!B2:C1000"),
        ("$A$1:$B$2", "Items!A1:B2"),
        ("C:B", "Items!B1:C1000"),
        ("2:3", "Items!A2:Z3"),
        ("A5:A", "Items!A5:A1000"),
        ("C3:A1", "Items!A1:C3"),
        ("'Money box'!A1:ZZ2000", "'Money box'!A1:Z1000"),
        ("'Money box'", "'Money box'!A1:Z1000"),
        ("money box!A1", "'Money box'!A1"),
    ],
)
def test_ranges_are_read_as_google_reads_them(world: World, place: str, answered: str) -> None:
    """Open ends, whole tabs, dollars and lower case; the end is cut at the grid's edge."""
    assert world.call("GET", f"{VALUES}/{quote(place, safe='')}").json()["range"] == answered


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("Nowhere!A1", "Unable to parse range: Nowhere!A1"),
        ("Nowhere", "Unable to parse range: Nowhere"),
        ("Items!A1:B2:C3", "Unable to parse range: Items!A1:B2:C3"),
        ("Items!", "Unable to parse range: Items!"),
        ("A1001", "Range (Items!A1001) exceeds grid limits. Max rows: 1000, max columns: 26"),
        ("AA1:AB2", "Range (Items!AA1:AB2) exceeds grid limits. Max rows: 1000, max columns: 26"),
    ],
)
def test_a_range_that_is_none_is_refused(world: World, place: str, sentence: str) -> None:
    """400 with Google's sentence."""
    answer = world.call("GET", f"{VALUES}/{quote(place, safe='')}")
    assert error(answer) == (400, "INVALID_ARGUMENT", sentence)


def test_values_are_rendered_as_asked(world: World) -> None:
    """Formatted, bare or as formulas; dates as numbers or texts; by rows or by columns."""
    put(world, "A1", [["1/2/2026", "£1,200.50", "25%", "=A1", "true", "12E4"]], "USER_ENTERED")
    assert get(world, "A1:F1") == [["01/02/2026", "£1,200.50", "25%", "#FORMULA", "TRUE", "1.20E+05"]]
    bare = get(world, "A1:F1", valueRenderOption="UNFORMATTED_VALUE")
    assert bare == [[46054, 1200.5, 0.25, "#FORMULA", True, 120000]]
    options = {"valueRenderOption": "FORMULA", "dateTimeRenderOption": "FORMATTED_STRING"}
    assert get(world, "A1:F1", **options)[0][:4] == ["01/02/2026", 1200.5, 0.25, "=A1"]
    assert get(world, "A1:B1", majorDimension="COLUMNS") == [["01/02/2026"], ["£1,200.50"]]


def test_raw_values_are_kept_as_they_come(world: World) -> None:
    """RAW parses nothing; null leaves a cell alone, an empty text clears it."""
    put(world, "A1", [["=1+1", "12E4", 5, True]])
    put(world, "A1", [[None, "", "x"]])
    assert get(world, "A1:D1", valueRenderOption="UNFORMATTED_VALUE") == [["=1+1", "", "x", True]]


def test_the_answer_to_a_write_counts_and_can_hold_the_values(world: World) -> None:
    """updatedRange, counts, and updatedData when asked for."""
    answer = put(world, "B2", [["1", 2], ["3"]], "USER_ENTERED", includeValuesInResponse="true")
    assert answer.json() == {
        "spreadsheetId": BOOK,
        "updatedRange": "Items!B2:C3",
        "updatedRows": 2,
        "updatedColumns": 2,
        "updatedCells": 3,
        "updatedData": {"range": "Items!B2:C3", "majorDimension": "ROWS", "values": [["1", "2"], ["3"]]},
    }


def test_values_larger_than_their_range_are_refused(world: World) -> None:
    """A range is a promise; one cell is a start."""
    assert error(put(world, "A1:B1", [["a", "b", "c"]]))[0] == 400
    assert error(put(world, "Z1000", [["a"], ["b"]]))[0] == 400
    assert put(world, "A1", [["a", "b"], ["c"]]).ok
    assert world.grid() == [["a", "b"], ["c"]]


def test_nested_values_are_refused(world: World) -> None:
    """A cell is a text, a number, a tick or null."""
    assert error(put(world, "A1", [[{"a": 1}]]))[2].startswith("Invalid values[0][0]: struct_value")


def test_an_option_is_needed(world: World) -> None:
    """Without valueInputOption Google does not guess."""
    answer = world.call("PUT", f"{VALUES}/A1", json={"values": [["a"]]})
    assert error(answer)[2] == "'valueInputOption' is required but not specified"


def test_several_ranges_are_written_together_or_not_at_all(world: World) -> None:
    """values:batchUpdate is atomic and names the range that is wrong."""
    body = {
        "valueInputOption": "RAW",
        "data": [{"range": "A1", "values": [["a"]]}, {"range": "No!A1", "values": []}],
    }
    answer = world.call("POST", f"{VALUES}:batchUpdate", json=body)
    assert error(answer)[2] == "Invalid data[1]: Unable to parse range: No!A1"
    assert world.grid() == []
    body["data"] = [{"range": "A1", "values": [["a"]]}, {"range": "'Money box'!A1", "values": [["b"]]}]
    done = world.call("POST", f"{VALUES}:batchUpdate", json=body).json()
    assert (done["totalUpdatedCells"], done["totalUpdatedSheets"]) == (2, 2)


# The example of Google's guide "Read & write cell values": one table in A1:C2, another in B4:D6.
TWO_TABLES = [
    ["x", "y", "z"],
    ["x", "y", "z"],
    [],
    ["", "x", "y", "z"],
    ["", "x", "y", "z"],
    ["", "x", "y", "z"],
]


@pytest.mark.parametrize(
    ("place", "table", "landed"),
    [
        ("Items", "Items!B4:D6", "Items!B7:C7"),
        ("C5:D5", "Items!B4:D6", "Items!B7:C7"),
        ("B2:D4", "Items!B4:D6", "Items!B7:C7"),
        ("A3:G10", "Items!B4:D6", "Items!B7:C7"),
        ("A1", "Items!A1:C2", "Items!A3:B3"),
        ("E9", None, "Items!E9:F9"),
    ],
)
def test_append_guesses_the_table_as_the_guide_says(
    world: World, place: str, table: str | None, landed: str
) -> None:
    """Each of the guide's examples lands where the guide says it does."""
    put(world, "A1", TWO_TABLES)
    answer = append(world, place, [["n", "m"]])
    assert (answer.get("tableRange"), answer["updates"]["updatedRange"]) == (table, landed)


def test_append_drifts_sideways_when_first_cells_are_blank(world: World) -> None:
    """The documented trap: below rows with blank first cells a new row starts in another column."""
    put(world, "A1", [["id", "note"], [], ["", "a note beside the list"]])
    append(world, "Items", [["II-1", "x"]])
    assert world.grid()[3] == ["", "II-1", "x"]


def test_append_can_overwrite_what_stands_below(world: World) -> None:
    """OVERWRITE writes over what is there, INSERT_ROWS pushes it down."""
    put(world, "A1", [["id"], ["II-1"], [], ["", "", "total"]])
    append(world, "A1", [["II-2", "b", "c"], ["II-3", "b", "c"]])
    assert world.grid() == [["id"], ["II-1"], ["II-2", "b", "c"], ["II-3", "b", "c"]]
    put(world, "'Money box'!A1", [["id"], [], ["", "", "total"]])
    append(world, "'Money box'!A1", [["II-2", "b", "c"], ["II-3"]], insertDataOption="INSERT_ROWS")
    assert world.grid("Money box") == [["id"], ["II-2", "b", "c"], ["II-3"], [], ["", "", "total"]]


def test_append_makes_the_grid_longer(world: World) -> None:
    """At the last row of the grid rows are added."""
    put(world, "A1000", [["last"]])
    assert append(world, "A1000", [["new"]])["updates"]["updatedRange"] == "Items!A1001"


def test_a_tab_that_reads_as_a_cell_is_taken_for_one(world: World) -> None:
    """The bare title CO2 means the cell CO2 on that tab; quotes make it the tab."""
    world.batch({"addSheet": {"properties": {"title": "CO2"}}})
    assert error(world.call("GET", f"{VALUES}/CO2"))[2].startswith("Range ('CO2'!CO2) exceeds grid limits.")
    assert world.call("GET", f"{VALUES}/'CO2'").json()["range"] == "'CO2'!A1:Z1000"


@given(st.integers(0, 18_277))
def test_a_columns_letters_are_read_back(column: int) -> None:
    """Letters and numbers of columns are one to one, A to ZZZ."""
    book = Workbook("b", {}, [Tab(0, "T", column_count=18_278)])
    assert find(book, f"T!{letters(column)}1").left == column


@given(st.text(min_size=1, max_size=20))
def test_a_title_is_found_by_its_quoted_form(title: str) -> None:
    """Whatever a tab is called, the range Google answers leads back to it."""
    book = Workbook("b", {}, [Tab(0, "first of all"), Tab(1, title)])
    assert find(book, f"{quoted(title)}!A1:B2").tab.sheet_id == 1


@given(st.text(max_size=30))
def test_any_text_is_a_range_or_refused(text: str) -> None:
    """Nothing but a refusal comes of nonsense."""
    book = Workbook("b", {}, [Tab(0, "T")])
    try:
        area = find(book, text)
    except BadRequest:
        return
    assert 0 <= area.top < area.bottom <= 1000
    assert 0 <= area.left < area.right <= 26


def test_values_may_come_by_columns(world: World) -> None:
    """With majorDimension COLUMNS each list is a column."""
    body = {"majorDimension": "COLUMNS", "values": [["a", "b"], ["c"]]}
    params = {"valueInputOption": "RAW"}
    assert world.call("PUT", f"{VALUES}/A1", params=params, json=body).ok
    assert world.grid() == [["a", "c"], ["b"]]


def test_a_body_names_the_same_range_as_the_path(world: World) -> None:
    """Another range in the body is refused; the same one in another spelling is not."""
    params = {"valueInputOption": "RAW"}
    body = {"range": "Items!$A$1", "values": [["a"]]}
    assert world.call("PUT", f"{VALUES}/A1", params=params, json=body).ok
    body["range"] = "B1"
    assert error(world.call("PUT", f"{VALUES}/A1", params=params, json=body))[0] == 400


@pytest.mark.parametrize(
    ("option", "word"),
    [("valueRenderOption", "PRETTY"), ("dateTimeRenderOption", "ISO"), ("majorDimension", "ROW")],
)
def test_a_rendering_google_does_not_know_is_refused(world: World, option: str, word: str) -> None:
    """A misspelt option is a 400 that says where."""
    answer = world.call("GET", f"{VALUES}/A1", params={option: word})
    assert f'(enum), "{word}"' in error(answer)[2]


@pytest.mark.parametrize("values", ["a", ["a"], [["a", ["b"]]]], ids=["text", "flat", "list in a cell"])
def test_values_that_are_no_table_are_refused(world: World, values: Any) -> None:
    """Values are a list of lists of plain values."""
    params = {"valueInputOption": "RAW"}
    assert error(world.call("PUT", f"{VALUES}/A1", params=params, json={"values": values}))[0] == 400


def test_a_write_over_data_a_filter_finds_is_said_to_be_unplayed(world: World) -> None:
    """What Google has and the sandbox does not play is 501."""
    assert world.call("POST", f"{VALUES}:batchUpdateByDataFilter", json={}).status_code == 501
