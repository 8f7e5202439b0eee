"""The things to try where the supplier is on Telegram, and how it is seen that they happened."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from bot.sandbox.app import BOT_ADDRESS, Sandbox
from bot.sandbox.telegram_state import Chat

Json = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """One thing to try; `how` is HTML of our own."""

    key: str
    title: str
    how: str


def supplier_chat(sandbox: Sandbox) -> Chat | None:
    """The supplier's group; None where it is not on Telegram."""
    if sandbox.telegram is None:
        return None
    chats = sandbox.telegram.room.state.chats.values()
    return next((chat for chat in chats if chat.key == "supplier" and chat.became is None), None)


def telegram_tasks(group: str) -> dict[str, Task]:
    """What is tried on Telegram, by key; `group` is the title of the supplier's group."""
    title = html.escape(group)
    tasks = (
        Task(
            "acknowledge",
            "Acknowledge it in Telegram",
            f"Be <b>Bowen</b> with one click at the top, and press <b>Acknowledge</b> in the group {title}.",
        ),
        Task(
            "reply",
            "Answer with a photo",
            "Still Bowen: reply to the request with a photo. The agent sees it in the case's own Slack thread.",
        ),
        Task(
            "guided",
            "Be asked, question by question",
            "As Bowen open the chat with <b>Deskbell</b> in Telegram, say <code>/log</code>, and answer:"
            " the last answer makes a row.",
        ),
        Task(
            "send",
            "Write to the supplier",
            "As <b>Agent</b>, write in the case's Slack thread: only the desk sees it, until you"
            f" <b>Send to supplier</b>. Then it stands in {title}.",
        ),
    )
    return {task.key: task for task in tasks}


class TelegramWatch:
    """Sees in the truth log what was done of them.

    Args:
        sandbox: where it is done.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._asked = False
        self._since = 0

    def begin(self) -> None:
        """What was said before this counts for nothing."""
        chat = supplier_chat(self._sandbox)
        self._since = chat.last_id if chat is not None else 0

    def done(self, entry: Json) -> set[str]:
        """The keys of what an effect finishes."""
        chat = supplier_chat(self._sandbox)
        if chat is None:
            return set()
        effect = entry["effect"]
        if entry["service"] == "telegram":
            labels = {str(button["label"]).casefold() for button in entry.get("buttons") or ()}
            self._asked = self._asked or any("cancel" in label for label in labels)
            team = self._sandbox.world.team_name
            is_sent = entry.get("chat_id") == chat.id and f"from {team}:" in str(entry.get("text"))
            return {"send"} if is_sent else set()
        if effect == "appendCells" and entry.get("by") == BOT_ADDRESS and self._asked:
            cells = {str(cell) for row in entry.get("rows") or [] for cell in row}
            names = {person.real_name for person in self._sandbox.world.people if person.telegram}
            return {"guided"} if names & cells else set()
        if effect == "files.completeUploadExternal" and entry.get("thread_ts") and self._has_photo(chat):
            return {"reply"}
        return set()

    def _has_photo(self, chat: Chat) -> bool:
        """Whether somebody of the supplier's replied with a file."""
        users = self._sandbox.telegram.room.state.users if self._sandbox.telegram is not None else {}
        return any(
            message.file and message.reply_to and users[message.sender].person == "bowen"
            for message in chat.messages.values()
            if message.id > self._since
        )
