"""What the flush relies on of a workbook: one class of tests, for the gateway and for the double of other tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest

from bot.flush import Sheet
from sheets.batch import Flushed
from tests.sheets.room import case_id, change, new


@dataclass(frozen=True, slots=True)
class Backend:
    """A workbook with one tab and nothing on it.

    `statuses` is what its rows show, by case id, top to bottom. `lose_answer` lets the next flush take effect and
    fail all the same, `cut` lets it fail before that, `delete` takes a case's row away.
    """

    sheet: Sheet
    statuses: Callable[[], Mapping[str, str]]
    lose_answer: Callable[[], None]
    cut: Callable[[], None]
    delete: Callable[[str], None]


def landed(flushed: Flushed) -> list[str]:
    """The cases whose rows hold what was written, in order."""
    return [row.case_id for row in flushed.landed]


class SheetContract:
    """The claims of `bot.flush.Sheet`."""

    def open(self) -> AbstractContextManager[Backend]:
        """A backend with nothing on it."""
        raise NotImplementedError

    def test_rows_land_in_the_order_they_were_written(self) -> None:
        """Each is told where it stands and by which writes; the header is row 1."""
        with self.open() as backend:
            flushed = backend.sheet.flush([new(1), new(2)])
            assert [(row.case_id, row.write_ids, row.row) for row in flushed.landed] == [
                (case_id(1), (1,), 2),
                (case_id(2), (2,), 3),
            ]
            assert all(row.link for row in flushed.landed)
            assert list(backend.statuses()) == [case_id(1), case_id(2)]

    def test_a_row_is_changed_where_it_stands(self) -> None:
        """Later cells win, also of a row that is new in the same flush."""
        with self.open() as backend:
            backend.sheet.flush([new(1)])
            writes = [change(1, ident=5, status="Posted"), new(2), change(2, ident=6, status="Done")]
            assert landed(backend.sheet.flush(writes)) == [case_id(1), case_id(2)]
            assert backend.statuses() == {case_id(1): "Posted", case_id(2): "Done"}

    def test_what_landed_without_an_answer_is_not_written_twice(self) -> None:
        """The same writes come again as doubtful ones; what came after them is written."""
        with self.open() as backend:
            backend.sheet.flush([new(1)])
            backend.lose_answer()
            with pytest.raises(Exception):  # noqa: B017, PT011  # Only that it fails; the kind is tested elsewhere.
                backend.sheet.flush([new(2)])
            again = backend.sheet.flush([new(2, doubtful=True), change(2, ident=9, status="Done")])
            assert landed(again) == [case_id(2)]
            assert backend.statuses() == {case_id(1): "Open", case_id(2): "Done"}

    def test_what_never_landed_is_made_up_for(self) -> None:
        """Doubtful, looked for, not there: written."""
        with self.open() as backend:
            backend.sheet.flush([new(1)])
            backend.cut()
            with pytest.raises(Exception):  # noqa: B017, PT011  # Only that it fails; the kind is tested elsewhere.
                backend.sheet.flush([new(2)])
            assert landed(backend.sheet.flush([new(2, doubtful=True)])) == [case_id(2)]
            assert list(backend.statuses()) == [case_id(1), case_id(2)]

    def test_a_change_of_a_row_that_is_gone_is_said(self) -> None:
        """It is not appended, and the others go on."""
        with self.open() as backend:
            backend.sheet.flush([new(1), new(2)])
            backend.delete(case_id(1))
            flushed = backend.sheet.flush(
                [change(1, ident=7, status="Done"), change(2, ident=8, status="Done")]
            )
            assert (flushed.gone, landed(flushed)) == (((case_id(1), (7,)),), [case_id(2)])
            assert backend.statuses() == {case_id(2): "Done"}

    def test_nothing_to_write_is_nothing(self) -> None:
        """No call, no answer."""
        with self.open() as backend:
            assert backend.sheet.flush([]).landed == ()
