"""Seeded bug: a write whose answer was lost is sent again at once, as gspread's client with back-off does."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wiring import client_of
from config.desk import Desk
from config.settings import Settings
from sheets.client import Client
from sheets.errors import Unreachable
from sheets.gateway import Gateway
from sheets.rows import JSON
from tests.faults.broken import main


class Resending(Client):
    """Believes that what was not answered was not done, and plants no fences."""

    def batch_update(
        self, spreadsheet_id: str, batch: Sequence[JSON], ranges: Sequence[str] = (), fields: str = "replies"
    ) -> JSON:
        """Send it, and send it again."""
        bare = [request for request in batch if "createDeveloperMetadata" not in request]
        try:
            return super().batch_update(spreadsheet_id, bare, ranges, fields)
        except Unreachable:
            return super().batch_update(spreadsheet_id, bare, ranges, fields)


def blind(settings: Settings, desk: Desk, document: str) -> Gateway:
    """The gateway of a workbook, with that client."""
    client = client_of(settings)
    return Gateway(desk.documents[document].spreadsheet or "", Resending(client._http, client.email))


if __name__ == "__main__":
    main(sheets=blind)
