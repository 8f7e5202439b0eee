"""What a newcomer sees first: `make run` opens with agents on Slack, Bowen on Telegram, and cases between them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.store import embedded
from config.load import DESKS
from tests.sandbox_process import SandboxProcess, sandbox_process

pytestmark = pytest.mark.anyio
LINES, REQUESTS = 5, 3
"""Cases that the opening of the desk logs, in `bot.sandbox.opening`, and how many of them ask the supplier."""


async def _messages(sandbox: SandboxProcess, channel: str) -> list[str]:
    told = await sandbox.get("transcript", place=sandbox.places[channel])
    return [message["text"] for message in told["messages"] if message["author"] == "bot"]


async def _cards(sandbox: SandboxProcess) -> int:
    return len([text for text in await _messages(sandbox, "csr") if "Logged by" in text])


async def _requests(sandbox: SandboxProcess) -> list[str]:
    return [text for text in await _messages(sandbox, "supplier") if "Order #: " in text]


@pytest.mark.timeout(180)
async def test_the_sandbox_opens_with_an_agent_on_slack_and_bowen_on_telegram(tmp_path: Path) -> None:
    """Every opening line is a case with a card; those for the supplier are requests in his group."""
    try:
        async with sandbox_process(tmp_path, "-m", "bot", "sandbox", "--no-page", desks=DESKS) as sandbox:
            assert (sandbox.places["csr"], sandbox.places["supplier"]) == (
                "slack:#mhj-support", "telegram:NL-Bowen",
            )  # fmt: skip
            async with asyncio.timeout(60):
                # Another process posts them.
                while await _cards(sandbox) < LINES or len(await _requests(sandbox)) < REQUESTS:  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
            requests = await _requests(sandbox)
            orders = [
                order for order in ("10388", "10401", "10412") if f"Order #: {order}" in "\n".join(requests)
            ]
            assert (len(requests), orders) == (REQUESTS, ["10388", "10401", "10412"])
            assert any("is logged on Out of Stock" in text for text in await _messages(sandbox, "supplier"))
    finally:
        embedded.stop(tmp_path, force=True)
