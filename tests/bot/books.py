"""A workbook as a small program: it keeps rows, counts calls, and fails when it is told to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from config.model import Value
from sheets.batch import Flushed, Held, Landed, RowWrite, fold


@dataclass
class FakeBook:
    """Fits `bot.flush.Sheet`. `fail` and `fail_after` raise at the next flush, before or after it took effect."""

    rows: list[dict[str, Value]] = field(default_factory=list)
    flushes: list[tuple[int, ...]] = field(default_factory=list)
    doubted: list[tuple[int, ...]] = field(default_factory=list)
    fail: list[Exception] = field(default_factory=list)
    fail_after: list[Exception] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    is_retired: bool = False

    def retire(self) -> None:
        """Nobody waits for a flush any more."""
        self.is_retired = True

    def flush(self, writes: Sequence[RowWrite], /) -> Flushed:
        """Append new rows that are not there yet, change those that are."""
        self.flushes.append(tuple(write.id for write in writes))
        self.doubted.append(tuple(write.id for write in writes if write.doubtful))
        if self.fail:
            raise self.fail.pop(0)
        flushed = self._write(writes)
        if self.fail_after:
            raise self.fail_after.pop(0)
        return flushed

    def cells(self, *columns: str) -> list[tuple[Value | None, ...]]:
        """These columns of every row, in order."""
        return [tuple(row.get(column) for column in columns) for row in self.rows]

    def _write(self, writes: Sequence[RowWrite]) -> Flushed:
        landed: list[Landed] = []
        gone: list[tuple[str, tuple[int, ...]]] = []
        held: dict[str, tuple[int, ...]] = {}
        for case in fold(writes):
            if case.tracker.key in self.held:
                ids = (*held.get(case.tracker.key, ()), *case.write_ids)
                held[case.tracker.key] = ids
                continue
            row = self._place(case.case_id, case.cells, new=case.new, doubtful=case.doubtful)
            if row is None:
                gone.append((case.case_id, case.write_ids))
                continue
            landed.append(Landed(case.case_id, case.write_ids, row, 7, f"https://sheet/{case.case_id}"))
        reasons = tuple(Held(key, ids, self.held[key]) for key, ids in held.items())
        return Flushed(tuple(landed), reasons, tuple(gone), requests=1)

    def _place(self, ident: str, cells: Mapping[str, Value], *, new: bool, doubtful: bool) -> int | None:
        for number, row in enumerate(self.rows, start=2):
            if row.get("case_id") == ident and (not new or doubtful):
                row.update(cells)
                return number
        if not new:
            return None
        self.rows.append({"case_id": ident, **cells})
        return len(self.rows) + 1
