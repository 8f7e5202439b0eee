"""The gateway to Google, and the double that stands for it, do what the flush relies on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sheets.errors import Unreachable
from tests.bot.books import FakeBook
from tests.bot.sandbox.google_world import BOOK, LEAD, served
from tests.contract.sheet import Backend, SheetContract
from tests.sheets.room import ITEMS, Room, ids


@contextmanager
def google() -> Iterator[Backend]:
    """The real gateway on the Google emulator."""
    with served() as server:
        room = Room(server)
        room.gateway.read([ITEMS])  # From here on the first call of a flush of new rows is the write.

        def delete(case: str) -> None:
            room.google.delete_row(BOOK, "Items", ids(room.rows()).index(case) + 2, LEAD)

        yield Backend(
            sheet=room.gateway,
            statuses=lambda: {row["Case ID"]: row["Status"] for row in room.rows()},
            lose_answer=lambda: room.world.faults.switch("sheets", "applied-cut", times=1),
            cut=lambda: room.world.faults.switch("sheets", "cut", times=1),
            delete=delete,
        )
        room.close()


@contextmanager
def double() -> Iterator[Backend]:
    """The small program that other tests use instead."""
    book = FakeBook()

    def delete(case: str) -> None:
        book.rows[:] = [row for row in book.rows if row["case_id"] != case]

    yield Backend(
        sheet=book,
        statuses=lambda: {str(row["case_id"]): str(row["status"]) for row in book.rows},
        lose_answer=lambda: book.fail_after.append(Unreachable("cut", doubtful=True)),
        cut=lambda: book.fail.append(Unreachable("cut", doubtful=True)),
        delete=delete,
    )


class TestGoogle(SheetContract):
    def open(self) -> AbstractContextManager[Backend]:
        """Google."""
        return google()


class TestDouble(SheetContract):
    def open(self) -> AbstractContextManager[Backend]:
        """The double."""
        return double()
