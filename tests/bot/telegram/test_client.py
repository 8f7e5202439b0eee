"""The door to the Bot API: what it tells, and what it never says."""

from __future__ import annotations

import io
import logging

import pytest
from telegram.error import InvalidToken

from bot import logs
from bot.telegram.client import LOUD, Identity, Telegram, is_loopback
from tests.bot.sandbox.telegram_room import SUPPLIER, room

pytestmark = pytest.mark.anyio
WRONG = "7123456789:AAF-abcdefghijklmnopqrstuvwxyz01234"


async def test_the_bot_knows_who_it_is() -> None:
    """It is asked once, however often somebody wants to know."""
    async with room() as r:
        telegram = await Telegram.open(r.token, f"{r.base}/telegram")
        try:
            us = await telegram.identity()
            r.sandbox.faults.switch("telegram", "500")
            assert (
                us
                == await telegram.identity()
                == Identity(r.telegram.room.state.bot.id, us.username, us.name)
            )
            assert us.username.endswith("bot")
        finally:
            await telegram.close()
            await telegram.close()


async def test_no_log_and_no_error_names_the_token() -> None:
    """Not where calls succeed, not where the token is rejected, whatever level the libraries would log at."""
    stream = io.StringIO()
    before = {name: logging.getLogger(name).level for name in LOUD}
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure("DEBUG", vendor_level="WARNING", stream=stream)
    try:
        async with room() as r:
            good = await Telegram.open(r.token, f"{r.base}/telegram")
            bad = await Telegram.open(WRONG, f"{r.base}/telegram")
            try:
                await good.bot.send_message(SUPPLIER, "hello")
                with pytest.raises(InvalidToken) as rejected:
                    await bad.bot.initialize()
            finally:
                await good.close()
                await bad.close()
            assert r.token not in stream.getvalue()
        assert WRONG not in stream.getvalue()
        assert WRONG not in f"{rejected.value!r}{rejected.value.__cause__!r}"
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, was in before.items():
            logging.getLogger(name).setLevel(was)


@pytest.mark.parametrize(
    ("url", "expected"),
    [("http://127.0.0.1:8/x", True), ("http://localhost", True), ("https://api.telegram.org", False)],
)
def test_what_counts_as_this_machine(url: str, expected: bool) -> None:
    """Only an address of this machine is asked without the environment's proxy."""
    assert is_loopback(url) is expected
