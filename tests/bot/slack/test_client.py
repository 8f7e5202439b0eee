from __future__ import annotations

import logging

import pytest

from bot.slack.client import Identity, Slack, is_loopback, quiet_logger
from handlers.message import Message
from handlers.place import Place
from tests.bot.slack.room import room

pytestmark = pytest.mark.anyio


def test_vendor_logs_keep_their_first_words_only(caplog: pytest.LogCaptureFixture) -> None:
    """Bolt writes whole bodies, slack_sdk addresses with tickets: neither gets past the first words."""
    logger = quiet_logger()
    logger.warning("Unhandled request ({'text': 'card 4111111111111111'})")
    try:
        raise OSError("secret")  # noqa: TRY301  # a traceback is what is tested
    except OSError:
        logger.exception("Failed to connect (error: wss://x/?ticket=secret); Retrying...")
    logger.debug("Sending a request - params: {'text': 'card 4111111111111111'}")
    assert [record.getMessage() for record in caplog.records] == ["Unhandled request", "Failed to connect"]
    assert [record.exc_info for record in caplog.records] == [None, None]
    assert quiet_logger() is logger
    assert len(logger.filters) == 1
    assert logger.level == logging.WARNING


def test_a_link_is_made_as_slack_makes_it() -> None:
    """A message's own link, and that of a reply in a thread."""
    us = Identity("T1", "U1", "B1", "https://mhj.slack.com/")
    assert us.link("C1", "17.0002") == "https://mhj.slack.com/archives/C1/p170002"
    assert (
        us.link("C1", "17.0002", "17.0001")
        == "https://mhj.slack.com/archives/C1/p170002?thread_ts=17.0001&cid=C1"
    )
    assert us.link("C1", "17.0002", "17.0002") == "https://mhj.slack.com/archives/C1/p170002"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8/api/", True),
        ("http://localhost/api/", True),
        ("http://[::1]:8/", True),
        ("https://slack.com/api/", False),
        ("https://127.0.0.1.example.com/", False),
        ("nonsense", False),
    ],
)
def test_what_counts_as_this_machine(url: str, expected: bool) -> None:
    """Only an address of this machine is asked without the environment's proxy."""
    assert is_loopback(url) is expected


async def test_closing_waits_for_what_is_being_said() -> None:
    """An answer on its way when the process ends still arrives."""
    async with room() as r:
        r.listener.voice.whisper_later(Place("slack", r.channel()), r.user("agent"), Message("Just in time."))
        await r.slack.close()
        assert (await r.transcript())[-1]["text"] == "Just in time."


async def test_a_start_warns_of_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Bolt finds our token in the environment and remarks that it will not use it, which is as it should be."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    async with room():
        assert [record.getMessage() for record in caplog.records if record.name == "deskbell.slack"] == []


async def test_a_link_that_slack_does_not_tell_is_made() -> None:
    """Where the call fails, the link still leads to the message."""
    async with room() as r:
        us = await r.slack.identity()
        r.sandbox.faults.switch("slack", "503")
        assert await r.slack.permalink(r.channel(), "17.0002") == us.link(r.channel(), "17.0002")


async def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """slack_sdk reads proxies from the environment; the sandbox is reached directly all the same."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    here, there = await Slack.open("xoxb-1", "http://127.0.0.1:8/api/"), await Slack.open("xoxb-1")
    assert (here.web.proxy, there.web.proxy) == (None, "http://127.0.0.1:1")
    assert there.web.retry_handlers == []
    await here.close()
    await there.close()
