"""The app's manifest and what the code uses are the same, both ways."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from bot.slack import words

ROOT = Path(__file__).parents[3]
SETUP = ROOT / "docs" / "setup-slack.md"
MANIFEST: dict[str, Any] = json.loads((ROOT / "docs" / "slack-manifest.json").read_text(encoding="utf-8"))

HISTORY = {"channels:history", "groups:history", "im:history", "mpim:history"}
READING = {"channels:read", "groups:read"}
METHODS: dict[str, set[str]] = {
    "api.test": set(),
    "apps.connections.open": set(),
    "auth.test": set(),
    "chat.getPermalink": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": HISTORY,
    "conversations.info": READING,
    "conversations.list": READING,
    "conversations.members": READING,
    "conversations.open": {"im:write"},
    "conversations.replies": HISTORY,
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.info": {"files:read"},
    "users.info": {"users:read"},
    "users.list": {"users:read"},
    "views.open": set(),
    "views.update": set(),
}
"""The scopes of every Web API method we may use. Source: docs.slack.dev, the page of each method."""
EVENTS: dict[str, set[str]] = {
    "app_mention": {"app_mentions:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "reaction_added": {"reactions:read"},
}
"""The scopes of every event we listen for. Source: docs.slack.dev, the page of each event."""
_FAMILIES = "api|apps|auth|bots|chat|conversations|files|reactions|team|users|views"
_CALL = re.compile(rf"\.({_FAMILIES})_([A-Za-z]+)\(")
"""A method that is called."""


def sources() -> dict[Path, str]:
    """What runs in production: the sandbox is not part of it."""
    files = [path for path in (ROOT / "bot").rglob("*.py") if "sandbox" not in path.parts]
    return {path: path.read_text(encoding="utf-8") for path in files}


def methods_used() -> set[str]:
    """The Web API methods that the code calls by their name."""
    called = {f"{family}.{name}" for text in sources().values() for family, name in _CALL.findall(text)}
    # slack_sdk opens the socket itself.
    return called | {"apps.connections.open"}


def test_the_commands_are_those_the_code_listens_for() -> None:
    """Every slash command of the manifest has a listener, and every listener its command."""
    declared = [command["command"] for command in MANIFEST["features"]["slash_commands"]]
    assert declared == [f"/{name}" for name in words.COMMANDS]


def test_mentions_in_commands_come_as_ids() -> None:
    """`/assign II-1 @kim` names a person by id only where Slack is asked to escape what is typed."""
    assert all(command["should_escape"] for command in MANIFEST["features"]["slash_commands"])


def test_the_shortcut_is_the_one_the_code_listens_for() -> None:
    """One message shortcut, under the callback id the code knows."""
    declared = [(shortcut["type"], shortcut["callback_id"]) for shortcut in MANIFEST["features"]["shortcuts"]]
    assert declared == [("message", words.LOG_SHORTCUT)]


def test_the_events_are_those_the_code_listens_for() -> None:
    """What is subscribed to has a listener; a family of events counts by its first word."""
    declared = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    listener = (ROOT / "bot" / "slack" / "listen.py").read_text(encoding="utf-8")
    heard = set(re.findall(r'app\.event\("(\w+)"\)', listener))
    assert {event.partition(".")[0] for event in declared} == heard
    assert set(declared) == set(EVENTS)


def test_every_method_is_in_the_table() -> None:
    """A new call needs its line in the table above, so that somebody looks its scopes up."""
    assert methods_used() <= set(METHODS)


def test_the_scopes_are_those_the_code_needs_and_no_more() -> None:
    """Every scope is asked for because of a call, an event or the commands; nothing is asked for in advance."""
    needed = {"commands"}
    needed |= {scope for method in methods_used() for scope in METHODS[method]}
    needed |= {
        scope
        for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"]
        for scope in EVENTS[event]
    }
    assert MANIFEST["oauth_config"]["scopes"] == {"bot": sorted(needed)}


def test_the_manifest_is_one_that_slack_takes() -> None:
    """Slack's limits for a manifest's texts."""
    shown = MANIFEST["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4_000
    for command in MANIFEST["features"]["slash_commands"]:
        assert len(command["description"]) <= 2_000
        assert len(command["command"]) <= 32
    for shortcut in MANIFEST["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True
    assert MANIFEST["settings"]["socket_mode_enabled"] is True


def test_the_guide_names_every_scope_with_its_reason() -> None:
    """Whoever installs the app reads why it asks for what it asks for."""
    guide = SETUP.read_text(encoding="utf-8")
    assert "slack-manifest.json" in guide
    for scope in MANIFEST["oauth_config"]["scopes"]["bot"]:
        assert f"| `{scope}` |" in guide
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        assert name in guide
