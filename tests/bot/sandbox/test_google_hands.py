"""What people do by hand, as the page and scripts do it for them; and how cells are typed and shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.faults import Faults, Truth
from bot.sandbox.google import Google
from bot.sandbox.google_book import EMPTY, Cell, Formula
from bot.sandbox.google_errors import GoogleError
from bot.sandbox.google_format import number_shown, shown
from bot.sandbox.google_parse import Manner, typed
from bot.sandbox.google_store import ANYONE, Change
from tests.bot.sandbox.google_world import BOOK, LEAD, STRANGER

KIM = "kim"


@pytest.fixture
def google() -> Google:
    """A workbook that Kim may write, with a header and three rows."""
    google = Google(Truth(), Faults(), lambda: 1_790_000_000.0)
    google.create(BOOK, "Trackers", LEAD, ["Items", "Other"])
    google.share(BOOK, KIM)
    for row, cells in enumerate((("id", "n"), ("a", "3"), ("b", "1"), ("c", "2")), 1):
        for column, value in enumerate(cells, 1):
            google.edit(BOOK, "Items", row, column, value, KIM)
    return google


def ids(google: Google) -> list[str]:
    """The first column of the tab, header and all."""
    return [row[0] if row else "" for row in google.grid(BOOK)["Items"]]


def test_a_persons_edit_is_typed_and_credited(google: Google) -> None:
    """It is parsed as typing is, and the truth log says who, where, what and what before."""
    google.edit(BOOK, "Items", 2, 2, "=A1", KIM)
    entry = google.truth.entries[-1]
    assert google.grid(BOOK)["Items"][1] == ["a", "#FORMULA"]
    assert (entry["effect"], entry["by"], entry["row"], entry["column"]) == ("edit", KIM, 2, 2)
    assert (entry["rows"], entry["old"]) == ([["=A1"]], [[3]])


def test_a_person_sorts_moves_inserts_and_deletes(google: Google) -> None:
    """Rows count from 1 as on the page; the header stays on top of a sort."""
    google.sort(BOOK, "Items", 2, KIM)
    assert ids(google) == ["id", "b", "c", "a"]
    google.sort(BOOK, "Items", 1, KIM, descending=True)
    assert ids(google) == ["id", "c", "b", "a"]
    google.insert_row(BOOK, "Items", 2, KIM)
    google.move_rows(BOOK, "Items", 5, 2, KIM)
    assert ids(google) == ["id", "a", "", "c", "b"]
    google.delete_row(BOOK, "Items", 3, KIM)
    assert ids(google) == ["id", "a", "c", "b"]


def test_a_person_moves_columns_and_renames_tabs(google: Google) -> None:
    """Columns are moved, inserted and deleted as rows are; a tab gets another title."""
    google.insert_column(BOOK, "Items", 1, KIM)
    google.move_columns(BOOK, "Items", 3, 1, KIM)
    assert google.grid(BOOK)["Items"][0] == ["n", "", "id"]
    google.delete_column(BOOK, "Items", 2, KIM)
    google.rename_tab(BOOK, "Items", "Cases", KIM)
    google.delete_tab(BOOK, "Other", KIM)
    assert {title: rows[0] for title, rows in google.grid(BOOK).items()} == {"Cases": ["n", "id"]}


def test_followers_hear_of_every_change(google: Google) -> None:
    """A follower learns workbook, tab, person and effect, until it stops listening."""
    heard: list[Change] = []
    stop = google.on_change(heard.append)
    google.edit(BOOK, "Items", 1, 1, "ID", KIM)
    google.rename_tab(BOOK, "Items", "Cases", KIM)
    stop()
    google.edit(BOOK, "Cases", 1, 1, "id", KIM)
    assert heard == [
        Change(BOOK, ("Items",), KIM, ("edit",)),
        Change(BOOK, ("Cases",), KIM, ("updateSheetProperties",)),
    ]


def test_a_refused_act_changes_nothing_and_tells_nobody(google: Google) -> None:
    """Followers hear only of what happened."""
    heard: list[Change] = []
    google.on_change(heard.append)
    before = google.grid(BOOK)
    with pytest.raises(GoogleError, match="outside the grid"):
        google.edit(BOOK, "Items", 1001, 1, "x", KIM)
    with pytest.raises(GoogleError, match="no tab"):
        google.edit(BOOK, "Nothing", 1, 1, "x", KIM)
    with pytest.raises(GoogleError, match="does not have permission"):
        google.edit(BOOK, "Items", 1, 1, "x", STRANGER)
    assert (google.grid(BOOK), heard) == (before, [])


def test_everybody_with_the_link_may_be_let_in(google: Google) -> None:
    """Shared with anyone, a stranger may do what that role allows, until it is taken back."""
    google.share(BOOK, ANYONE)
    google.edit(BOOK, "Items", 1, 1, "x", STRANGER)
    google.unshare(BOOK, ANYONE)
    with pytest.raises(GoogleError):
        google.edit(BOOK, "Items", 1, 1, "y", STRANGER)


def test_a_strict_rule_stops_a_person_and_not_the_interface(google: Google) -> None:
    """The page rejects what is not on the list; a program may still write it, as in the real one."""

    def rule(edit: Any) -> None:
        condition = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "open"}]}
        edit.book.tabs[0].put(1, 0, [Cell("open", None, {"condition": condition, "strict": True})])

    google.change(BOOK, LEAD, rule)
    with pytest.raises(GoogleError, match="data validation"):
        google.edit(BOOK, "Items", 2, 1, "closed", KIM)
    google.edit(BOOK, "Items", 2, 1, "", KIM)
    assert google.grid(BOOK)["Items"][1] == ["", "3"]


UK = Manner("en_GB", 2026)
US = Manner("en_US", 2026)


@pytest.mark.parametrize(
    ("text", "value", "display"),
    [
        ("hello", "hello", "hello"),
        ("'=1", "=1", "=1"),
        ("=1", Formula("=1"), "#FORMULA"),
        ("=", "=", "="),
        ("+44 20 7946", "+44 20 7946", "+44 20 7946"),
        ("+442079460000", 442079460000.0, "442079460000"),
        ("12E4", 120000.0, "1.20E+05"),
        ("1,234.5", 1234.5, "1,234.50"),
        ("1,23", "1,23", "1,23"),
        ("-5", -5.0, "-5"),
        (".5", 0.5, "0.5"),
        ("12.5%", 0.125, "12.50%"),
        ("£1,200", 1200.0, "£1,200"),
        ("-$3.10", -3.1, "-$3.10"),
        ("true", True, "TRUE"),
        ("2026-03-04", 46085.0, "2026-03-04"),
        ("04/03/2026", 46085.0, "04/03/2026"),
        ("4/3", 46085.0, "04/03/2026"),
        ("4 March 2026", 46085.0, "04/03/2026"),
        ("Mar 4, 2026", 46085.0, "04/03/2026"),
        ("31/02/2026", "31/02/2026", "31/02/2026"),
        ("2026-03-04 13:30", 46085.5625, "2026-03-04 13:30:00"),
        ("13:30", 0.5625, "13:30"),
        ("", None, ""),
        ("II-2647-0001", "II-2647-0001", "II-2647-0001"),
    ],
)
def test_typing_is_read_as_the_page_reads_it(text: str, value: Any, display: str) -> None:
    """Every trap of typing: phone numbers, exponents, fractions that become dates, percent, money."""
    cell = typed(text, EMPTY, UK)
    assert (cell.value, shown(cell)) == (value, display)


def test_the_locale_decides_which_is_the_month() -> None:
    """3/4 is in April in Britain and in March in America."""
    assert (typed("3/4/2026", EMPTY, UK).value, typed("3/4/2026", EMPTY, US).value) == (46115.0, 46085.0)


def test_a_plain_text_cell_keeps_what_is_typed() -> None:
    """Under the text format nothing is parsed, not even a formula."""
    plain = Cell(None, {"numberFormat": {"type": "TEXT"}})
    assert [typed(text, plain, UK).value for text in ("=1", "12E4", "3/4")] == ["=1", "12E4", "3/4"]


@pytest.mark.parametrize(
    ("number", "kind", "pattern", "text"),
    [
        (1234.5, "NUMBER", "#,##0.00", "1,234.50"),
        (1234.5, "NUMBER", "0", "1235"),
        (-1234.5, "CURRENCY", '"£"#,##0.00', "-£1,234.50"),
        (-2, "NUMBER", "0.00;(0.00)", "(2.00)"),
        (0, "NUMBER", '0;-0;"none"', "none"),
        (-0.001, "NUMBER", "0.00", "0.00"),
        (7, "NUMBER", "000", "007"),
        (1.5, "NUMBER", "0.##", "1.5"),
        (2, "NUMBER", "0.##", "2"),
        (3, "NUMBER", '0 "pcs"', "3 pcs"),
        (1.25, "CURRENCY", "[$€-407]#,##0.0", "€1.3"),
        (0.256, "PERCENT", "", "25.60%"),
        (46085, "DATE", "dd/mm/yyyy", "04/03/2026"),
        (46085, "DATE", "d mmm yy", "4 Mar 26"),
        (46085, "DATE", "dddd, d mmmm yyyy", "Wednesday, 4 March 2026"),
        (46085.5625, "DATE_TIME", "yyyy-mm-dd hh:mm", "2026-03-04 13:30"),
        (46085.5625, "DATE_TIME", "h:mm am/pm", "1:30 PM"),
        (0.5, "TIME", "hh:mm:ss", "12:00:00"),
        (46085, "DATE", "", "3/4/2026"),
        (12, "TEXT", "@", "12"),
    ],
)
def test_a_number_is_shown_under_its_format(number: float, kind: str, pattern: str, text: str) -> None:
    """Money, percent, dates, times, sections and literals."""
    assert number_shown(number, {"type": kind, **({"pattern": pattern} if pattern else {})}) == text


@pytest.mark.parametrize("text", ["E0", ".e5", "+", ".", "-E1", "+%"])
def test_what_only_looks_like_a_number_stays_a_text(text: str) -> None:
    """An exponent without a number before it is words."""
    assert shown(typed(text, EMPTY, UK)) == text


@given(st.text(max_size=40))
def test_typing_anything_gives_a_cell_that_can_be_shown(text: str) -> None:
    """No text breaks the parser, and what is shown is a text."""
    assert isinstance(shown(typed(text, EMPTY, UK)), str)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.text('#0,.%;dmyhs"\\[$ ', max_size=10))
def test_any_pattern_shows_any_number(number: float, pattern: str) -> None:
    """A pattern Google would refuse shows something and breaks nothing."""
    for kind in ("NUMBER", "DATE"):
        assert isinstance(number_shown(number, {"type": kind, "pattern": pattern}), str)
