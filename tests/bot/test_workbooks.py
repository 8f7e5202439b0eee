"""`deskbell sheets init` as the command runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.app import BOT_ADDRESS
from tests.bot.clinic import Clinic, clinic

pytestmark = pytest.mark.anyio


@pytest.fixture
async def opened() -> AsyncIterator[Clinic]:
    """A desk whose two workbooks are blank; no database is needed."""
    async with clinic("postgresql://nowhere") as opened:
        yield opened


async def test_every_workbook_is_made_and_told(opened: Clinic) -> None:
    """A line for each thing done, and none a second time."""
    assert await opened.init() == (
        0,
        [
            "Book: time zone Europe/Amsterdam instead of Europe/London",
            "Book: tab “Sheet1” becomes “Broken” with 27 columns",
            "Safe: time zone Europe/Amsterdam instead of Europe/London",
            "Safe: tab “Sheet1” becomes “Disputes” with 31 columns",
        ],
    )
    before = list(opened.sandbox.truth.entries)
    assert await opened.init() == (0, ["Every workbook is as it should be."])
    assert opened.sandbox.truth.entries == before


async def test_a_dry_run_only_tells(opened: Clinic) -> None:
    """The same lines, marked as not done."""
    before = list(opened.sandbox.truth.entries)
    status, lines = await opened.init(dry_run=True)
    assert (status, opened.sandbox.truth.entries) == (0, before)
    assert lines == [f"would be done: {line}" for line in (await opened.init())[1]]


async def test_trouble_with_one_workbook_leaves_the_others(opened: Clinic) -> None:
    """What can be done is done; the status says that not all was."""
    opened.sandbox.google.unshare("book-1", BOT_ADDRESS)
    status, lines = await opened.init()
    assert status == 69
    assert lines[0].startswith("Book: Google refuses the bot's account")
    assert lines[1:] == [
        "Safe: time zone Europe/Amsterdam instead of Europe/London",
        "Safe: tab “Sheet1” becomes “Disputes” with 31 columns",
    ]


async def test_without_a_service_account_there_is_nothing_to_do(opened: Clinic) -> None:
    """A sentence and the status of what cannot be reached."""
    opened.secret("google_credentials", None)
    status, (line,) = await opened.init()
    assert status == 78
    assert "GOOGLE_CREDENTIALS is not set" in line
