"""What all open pages of one sandbox share: its parts, who has seen what, what was tried, how the bot is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.sandbox.app import Sandbox
from bot.sandbox.google import Google
from bot.sandbox.google_errors import GoogleError
from bot.sandbox.page_live import Live
from bot.sandbox.page_look import BOT, face_color
from bot.sandbox.page_pulse import Pulse
from bot.sandbox.page_tasks import Tasks
from bot.sandbox.page_telegram_unread import TelegramUnread
from bot.sandbox.page_unread import Unread
from bot.sandbox.people import Person

MANIFEST = Path(__file__).resolve().parents[2] / "docs" / "slack-manifest.json"
"""Where the app's own manifest lies in a checkout; the emulator knows less about the commands than it does."""


@dataclass(frozen=True)
class Hint:
    """A slash command as the composer offers it."""

    name: str
    usage: str
    about: str


class Room:
    """One for a sandbox.

    Args:
        sandbox: the sandbox whose page it is.
        google: its workbooks.
    """

    def __init__(self, sandbox: Sandbox, google: Google) -> None:
        self.sandbox = sandbox
        self.google = google
        self.control = sandbox.control
        self.workspace = sandbox.slack.workspace
        self.world = sandbox.world
        self.live = Live(sandbox, google)
        self.unread = Unread(self.workspace)
        telegram = sandbox.telegram
        self.telegram_unread = TelegramUnread(telegram.room.state if telegram is not None else None)
        self.pulse = Pulse(sandbox.control)
        self.tasks = Tasks(sandbox, self.pulse)
        manifest = _manifest()
        known = self.workspace.app.commands
        self.hints = [hint for hint in _hints(manifest) if known is None or hint.name in known]
        self.shortcuts = dict(self.workspace.app.shortcuts or _shortcuts(manifest))

    @property
    def people(self) -> list[Person]:
        """Everybody whom the page lets you be."""
        return [person for person in self.world.people if person.kind in {"member", "stranger"}]

    def color(self, who: str) -> str:
        """The colour of a person's picture; what is nobody's is the bot's."""
        return face_color(self.world.keys.index(who)) if who in self.world.keys else BOT

    def name(self, who: str) -> str:
        """What a person, or the bot, is called on the page."""
        if who in self.world.keys:
            return self.world.person(who).real_name
        return {"slackbot": "Slackbot", "bot": self.world.bot_name.capitalize()}.get(who, who)

    def begin(self) -> None:
        """From now on what is said is new to those who do not look, and things to try count."""
        self.unread.begin()
        self.telegram_unread.begin()
        self.tasks.begin()

    def look(self) -> None:
        """Take in what was written since the last look."""
        self.unread.look()
        self.telegram_unread.look()

    def count(self, who: str) -> int:
        """How many messages somebody has not seen, over all chats."""
        return self.unread.count(who) + self.telegram_unread.count(who)

    def may_open(self, who: str, book: str) -> bool:
        """Whether a workbook is shared with a person."""
        try:
            self.google.read(book, self.world.person(who).email)
        except GoogleError:
            return False
        return True

    def openers(self, book: str) -> list[str]:
        """The names of those with whom a workbook is shared."""
        return [self.name(person.key) for person in self.people if self.may_open(person.key, book)]

    def places(self, who: str) -> list[str]:
        """The channels a person is in, by name, and last their direct message with the bot; none off Slack."""
        state = self.workspace.state
        user = self.world.person(who).id
        if user not in state.users:
            return []
        found = [each for each in state.conversations.values() if user in each.members and each.kind != "im"]
        channels = [f"slack:#{each.name}" for each in found if not each.archived]
        return [*channels, f"slack:@{state.direct(user).name}"]


def _manifest() -> dict[str, Any]:
    try:
        features: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))["features"]
    except (OSError, ValueError, KeyError):
        return {}
    return features


def _hints(manifest: dict[str, Any]) -> list[Hint]:
    commands = manifest.get("slash_commands", [{"command": "/log"}])
    return [
        Hint(each["command"], each.get("usage_hint", ""), each.get("description", "")) for each in commands
    ]


def _shortcuts(manifest: dict[str, Any]) -> dict[str, str]:
    shortcuts = manifest.get("shortcuts", [])
    return {each["name"]: each["callback_id"] for each in shortcuts if each["type"] == "message"}
