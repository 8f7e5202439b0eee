"""A tab of the emulator as the page's grid takes it."""

from __future__ import annotations

import pytest

from bot.sandbox.google_book import Cell, Tab
from bot.sandbox.page_grid import (
    SPARE_ROWS,
    columns,
    definitions,
    index_of,
    letters,
    plain_row,
    row_tints,
    rules,
    shown_rows,
)

AMBER = {"red": 1.0, "green": 0.949, "blue": 0.8}


def tab(*rows: list[str]) -> Tab:
    """A tab with these rows of texts."""
    made = Tab(0, "Item Issue")
    for number, row in enumerate(rows):
        made.put(number, 0, [Cell(text) for text in row])
    return made


def colour(state: str, column: int) -> dict[str, object]:
    """A rule that colours a state amber."""
    condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": state}]}
    style = {"backgroundColorStyle": {"rgbColor": AMBER}}
    place = {"startColumnIndex": column, "endColumnIndex": column + 1}
    return {"ranges": [place], "booleanRule": {"condition": condition, "format": style}}


@pytest.mark.parametrize(("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_called_as_in_every_spreadsheet(index: int, name: str) -> None:
    """Letters and places are each other's inverse."""
    assert (letters(index), index_of(name)) == (name, index)


def test_a_row_is_its_number_and_its_texts() -> None:
    """Cells without a value are left out; numbers show as the sheet shows them."""
    assert plain_row(7, (Cell("a"), Cell(), Cell(2.0))) == {"n": 7, "c0": "a", "c2": "2"}


def test_there_is_room_to_type_below_the_last_row() -> None:
    """The header is not among the rows, and spare ones follow the last that holds something."""
    made = tab(["Order"], ["1"], ["2"])
    assert [len(row) for row in shown_rows(made)] == [1, 1, *[0] * SPARE_ROWS]


def test_hidden_columns_come_only_when_asked_for() -> None:
    """What the sheet hides, the page hides, too, until somebody wants to see it."""
    made = tab(["Order", "Key"])
    made.sizes["COLUMNS"][1] = {"hiddenByUser": True}
    hidden, shown = (
        [each["field"] for each in definitions(columns(made), show_hidden=show)] for show in (False, True)
    )
    assert (hidden, shown) == (["n", "c0", "c2", "c3", "c4", "c5"], ["n", "c0", "c1", "c2", "c3", "c4", "c5"])


def test_choices_become_a_menu() -> None:
    """A column whose cells are chosen from a list has that list."""
    made = tab(["Status"], ["Open"])
    values = [{"userEnteredValue": "Open"}, {"userEnteredValue": "Done"}]
    made.put(1, 0, [Cell("Open", rule={"condition": {"type": "ONE_OF_LIST", "values": values}})])
    assert columns(made)[0].choices == ("Open", "Done")


def test_states_that_share_a_colour_both_have_it() -> None:
    """Two rules of one colour are one class of the grid that holds for either."""
    made = tab(["Status"])
    made.rules = [colour("Posted", 0), colour("Waiting", 0)]
    first, second = columns(made)[:2]
    assert rules(first.tints) == {"tint-fff2cc": '(x === "Posted") || (x === "Waiting")'}
    assert rules(second.tints) == {}


def test_a_state_with_quotes_stays_a_text() -> None:
    """Whatever a rule compares with is a text for the grid, never code."""
    made = tab(["Status"])
    made.rules = [colour('x" || alert(1) || "', 0)]
    assert [tint.when for tint in columns(made)[0].tints] == ['x === "x\\" || alert(1) || \\""']


def test_a_closed_case_is_grey_as_a_whole() -> None:
    """The rule over the whole row goes by the cell it names."""
    made = tab(["Order", "Status"])
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": '=$B2="Done"'}]}
    ink = {"textFormat": {"foregroundColorStyle": {"rgbColor": {"red": 0.6, "green": 0.6, "blue": 0.6}}}}
    made.rules = [{"ranges": [{"startRowIndex": 1}], "booleanRule": {"condition": condition, "format": ink}}]
    assert rules(row_tints(made)) == {"ink-999999": '(data.c1 === "Done")'}
