"""What an app was granted and declared, as its manifest says it.

Source: docs.slack.dev, "App manifest reference".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack_scopes import DEFAULT_SCOPES


@dataclass(frozen=True)
class SlackApp:
    """One app: its bot scopes, and what it declared. None means that everything is declared.

    `shortcuts` maps what a person sees in a menu to the callback id; `events` are names of the manifest
    (`message.channels`, `app_mention`).
    """

    scopes: tuple[str, ...] = DEFAULT_SCOPES
    commands: tuple[str, ...] | None = None
    events: tuple[str, ...] | None = None
    shortcuts: Mapping[str, str] | None = field(default=None)

    def hears(self, event: str) -> bool:
        """Whether the app subscribed to an event."""
        return self.events is None or event in self.events

    def callback(self, shortcut: str) -> str | None:
        """The callback id of a shortcut that is named by its label or its callback id; None when undeclared."""
        if self.shortcuts is None:
            return shortcut
        return self.shortcuts.get(shortcut, shortcut if shortcut in self.shortcuts.values() else None)


def app_from(manifest: Mapping[str, Any]) -> SlackApp:
    """The app a manifest (as plain data) declares."""
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    return SlackApp(
        scopes=tuple(manifest["oauth_config"]["scopes"]["bot"]),
        commands=tuple(each["command"] for each in features.get("slash_commands", [])),
        events=tuple(settings.get("event_subscriptions", {}).get("bot_events", [])),
        shortcuts={each["name"]: each["callback_id"] for each in features.get("shortcuts", [])},
    )
