from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.model import Value
from config.tracker import Column, ColumnType
from sheets.rows import MOST_CHARACTERS, Showing, cell, number_format, plain, shown, text, value

AMSTERDAM = Showing(ZoneInfo("Europe/Amsterdam"), {"kim": "Kim", "loise": "Loise A"})
WORDS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters=","), min_size=1, max_size=12)
LINES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


def column(kind: str) -> Column:
    """A column of some type."""
    return Column.model_validate({"key": "x", "header": "X", "type": kind})


def minutes() -> st.SearchStrategy[str]:
    """Moments to the minute, with their offset; the hour that comes twice is left to its own test."""
    days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
    times = st.tuples(st.integers(3, 20), st.integers(0, 59))
    return st.builds(
        lambda day, at: datetime(day.year, day.month, day.day, *at, tzinfo=UTC).isoformat(), days, times
    )


def values() -> st.SearchStrategy[tuple[str, Value]]:
    """A column type with a value of that type."""
    special: dict[str, st.SearchStrategy[Value]] = {
        "qty": st.integers(0, 10**9),
        "money": st.decimals("0", "1000000", places=2).map(lambda amount: f"{amount:.2f}"),
        "date": st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(date.isoformat),
        "datetime": minutes(),
        "bool": st.booleans(),
        "multi": st.lists(WORDS, min_size=1, max_size=4).map(tuple),
        "files": st.lists(WORDS, min_size=1, max_size=4).map(tuple),
        "person": st.sampled_from(["kim", "loise"]),
    }
    return st.sampled_from(get_args(ColumnType)).flatmap(
        lambda kind: st.tuples(st.just(kind), special.get(kind, LINES))
    )


@given(values())
def test_a_value_comes_back_from_its_cell_as_it_was(case: tuple[str, Value]) -> None:
    """Whatever a column's type: value → cell → text → value changes nothing."""
    kind, given_value = case
    assert value(column(kind), shown(column(kind), given_value, AMSTERDAM), AMSTERDAM) == given_value


@given(st.sampled_from(get_args(ColumnType)), st.text(max_size=30))
def test_no_text_whatever_makes_a_formula(kind: str, given_text: str) -> None:
    """A cell is a text, a number or a tick; nothing is entered as if it were typed."""
    entered = cell(column(kind), given_text, AMSTERDAM).get("userEnteredValue", {})
    assert set(entered) <= {"stringValue", "numberValue"}


@pytest.mark.parametrize("formula", ["=IMPORTXML(1)", "+1+1", "-2", "@x", "\t=1", "＝1+1", " =1"])
def test_what_looks_like_a_formula_stays_the_text_it_is(formula: str) -> None:
    """The sheet shows what was written, and runs nothing."""
    assert cell(column("longtext"), formula, AMSTERDAM) == {"userEnteredValue": {"stringValue": formula}}


@pytest.mark.parametrize(
    ("kind", "given_value", "expected"),
    [
        ("money", "12.50", {"numberValue": 12.5}),
        ("qty", 3, {"numberValue": 3}),
        ("date", "1900-01-01", {"numberValue": 2.0}),
        ("bool", False, {"boolValue": False}),
        ("multi", ("Broken", "Missing"), {"stringValue": "Broken, Missing"}),
        ("files", ("a.jpg", "b.jpg"), {"stringValue": "a.jpg\nb.jpg"}),
        ("person", "loise", {"stringValue": "Loise A"}),
        ("person", "nobody", {"stringValue": "nobody"}),
        ("tracking", "12E4", {"stringValue": "12E4"}),
        ("money", "about ten", {"stringValue": "about ten"}),
        ("money", "NaN", {"stringValue": "NaN"}),
        ("date", "soon", {"stringValue": "soon"}),
    ],
)
def test_a_value_is_entered_as_its_type_says(kind: str, given_value: Value, expected: object) -> None:
    """Amounts, counts and dates are numbers; what does not fit its type stays the text it is."""
    assert cell(column(kind), given_value, AMSTERDAM)["userEnteredValue"] == expected


@pytest.mark.parametrize("blank", [None, "", ()])
def test_nothing_is_a_blank_cell(blank: Value | None) -> None:
    """An empty answer clears the cell; it is no text."""
    assert cell(column("longtext"), blank, AMSTERDAM) == {}
    assert value(column("longtext"), "  ", AMSTERDAM) is None


def test_a_moment_stands_in_the_workbooks_own_zone() -> None:
    """Nine o'clock UTC is ten in Amsterdam in winter, eleven in summer."""
    when = column("datetime")
    assert shown(when, "2026-01-20T09:00:00+00:00", AMSTERDAM) == "2026-01-20 10:00"
    assert shown(when, "2026-07-20T09:00:00+00:00", AMSTERDAM) == "2026-07-20 11:00"
    assert shown(when, "2026-01-20T09:00", AMSTERDAM) == "2026-01-20 09:00"


def test_codes_stay_text_when_people_type_in_them() -> None:
    """A column of codes has the plain-text format, so that 12E4 is not made a number; a text column needs none."""
    assert number_format("tracking") == {"type": "TEXT", "pattern": "@"}
    assert number_format("longtext") is None


def test_half_characters_and_control_codes_are_replaced() -> None:
    """Google refuses them, and one such text would hold up the whole workbook."""
    assert plain(column("text"), "a\ud800b\x00c\x1bd\ne", AMSTERDAM) == "a\ufffdb\ufffdc\ufffdd\ne"


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    """A cell holds 50,000 characters."""
    cut = plain(column("longtext"), "x" * 60_000, AMSTERDAM)
    assert isinstance(cut, str)
    assert (len(cut), cut[-1]) == (MOST_CHARACTERS, "…")


@pytest.mark.parametrize(
    ("kind", "entered", "expected"),
    [
        ("order", 10423, "10423"),
        ("order", 10423.0, "10423"),
        ("qty", 2.0, "2"),
        ("money", 1200, "1200.00"),
        ("date", 46000.0, "2025-12-09"),
        ("date", "tomorrow", "tomorrow"),
        ("datetime", 46000.5, "2025-12-09 12:00"),
        ("date", 1e12, "1000000000000.0"),
        ("bool", True, "TRUE"),
        ("text", 1.5, "1.5"),
        ("text", None, ""),
    ],
)
def test_what_people_typed_reads_in_the_columns_own_form(kind: str, entered: object, expected: str) -> None:
    """Whatever a cell was made to look like, it is read as its column's type."""
    assert text(column(kind), entered) == expected  # type: ignore[arg-type]  # A parameter has one type for all.


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        ("qty", "1,200", 1200),
        ("qty", "some", "some"),
        ("money", "1,200.5", "1200.50"),
        ("money", "ten", "ten"),
        ("bool", "yes", True),
        ("bool", "perhaps", "perhaps"),
        ("person", "KIM", "kim"),
        ("person", "Bowen", "Bowen"),
        ("multi", "Broken,Missing , ", ("Broken", "Missing")),
        ("date", "never", "never"),
    ],
)
def test_what_does_not_read_as_its_type_comes_back_as_text(kind: str, typed: str, expected: Value) -> None:
    """Reading is forgiving; checking answers is somebody else's."""
    assert value(column(kind), typed, AMSTERDAM) == expected


def test_money_is_exact() -> None:
    """An amount survives the way through a number, cent by cent."""
    for cents in range(0, 100_000, 37):
        amount = f"{Decimal(cents) / 100:.2f}"
        assert value(column("money"), shown(column("money"), amount, AMSTERDAM), AMSTERDAM) == amount
