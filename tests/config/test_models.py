"""What a declaration answers: conditions, flows, trackers."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from config.flow import Flow
from config.model import Condition, Value, is_filled
from config.nearest import did_you_mean, nearest
from config.tracker import STEPS, SYSTEM_COLUMNS, VISIBLE_SYSTEM_COLUMNS, Column, Tracker

HOLD = Condition.model_validate({"kind": ["Hold", "Stop"]})
FLOW = Flow(
    states=("Open", "Going", "Done", "Void"), closed=("Void", "Done"), moves={"Open": ("Going", "Void")}
)
TRACKER = Tracker(
    key="item", title="Items that were broken on the way", short_title="Broken items", prefix="IT", document="book",
    tab="Items", log_by=("csr",), owner="logger", flow="simple",
    columns=(
        Column(key="kind", header="Kind", type="enum", choices="kind", required=True),
        Column(key="until", header="Until", type="date", required_when=HOLD),
        Column(key="result", header="Result", type="text", step="resolve"),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ({"kind": "Hold"}, True),
        ({"kind": "Go"}, False),
        ({}, False),
        ({"kind": ("Go", "Stop")}, True),
        ({"kind": ("Go",)}, False),
        ({"kind": ()}, False),
    ],
)
def test_a_condition_on_choices_needs_one_of_them(values: dict[str, Value], holds: bool) -> None:
    """One choice in common is enough, for a column with one choice or with several."""
    assert HOLD.holds(values) is holds


@pytest.mark.parametrize(
    ("value", "filled"),
    [("x", True), ("", False), ((), False), (None, False), (0, True), (True, True), (False, False)],
)
def test_a_condition_on_being_filled_in(value: Value | None, filled: bool) -> None:
    """`true` wants an answer that is not no; `false` wants the opposite."""
    values: dict[str, Value] = {} if value is None else {"kind": value}
    assert Condition.model_validate({"kind": True}).holds(values) is filled
    assert Condition.model_validate({"kind": False}).holds(values) is not filled


def test_a_condition_needs_all_its_columns() -> None:
    """Several columns are joined by and."""
    both = Condition.model_validate({"kind": ["Hold"], "ticket": True})
    assert both.columns == {"kind", "ticket"}
    assert (both.holds({"kind": "Hold", "ticket": "1"}), both.holds({"kind": "Hold"})) == (True, False)


@pytest.mark.parametrize("raw", ["kind", [], {}, {"kind": 1}, {"kind": "Hold"}])
def test_a_condition_is_data(raw: object) -> None:
    """Nothing but a table of lists and bools is a condition."""
    with pytest.raises(ValidationError):
        Condition.model_validate(raw)


def test_no_and_zero_are_answers() -> None:
    """A blank is no answer, a false is one."""
    assert [is_filled(value) for value in (None, "", (), False, 0, "x", ("x",))] == [False] * 3 + [True] * 4


def test_a_flow_knows_its_start_and_moves() -> None:
    """It starts in its first state."""
    assert FLOW.initial == "Open"
    assert [FLOW.may_move(*pair) for pair in (("Open", "Going"), ("Open", "Done"), ("Done", "Open"))] == [
        True, False, False,
    ]  # fmt: skip


def test_a_tracker_gives_its_columns_by_key_and_step() -> None:
    """Columns of steps keep their declared order."""
    assert TRACKER.column("until").type == "date"
    assert [column.key for column in TRACKER.of_step("log", "resolve")] == ["kind", "until", "result"]
    with pytest.raises(KeyError):
        TRACKER.column("nothing")


def test_a_column_is_asked_and_required_by_its_condition() -> None:
    """While the condition holds it is both, otherwise neither."""
    kind, until, result = TRACKER.columns
    hold, go = {"kind": "Hold"}, {"kind": "Go"}
    assert [(until.is_asked(one), until.is_required(one)) for one in (hold, go)] == [
        (True, True),
        (False, False),
    ]
    assert [(one.is_asked(go), one.is_required(go)) for one in (kind, result)] == [
        (True, True),
        (True, False),
    ]


def test_a_long_title_has_a_short_form() -> None:
    """A form is called by the short title where there is one."""
    assert (TRACKER.form_title, TRACKER.model_copy(update={"short_title": None}).form_title) == (
        "Broken items",
        "Items that were broken on the way",
    )


def test_the_bots_columns_belong_to_nobodys_step() -> None:
    """They are asked of nobody, and what people see of them exists."""
    assert {column.step for column in SYSTEM_COLUMNS} == {STEPS[-1]}
    assert {column.key for column in SYSTEM_COLUMNS} > VISIBLE_SYSTEM_COLUMNS


def test_the_nearest_word_is_found_in_any_case() -> None:
    """A word like none of them is left without a question."""
    assert (nearest("REFUNT", ["Refund", "Request"]), nearest("zzz", ["Refund"])) == ("Refund", None)
    assert (did_you_mean("refun", ["Refund"]), did_you_mean("zzz", ["Refund"])) == (
        ' Did you mean "Refund"?',
        "",
    )
