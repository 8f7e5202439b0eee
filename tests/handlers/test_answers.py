"""Answers: what each type of column takes, what it makes of it, and what it says of the rest."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.desk import Desk
from config.tracker import Column, ColumnType
from handlers.answers import read_answer
from handlers.choices import Unfit
from handlers.reading import Reading
from handlers.show import shown

NOW = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
"""In Amsterdam it is half past eleven at night."""


def column(kind: str, choices: str | None = None) -> Column:
    """A column of a type."""
    return Column(key="x", header="X", type=kind, choices=choices)  # type: ignore[arg-type]  # a text of the list


def read(desk: Desk, kind: str, raw: Any, choices: str | None = None) -> Any:
    """What an answer is stored as."""
    answer = read_answer(column(kind, choices), raw, Reading(desk, NOW))
    return answer.value if answer is not None else None


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("order", "#10423", "10423"), ("order", "mhj-10423", "MHJ-10423"), ("ticket", "FD-88", "88"),
        ("ticket", "fd88", "88"), ("ticket", "https://x.freshdesk.com/a/tickets/88?x=1", "88"),
        ("ticket", "#88", "88"), ("tracking", "3s abc-123.4567", "3SABC1234567"), ("parcel", "ab-12", "AB-12"),
        ("email", "a@b.nl", "a@b.nl"), ("phone", "+31 (0)6 1234", "+31 (0)6 1234"), ("sr_no", "sr-12", "SR-12"),
        ("rma", "rma-2026-00001", "RMA-2026-00001"), ("currency", "eur", "EUR"), ("currency", "€", "EUR"),
        ("qty", "3", 3), ("qty", 3, 3), ("money", "12", "12.00"), ("money", "12.5", "12.50"),
        ("money", "€ 12,50", "12.50"), ("money", "1.234,56", "1234.56"), ("money", "1,234.56", "1234.56"),
        ("money", "12.50 EUR", "12.50"), ("money", "1000000", "1000000.00"),
        ("date", "2026-12-01", "2026-12-01"), ("date", "1-12-2026", "2026-12-01"), ("date", "1/12/2026", "2026-12-01"),
        ("date", "1 Dec 2026", "2026-12-01"), ("date", "01 december 2026", "2026-12-01"),
        ("date", "3-Oct-2026", "2026-10-03"),
        ("datetime", "1 Dec 2026, 10:00", "2026-12-01T10:00+01:00"),
        ("datetime", "1 OCT 2026 9:05", "2026-10-01T09:05+02:00"),
        ("datetime", "tomorrow 9:00", "2026-11-23T09:00+01:00"),
        ("date", "today", "2026-11-22"), ("date", "Tomorrow", "2026-11-23"), ("date", "yesterday", "2026-11-21"),
        ("datetime", "now", "2026-11-22T23:30+01:00"), ("datetime", "2026-12-01 10:00", "2026-12-01T10:00+01:00"),
        ("datetime", "2026-12-01T09:00:00+00:00", "2026-12-01T10:00+01:00"),
        ("datetime", "2026-12-01T09:00:00Z", "2026-12-01T10:00+01:00"),
        ("datetime", "1-7-2026", "2026-07-01T00:00+02:00"),
        ("datetime", "1796122800", "2026-12-01T12:00+01:00"), ("bool", "Yes", True), ("bool", "nee", False),
        ("bool", True, True), ("bool", False, False), ("url", "https://x.example/a", "https://x.example/a"),
        ("album", "https://photos.app.goo.gl/x", "https://photos.app.goo.gl/x"), ("person", "kim", "kim"),
        ("person", "Kim", "kim"), ("person", "KIM", "kim"), ("person", "ki", "kim"), ("text", " a\n b ", "a b"),
        ("longtext", "a\r\nb", "a\nb"), ("files", ["slack:F1/a.jpg"], ("slack:F1/a.jpg",)), ("files", "abc", None),
        ("files", 7, None), ("text", "", None), ("text", None, None), ("enum", " ", None), ("qty", "", None),
        ("multi", [], None), ("multi", "", None),
    ],
)  # fmt: skip
def test_an_answer_is_stored_in_one_way(mhj: Desk, kind: str, raw: Any, value: Any) -> None:
    """However people write it."""
    assert read(mhj, kind, raw) == value


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("order", "ab"), ("order", "a b"), ("order", "x" * 21), ("ticket", "FD-x"), ("ticket", "٣٤"),
        ("tracking", "1234567"),
        ("parcel", "a"), ("email", "a@b"), ("phone", "12"), ("sr_no", "x"), ("rma", "RMA-1"), ("currency", "euro"),
        ("qty", "0"), ("qty", "-1"), ("qty", "1.5"), ("qty", "many"), ("qty", "10001"), ("qty", "１"),
        ("money", "-1"), ("money", "1000000.01"), ("money", "1.234"), ("money", "free"), ("money", "1e5"),
        ("money", "NaN"),
        ("date", "2026-13-01"), ("date", "31-2-2026"), ("date", "soon"), ("date", "2026-12"), ("date", "1 Dez 2026"),
        ("date", "31 Feb 2026"), ("datetime", "1 Dec 2026, 9:"), ("datetime", "1 Dec 2026, 25:00"),
        ("datetime", "2026-12-01 25:00"),
        ("datetime", "soon"), ("datetime", "99999999999999"), ("bool", "maybe"), ("url", "http://x.example"),
        ("url", "javascript:alert(1)"), ("url", "https://"), ("url", "https://[x"), ("url", "https://a b"),
        ("album", "https://evil.example/x"), ("person", "nobody"), ("person", "a"), ("text", "x" * 501),
        ("longtext", "x" * 3001), ("text", "password: hunter2horse"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_used_is_told(mhj: Desk, kind: str, raw: str) -> None:
    """A sentence, never a value that is nearly right."""
    with pytest.raises(Unfit, match=r"\w+ .*\."):
        read(mhj, kind, raw)


@pytest.mark.parametrize(
    ("kind", "value", "read_by_people"),
    [
        ("date", "2026-12-01", "1 Dec 2026"),
        ("datetime", "2026-12-01T10:00+01:00", "1 Dec 2026, 10:00"),
        ("datetime", "2026-07-01T08:00+00:00", "1 Jul 2026, 10:00"),
    ],
)
def test_what_people_read_is_what_they_may_type(
    mhj: Desk, kind: str, value: str, read_by_people: str
) -> None:
    """Days and moments have one form, in the desk's zone, and typed back they mean the same."""
    assert shown(column(kind), value, mhj) == read_by_people
    again = str(read(mhj, kind, read_by_people))
    assert datetime.fromisoformat(again) == datetime.fromisoformat(value)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("broken", ("Broken",)),
        ("Broken, missing", ("Broken", "Missing")),
        ("broken; misfit\nbroken", ("Broken", "Misfit")),
        (["Broken", "Missing"], ("Broken", "Missing")),
        (["", "Broken"], ("Broken",)),
    ],
)
def test_several_choices_are_separated_as_people_do(mhj: Desk, raw: Any, value: Any) -> None:
    """Commas, semicolons, lines, or a list; each once."""
    assert read(mhj, "multi", raw, "item_issue_kind") == value


