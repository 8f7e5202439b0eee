"""A few things to try, which tick themselves off as they really happen: in the sheets, on Slack, in the bot's queue.

What counts is read from the truth log, the messages and the switches, whoever caused it: the page or a script.
"""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.app import BOT_ADDRESS, Sandbox
from bot.sandbox.page_pulse import Pulse
from bot.sandbox.page_telegram_tasks import Task, TelegramWatch, supplier_chat, telegram_tasks
from bot.sandbox.slack_shown import visible_text

Json = dict[str, Any]
_FOUND = re.compile(r"\d+ cases? for ")
"""How the bot's answer to a search begins that found something."""
CALM_AGE = 5.0
"""Seconds of queue age under which a fault counts as got over."""


TASKS = (
    Task(
        "log",
        "Log an item issue",
        "As <b>Agent</b> in #mhj-support type <code>/log item-issue</code>, fill in the form, send it.",
    ),
    Task("row", "See its row", "Below, on the tab <b>Item Issue</b>. It appears within seconds."),
    Task(
        "acknowledge",
        "Acknowledge it",
        "Be <b>Bowen</b> with one click at the top, and press <b>Acknowledge</b> under the request.",
    ),
    Task(
        "reply",
        "Answer as the supplier",
        "Still Bowen: reply in the request's thread. The agent reads it in the case's own thread.",
    ),
    Task(
        "send",
        "Write to the supplier",
        "As <b>Agent</b>, write in the case's thread: only the desk sees it, until you <b>Send to supplier</b>.",
    ),
    Task("find", "Find it again", "Type <code>/find</code> and the order number."),
    Task(
        "edit",
        "Change a cell by hand",
        "Double-click a cell of the row, such as its notes, and type. The case hears of it.",
    ),
    Task(
        "fault",
        "Break something",
        "Switch a fault on above, log another case, and see that it arrives all the same, once.",
    ),
)


def tasks_of(sandbox: Sandbox) -> tuple[Task, ...]:
    """The things to try in a sandbox: on Telegram what the supplier does, where they are there."""
    chat = supplier_chat(sandbox)
    if chat is None:
        return TASKS
    there = telegram_tasks(chat.title)
    listed = [there.pop(task.key, task) for task in TASKS]
    after = [task.key for task in listed].index("reply") + 1
    return (*listed[:after], *there.values(), *listed[after:])


class Tasks:
    """Which of the tasks are done; shared by all open pages.

    Args:
        sandbox: where they are done.
        pulse: tells how old the bot's queue is.
    """

    def __init__(self, sandbox: Sandbox, pulse: Pulse) -> None:
        self.done: set[str] = set()
        self.listed = tasks_of(sandbox)
        self._telegram = TelegramWatch(sandbox)
        self._sandbox = sandbox
        self._pulse = pulse
        self._read: int | None = None
        self._logged = ""
        self._since = ""
        self._struck: int | None = None

    def begin(self) -> None:
        """From now on things count; what a sandbox opens with was not done by whoever looks at it."""
        if self._read is None:
            self._read = len(self._sandbox.truth.entries)
            self._since = self._sandbox.slack.workspace.state.ids.stamp()
            self._telegram.begin()

    def look(self) -> None:
        """Take in what happened since the last look."""
        if self._read is None:
            return
        entries = self._sandbox.truth.entries
        fresh, self._read = entries[self._read :], len(entries)
        for entry in fresh:
            if entry["service"] == "sheets":
                self._sheet(entry)
            elif entry["service"] == "slack":
                self._slack(entry)
            self.done |= self._telegram.done(entry)
        if "reply" not in self.done and self._supplier_replied():
            self.done.add("reply")
        self._faults(len(entries))

    def looked_at(self, book: str, tab: str) -> None:
        """Somebody has a tab before their eyes."""
        if self._logged == f"{book}/{tab}":
            self.done.add("row")

    def _sheet(self, entry: Json) -> None:
        """A row that names the agent was appended; a status was set; a person typed."""
        cells = {str(cell) for row in entry.get("rows") or [] for cell in row}
        if entry.get("by") != BOT_ADDRESS:
            if entry["effect"] == "edit":
                self.done.add("edit")
            return
        agent = self._sandbox.world.person("agent").real_name if "agent" in self._sandbox.world.keys else ""
        if entry["effect"] == "appendCells" and agent in cells and "item" in entry["tab"].casefold():
            self.done.add("log")
            self._logged = f"{entry['spreadsheet']}/{entry['tab']}"
        if "Acknowledged" in cells:
            self.done.add("acknowledge")

    def _slack(self, entry: Json) -> None:
        text = str(entry.get("shown") or "")
        if _FOUND.match(text) and entry.get("user"):
            self.done.add("find")
        supplier = self._supplier()
        to_supplier = entry.get("channel_id") == supplier and entry.get("thread_ts")
        if supplier and to_supplier and f"from {self._sandbox.world.team_name}:" in text:
            self.done.add("send")

    def _supplier(self) -> str | None:
        return next(
            (channel.id for channel in self._sandbox.world.channels if channel.key == "supplier"), None
        )

    def _supplier_replied(self) -> bool:
        state = self._sandbox.slack.workspace.state
        conversation = state.conversations.get(self._supplier() or "")
        for message in reversed(conversation.messages if conversation else []):
            if message.ts <= self._since:
                return False
            if (
                message.is_reply
                and state.users[message.user].person == "bowen"
                and visible_text(state, message)
            ):
                return True
        return False

    def _faults(self, now: int) -> None:
        """A fault was switched on, is spent or cleared, something was done since, and nothing waits any more."""
        if self._sandbox.faults.lines:
            self._struck = now if self._struck is None else self._struck
        elif self._struck is not None and now > self._struck:
            age = self._pulse.beat.age
            if age is not None and age < CALM_AGE:
                self.done.add("fault")
