from __future__ import annotations

import pytest

from config.tracker import Column
from sheets.header import all_columns, complaint, header_map, is_own
from tests.sheets.room import ITEMS

ORDER = Column(key="order_no", header="Order #", type="order", aliases=("Order No", "Order"))
DATE = Column(key="date", header="Date", type="date")
LOGGED = Column(key="logged_at", header="Logged at", type="datetime", aliases=("Date", "Timestamp"))
STATUS = Column(key="status", header="Status", type="enum", aliases=("Done?", "State"))


@pytest.mark.parametrize("text", ["Order #", " order # ", "ORDER  #", "Order No", "order"])
def test_a_header_is_recognised_whatever_its_case_and_blanks(text: str) -> None:
    """People write headers as they like; an alias is as good as the header."""
    assert header_map(["x", text], [ORDER]).columns == {"order_no": 1}


def test_a_columns_own_header_goes_before_anothers_alias() -> None:
    """`Date` belongs to the column called so, although it is an alias of `Logged at`, whatever the order."""
    found = header_map(["Date", "Timestamp"], [LOGGED, DATE])
    assert found.columns == {"date": 0, "logged_at": 1}


def test_a_header_is_claimed_once() -> None:
    """One column of the sheet never stands for two declared ones: the second is missing."""
    found = header_map(["Date"], [DATE, LOGGED])
    assert (found.columns, found.missing) == ({"date": 0}, (LOGGED,))


def test_aliases_count_in_the_order_they_are_declared() -> None:
    """Where two aliases stand on the sheet the first declared is taken; the other is people's own."""
    found = header_map(["State", "Done?"], [STATUS])
    assert (found.columns, found.foreign) == ({"status": 1}, ("State",))


def test_a_header_that_stands_there_twice_is_nobodys() -> None:
    """Which of the two is meant cannot be known, so neither is written."""
    found = header_map(["Status", "Order #", "status"], [STATUS, ORDER])
    assert (found.columns, found.duplicated, found.complete) == ({"order_no": 1}, ("status",), False)


def test_peoples_own_headers_may_stand_there_twice() -> None:
    """Columns that are not declared are none of our business."""
    found = header_map(["Notes", "Order #", "Notes", ""], [ORDER])
    assert (found.complete, found.foreign) == (True, ("Notes", "Notes"))


def test_the_complaint_says_what_where_and_what_to_do() -> None:
    """One sentence a person can act on."""
    header = [column.header for column in all_columns(ITEMS) if column.key != "status"]
    said = complaint(ITEMS, header_map([*header, "Qty"], all_columns(ITEMS)))
    assert "“Items” has no column “Status” and has the header “Qty” more than once" in said
    assert "deskbell sheets init" in said


def test_the_bots_columns_come_after_peoples() -> None:
    """A tab begins with what people fill in."""
    keys = [column.key for column in all_columns(ITEMS)]
    assert keys[:3] == ["order_no", "sku", "qty"]
    assert keys[6:8] == ["case_id", "status"]
    assert [key for key in keys if is_own(ITEMS, key)] == keys[6:]
