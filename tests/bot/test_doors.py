"""Which doors a process opens, and what it needs for them."""

from __future__ import annotations

import pytest

from bot.doors import need_chats
from config.errors import DeclarationsRefused
from config.settings import Settings

SLACK = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "slack_signing_secret": "s"}
TELEGRAM = {"telegram_bot_token": "1:a"}
HOOK = {**TELEGRAM, "telegram_webhook_url": "https://desk.example"}


def settings(given: dict[str, str]) -> Settings:
    """Settings with these values alone."""
    return Settings.model_validate(given)


@pytest.mark.parametrize(
    ("given", "socket", "missing"),
    [
        ({}, True, ["SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"]),
        ({}, None, ["SLACK_BOT_TOKEN"]),
        (SLACK, True, []),
        ({"slack_bot_token": "xoxb-1"}, True, ["SLACK_APP_TOKEN"]),
        ({"slack_bot_token": "xoxb-1"}, False, ["SLACK_SIGNING_SECRET"]),
        (TELEGRAM, True, []),
        (TELEGRAM, None, []),
        ({**TELEGRAM, "slack_bot_token": "xoxb-1"}, True, ["SLACK_APP_TOKEN"]),
        (HOOK, False, ["TELEGRAM_WEBHOOK_SECRET"]),
        (HOOK, None, []),
        ({**HOOK, "telegram_webhook_secret": "s"}, False, []),
    ],
)
def test_one_chat_is_enough_and_must_be_complete(
    given: dict[str, str], socket: bool | None, missing: list[str]
) -> None:
    """Slack or Telegram; whichever is set needs what it is heard by, and the sentence says where that comes from."""
    try:
        need_chats(settings(given), socket=socket)
        faults = []
    except DeclarationsRefused as refused:
        faults = list(refused.faults)
    assert [fault.key for fault in faults] == missing
    assert all(("telegram" in fault.sentence) == fault.key.startswith("TELEGRAM") for fault in faults)
