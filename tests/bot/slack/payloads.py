"""Payloads as Slack sends them, for the tests of what they become."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.slack.events import Ears

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STAMP = "1795348800.000100"
EARS = Ears("UBOT", {"UKIM": "Kim"})
PHOTO = {"id": "F1", "name": "ring.jpg", "mimetype": "image/jpeg", "size": 42}


def command(name: str = "/log", text: str = "item-issue 10423", **more: Any) -> dict[str, Any]:
    """A slash command."""
    body = {
        "command": name,
        "text": text,
        "trigger_id": "1.2.x",
        "team_id": "T1",
        "user_id": "UKIM",
        "channel_id": "C1",
    }
    return {**body, **more}


def event(kind: str = "message", **said: Any) -> dict[str, Any]:
    """An event of the Events API: something Kim did in a channel."""
    inner = {"type": kind, "user": "UKIM", "channel": "C1", "ts": STAMP, "event_ts": STAMP, **said}
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": inner}


def press(action: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A press on something under a message of a thread."""
    return {
        "type": "block_actions",
        "user": {"id": "UKIM", "team_id": "T1"},
        "team": {"id": "T1", "domain": "mhj"},
        "trigger_id": "1.2.x",
        "channel": {"id": "C1", "name": "mhj-support"},
        "container": {"type": "message", "message_ts": STAMP, "channel_id": "C1", "thread_ts": "1.0"},
        "actions": [{"type": "button", "action_id": "move:2", "action_ts": STAMP, **action}],
        **more,
    }


def view(**facts: Any) -> dict[str, Any]:
    """An open form about a new case, with one answer."""
    return {
        "id": "V1",
        "hash": "9.abc",
        "callback_id": "deskbell_form",
        "private_metadata": '{"purpose":"log","desk":"mhj","tracker":"item-issue","home":"slack:C1"}',
        "state": {"values": {"order_no": {"order_no": {"type": "plain_text_input", "value": "10423"}}}},
        "blocks": [],
        **facts,
    }
