"""Seeded bug: rows whose write failed are appended again without looking whether the write had landed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.wiring import client_of
from config.desk import Desk
from config.settings import Settings
from sheets.batch import Flushed, RowWrite
from sheets.gateway import Gateway
from tests.faults.broken import main


class Blind(Gateway):
    """Believes that what was not answered was not done."""

    def __init__(self, settings: Settings, desk: Desk, document: str) -> None:
        super().__init__(desk.documents[document].spreadsheet or "", client_of(settings))

    def flush(self, writes: Sequence[RowWrite]) -> Flushed:
        """Write, nothing in doubt."""
        return super().flush([replace(write, doubtful=False) for write in writes])


if __name__ == "__main__":
    main(sheets=Blind)
