"""Every call to Telegram that a request and its acknowledgement make fails once, in every way a call can fail."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.faults import KINDS
from config.load import DESKS
from tests.faults.looking import QUIET_SECONDS, outbox, pending, quiet, store_of
from tests.sandbox_process import SandboxProcess, sandbox_process

MOST_CALLS = 10
"""So many calls to Telegram one case makes at most."""
LEAST_FAILED = 2
"""The request is sent, and edited when it is acknowledged."""
AGAIN = "Send it again"


@pytest.mark.sweep("telegram-calls", minutes=4)
@pytest.mark.timeout(900)
async def test_whichever_call_to_telegram_fails_the_supplier_is_asked_once(folder: Path) -> None:
    """The k-th call fails, k = 1 until none does: one request for each case, acknowledged once, on the row as well.

    What may have been sent, and was not, goes again when the leads say so, and never by itself.
    """
    async with asyncio.TaskGroup() as group:
        for number, kinds in enumerate((KINDS[:4], KINDS[4:])):
            group.create_task(_part(folder / f"{number}", kinds))


async def _part(folder: Path, kinds: tuple[str, ...]) -> None:
    async with sandbox_process(folder, desks=DESKS) as sandbox:
        await sandbox.until_healthy()
        table = _Table(sandbox)
        # The first case has calls of its own: who are we, which menus are there.
        await table.play()
        failed = {kind: await table.sweep(kind) for kind in kinds}
        assert all(LEAST_FAILED <= count < MOST_CALLS for count in failed.values()), failed
        assert await table.wrong() == []


class _Table:
    """An agent, a lead and a supplier, and the orders they have dealt with."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.orders: list[str] = []

    async def sweep(self, kind: str) -> int:
        """Let the first call fail, then the second, until there are no more; how many failed."""
        for number in range(MOST_CALLS):
            await self.sandbox.post("faults", service="telegram", kind=kind, skip=number, times=1)
            await self.play()
            is_left = "telegram" in (await self.sandbox.get("state"))["faults"]
            await self.sandbox.post("faults", service="telegram", kind="none")
            if is_left:
                return number
        return MOST_CALLS

    async def play(self) -> None:
        """Log a case, have its request sent again where that is asked, and acknowledge it."""
        order = str(90_000 + len(self.orders))
        self.orders.append(order)
        line = f'/log request {order} FD-{order} tracking "Where is parcel {order}?"'
        await self.sandbox.post("say", who="agent", place=self.sandbox.places["csr"], text=line)
        await self._row(order)
        await quiet(self.sandbox)
        if not await self._requests(order):
            await self._send_again(await self._row(order))
        (request,) = await self._requests(order)
        # A press whose answer failed is pressed again by whoever sees nothing happen.
        for _ in range(2):
            await self.sandbox.post("press", who="bowen", message=request["id"], button="Acknowledge")
            await quiet(self.sandbox)
            (request,) = await self._requests(order)
            if "Acknowledge" not in _labels(request):
                return

    async def _row(self, order: str) -> str:
        """The id of an order's case, as soon as its row is there."""
        async with asyncio.timeout(QUIET_SECONDS):
            while not (row := (await self._rows()).get(order)):  # noqa: ASYNC110  # another process writes it
                await asyncio.sleep(0.1)
        return row["Case ID"]

    async def _rows(self) -> dict[str, dict[str, str]]:
        header, *rows = (await self.sandbox.get("grid", workbook="report_issue"))["tabs"]["Requests"]
        shown = [dict(zip(header, row, strict=False)) for row in rows if any(row)]
        return {row["Order #"]: row for row in shown}

    async def _requests(self, order: str) -> list[dict[str, Any]]:
        """The supplier's messages that ask about an order."""
        return [
            message
            for message in await self._messages("supplier")
            if message["author"] == "bot" and f"Order #: {order}" in message["text"]
        ]

    async def _send_again(self, case: str) -> None:
        """Press the leads' button about a request that may not have been sent."""
        found = [
            message
            for message in await self._messages("leads")
            if case in message["text"] and AGAIN in _labels(message)
        ]
        assert found, f"nobody was told of {case}: {await outbox(self.sandbox)}"
        await self.sandbox.post("press", who="lead", message=found[-1]["id"], button=AGAIN)
        await quiet(self.sandbox)

    async def _messages(self, channel: str) -> list[dict[str, Any]]:
        told = await self.sandbox.get("transcript", place=self.sandbox.places[channel])
        messages: list[dict[str, Any]] = told["messages"]
        return messages

    async def wrong(self) -> list[str]:
        """Every order of which there is not one request, acknowledged once; and what is still pending."""
        rows, home = await self._rows(), await self._messages("csr")
        found = []
        for order in self.orders:
            requests, case = await self._requests(order), rows[order]["Case ID"]
            told = [each for each in home if case in each["text"] and "acknowledged" in each["text"]]
            if (len(requests), rows[order]["Status"], len(told)) != (1, "Acknowledged", 1):
                found.append(
                    f"{order}: {len(requests)} requests, {rows[order]['Status']}, told {len(told)} times"
                )
        async with store_of(self.sandbox) as store:
            return [*found, *await pending(store)]


def _labels(message: dict[str, Any]) -> list[str]:
    return [button if isinstance(button, str) else button["label"] for button in message.get("buttons") or ()]
