"""A bot that dies in the middle of a form on Telegram goes on where it was: the draft is in the store."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.store import embedded
from config.load import DESKS
from tests.sandbox_process import SandboxProcess, sandbox_process

pytestmark = pytest.mark.anyio
CHAT = "telegram:@agent"


async def _rows(sandbox: SandboxProcess, tab: str) -> list[dict[str, str]]:
    grid: list[list[str]] = (await sandbox.get("grid", workbook="report_issue"))["tabs"][tab]
    header, *rows = grid
    return [dict(zip(header, row, strict=False)) for row in rows if any(row)]


async def _row(sandbox: SandboxProcess, tab: str) -> dict[str, str]:
    """The one row of a tab, as soon as it is there."""
    async with asyncio.timeout(30):
        while not (rows := await _rows(sandbox, tab)):  # noqa: ASYNC110  # another process writes it
            await asyncio.sleep(0.1)
    assert len(rows) == 1
    return rows[0]


async def _begin(sandbox: SandboxProcess, who: str, place: str, command: str) -> None:
    """Give a command and wait until its form asks something."""
    await sandbox.post("say", who=who, place=place, text=command)
    async with asyncio.timeout(30):
        while (await sandbox.get("forms", who=who))["form"] is None:  # noqa: ASYNC110  # another process asks
            await asyncio.sleep(0.1)


async def _answer(sandbox: SandboxProcess, who: str, **values: Any) -> None:
    """Answer some of the questions that are open."""
    assert await sandbox.post("fill", who=who, values=values) == {}


@pytest.mark.timeout(180)
async def test_a_form_is_finished_in_another_life(tmp_path: Path) -> None:
    """Killed with two questions answered, and again with the summary shown: every answer is kept, one row is made.

    In private and in the group at the same time; what was said to a dead bot is heard by the next one.
    """
    try:
        async with sandbox_process(tmp_path, desks=DESKS) as sandbox:
            await sandbox.until_healthy()
            await sandbox.post("say", who="agent", place=CHAT, text="/start")
            await _begin(sandbox, "agent", CHAT, "/log item-issue")
            await _begin(sandbox, "bowen", sandbox.places["supplier"], "/log out-of-stock")
            await _answer(sandbox, "agent", order_no="10777", ticket="FD-88")
            await _answer(sandbox, "bowen", order_no="10778")
            await sandbox.kill()
            await sandbox.until_healthy()
            await _answer(
                sandbox,
                "agent",
                kind="Missing",
                sku="ring-204",
                qty="1",
                detail="box was empty",
                wish="Refund",
            )
            await sandbox.kill()
            await sandbox.until_healthy()
            await sandbox.post("submit", who="bowen", values={"sku": "ring-204", "qty": "1"})
            await sandbox.post("submit", who="agent", values={})
            item, sold_out = await _row(sandbox, "Item Issue"), await _row(sandbox, "Out of Stock")
            assert (item["Order #"], item["FD ticket"], item["What is wrong"]) == (
                "10777",
                "88",
                "box was empty",
            )
            assert (sold_out["Order #"], sold_out["Logged by"]) == ("10778", "Bowen")
    finally:
        embedded.stop(tmp_path, force=True)