def test_a_choice_may_hold_a_comma_itself(mhj: Desk) -> None:
    """As pieces of evidence do."""
    said = "Order receipt, Purchase IP, device, country, Carrier, tracking and delivery"
    assert read(mhj, "multi", said, "cb_evidence_items") == (
        "Order receipt",
        "Purchase IP, device, country",
        "Carrier, tracking and delivery",
    )


@pytest.mark.parametrize(
    ("raw", "value"), [("not as desc", "Not as described"), ("NOT_AS-DESCRIBED", "Not as described")]
)
def test_a_choice_is_meant_by_its_beginning(mhj: Desk, raw: str, value: str) -> None:
    """Case, dashes and underscores do not matter."""
    assert read(mhj, "enum", raw, "item_issue_kind") == value


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("mi", "mi is not one of the choices. Did you mean Missing / Misfit?"),
        ("brokn", "brokn is not one of the choices. Did you mean Broken?"),
        ("zzz", "zzz is not one of the choices: Broken / Incorrect / Missing / Not as described / Misfit."),
    ],
)
def test_a_choice_that_fits_nothing_names_the_nearest(mhj: Desk, raw: str, sentence: str) -> None:
    """Or several, or all of them."""
    with pytest.raises(Unfit) as unfit:
        read(mhj, "enum", raw, "item_issue_kind")
    assert str(unfit.value) == sentence


def test_somebody_who_left_is_no_answer(mhj: Desk) -> None:
    """Neither by key nor by name."""
    people = {**mhj.people, "kim": mhj.people["kim"].model_copy(update={"active": False})}
    desk = mhj.model_copy(update={"people": people})
    for said in ("kim", "Kim"):
        with pytest.raises(Unfit):
            read(desk, "person", said)


@given(
    st.sampled_from(get_args(ColumnType)),
    st.text(max_size=60) | st.integers() | st.none() | st.booleans() | st.lists(st.text(max_size=9)),
)
@settings(max_examples=60)
def test_any_answer_is_a_value_nothing_or_a_sentence(mhj: Desk, kind: str, raw: Any) -> None:
    """No type of column breaks on anything."""
    with suppress(Unfit):
        value = read(mhj, kind, raw, "item_issue_kind")
        assert value is None or isinstance(value, str | int | bool | tuple)


@given(st.sampled_from(get_args(ColumnType)), st.text(max_size=60))
@settings(max_examples=60)
def test_a_value_read_again_is_the_same(mhj: Desk, kind: str, raw: str) -> None:
    """What was stored and comes back from a prefilled form is no change."""
    try:
        value = read(mhj, kind, raw, "item_issue_kind")
    except Unfit:
        return
    if value is not None and kind != "files":
        assert read(mhj, kind, value, "item_issue_kind") == value
