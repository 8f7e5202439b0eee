from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from config.model import Value
from sheets.batch import CaseWrite, RowWrite, by_tracker, fold
from tests.sheets.room import ITEMS, MONEY, change, new

KEYS = st.sampled_from(["order_no", "sku", "status", "owner"])
WRITES = st.lists(
    st.builds(
        RowWrite,
        id=st.integers(1, 10_000),
        tracker=st.sampled_from([ITEMS, MONEY]),
        case_id=st.sampled_from(["II-1", "II-2", "II-3"]),
        cells=st.dictionaries(KEYS, st.text(max_size=3), max_size=3),
        new=st.booleans(),
        doubtful=st.booleans(),
        row_hint=st.none() | st.integers(2, 9),
    ),
    max_size=12,
    unique_by=lambda write: write.id,
)


def of(case: CaseWrite, writes: Sequence[RowWrite]) -> list[RowWrite]:
    """The writes of one case, in order."""
    return [
        write for write in writes if (write.tracker.key, write.case_id) == (case.tracker.key, case.case_id)
    ]


def replayed(writes: Sequence[RowWrite]) -> dict[str, Value]:
    """What the cells hold when the writes are carried out one after another."""
    cells: dict[str, Value] = {}
    for write in writes:
        cells.update(write.cells)
    return cells


@given(WRITES)
def test_folding_loses_no_write_and_keeps_their_order(writes: list[RowWrite]) -> None:
    """Every write is in exactly one case, in the order it came, and no case is invented."""
    folded = fold(writes)
    assert [number for case in folded for number in case.write_ids] == [
        write.id for case in folded for write in of(case, writes)
    ]
    assert sorted(number for case in folded for number in case.write_ids) == sorted(w.id for w in writes)


@given(WRITES)
def test_a_folded_case_ends_as_if_its_writes_came_one_by_one(writes: list[RowWrite]) -> None:
    """Later cells win over earlier ones."""
    for case in fold(writes):
        assert case.cells == replayed(of(case, writes))


@given(WRITES)
def test_what_came_after_the_append_is_known_on_its_own(writes: list[RowWrite]) -> None:
    """If a doubtful append turns out to have landed, exactly the updates are left to be written."""
    for case in fold(writes):
        assert case.late == replayed([write for write in of(case, writes) if not write.new])
        assert case.new == any(write.new for write in of(case, writes))
        assert case.doubtful == any(write.doubtful for write in of(case, writes))


def test_cases_keep_the_order_of_their_first_write() -> None:
    """The case that was logged first stands first on the sheet."""
    folded = fold([new(2), new(1), change(2, status="Done")])
    assert [case.write_ids for case in folded] == [(2, 900), (1,)]


def test_cases_of_a_tracker_are_taken_together_in_order() -> None:
    """A tab's cases go into one request."""
    folded = fold([new(1), new(2, MONEY), new(3)])
    groups = by_tracker(folded)
    assert {key: [case.write_ids for case in group] for key, group in groups.items()} == {
        "item-issue": [(1,), (3,)],
        "refund": [(2,)],
    }
